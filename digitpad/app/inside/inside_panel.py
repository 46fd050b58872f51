"""The view Inside the Network, with its four pages."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QTabWidget

from digitpad.app.inside.attribution_page import AttributionPage
from digitpad.app.inside.histograms_page import HistogramsPage
from digitpad.app.inside.preferred_input_page import PreferredInputPage
from digitpad.app.inside.units_page import UnitsPage


class InsidePanel(QTabWidget):
    """The tabs: units, attribution, preferred input, histograms."""

    def __init__(self) -> None:
        super().__init__()
        self.units, self.evidence, self.idea, self.epochs = (
            UnitsPage(),
            AttributionPage(),
            PreferredInputPage(),
            HistogramsPage(),
        )
        self.setDocumentMode(True)
        self.addTab(self.units, "Units")
        self.addTab(self.evidence, "Attribution")
        self.addTab(self.idea, "Preferred Input")
        self.addTab(self.epochs, "Histograms")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            # The page is still in the colors of the last theme: have it computed again.
            self.currentChanged.emit(self.currentIndex())
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(900, 600)
