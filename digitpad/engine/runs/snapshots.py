"""The snapshots of a run: which there are, and each network mapped from its file.

A mapped network's weights stay on the disk until they are read, and need no memory of their own.
"""

import os
from collections import OrderedDict
from collections.abc import Collection
from pathlib import Path

from digitpad.engine.files import tensor_files, weights
from digitpad.engine.runs import layout
from digitpad.engine.runs.metadata import RunError
from digitpad.engine.runs.snapshot import Snapshot, Snapshots
from digitpad.nn.network import Network

#: Networks that are mapped at most, and bytes of them where they are not mapped but read.
_MOST_OPEN, MOST_BYTES = 512, 200_000_000


def most_open(size: int) -> int:
    """Return how many networks of `size` bytes may be held at once.

    A mapped one holds a file, of which the system may allow few; one that is read holds memory.
    """
    if not tensor_files.IS_MAPPED:
        return max(1, MOST_BYTES // size)
    import resource

    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST_OPEN if allowed == resource.RLIM_INFINITY else min(_MOST_OPEN, allowed // 2)


def steps_in(folder: Path) -> list[int]:
    """Return the steps after which networks are kept in `folder`, ascending."""
    # By names, without a `Path` each: while a run trains, its hundreds are looked for several times a second.
    try:
        with os.scandir(folder) as entries:
            return sorted(step for entry in entries if (step := layout.step_of(entry.name)) is not None)
    except OSError:
        return []


def kept_in(folder: Path, measured: Snapshots) -> list[Snapshot]:
    """Return those of a run's places whose networks are kept, in their order."""
    steps = set(steps_in(folder))
    # A float is found among integers that are equal; the last measurement at a step counts.
    last = {step: number for number, step in enumerate(measured.steps) if step in steps}
    return [measured[number] for _, number in sorted(last.items())]


def epochs_in(folder: Path, measured: Snapshots) -> list[int]:
    """Return the steps of the epochs whose networks are kept."""
    steps = set(steps_in(folder))
    return [place.step for place in measured if place.is_epoch and place.step in steps]


class Shelf:
    """The mapped networks of one run, by step; each is checked when it is opened.

    Those of another run are closed first: a mapped file takes a handle, and disk space even after it is deleted.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._open: OrderedDict[int, tuple[tuple[int, int], Network]] = OrderedDict()

    def take(self, folder: Path, step: int) -> Network:
        """Return the network that the run in `folder` kept after `step`. Raises `DigitpadError`."""
        if folder != self._folder:
            self._folder = folder
            self._open.clear()
        path = layout.weights_after(folder, step)
        try:
            status = path.stat()
        except OSError as error:
            raise RunError(f"the network {path} is gone: choose another epoch") from error
        stamp = (status.st_mtime_ns, status.st_size)
        if step not in self._open or self._open[step][0] != stamp:
            self._open[step] = (stamp, weights.load_mapped(path)[0])
            while len(self._open) > most_open(status.st_size):
                self._open.popitem(last=False)
        self._open.move_to_end(step)
        return self._open[step][1]

    def keep(self, steps: Collection[int]) -> None:
        """Let all networks go but those after `steps`: of the others, the run has kept no file."""
        for step in self._open.keys() - set(steps):
            del self._open[step]
