"""Histograms side by side, a column for each network, with axes."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from digitpad.app.widgets.heatmap import Heatmap
from digitpad.app.widgets.theme_colors import colors
from digitpad.engine.insight.histograms import BINS, Histogram
from digitpad.engine.reading.prediction import percent

_LEAST = QSize(260, 90)
#: Pixels between two labels below the columns at least.
_APART = 8


class HistogramView(QWidget):
    """Numbers from the most negative, below, to the largest, above; the fuller a cell, the more of them are there."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.title = QLabel(name, textFormat=Qt.TextFormat.PlainText)
        self.picture = Heatmap(name, _LEAST)
        self.ends = QLabel(), QLabel("0"), QLabel()
        self.columns = _Columns()
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.title, 0, 1)
        grid.addWidget(self.picture, 1, 1)
        grid.addWidget(self.columns, 2, 1)
        top, middle, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignBottom
        for label, where in zip(self.ends, (top, middle, bottom), strict=True):
            label.setProperty("role", "hint")
            grid.addWidget(label, 1, 0, where | Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)

    def show_histogram(self, spread: Histogram, epochs: list[float]) -> None:
        """Show `spread`. Its columns are the networks after each of `epochs`."""
        self.ends[0].setText(f"{spread.most:.3g}")
        self.ends[2].setText(f"\N{MINUS SIGN}{spread.most:.3g}")
        self.columns.show_epochs(epochs)
        shares, width = spread.shares.T[::-1], 2 * spread.most / BINS

        def words(row: int, column: int) -> str:
            low = spread.most - (row + 1) * width
            share = percent(float(shares[row, column])) if shares[row, column] else "none"
            return f"epoch {_told(epochs[column])}: {share} from {low:.3g} to {low + width:.3g}"

        # Without the square root, the middle bin of an untrained layer would leave all others pale.
        self.picture.show_values(shares**0.5, stretched=True, words=words)

    @property
    def numbers_width(self) -> int:
        """Pixels that the numbers beside the picture need."""
        return max(label.sizeHint().width() for label in self.ends)

    def give_numbers(self, width: int) -> None:
        """Make the numbers beside the picture `width` pixels wide, so that the columns of all views align."""
        self._grid.setColumnMinimumWidth(0, width)


class _Columns(QWidget):
    """What the columns above are: as many epochs as there is room for, the last one before all others."""

    def __init__(self) -> None:
        super().__init__()
        self._epochs: list[float] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_epochs(self, epochs: list[float]) -> None:
        """Name the columns."""
        self._epochs = epochs
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_LEAST.width(), self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(colors(self.palette()).hint))
        metrics, taken = self.fontMetrics(), self.width() + float(_APART)
        step = self.width() / max(1, len(self._epochs))
        for number in reversed(range(len(self._epochs))):
            text = _told(self._epochs[number])
            if number == len(self._epochs) - 1:
                text = f"epoch {text}"
            width = metrics.horizontalAdvance(text) + 1.0
            left = min(max((number + 0.5) * step - width / 2, 0.0), self.width() - width)
            if left + width + _APART <= taken:
                painter.drawText(QRectF(left, 0, width, self.height()), Qt.AlignmentFlag.AlignCenter, text)
                taken = left


def _told(epoch: float) -> str:
    return f"{epoch:.2g}" if epoch < 10 else f"{epoch:.0f}"
