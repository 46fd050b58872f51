"""The actions of a training, and which of them are enabled when."""

from PySide6.QtCore import QObject

from digitpad.app.session.training_state import TrainingState
from digitpad.app.widgets.actions import Key, allow, make_action


class TrainingActions(QObject):
    """Start, Continue, Pause, Stop, and a new network."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.new_network = make_action(
            self,
            "training.new_network",
            "&New Network",
            Key.New,
            "Create an untrained network with the layers in the form",
        )
        self.start = make_action(
            self, "training.start", "&Start", "Ctrl+R", "Train a new network with the settings in the form", "Start"
        )
        self.go_on = make_action(
            self,
            "training.continue",
            "&Continue",
            "Ctrl+Shift+R",
            "Train the current network further, with these settings",
            "Continue",
        )
        self.one_epoch = make_action(
            self, "training.one_epoch", "One &Epoch More", "Ctrl+Alt+R", "Train the current network for one more epoch"
        )
        self.pause = make_action(self, "training.pause", "&Pause", "Ctrl+P", "Pause or resume", "Pause")
        self.stop = make_action(
            self, "training.stop", "S&top", "Ctrl+.", "End the training and keep its last network", "Stop"
        )

    def show_state(self, state: TrainingState) -> None:
        """Enable the actions that are possible in `state`."""
        for action in (self.start, self.go_on, self.one_epoch, self.new_network):
            allow(action, "" if state is TrainingState.IDLE else "a training is running: stop it first")
        for action in (self.pause, self.stop):
            runs = state in (TrainingState.RUNNING, TrainingState.PAUSED)
            allow(action, "" if runs else "no training is running")
        is_paused = state is TrainingState.PAUSED
        self.pause.setText("&Resume" if is_paused else "&Pause")
        self.pause.setIconText("Resume" if is_paused else "Pause")
