"""A run in one line of the list, also where it is damaged."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitpad.engine.runs import history, layout, lock, resumption
from digitpad.engine.runs.metadata import Figures, RunError, RunMetadata
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a list says of a run. `status` is running, ended, stopped, interrupted or failed.

    `config` is None, and `problem` a sentence, where the run's settings cannot be read.
    """

    folder: Path
    metadata: RunMetadata
    status: str
    config: TrainingConfig | None
    figures: Figures
    problem: str = ""

    @property
    def name(self) -> str:
        """The run's name."""
        return self.metadata.name

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "name": self.name,
            "folder": str(self.folder),
            "status": self.status,
            "started": self.metadata.started,
            "seconds": self.metadata.seconds,
            "epochs": self.figures.epochs,
            "validation_accuracy": self.figures.validation_accuracy,
            "best_validation_accuracy": self.figures.best_validation_accuracy,
            "best_epoch": self.figures.best_epoch,
            "test_accuracy": self.figures.test_accuracy,
            "config": None if self.config is None else self.config.as_dict(),
        }


def summarized(folder: Path) -> RunSummary:
    """Return what can be said of the run in `folder`."""
    metadata = RunMetadata.read(folder)
    config, problem, figures = None, "", metadata.figures
    try:
        config = resumption.config_of(folder)
        is_told = figures.validation_accuracy is not None or figures.best_validation_accuracy is None
        if not (layout.has(folder, layout.ABOUT) and is_told):
            # A run of an earlier digitpad.
            figures = history.read(folder).figures
    except DigitpadError as error:
        problem = str(error)
    return RunSummary(folder, metadata, _status(folder, metadata), config, figures, problem)


def is_there(folder: Path) -> bool:
    """Tell whether `folder` looks like one of a run; whether it is one, `require_run` finds out."""
    return layout.has(folder, layout.CONFIG)


def require_run(folder: Path) -> None:
    """Raise `RunError`, which says what was found, unless there is a run in `folder`.

    There is one where its settings can be read, and where it holds nothing but what digitpad writes.
    """
    try:
        resumption.config_of(folder)
        layout.require_own(folder)
    except DigitpadError as error:
        raise RunError(f"{folder} is no folder of a run: {error}") from error


def stamp_of(folder: Path) -> tuple[int, ...]:
    """Return what changes when the run in `folder` does."""
    stamp = []
    for name in (layout.ABOUT, layout.CONFIG, layout.EVENTS):
        try:
            status = (folder / name).lstat()
            stamp += [status.st_mtime_ns, status.st_size]
        except OSError:
            stamp += [0, 0]
    return tuple(stamp)


def changed_at(folder: Path) -> float:
    """Return when the run in `folder` was last trained, in seconds since 1970, whatever was noted on it since."""
    # The times of what is measured and of the settings, behind that of `about.json`.
    return max(stamp_of(folder)[2::2]) / 1e9


def _status(folder: Path, metadata: RunMetadata) -> str:
    if metadata.ended_as is not None:
        return metadata.ended_as
    return "running" if lock.is_held(folder) else "interrupted"
