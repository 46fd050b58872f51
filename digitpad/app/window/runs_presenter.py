"""Keeps the list of runs, the curves and the timeline on the same runs."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from digitpad.app.curves.curves_panel import CurvesPanel
from digitpad.app.curves.numbers_table import NumbersTable
from digitpad.app.curves.plotted_run import PlottedRun
from digitpad.app.curves.plotted_runs import PlottedRuns
from digitpad.app.runs.run_watcher import RunWatcher
from digitpad.app.runs.runs_panel import RunsPanel
from digitpad.app.session.controller import Controller
from digitpad.app.session.training_state import TrainingState
from digitpad.app.timeline.snapshot_predictor import SnapshotPredictor
from digitpad.app.timeline.timeline_panel import TimelinePanel
from digitpad.engine.runs import seeds
from digitpad.engine.runs.snapshot import Snapshot
from digitpad.engine.runs.summary import RunSummary, is_there
from digitpad.engine.training.events import Changed, Evaluation, Progress
from digitpad.nn.workspace import Array

if TYPE_CHECKING:
    from digitpad.engine.runs.recording import RecordedTraining

#: Milliseconds before the networks of a run predict a changed drawing, and while a training runs, which adds networks
#: all the time.
_PAUSE_MS, _TRAINING_PAUSE_MS = 60, 300
_SECONDS_BETWEEN_NUMBERS = 0.3


class RunsPresenter(QObject):
    """Connects the views of runs with each other and with `controller`."""

    failed = Signal(str)
    listed = Signal(object)  # list[RunSummary], again and again

    def __init__(
        self,
        controller: Controller,
        run_watcher: RunWatcher,
        runs: RunsPanel,
        curves: CurvesPanel,
        numbers: NumbersTable,
        timeline: TimelinePanel,
    ) -> None:
        super().__init__(controller)
        self._controller = controller
        self._selection = controller.selection
        self._watcher = run_watcher
        self._runs = runs
        self._curves = curves
        self._numbers = numbers
        self._timeline = timeline
        self._as_band = False
        self._told_at = self._asked_at = 0.0
        #: The selected run, as it is shown.
        self._run: Path | None = None
        self._training: RecordedTraining | None = None
        self.shown = PlottedRuns(controller.selection, self)
        self._predictor = SnapshotPredictor(controller.priority, self)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._request)
        self._connect()
        self._show_run()
        self._follow(self._run)

    def show_band(self, on: bool) -> None:
        """Show runs that differ only in their seed as one curve with a band, or each on its own."""
        self._as_band = on
        self._draw()

    def close(self) -> None:
        """Stop the background work for good."""
        self._soon.stop()
        self._watcher.close()
        self.shown.close()
        self._predictor.close()

    def _connect(self) -> None:
        controller, shown = self._controller, self.shown
        controller.training_started.connect(self._on_training_started)
        controller.measured.connect(self._add_measured)
        controller.ran.connect(self._add_progress)
        controller.changed.connect(self._add_changed)
        controller.refreshed.connect(self._refresh)
        controller.state_changed.connect(self._on_state_changed)
        self._selection.place_changed.connect(self._follow)
        self._selection.digit_changed.connect(lambda _: self._request_soon())
        self._watcher.listed.connect(self._show_list)
        self._watcher.came_back.connect(self._have_back)
        self._runs.chosen.connect(self.choose)
        self._runs.table.ticked.connect(shown.tick)
        shown.changed.connect(self._draw)
        shown.failed.connect(self.failed)
        self._timeline.snapshot_chosen.connect(self._select_snapshot)
        self._timeline.newest_wanted.connect(self._select_newest)
        self._curves.pointed.connect(self._select_at)
        self._predictor.fetched.connect(self._show_predictions)
        self._predictor.failed.connect(self.failed)
        self._watcher.failed.connect(self.failed)

    def _on_training_started(self, training: "RecordedTraining") -> None:
        folder = training.folder
        assert folder is not None
        self._training = training
        self.shown.begin(folder, training.name, training.plan.config, training.earlier)
        self._watcher.refresh()
        self._request_soon()

    def _add_measured(self, event: Evaluation, seconds: float) -> None:
        self.shown.add(event, seconds)
        self._request_soon()

    def _add_progress(self, event: Progress, seconds: float) -> None:
        self.shown.add(event, seconds)

    def _add_changed(self, event: Changed, seconds: float) -> None:
        self.shown.add(event, seconds)

    def _on_state_changed(self, state: TrainingState) -> None:
        if state is TrainingState.IDLE:
            self.shown.end(is_lost=self._training is not None and self._training.is_lost)
            self._training = None
            self._watcher.refresh()
            self._request_soon()

    def _show_list(self, runs: list[RunSummary], bytes_used: int, in_trash: int) -> None:
        self._runs.show_runs(runs, bytes_used, in_trash)
        for data in self.shown.show_list(runs):
            if not self._controller.store.trash.has(data.folder):
                self.failed.emit(
                    f"the run {data.name!r} is no longer plotted: its folder {data.folder} no longer exists"
                )
        for run in runs:
            self._selection.rename_run(run.folder, run.name)
        newest = self._selection.newest.run
        is_gone = newest is not None and self._controller.is_idle and not is_there(newest)
        if newest is not None and is_gone and not self._controller.store.trash.has(newest):
            self._controller.mark_unsaved(newest)
        self.listed.emit(runs)

    def choose(self, run: RunSummary) -> None:
        """Select the network that `run` ended with, or its newest."""
        if self._is_newest(run.folder):
            self._controller.select_newest()
        else:
            self._controller.select_run(run)

    def _have_back(self, run: RunSummary) -> None:
        """Select a run that was restored from the trash."""
        if self._controller.is_idle:
            self.choose(run)

    def _select_snapshot(self, snapshot: Snapshot) -> None:
        run = self._selection.run
        if run is None:
            return
        if snapshot == self._timeline.snapshots[-1] and self._has_live(run, snapshot):
            self._controller.select_newest()
        else:
            self._controller.select_snapshot(run, self._name(run), snapshot)

    def _select_at(self, position: float) -> None:
        """Select the snapshot nearest to `position` on the horizontal axis of the curves."""
        foremost = self.shown.foremost
        if foremost is not None and foremost.is_read and foremost.folder == self._selection.run:
            self._timeline.go_to_epoch(foremost.history.epoch_at(position, self._curves.horizontal))

    def _select_newest(self) -> None:
        """Select the newest network. If that is a snapshot of the selected run, select the last snapshot instead."""
        newest = self._selection.newest
        if newest.snapshot is not None and newest.run == self._selection.run:
            self._timeline.slider.setValue(self._timeline.slider.maximum())
        else:
            self._controller.select_newest()

    def _follow(self, run: Path | None) -> None:
        """Show the selected run and snapshot in the list, the curves and the timeline."""
        selection = self._selection
        if run != self._run:
            self._show_run()
        elif self._run not in self.shown.drawn:
            self._show_no_run()
        self._timeline.show_selected(selection.snapshot, selection.step, is_live=selection.is_live)

    def _show_run(self) -> None:
        self._run = self._selection.run
        self._runs.show_selected(self._run)
        self.shown.follow()
        if self._run not in self.shown.drawn:
            self._show_no_run()

    def _show_no_run(self) -> None:
        """Say why there is no timeline, instead of leaving that of another run."""
        shown = self._selection.network
        why = "belongs to no run" if self._run is None else "is from a run that was deleted"
        self._timeline.show_no_run(f"{shown.title} {why}")

    def _request_soon(self) -> None:
        """Request the predictions soon. While a request is pending, further ones do not delay it."""
        if not self._soon.isActive():
            self._soon.start(_PAUSE_MS if self._controller.is_idle else _TRAINING_PAUSE_MS)

    def _request(self) -> None:
        if not self._controller.priority.may_run(self._asked_at):
            self._request_soon()
            return
        self._asked_at = time.monotonic()
        data = self.shown.drawn.get(self._run) if self._run is not None else None
        if data is None:
            self._show_no_run()
        elif data.is_read:
            self._predictor.request(data.folder, data.history.measured, self._selection.image)

    def _show_predictions(self, folder: Path, snapshots: list[Snapshot], probabilities: Array | None) -> None:
        if folder == self._run:
            self._timeline.show_run(self._name(folder), snapshots, probabilities)

    def _refresh(self) -> None:
        self._curves.refresh()
        if self._numbers.isVisible() and time.monotonic() - self._told_at > _SECONDS_BETWEEN_NUMBERS:
            self._told_at = time.monotonic()
            self._numbers.show_runs(self._curves.runs)

    def _draw(self) -> None:
        """Show the runs that are drawn, in the list, as curves and as numbers."""
        runs = [run for run in self.shown.drawn.values() if run.is_read]
        foremost = self.shown.foremost
        front = foremost if foremost in runs else None
        self._curves.show_runs(self._merged(runs, front), front)
        self._numbers.show_runs(runs)
        self._request_soon()
        color_indices = {folder: data.color_index for folder, data in self.shown.drawn.items()}
        self._runs.table.show_drawn(self.shown.ticked, color_indices)

    def _merged(self, runs: list[PlottedRun], front: PlottedRun | None) -> list[PlottedRun]:
        """Return `runs`. With the band, those that differ only in their seed become one; the foremost also stays."""
        if not self._as_band:
            return runs
        merged = list[PlottedRun]()
        for group in seeds.grouped(
            [(seeds.kind_of(run.config, run.metadata.parent, run.history), run) for run in runs]
        ):
            measured = [run for run in group if len(run.history)]
            is_band = len(measured) > 1
            if is_band:
                merged.append(_mean(measured))
            merged += [run for run in group if not is_band or run is front or run not in measured]
        return merged

    def _is_newest(self, folder: Path) -> bool:
        newest = self._selection.newest
        return newest.run == folder and newest.snapshot is None

    def _has_live(self, folder: Path, last: Snapshot) -> bool:
        """Tell whether the newest network is that of the `last` snapshot of the run in `folder`, or a later one."""
        newest = self._selection.newest
        return self._is_newest(folder) and newest.step is not None and newest.step >= last.step

    def _name(self, folder: Path) -> str:
        data = self.shown.drawn.get(folder)
        return data.name if data is not None else folder.name


def _mean(group: list[PlottedRun]) -> PlottedRun:
    """Return one run with the mean of several that differ only in their seed."""
    first, histories = group[0], [run.history for run in group]
    more = len(group) - 1
    name = f"{first.name} and {more} more seed{'s' * (more > 1)}"
    mean = seeds.mean_of(histories)
    return PlottedRun(
        first.folder, name, mean, first.config, color_index=first.color_index, is_live=first.is_live, siblings=histories
    )
