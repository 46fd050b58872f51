"""The trash: deleted runs, kept beside the others for as many days as `retention` says."""

import contextlib
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from digitpad.engine.runs import layout, retention
from digitpad.engine.runs.metadata import now
from digitpad.engine.runs.summary import RunSummary, is_there
from digitpad.engine.runs.time_texts import seconds_since_1970
from digitpad.errors import DigitpadError
from digitpad.files import FileError


@dataclass(frozen=True, slots=True)
class Deleted:
    """A run that was moved to the trash: where it lies now, and where it lay."""

    name: str
    trashed: Path
    folder: Path


class Trash:
    """Deleted runs in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        #: What was here when its size was last added up.
        self._used: tuple[dict[Path, int], int] = ({}, 0)

    def folders(self) -> list[Path]:
        """Return the folders of the runs in it; what else may lie there is nobody's business."""
        with contextlib.suppress(OSError):
            return [path for path in self._folder.iterdir() if not path.is_symlink() and is_there(path)]
        return []

    def has(self, folder: Path) -> bool:
        """Tell whether the run that lay in `folder` is here."""
        return (self._folder / folder.name).exists()

    def bytes_used(self) -> int:
        """Return how many bytes the runs take."""
        found = {folder: folder.stat().st_mtime_ns for folder in self.folders()}
        if found != self._used[0]:
            self._used = found, sum(map(disk_use, found))
        return self._used[1]

    def put(self, run: RunSummary) -> Deleted:
        """Move `run` here. Raises `FileError`."""
        trashed, number = self._folder / run.folder.name, 2
        while trashed.exists():
            trashed, number = trashed.with_name(f"{run.folder.name} ({number})"), number + 1
        with contextlib.suppress(OSError, DigitpadError):
            # From now on its days here are counted, unless the disk is full: then from when it is seen here.
            _note_deleted(run.folder)
        _move(run.folder, trashed)
        return Deleted(run.name, trashed, run.folder)

    def put_back(self, deleted: Deleted) -> None:
        """Move a run back to where it lay. Raises `FileError`."""
        if deleted.folder.exists():
            raise FileError(f"cannot bring {deleted.name!r} back: {deleted.folder} is in use; move that away")
        _move(deleted.trashed, deleted.folder)
        with contextlib.suppress(OSError, DigitpadError):
            layout.part(deleted.folder, layout.DELETED).unlink(missing_ok=True)

    def purge(self) -> None:
        """Remove for good what was deleted long ago, wherever it can be."""
        for folder in self.folders():
            with contextlib.suppress(DigitpadError, OSError):
                dates = _deleted_at(folder)
                if not retention.agree(*dates, time.time()):
                    # Moved here by hand, before days were counted, or by a program that gave it another date.
                    _note_deleted(folder)
                elif retention.is_old(*dates, time.time()):
                    layout.remove(folder)


def disk_use(folder: Path) -> int:
    """Return how many bytes a run's files take."""
    with contextlib.suppress(OSError):
        return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    return 0


def _note_deleted(folder: Path) -> None:
    """Count a run's days in the trash from now on."""
    layout.write(folder, layout.DELETED, now().encode())


def _deleted_at(folder: Path) -> tuple[float, float]:
    """Return when a run came here, as its note says and as the system says, NaN where nobody knows."""
    note = layout.part(folder, layout.DELETED)
    if not note.exists():
        return float("nan"), float("nan")
    text = layout.read(folder, layout.DELETED).decode("ascii", "replace")
    return seconds_since_1970(text), note.stat().st_mtime


def _move(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, target)
    except OSError as error:
        reason = error.strerror or error
        if isinstance(error, shutil.Error) and isinstance(error.args[0], list):
            # Copied to another disk, file by file: each one's source, target and reason.
            reason = error.args[0][0][-1]
        if source.exists() and target.exists():
            with contextlib.suppress(OSError):
                layout.remove(target)
        raise FileError(f"cannot move {source} to {target}: {reason}; free some space") from error
