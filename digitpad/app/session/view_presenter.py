"""The base class for the presenters of the views: Mistakes, Inside the Network, Step by Step and the others."""

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

    #: The object name of its dock, by which Qt restores its place; its menu title, its shortcut, and its status tip.
    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    KEYS: ClassVar[str]
    EXPLANATION: ClassVar[str]

    def __init__(self, controller: Controller, panel: QWidget) -> None:
        super().__init__(controller)
        self._controller = controller
        self.panel = panel

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Use the digit that is selected on the canvas from now on."""

    def refresh(self) -> None:
        """Bring the panel up to date. Called when it becomes visible, too."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop the background work for good."""
        raise NotImplementedError
