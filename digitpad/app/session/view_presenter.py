"""What the window knows of each view of the network: mistakes, inside, steps and the others."""

from typing import ClassVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from digitpad.app.session.controller import Controller
from digitpad.engine.reading.prediction import Prediction


class ViewPresenter(QObject):
    """Fills the panel of a view. Nothing is computed while the panel is out of sight."""

    failed = Signal(str)
    done = Signal(str)
    digit_wanted = Signal(object)  # Picture: somebody wants it on the canvas

    #: By which its place is remembered, its title in the menu, its keys, and what the status bar says of it.
    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    KEYS: ClassVar[str]
    EXPLANATION: ClassVar[str]

    def __init__(self, controller: Controller, panel: QWidget) -> None:
        super().__init__(controller)
        self._controller = controller
        self.panel = panel

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Look at the digit that is selected on the canvas from now on."""

    def refresh(self) -> None:
        """Come into sight: show what holds now."""
        raise NotImplementedError

    def close(self) -> None:
        """End what is under way in the background. The last call."""
        raise NotImplementedError
