"""The forms of digits that the synthetic pen writes, in a window of their own."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from digitpad.app.canvas import stroke_painter
from digitpad.app.widgets.layouts import filled, scrolled
from digitpad.app.widgets.theme_colors import colors
from digitpad.data import synthetic_pen
from digitpad.data.dataset import CLASSES
from digitpad.data.pen_forms import FORMS, Form

_COLUMNS = 6
_INTRODUCTION = (
    "MNIST's digits were written in the United States. A synthetic pen also writes these forms, each "
    "time a little differently. The bundled CNN was trained on them; add them to a training of your own with the "
    "setting <b>Synthetic digits</b>. A form that you use and do not find here may be misclassified."
)


class PenFormsPage(QDialog):
    """Shows all forms, digit by digit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Forms of digits")
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(12)
        introduction = QLabel(_INTRODUCTION, wordWrap=True)
        grid.addWidget(introduction, 0, 0, 1, _COLUMNS)
        for digit in range(CLASSES):
            row = grid.rowCount()
            for place, form in enumerate(form for form in FORMS if form.digit == digit):
                cell = _Cell(form)
                grid.addWidget(cell, row + place // _COLUMNS, place % _COLUMNS, Qt.AlignmentFlag.AlignTop)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        filled(QVBoxLayout(self), scrolled(page), buttons)
        self.resize(760, 620)


class _Cell(QWidget):
    """One form and its name."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        name = QLabel(form.name, wordWrap=True)
        name.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        name.setProperty("role", "hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(_Shape(form), alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(name)


class _Shape(QWidget):
    """A form as it is drawn without chance."""

    _SIDE = 64
    _MARGIN = 6

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._strokes = synthetic_pen.plain(form).strokes
        self.setFixedSize(QSize(self._SIDE, self._SIDE))
        self.setAccessibleName(f"{form.digit}, {form.name}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shades = colors(self.palette())
        painter.fillRect(QRectF(self.rect()), shades.paper)
        scale = (self._SIDE - 2 * self._MARGIN) / 100
        painter.setTransform(QTransform.fromTranslate(self._MARGIN, self._MARGIN).scale(scale, scale), True)
        for stroke in self._strokes:
            for path in stroke_painter.whole([(float(x), float(y)) for x, y in stroke]):
                stroke_painter.draw(painter, path, shades.ink, 6.0)
