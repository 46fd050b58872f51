"""A page of help in a window of its own."""

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from digitpad import resources
from digitpad.app.widgets.layouts import filled
from digitpad.app.widgets.theme_colors import colors

#: Picture pixels per logical pixel of the page: pictures are sharp on high-DPI screens, too.
_PICTURE_SCALE = 2


class HelpPage(QDialog):
    """Shows one of the pages in ``resources/help/``: Markdown, or HTML where that does not suffice.

    It is not modal, so that its suggestions can be tried in the window meanwhile.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.browser = _Page()
        self.browser.show_page(name)
        self.setWindowTitle(self.browser.document().firstBlock().text())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        filled(QVBoxLayout(self), self.browser, buttons)
        self.resize(680, 620)

    def show_place(self, anchor: str) -> None:
        """Begin at the place called `anchor`."""
        # Laid out first: before that it is not known where the place is.
        self.browser.document().adjustSize()
        QTimer.singleShot(0, lambda: self.browser.scrollToAnchor(anchor))


class _Page(QTextBrowser):
    """A page with its pictures, of which there is a light and a dark one each."""

    _name = ""

    def show_page(self, name: str) -> None:
        """Show the page called `name`."""
        self._name = name
        self.setOpenExternalLinks(True)
        path = resources.path(f"help/{name}.html")
        if path.is_file():
            self.setHtml(path.read_text(encoding="utf-8"))
        else:
            self.setMarkdown(resources.path(f"help/{name}.md").read_text(encoding="utf-8"))
        self.document().setDocumentMargin(16)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        url = QUrl(name)
        if kind != QTextDocument.ResourceType.ImageResource.value or not url.isRelative():
            return super().loadResource(kind, url)
        file = url.path().replace("-light.png", f"-{colors(self.palette()).name}.png")
        picture = QImage(str(resources.path(f"help/{file}")))
        # In the pixels that the screen has: Qt would leave out some of them, and lines would look dashed.
        ratio = min(float(_PICTURE_SCALE), self.devicePixelRatioF())
        width = round(picture.width() * ratio / _PICTURE_SCALE)
        picture = picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        picture.setDevicePixelRatio(ratio)
        return picture

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._name:
            # The desktop has become dark, or light.
            place = self.verticalScrollBar().value()
            self.show_page(self._name)
            self.verticalScrollBar().setValue(place)
