"""The settings in which runs differ, in words."""

import dataclasses
from pathlib import Path

from digitpad.engine.training.config import SETTINGS, TrainingConfig


def difference(config: TrainingConfig, other: TrainingConfig) -> dict[str, tuple[object, object]]:
    """Return the settings in which two configs differ, by name: the first one's value and the other's."""
    pairs = {name: (_compared(config, name), _compared(other, name)) for name in SETTINGS}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def alike(config: TrainingConfig) -> TrainingConfig:
    """Return `config` as it equals those of all trainings that differ in nothing but their seed."""
    ink = _compared(config, "ink")
    return dataclasses.replace(config, seed=0, ink=None if ink is None else str(ink))


def _compared(config: TrainingConfig, name: str) -> object:
    """Return a setting; of ink the file's name: each run has a copy, which is named after what it holds."""
    setting = getattr(config, name)
    return Path(setting).name if name == "ink" and setting is not None else setting


def in_words(config: TrainingConfig, other: TrainingConfig) -> str:
    """Return what `config` has that `other` has not, e.g. ``learning rate 0.1, epochs 20``."""
    pairs = difference(config, other).items()
    return ", ".join(f"{SETTINGS[name].label.lower()} {value(mine, name)}" for name, (mine, _) in pairs)


def value(setting: object, name: str = "") -> str:
    """Return the value of the setting called `name` as people read it."""
    if setting is None:
        return "MNIST" if name == "data" else "none"
    if isinstance(setting, float):
        return (
            f"{setting:.8f}".rstrip("0").rstrip(".") if setting == 0 or 1e-8 <= abs(setting) < 1e7 else f"{setting:g}"
        )
    return str(setting) or "none"
