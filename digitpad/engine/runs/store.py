"""All runs: listing, finding, renaming, deleting.

Runs lie in folders of their own under the platform's folder for users' data; those that were made elsewhere are known
by ``elsewhere.json`` there. What is deleted moves to ``.trash`` beside them, and can come back from there for as many
days as `retention` says.
"""

import contextlib
import json
import math
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from digitpad import folders
from digitpad.engine.files import presets
from digitpad.engine.runs import history, layout, lock, retention, snapshots
from digitpad.engine.runs.metadata import LONGEST_NAME, RunError, RunMetadata, change, checked_name, name_from
from digitpad.engine.runs.summary import RunSummary, changed_at, is_there, require_run, stamp_of, summarized
from digitpad.engine.runs.time_texts import seconds_since_1970
from digitpad.engine.runs.trash import Deleted, Trash
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError
from digitpad.files import FileError, read_bounded, remove_left_over, write_atomically

_ELSEWHERE = "elsewhere.json"
_TRASH = ".trash"
_LOCK = ".naming.lock"
_MAX_BYTES = 1_000_000


class RunStore:
    """All runs that are known."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or folders.data() / "runs"
        # A run that has ended does not change, but for its name and note.
        self._known: dict[Path, tuple[tuple[int, ...], RunSummary]] = {}
        self.trash = Trash(self.folder / _TRASH)
        #: Those elsewhere that the list on the disk does not name, where it cannot be written.
        self._unlisted: list[Path] = []

    def runs(self) -> list[RunSummary]:
        """Return all runs, the newest first."""
        found = [self.summary(folder) for folder in self.folders()]
        # What is gone need not be known any more. Another thread may be listing runs, too, or look at one.
        known = self._known
        self._known = {run.folder: known[run.folder] for run in found if run.folder in known}
        return sorted(found, key=_started, reverse=True)

    def folders(self) -> list[Path]:
        """Return the folders of all runs that are there."""
        inside = self.folder.iterdir() if self.folder.is_dir() else ()
        own = [path for path in inside if not path.name.startswith(".") and is_there(path)]
        return own + [path for path in dict.fromkeys([*self._elsewhere(), *self._unlisted]) if is_there(path)]

    def summary(self, folder: Path) -> RunSummary:
        """Return what can be said of the run in `folder`, also where it is damaged."""
        stamp = stamp_of(folder)
        known = self._known.get(folder)
        if known is not None and known[0] == stamp:
            return known[1]
        summary = summarized(folder)
        if summary.status != "running":
            self._known[folder] = (stamp, summary)
        return summary

    def find(self, text: str) -> RunSummary:
        """Return the run in the folder `text`, or the one of that name. Raises `RunError` where there is none."""
        path = Path(text)
        refused: RunError | None = None
        if is_there(path):
            # As it is listed, also where it is reached by another way.
            same = next((folder for folder in self.folders() if folder.resolve() == path.resolve()), None)
            if same is not None:
                return self.summary(same)
            try:
                require_run(path)
            except RunError as error:
                refused = error
            else:
                return self.summary(path.resolve())
        found = [folder for folder in self.folders() if RunMetadata.read(folder).name == text]
        if not found and refused is not None:
            raise refused
        if not found:
            raise RunError(f"there is no file, no folder of a run and no run called {text[:60]!r}: see digitpad runs")
        if len(found) > 1:
            # One was copied, or moved here, by hand.
            raise RunError(f"two runs are called {text[:60]!r}: give the folder, {found[0]} or {found[1]}")
        return self.summary(found[0])

    def new_folder(self) -> Path:
        """Return a folder for a new run that is not there yet, named by the time."""
        name, number = datetime.now().strftime("%Y-%m-%d %H.%M.%S"), 1
        while True:
            folder = self.folder / (name if number == 1 else f"{name} ({number})")
            number += 1
            try:
                # One that was deleted may come back. Made at once: another training may begin in the same second.
                if not self.trash.has(folder):
                    folder.mkdir(parents=True)
                    return folder
            except FileExistsError:
                continue
            except OSError as error:
                raise FileError(f"cannot make the folder {folder}: {error.strerror}; free some space") from error

    def remember(self, folder: Path) -> None:
        """Add the run in `folder`, wherever that is, to the known runs. Raises `RunError` if there is none.

        If the list of folders elsewhere cannot be written, the run is known only to this store object.
        """
        folder = folder.resolve()
        if folder.parent != self.folder.resolve():
            require_run(folder)
            self._list(folder)

    def _list(self, folder: Path) -> None:
        """Know the run in `folder`, which is resolved, wherever that is."""
        if folder.parent == self.folder.resolve():
            return
        with self.naming():
            known = self._elsewhere()
            if folder not in [*known, *self._unlisted]:
                try:
                    self._write_elsewhere([*known, folder])
                except FileError:
                    self._unlisted.append(folder)

    def name_for(self, config: TrainingConfig, folder: Path | None = None) -> str:
        """Return what a run by `config` may be called: its folder's name, a preset's, or its layers."""
        if folder is not None and folder.absolute().parent != self.folder.absolute():
            return name_from(folder.name)
        return presets.name_of(config) or name_from(config.hidden or "no hidden layer")

    def free_name(self, wanted: str) -> str:
        """Return `wanted`, with a number behind it where there is such a run. Raises `RunError` for no name."""
        wanted, taken, number = checked_name(wanted), self._by_name(), 2
        name = wanted
        while name in taken:
            end = f" {number}"
            name, number = wanted[: LONGEST_NAME - len(end)] + end, number + 1
        return name

    def rename(self, run: RunSummary, name: str) -> None:
        """Call `run` something else. Raises `RunError` where that is taken or no name."""
        name = checked_name(name)
        layout.require_own(run.folder)
        with self.naming():
            taken = self._by_name()
            if name in taken and taken[name] != run.folder:
                raise RunError(f"there is a run called {name!r} already: choose another name")
            self._call(run.folder, name)

    def annotate(self, run: RunSummary, note: str) -> None:
        """Write `note` to `run`."""
        layout.require_own(run.folder)
        change(run.folder, note=note)

    def delete(self, run: RunSummary) -> Deleted:
        """Move `run` to the trash.

        Raises `RunError` while it is written, `LayoutError` where its folder holds more than a run, and `FileError`
        where it cannot be moved.
        """
        if lock.is_held(run.folder):
            raise RunError(f"the run {run.name!r} is being written: stop its training before it is deleted")
        if not is_there(run.folder):
            raise RunError(f"the run {run.name!r} is gone already")
        layout.require_own(run.folder)
        deleted = self.trash.put(run)
        with self.naming():
            self._forget(run.folder)
        return deleted

    def restore(self, deleted: Deleted) -> None:
        """Bring a run back from the trash. Raises `FileError` where it cannot be moved."""
        self.trash.put_back(deleted)
        # Also where it is damaged: it was known before.
        self._list(deleted.folder.resolve())
        with self.naming():
            # Another run may have taken its name meanwhile.
            taken = [other for other in self.folders() if RunMetadata.read(other).name == deleted.name]
            if len(taken) > 1:
                self._call(deleted.folder, self.free_name(deleted.name))

    def prune(self, runs: list[RunSummary]) -> None:
        """Delete epochs of old runs, and what was deleted long ago, by the rules of `retention`, wherever it can be."""
        remove_left_over(self.folder)
        self.trash.purge()
        for run in runs:
            ended = seconds_since_1970(run.metadata.ended or "")
            is_old = retention.is_old(ended, changed_at(run.folder), time.time())
            is_over = run.status in ("ended", "stopped", "failed")
            if is_old and is_over and len(snapshots.steps_in(run.folder)) > retention.FEW:
                with contextlib.suppress(DigitpadError, OSError):
                    _prune(run.folder)

    @contextlib.contextmanager
    def naming(self) -> Iterator[None]:
        """Keep everybody else from giving names to runs and from changing the list of those elsewhere."""
        from filelock import FileLock

        with contextlib.ExitStack() as held:
            # Where nothing can be written, nobody else writes either.
            with contextlib.suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
                held.enter_context(FileLock(self.folder / _LOCK, is_singleton=False))
            yield

    def _call(self, folder: Path, name: str) -> None:
        """Rename the run in `folder`, also in the metadata of the runs that continued it."""
        before = RunMetadata.read(folder)
        change(folder, name=name)
        for other in (*self.folders(), *self.trash.folders()):
            if (parent := RunMetadata.read(other).parent) is not None and parent.is_of(before):
                # Where that cannot be written, it goes on to say what its parent was called then.
                with contextlib.suppress(FileError):
                    change(other, parent=replace(parent, name=name))

    def _by_name(self) -> dict[str, Path]:
        return {RunMetadata.read(folder).name: folder for folder in reversed(self.folders())}

    def _elsewhere(self) -> list[Path]:
        return self._listed() or []

    def _listed(self) -> list[Path] | None:
        """Return the runs that the list names, None where it cannot be read."""
        try:
            names = json.loads(read_bounded(self.folder / _ELSEWHERE, _MAX_BYTES))
        except (ValueError, RecursionError, DigitpadError):
            return None
        return [Path(name) for name in names if isinstance(name, str)] if isinstance(names, list) else None

    def _write_elsewhere(self, folders: list[Path]) -> None:
        path = self.folder / _ELSEWHERE
        if self._listed() is None and path.exists():
            # What somebody may still want to read is not written over.
            with contextlib.suppress(OSError):
                path.replace(path.with_suffix(".damaged"))
        content = (json.dumps([str(folder) for folder in folders], indent=1) + "\n").encode()
        if len(content) > _MAX_BYTES:
            raise FileError(f"{len(folders):,} runs in other folders are more than can be remembered: move some here")
        write_atomically(path, content)

    def _forget(self, folder: Path) -> None:
        known = self._elsewhere()
        if folder.resolve() in known:
            self._write_elsewhere([path for path in known if path != folder.resolve()])


def _started(run: RunSummary) -> tuple[float, str]:
    """Return when a run was begun, for sorting: one of which nobody knows it was the first of all."""
    started = seconds_since_1970(run.metadata.started)
    return (0.0 if math.isnan(started) else started), run.folder.name


def _prune(folder: Path) -> None:
    layout.require_own(folder)
    writing = lock.acquired(folder)
    try:
        run = history.read(folder)
        for step in retention.surplus_of_old(snapshots.epochs_in(folder, run.measured), run.best_step):
            layout.weights_after(folder, step).unlink(missing_ok=True)
    finally:
        writing.release()
