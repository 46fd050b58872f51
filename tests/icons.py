"""Draws the application's icon in all sizes: `uv run python -m tests.icons`."""

import os
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

RESOURCES = Path(__file__).parents[1] / "resources"
SOURCE = RESOURCES / "icons" / "digitpad.svg"
ICONS = RESOURCES / "desktop" / "share" / "icons" / "hicolor"
NAME = "org.digitpad.Digitpad"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def drawn(size: int) -> QImage:
    """Return the icon, so many pixels wide and high."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def path_of(size: int) -> Path:
    """Return where that size lies."""
    return ICONS / f"{size}x{size}" / "apps" / f"{NAME}.png"


def main() -> None:
    """Draw all sizes."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    for size in SIZES:
        path_of(size).parent.mkdir(parents=True, exist_ok=True)
        drawn(size).save(str(path_of(size)))
    application.quit()


if __name__ == "__main__":
    main()
