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
    """Shows the snapshots of one run; the last one is *live* if the run is that of the newest network."""

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
        self._has_live = False
        self._is_live = True
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.timeline.pointed.connect(self.slider.setValue)
        self.live.clicked.connect(self._on_live_clicked)
        self.show_run("", [], None, has_live=False, step=None)

    def show_run(
        self, name: str, snapshots: Sequence[Snapshot], probabilities: Array | None, *, has_live: bool, step: int | None
    ) -> None:
        """Show the snapshots of the run called `name`, and their `probabilities`, None without a drawing.

        `step` is that of the selected network, None if that network is not from this run.
        """
        at, before = self._selected(), self._name
        self._name, self.snapshots, self._has_live = name, list(snapshots), has_live
        is_on_earlier = not self._is_live and at is not None and name == before and bool(snapshots)
        if is_on_earlier and at is not None:
            step = at.step
        with QSignalBlocker(self.slider):
            self.slider.setEnabled(len(snapshots) > 0)
            self.slider.setRange(0, max(0, len(snapshots) - 1))
            is_last = step is None or not snapshots or (has_live and not is_on_earlier)
            nearest = min(range(len(snapshots)), key=lambda k: abs(snapshots[k].step - (step or 0)), default=0)
            self.slider.setValue(self.slider.maximum() if is_last else nearest)
        if is_on_earlier and self._selected() != at:
            # Its network was not kept; the nearest that was takes its place.
            self._on_slider_moved()
        note = _NO_DRAWING if snapshots else self._hint
        self.timeline.show_probabilities(np.zeros((0, 10)) if probabilities is None else probabilities, note)
        self._describe()

    def show_hint(self, hint: str) -> None:
        """Say this until there is a run."""
        self._hint = hint
        if not self.snapshots:
            self.timeline.show_probabilities(np.zeros((0, 10)), hint)

    def show_live(self, is_live: bool) -> None:
        """Show that the newest network is selected, or another one."""
        self._is_live = is_live
        self.live.setChecked(is_live)
        if is_live and self._has_live:
            with QSignalBlocker(self.slider):
                self.slider.setValue(self.slider.maximum())
        self._describe()

    def show_snapshot(self, step: int) -> None:
        """Move to the snapshot after `step`, whose network is selected already."""
        for number, snapshot in enumerate(self.snapshots):
            if snapshot.step == step:
                with QSignalBlocker(self.slider):
                    self.slider.setValue(number)
        self._describe()

    def go_to_epoch(self, epoch: float) -> None:
        """Move to the snapshot nearest to `epoch`."""
        if self.snapshots:
            self.slider.setValue(min(range(len(self.snapshots)), key=lambda k: abs(self.snapshots[k].epoch - epoch)))

    def _selected(self) -> Snapshot | None:
        return self.snapshots[self.slider.value()] if self.slider.value() < len(self.snapshots) else None

    def _on_slider_moved(self) -> None:
        snapshot = self._selected()
        if snapshot is not None:
            # At once, or new snapshots of a running training would push the slider back.
            self._is_live = self._has_live and self.slider.value() == self.slider.maximum()
            self.live.setChecked(self._is_live)
            self.snapshot_chosen.emit(snapshot)
        self._describe()

    def _on_live_clicked(self) -> None:
        self.live.setChecked(True)
        self.newest_wanted.emit()

    def _describe(self) -> None:
        snapshot = self._selected()
        self.timeline.show_snapshot(self.slider.value() if snapshot is not None else -1)
        text = "Prediction over training"
        if snapshot is not None:
            shown = "the newest network" if self._is_live and self._has_live else _words(snapshot)
            text += f"  \N{MIDDLE DOT}  {self._name}  \N{MIDDLE DOT}  {shown}"
        self.title.setText(text)
        self.slider.setAccessibleDescription(text)


def _words(snapshot: Snapshot) -> str:
    if snapshot.step == 0:
        return "before its first step"
    if snapshot.is_epoch:
        return f"after epoch {snapshot.epoch:.0f}"
    return f"after step {snapshot.step:,} (epoch {snapshot.epoch:.2f})"
