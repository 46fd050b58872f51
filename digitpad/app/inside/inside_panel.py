"""What is inside the network, on three pages. It knows no network."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QTabWidget

from digitpad.app.inside.evidence_page import EvidencePage
from digitpad.app.inside.idea_page import IdeaPage
from digitpad.app.inside.units_page import UnitsPage


class InsidePanel(QTabWidget):
    """Units, evidence and ideas."""

    def __init__(self) -> None:
        super().__init__()
        self.units, self.evidence, self.idea = UnitsPage(), EvidencePage(), IdeaPage()
        self.setDocumentMode(True)
        self.addTab(self.units, "Units")
        self.addTab(self.evidence, "For and Against")
        self.addTab(self.idea, "Its Idea")

    def sizeHint(self) -> QSize:
        return QSize(900, 600)
