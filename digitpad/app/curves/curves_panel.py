"""The curves with what belongs to them: a legend that covers none, the choice of axes, smoothing. It knows no file."""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from digitpad.app.curves.run_plots import RunPlots
from digitpad.app.curves.run_view import RunView
from digitpad.app.look.theme_colors import colors

_AXES = {"Epochs": "epoch", "Steps": "step", "Seconds": "seconds"}
#: Points to smooth over, at each place of the slider.
_WINDOWS = (1, 3, 5, 9, 15, 25, 41)


class CurvesPanel(QWidget):
    """Plots with their legend and controls above them."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots = RunPlots()
        self.legend = _Legend()
        self.axis = QComboBox()
        self.axis.addItems(list(_AXES))
        self.axis.setAccessibleName("Horizontal axis")
        self.axis.setToolTip("What the curves are laid over")
        self.axis.currentTextChanged.connect(self._choose_axis)
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, len(_WINDOWS) - 1)
        self.smoothing.setFixedWidth(80)
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.setToolTip("Smooth the curves; the measured points stay visible behind them")
        self.smoothing.valueChanged.connect(self._smooth)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.legend, 1)
        smooth = QLabel("Smooth")
        smooth.setProperty("role", "hint")
        top.addWidget(smooth)
        top.addWidget(self.smoothing)
        top.addWidget(self.axis)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.plots, 1)
        self.setMinimumHeight(200)

    def show_runs(self, runs: Sequence[RunView], foremost: RunView | None) -> None:
        """Show `runs`, `foremost` in front."""
        self.plots.show_runs(runs, foremost)
        self.legend.show_alone(len(runs) <= 1)
        self.legend.setVisible(bool(runs))

    def color_of(self, colour: int) -> str:
        """Return the colour in which a run is drawn."""
        shades = colors(self.palette()).runs
        return shades[colour % len(shades)]

    def _choose_axis(self, text: str) -> None:
        self.plots.show_axis(_AXES[text])
        self.changed.emit()

    def _smooth(self, place: int) -> None:
        self.plots.smooth(_WINDOWS[place])


class _Legend(QWidget):
    """How lines are to be read."""

    def __init__(self) -> None:
        super().__init__()
        self._is_alone = True
        self.setMinimumHeight(20)
        self.setAccessibleName("Legend: solid lines training, dashed lines validation, thin lines the running cost")

    def show_alone(self, on: bool) -> None:
        """Show the colours of one run alone, or none where each run has its own."""
        self._is_alone = on
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(250, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shades = colors(self.palette())
        left, middle = 4.0, self.height() / 2
        for text, width, style, color, opacity in (
            ("training", 2, Qt.PenStyle.SolidLine, shades.training, 1.0),
            ("validation", 2, Qt.PenStyle.DashLine, shades.validation, 1.0),
            ("running", 1, Qt.PenStyle.SolidLine, shades.training, 0.6),
        ):
            pen_color = QColor(color if self._is_alone else shades.hint)
            pen_color.setAlphaF(opacity)
            painter.setPen(QPen(pen_color, width, style))
            painter.drawLine(QLineF(left, middle, left + 24, middle))
            painter.setPen(QColor(shades.hint))
            painter.drawText(int(left + 30), int(middle + self.fontMetrics().ascent() / 2 - 1), text)
            left += 42 + self.fontMetrics().horizontalAdvance(text)
