"""The timeline of a run: a slider over its snapshots, their predictions, and the way back to the newest."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from digitpad.app.timeline.timeline import Timeline
from digitpad.app.widgets.actions import keys
from digitpad.app.widgets.help_button import HelpButton
from digitpad.engine.runs.snapshot import Snapshot
from digitpad.nn.workspace import Array

_NO_RUN = "Prediction over training: train a network or choose a run to see how its prediction for your drawing changed"
_NO_DRAWING = "Draw a digit to see how its prediction changed during training"


class TimelinePanel(QWidget):
    """Shows the snapshots of one run, and which of them is selected."""

    snapshot_chosen = Signal(object)  # Snapshot: to be selected
    newest_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = Timeline()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Snapshot of the run")
        self.slider.setPageStep(1)
        self.title = QLabel()
        self.title.setProperty("heading", True)
        self.live = QPushButton("Live")
        self.live.setCheckable(True)
        self.live.setProperty("role", "small")
        self.live.setChecked(True)
        self.live.setToolTip("Go to the newest network, and follow it (Ctrl+J)")
        # Application-wide, so that the key also works when the timeline is detached and the other window has the focus.
        key = QShortcut(keys("Ctrl+J"), self, context=Qt.ShortcutContext.ApplicationShortcut)
        key.activated.connect(self.live.click)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(HelpButton("runs", "runs and their snapshots"))
        top.addWidget(self.live)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.timeline, 1)
        layout.addWidget(self.slider)
        self._hint = _NO_RUN
        #: The snapshot at each position of the slider.
        self.snapshots: list[Snapshot] = []
        self._name = ""
        self._snapshot: Snapshot | None = None
        self._step: int | None = None
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.timeline.pointed.connect(self.slider.setValue)
        self.live.clicked.connect(self._on_live_clicked)
        self.show_no_run("")

    def show_run(self, name: str, snapshots: Sequence[Snapshot], probabilities: Array | None) -> None:
        """Show the snapshots of the run called `name`, and their `probabilities`, None without a drawing."""
        self._name, self.snapshots = name, list(snapshots)
        note = _NO_DRAWING if snapshots else self._hint
        self.timeline.show_probabilities(np.zeros((0, 10)) if probabilities is None else probabilities, note)
        self._place_slider()

    def show_no_run(self, why: str) -> None:
        """Show nothing, and say why."""
        self.show_run(why, [], None)

    def show_hint(self, hint: str) -> None:
        """Say this until there is a run."""
        self._hint = hint
        if not self.snapshots:
            self.timeline.show_probabilities(np.zeros((0, 10)), hint)

    def show_selected(self, snapshot: Snapshot | None, step: int | None, *, is_live: bool) -> None:
        """Show which network is selected: `snapshot`, else the run's newest, after `step` if that is known."""
        self._snapshot, self._step = snapshot, step
        self.live.setChecked(is_live)
        self._place_slider()

    def go_to_epoch(self, epoch: float) -> None:
        """Move to the snapshot nearest to `epoch`."""
        if self.snapshots:
            self.slider.setValue(min(range(len(self.snapshots)), key=lambda k: abs(self.snapshots[k].epoch - epoch)))

    def _place_slider(self) -> None:
        """Put the slider where the selected network is, or to the nearest snapshot that is still kept."""
        steps = [snapshot.step for snapshot in self.snapshots]
        step = steps[-1] if steps and self._step is None else self._step or 0
        with QSignalBlocker(self.slider):
            self.slider.setEnabled(len(steps) > 0)
            self.slider.setRange(0, max(0, len(steps) - 1))
            self.slider.setValue(min(range(len(steps)), key=lambda k: abs(steps[k] - step), default=0))
        self._describe()

    def _on_slider_moved(self, position: int) -> None:
        self.snapshot_chosen.emit(self.snapshots[position])

    def _on_live_clicked(self) -> None:
        self.live.setChecked(True)
        self.newest_wanted.emit()

    def _describe(self) -> None:
        self.timeline.show_snapshot(self.slider.value() if self.snapshots else -1)
        parts = ["Prediction over training", self._name]
        if self.snapshots:
            shown = self._snapshot or self.snapshots[self.slider.value()]
            parts.append("the newest network" if self.live.isChecked() else _words(shown))
        text = "  \N{MIDDLE DOT}  ".join(part for part in parts if part)
        self.title.setText(text)
        self.slider.setAccessibleDescription(text)


def _words(snapshot: Snapshot) -> str:
    if snapshot.step == 0:
        return "before its first step"
    if snapshot.is_epoch:
        return f"after epoch {snapshot.epoch:.0f}"
    return f"after step {snapshot.step:,} (epoch {snapshot.epoch:.2f})"
