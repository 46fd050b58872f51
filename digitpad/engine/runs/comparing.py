"""In which settings runs differ, in words. It reads no file."""

from digitpad.engine.training.config import SETTINGS, TrainingConfig


def difference(config: TrainingConfig, other: TrainingConfig) -> dict[str, tuple[object, object]]:
    """Return the settings in which two configs differ, by name: the first one's value and the other's."""
    pairs = {name: (getattr(config, name), getattr(other, name)) for name in SETTINGS}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def in_words(config: TrainingConfig, other: TrainingConfig) -> str:
    """Return what `config` has that `other` has not, e.g. ``learning rate 0.1, epochs 20``."""
    parts = [f"{SETTINGS[name].label.lower()} {value(mine)}" for name, (mine, _) in difference(config, other).items()]
    return ", ".join(parts)


def value(setting: object) -> str:
    """Return a setting's value as people read it."""
    if setting is None:
        return "MNIST"
    if isinstance(setting, float):
        return (
            f"{setting:.8f}".rstrip("0").rstrip(".") if setting == 0 or 1e-8 <= abs(setting) < 1e7 else f"{setting:g}"
        )
    return str(setting) or "none"
