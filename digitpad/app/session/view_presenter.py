"""The base class for the presenters of the views: Mistakes, Inside the Network, Step by Step and the others."""

from typing import ClassVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from digitpad.app.session.controller import Controller
from digitpad.app.session.network_handle import NetworkHandle
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
        self._selection = controller.selection
        self.panel = panel
        self._selection.digit_changed.connect(self._on_digit_changed)
        self._selection.network_changed.connect(self._on_network_changed)

    def _on_digit_changed(self, prediction: Prediction | None) -> None:
        """Another digit is selected, or it was predicted again."""

    def _on_network_changed(self, shown: NetworkHandle) -> None:
        """Another network is selected."""

    def refresh(self) -> None:
        """Bring the panel up to date. Called when it becomes visible, too."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop the background work for good."""
        raise NotImplementedError
