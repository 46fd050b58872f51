"""A page of help in a window of its own. It knows no network."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from digitpad import resources


class HelpPage(QDialog):
    """Shows one of the pages in ``resources/help/``: Markdown, or HTML where that does not suffice."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.browser = QTextBrowser()
        self.browser.setOpenExternalLinks(True)
        path = resources.path(f"help/{name}.html")
        if path.is_file():
            self.browser.setHtml(path.read_text(encoding="utf-8"))
        else:
            self.browser.setMarkdown(resources.path(f"help/{name}.md").read_text(encoding="utf-8"))
        self.setWindowTitle(self.browser.document().firstBlock().text())
        self.browser.document().setDocumentMargin(16)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.browser)
        layout.addWidget(buttons)
        self.resize(680, 620)

    def show_place(self, anchor: str) -> None:
        """Begin at the place called `anchor`."""
        # Laid out first: before that it is not known where the place is.
        self.browser.document().adjustSize()
        QTimer.singleShot(0, lambda: self.browser.scrollToAnchor(anchor))
