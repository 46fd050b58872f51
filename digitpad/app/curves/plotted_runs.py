"""Which runs are drawn, in which colors, and which of them is foremost.

The ticked runs and the selected one are drawn. The foremost run is the one in training, else the selected one, else the
only one that is drawn.
"""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from digitpad.app.curves.plotted_run import PlottedRun
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.session.selection import Selection
from digitpad.cancellation import CancelToken
from digitpad.engine.runs import history
from digitpad.engine.runs.history import History
from digitpad.engine.runs.metadata import RunMetadata
from digitpad.engine.runs.summary import RunSummary, is_there, stamp_of
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Event
from digitpad.errors import DigitpadError


class PlottedRuns(QObject):
    """Keeps the histories of the runs that are drawn, and lets that of a running training grow."""

    changed = Signal()  # other runs are drawn than before, or another is foremost
    failed = Signal(str)

    def __init__(self, selection: Selection, parent: QObject) -> None:
        super().__init__(parent)
        self._selection = selection
        self.drawn: dict[Path, PlottedRun] = {}
        self.ticked: set[Path] = set()
        self.live: PlottedRun | None = None
        #: Runs whose measurements are only in memory, because they could not be written to disk.
        self._lost: set[Path] = set()
        #: What each run, and what it has measured, looked like when its history was read.
        self._read_as: dict[Path, _Look] = {}
        #: Runs that were ticked when they disappeared. They are ticked again when they come back.
        self._gone_ticked: set[Path] = set()
        self._runs: dict[Path, RunSummary] = {}
        self._color_indices: dict[Path, int] = {}
        #: What is being read.
        self._reading: list[RunSummary] = []
        self._fetcher = LatestTask(self)
        self._fetcher.fetched.connect(self._on_fetched)
        self._fetcher.failed.connect(self.failed)

    @property
    def foremost(self) -> PlottedRun | None:
        """The run that is drawn in front."""
        if self.live is not None or self._selection.run is not None:
            return self.live or self.drawn.get(self._selection.run or Path())
        return next(iter(self.drawn.values())) if len(self.drawn) == 1 else None

    def show_list(self, runs: list[RunSummary]) -> list[PlottedRun]:
        """Take over the list `runs`. Read those that have grown again; remove those that are gone, and return them."""
        self._runs = {run.folder: run for run in runs}
        absent = [d for f, d in self.drawn.items() if f not in self._runs and not (d.is_live or f in self._lost)]
        # A list that was begun before a run was opened does not know it yet.
        gone = [data for data in absent if not is_there(data.folder)]
        self._gone_ticked |= {data.folder for data in gone} & self.ticked
        back = self._gone_ticked & self._runs.keys()
        for data in gone:
            self.ticked.discard(data.folder)
            self._forget(data.folder)
        for data in self.drawn.values():
            if (run := self._runs.get(data.folder)) is not None:
                data.name = run.name
        if back:
            self.ticked |= back
            self._gone_ticked -= back
            self._arrange()
        else:
            self._read(is_changed=bool(gone))
        return gone

    def restore(self, color_indices: dict[Path, int]) -> None:
        """Tick runs, in these colors, as far as they are there."""
        self.ticked = {folder for folder in color_indices if is_there(folder)}
        self._color_indices = dict(color_indices)
        self._arrange()

    def tick(self, folder: Path, on: bool) -> None:
        """Tick a run, or untick it."""
        (self.ticked.add if on else self.ticked.discard)(folder)
        self._arrange()

    def follow(self) -> None:
        """Draw the run that is selected now, besides those that are ticked."""
        self._arrange()

    def begin(self, folder: Path, name: str, config: TrainingConfig, earlier: History) -> None:
        """Draw a run that begins to train, or goes on behind what it measured `earlier`, in front of all others."""
        self.ticked.add(folder)
        color_index = self.drawn[folder].color_index if folder in self.drawn else self._color_index_of(folder)
        self.drawn[folder] = self.live = PlottedRun(
            folder, name, earlier, config, RunMetadata.read(folder), color_index, is_read=True, is_live=True
        )
        self._arrange()

    def add(self, event: Event, seconds: float) -> None:
        """Take in what the running training tells."""
        if self.live is not None:
            self.live.history.add(event, seconds)

    def end(self, *, is_lost: bool = False) -> None:
        """Treat the run that was in training like the others. One that `is_lost` is not read from the disk again."""
        if self.live is not None:
            self.live.is_live = False
            (self._lost.add if is_lost else self._lost.discard)(self.live.folder)
            self.live.metadata = RunMetadata.read(self.live.folder)
            # It is read again once the list shows that it has ended.
            self._read_as.pop(self.live.folder, None)
            self.live = None
            self.changed.emit()

    def close(self) -> None:
        """Stop the background work for good."""
        self._fetcher.close()

    def _arrange(self) -> None:
        selected = self._selection.run
        wanted = self.ticked | ({selected} if selected is not None and is_there(selected) else set())
        for folder in [f for f in self.drawn if f not in wanted and not self.drawn[f].is_live]:
            self._forget(folder)
        for folder in wanted:
            if folder not in self.drawn:
                self.drawn[folder] = PlottedRun(folder, folder.name, color_index=self._color_index_of(folder))
        self._read(is_changed=True)

    def _forget(self, folder: Path) -> None:
        """Draw the run in `folder` no more."""
        del self.drawn[folder]
        self._lost.discard(folder)
        self._read_as.pop(folder, None)

    def _read(self, *, is_changed: bool) -> None:
        """Read what is not known yet, or not any more, in the background."""
        stale = [
            run
            for data in self.drawn.values()
            if not (data.is_live or data.folder in self._lost)
            and (run := self._runs.get(data.folder)) is not None
            and self._read_as.get(data.folder) != _look_of(run)
        ]
        if is_changed:
            self.changed.emit()
        # Asking again for what is asked for already would only put it off.
        if not stale or stale == self._reading:
            return
        self._reading = stale

        def read(token: CancelToken) -> list[tuple[_Look, History | str]]:
            found = []
            for run in stale:
                token.check()
                # The stamp is taken first, so that what is written during the reading is read again.
                found.append((_look_of(run), _history_of(run.folder)))
            return found

        self._fetcher.fetch(read)

    def _on_fetched(self, found: list[tuple["_Look", "History | str"]]) -> None:
        self._reading = []
        for stamp, read in found:
            run = stamp[0]
            data = self.drawn.get(run.folder)
            if data is None or data.is_live:
                continue
            self._read_as[run.folder] = stamp
            data.metadata, data.name, data.config = run.metadata, run.name, run.config or TrainingConfig()
            data.is_read = True
            if isinstance(read, str):
                self.failed.emit(read)
            else:
                data.history = read
        self.changed.emit()

    def _color_index_of(self, folder: Path) -> int:
        """Return the color that a run had before, where no other has that now; else the first that is free."""
        used = {data.color_index for data in self.drawn.values()}
        before = self._color_indices.get(folder)
        free = next(number for number in range(len(used) + 1) if number not in used)
        self._color_indices[folder] = free if before is None or before in used else before
        return self._color_indices[folder]


_Look = tuple[RunSummary, tuple[int, ...]]


def _look_of(run: RunSummary) -> _Look:
    """Return a value that changes whenever the run changes; while it is written, also within an epoch."""
    return run, stamp_of(run.folder) if run.status == "running" else ()


def _history_of(folder: Path) -> "History | str":
    """Return what the run in `folder` has measured, or a sentence on why that cannot be read."""
    try:
        return history.read(folder)
    except DigitpadError as error:
        return str(error)
