"""The curves as a figure for other programs: how lines are read, the plots, and the runs by name."""

from contextlib import ExitStack

from PySide6.QtCore import QBuffer, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView

from digitpad.app.curves.curves_panel import CurvesPanel
from digitpad.app.curves.legend import HEIGHT
from digitpad.app.widgets.theme_colors import colors

#: Pixels of a picture to one of the window.
_RATIO = 2
#: Pixels of a run's color, and between it and the name, or two names.
_CHIP, _GAP = 10, 6
_Place = tuple[QRect, QRect, str, str]


class CurvesImage:
    """What `panel` shows now."""

    def __init__(self, panel: CurvesPanel) -> None:
        self._panel = panel
        self._view: QGraphicsView = panel.plots.view
        self._names = self._lay_names(HEIGHT + self._view.height() + _GAP)
        bottom = max((name.bottom() for _, name, _, _ in self._names), default=0)
        #: In the window's pixels.
        self.size = QSize(self._view.width(), bottom + _GAP)

    def picture(self) -> QPixmap:
        """Return the figure at twice the window's resolution, on the window's background color."""
        picture = QPixmap(self.size * _RATIO)
        picture.setDevicePixelRatio(_RATIO)
        self._paint(QPainter(picture))
        return picture

    def png(self) -> bytes:
        """Return `picture` as a file."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.picture().save(buffer, "PNG")
        return bytes(buffer.data().data())

    def svg(self) -> bytes:
        """Return the figure as an SVG 1.1 file: SVG Tiny would not clip lines at a plot's edge."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
        generator.setOutputDevice(buffer)
        # The axes are kept as QPictures. Qt scales those if the generator's resolution is not the screen's.
        generator.setResolution(self._view.logicalDpiX())
        generator.setSize(self.size)
        generator.setViewBox(QRect(0, 0, self.size.width(), self.size.height()))
        self._paint(QPainter(generator))
        return bytes(buffer.data().data())

    def _paint(self, painter: QPainter) -> None:
        shades, view = colors(self._panel.palette()), self._view
        painter.fillRect(QRect(0, 0, self.size.width(), self.size.height()), self._panel.palette().window().color())
        painter.setFont(self._panel.font())
        self._panel.legend.paint(painter, shades, HEIGHT)
        with ExitStack() as afterwards:
            # Items are painted as vectors without their caches, which are pixmaps, and the pointer is not there.
            for item in view.scene().items():
                afterwards.callback(item.setCacheMode, item.cacheMode())
                item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
            for cursor in self._panel.plots.pointer.cursors:
                afterwards.callback(cursor.setVisible, cursor.isVisible())
                cursor.hide()
            # Without both rectangles, Qt would take the pixels of the picture for pixels of the window.
            view.render(painter, QRectF(0, HEIGHT, view.width(), view.height()), view.rect())
        for chip, name, text, color in self._names:
            painter.fillRect(chip, QColor(color))
            painter.setPen(QColor(shades.ink))
            painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def _lay_names(self, top: int) -> list[_Place]:
        """Return where the color and the name of each run are, in as many lines as they need."""
        shades, metrics = colors(self._panel.palette()), self._panel.fontMetrics()
        places, left = list[_Place](), 0
        for run in self._panel.runs:
            most = self._view.width() - _CHIP - 2 * _GAP
            text = metrics.elidedText(run.name, Qt.TextElideMode.ElideRight, most)
            width = metrics.horizontalAdvance(text) + 1
            if left and left + _CHIP + _GAP + width > self._view.width():
                left, top = 0, top + metrics.height() + 2
            chip = QRect(left, top + (metrics.height() - _CHIP) // 2, _CHIP, _CHIP)
            name = QRect(left + _CHIP + _GAP, top, width, metrics.height())
            color = shades.training if len(self._panel.runs) == 1 else shades.run(run.color_index)
            places.append((chip, name, text, color))
            left = name.right() + 3 * _GAP
        return places
