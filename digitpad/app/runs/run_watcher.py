"""Lists the runs in the background, again and again."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from digitpad.app.session.latest_task import LatestTask
from digitpad.cancellation import CancelToken
from digitpad.engine.runs.store import RunStore
from digitpad.engine.runs.summary import RunSummary
from digitpad.engine.runs.trash import disk_use

_INTERVAL_MS = 2_000


class RunWatcher(QObject):
    """Emits all runs of `store`, with those of other processes, at once and then about every two seconds."""

    failed = Signal(str)
    came_back = Signal(object)  # RunSummary of one that was deleted
    listed = Signal(object, object, object)  # list[RunSummary], the newest first; bytes on the disk; in the trash

    def __init__(self, store: RunStore, parent: QObject) -> None:
        super().__init__(parent)
        self.runs: list[RunSummary] = []
        self._store = store
        self._is_pruned = False
        self._sizes: dict[Path, tuple[RunSummary, int]] = {}
        self._fetcher = LatestTask(self)
        self._fetcher.fetched.connect(self._on_fetched)
        self._fetcher.failed.connect(self._fail)
        self._timer = QTimer(self, singleShot=True, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self.refresh)

    def start(self) -> None:
        """List the runs from now on."""
        self.refresh()

    def refresh(self) -> None:
        """List the runs now."""
        self._fetcher.fetch(self._fetch)

    def close(self) -> None:
        """Stop the background work for good."""
        self._timer.stop()
        self._fetcher.close()

    def _fetch(self, _: CancelToken) -> tuple[list[RunSummary], int, int]:
        if self.runs and not self._is_pruned:
            # Not before they are listed for the first time.
            self._is_pruned = True
            self._store.prune(self.runs)
        runs = self._store.runs()
        return runs, self._bytes(runs), self._store.trash.bytes_used()

    def _bytes(self, runs: Sequence[RunSummary]) -> int:
        sizes: dict[Path, tuple[RunSummary, int]] = {}
        for run in runs:
            known = self._sizes.get(run.folder)
            if known is None or known[0] != run or run.status == "running":
                known = run, disk_use(run.folder)
            sizes[run.folder] = known
        self._sizes = sizes
        return sum(size for _, size in sizes.values())

    def _on_fetched(self, found: tuple[list[RunSummary], int, int]) -> None:
        self.runs = found[0]
        self.listed.emit(*found)
        self._timer.start()

    def _fail(self, sentence: str) -> None:
        self.failed.emit(sentence)
        self._timer.start()
