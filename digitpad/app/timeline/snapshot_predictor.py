"""Predicts an image with each snapshot of a run, in the background, and remembers the results."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from digitpad.app.session.gui_priority import GuiPriority
from digitpad.app.session.latest_task import LatestTask
from digitpad.cancellation import CancelToken
from digitpad.data.ink import Image, pixels
from digitpad.engine.runs import snapshots
from digitpad.engine.runs.snapshot import Snapshot, Snapshots
from digitpad.engine.runs.snapshots import Shelf
from digitpad.errors import DigitpadError
from digitpad.nn.workspace import Array


class SnapshotPredictor(QObject):
    """Predicts an image with each network that a run has kept. Known predictions are not computed again."""

    fetched = Signal(object, object, object)  # Path of the run; list[Snapshot]; (snapshots, 10) or None
    failed = Signal(str)

    def __init__(self, priority: GuiPriority, parent: QObject) -> None:
        super().__init__(parent)
        self._shelf = Shelf()
        self._known: dict[int, Array] = {}
        self._asked: tuple[Path, bytes] | None = None
        self._fetcher = LatestTask(self, priority, for_pen=False)
        self._fetcher.fetched.connect(self._on_fetched)
        self._fetcher.failed.connect(self.failed)

    def request(self, folder: Path, measured: Snapshots, image: Image | None) -> None:
        """Predict `image` with each network that the run in `folder` kept, out of the snapshots `measured`.

        Only the latest request counts.
        """
        self._fetcher.fetch(lambda token: self._fetch(folder, measured, image, token))

    def close(self) -> None:
        """Stop the background work for good."""
        self._fetcher.close()

    def _fetch(
        self, folder: Path, measured: Snapshots, image: Image | None, token: CancelToken
    ) -> tuple[Path, list[Snapshot], Array | None]:
        kept_snapshots = snapshots.kept_in(folder, measured)
        # A running training deletes some of them.
        kept = {snapshot.step for snapshot in kept_snapshots}
        self._shelf.keep(kept)
        self._known = {step: found for step, found in self._known.items() if step in kept}
        if image is None:
            return folder, kept_snapshots, None
        question = (folder, image.tobytes())
        if question != self._asked:
            self._asked, self._known = question, {}
        digit = pixels(image)[np.newaxis]
        missing = [snapshot for snapshot in kept_snapshots if snapshot.step not in self._known]
        for snapshot in missing:
            token.check()
            try:
                self._known[snapshot.step] = self._shelf.take(folder, snapshot.step).predict(digit)[0]
            except DigitpadError:
                # It was thinned, deleted or damaged meanwhile; the others can still be asked.
                continue
        unknown = np.full(10, np.nan, np.float32)
        rows = [self._known.get(snapshot.step, unknown) for snapshot in kept_snapshots]
        return folder, kept_snapshots, np.stack(rows) if rows else np.zeros((0, 10), np.float32)

    def _on_fetched(self, found: tuple[Path, list[Snapshot], Array | None]) -> None:
        self.fetched.emit(*found)
