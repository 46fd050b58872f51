"""Which runs there are, looked up aside every now and then. It knows no widget."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from digitpad.app.session.fetching import Fetcher
from digitpad.engine.runs.store import RunStore, RunSummary, disk_use

_INTERVAL_MS = 2_000


class RunList(QObject):
    """Tells of all runs of `store` at once and whenever they have changed, those of other processes too."""

    listed = Signal(object, object)  # list[RunSummary], the newest first; bytes on the disk

    def __init__(self, store: RunStore, parent: QObject) -> None:
        super().__init__(parent)
        self.runs: list[RunSummary] = []
        self._store = store
        self._has_thinned = False
        self._sizes: dict[Path, tuple[RunSummary, int]] = {}
        self._fetcher = Fetcher(self)
        self._fetcher.fetched.connect(self._take)
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look from now on."""
        self.look()
        self._timer.start()

    def look(self) -> None:
        """Look now."""
        self._fetcher.fetch(self._fetch)

    def close(self) -> None:
        """Look no more. The last call."""
        self._timer.stop()
        self._fetcher.close()

    def _fetch(self, _: Callable[[], bool]) -> tuple[list[RunSummary], int]:
        runs = self._store.runs()
        if not self._has_thinned:
            self._store.thin(runs)
            self._has_thinned = True
        return runs, self._bytes(runs)

    def _bytes(self, runs: Sequence[RunSummary]) -> int:
        total = 0
        for run in runs:
            known = self._sizes.get(run.folder)
            if known is None or known[0] != run or run.status == "running":
                known = self._sizes[run.folder] = (run, disk_use(run.folder))
            total += known[1]
        return total

    def _take(self, found: tuple[list[RunSummary], int]) -> None:
        self.runs = found[0]
        self.listed.emit(*found)
