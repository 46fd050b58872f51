"""The numbers of a checkpoint: where the training is, in memory and as JSON."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from digitpad.engine.training.config import LIVE, SETTINGS, LiveSettings, told
from digitpad.engine.training.evaluation import Measurement
from digitpad.errors import DigitpadError

#: Numbers that no training comes to: they would overflow where they are used.
_MOST, _LARGEST = 10**15, 1e300


class CheckpointError(DigitpadError):
    """A saved state does not belong to the training that is to go on."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best epoch so far of a training with patience: where it was, and what was measured there."""

    step: int
    epoch: float
    training: Measurement
    validation: Measurement

    def as_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        figures = {"training": self.training.as_dict(), "validation": self.validation.as_dict()}
        return {"step": self.step, "epoch": self.epoch, **figures}

    @classmethod
    def from_dict(cls, found: Any) -> Self:
        """Return the best of an `as_dict`. Raises `CheckpointError` where something is missing."""
        try:
            step, epoch = found["step"], found["epoch"]
            training, validation = (Measurement.from_dict(found[name]) for name in ("training", "validation"))
        except (TypeError, KeyError, ValueError) as error:
            raise CheckpointError("its best epoch's figures are not complete; resume another run") from error
        return cls(_count("best step", step), _number("best epoch", epoch), training, validation)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointNumbers(LiveSettings):
    """Where a training is, and all that its next step depends on besides tensors.

    `offset` counts digits into `epoch`, `step` steps.
    `measured_at` is the offset of the last measurement within the epoch, `first_cost` that before the first step (None
    before it was measured), `running` the sum of costs and the digits since the last report. `averaged_steps` is None
    without a moving average, `best` without patience.
    """

    epoch: int
    offset: int
    step: int
    measured_at: int = 0
    first_cost: float | None = None
    running: tuple[float, int] = (0.0, 0)
    averaged_steps: int | None = None
    best: Best | None = None
    epochs_since_best: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        plain = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return plain | {"running": list(self.running), "best": None if self.best is None else self.best.as_dict()}

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Self:
        """Return the numbers that `as_dict` wrote to a file. Raises `CheckpointError` if one is missing or invalid."""
        counts = {name: _count(name, found.get(name)) for name in ("epoch", "offset", "step", "measured_at")}
        settings = {name: _setting(name, found.get(name)) for name in LIVE}
        first_cost, averaged, best = (found.get(name) for name in ("first_cost", "averaged_steps", "best"))
        running = found.get("running")
        if not isinstance(running, list) or [type(value) for value in running] != [float, int]:
            raise CheckpointError("its running cost is not a number and a count; resume another run")
        _number("running cost", running[0])
        _count("running count", running[1])
        return cls(
            **counts,
            **settings,
            first_cost=None if first_cost is None else _number("first_cost", first_cost),
            running=(running[0], running[1]),
            averaged_steps=None if averaged is None else _count("averaged_steps", averaged),
            best=None if best is None else Best.from_dict(best),
            epochs_since_best=_count("epochs_since_best", found.get("epochs_since_best", 0)),
        )


def _count(name: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value <= _MOST:
        raise CheckpointError(f"its {name} is {told(value)}, not a whole number from 0; resume another run")
    return value


def _number(name: str, value: Any) -> float:
    if type(value) not in (int, float) or not abs(value) <= _LARGEST:
        raise CheckpointError(f"its {name} is {told(value)}, not a number; resume another run")
    return float(value)


def _setting(name: str, value: Any) -> Any:
    is_number = type(value) is int or (type(value) is float and name != "batch_size")
    if not is_number or not SETTINGS[name].allows(value):
        raise CheckpointError(f"its {name} is {told(value)}, not {SETTINGS[name].allowed}; resume another run")
    return value
