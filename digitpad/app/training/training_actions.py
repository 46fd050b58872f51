"""The actions of a training, and which of them are enabled when."""

from PySide6.QtCore import QObject

from digitpad.app.session.training_state import TrainingState
from digitpad.app.widgets.actions import Key, make_action


class TrainingActions(QObject):
    """Start, Continue, Pause, Stop, and a new network."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.new_network = make_action(
            self, "&New Network", Key.New, "Create an untrained network with the layers in the form"
        )
        self.start = make_action(self, "&Start", "Ctrl+R", "Train a new network with the settings in the form", "Start")
        self.go_on = make_action(
            self, "&Continue", "Ctrl+Shift+R", "Train the current network further, with these settings", "Continue"
        )
        self.one_epoch = make_action(
            self, "One &Epoch More", "Ctrl+Alt+R", "Train the current network for one more epoch"
        )
        self.pause = make_action(self, "&Pause", "Ctrl+P", "Pause or resume", "Pause")
        self.stop = make_action(self, "S&top", "Ctrl+.", "End the training and keep its last network", "Stop")

    def show_state(self, state: TrainingState) -> None:
        """Enable the actions that are possible in `state`."""
        for action in (self.start, self.go_on, self.one_epoch, self.new_network):
            action.setEnabled(state is TrainingState.IDLE)
        for action in (self.pause, self.stop):
            action.setEnabled(state in (TrainingState.RUNNING, TrainingState.PAUSED))
        is_paused = state is TrainingState.PAUSED
        self.pause.setText("&Resume" if is_paused else "&Pause")
        self.pause.setIconText("Resume" if is_paused else "Pause")
