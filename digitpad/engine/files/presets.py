"""Presets: trainings worth repeating, in small files that people can copy and edit.

A preset is a TOML file: a `title`, a `description`, and a table `training` with settings of `TrainingConfig`; those
that are missing take their defaults. digitpad's own are in ``resources/presets/``.
"""

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path

from digitpad import resources
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError
from digitpad.files import read_bounded

SUFFIX = ".toml"
#: Enough for every setting with a long description, and too few for keys that are nested until memory ends.
_MAX_BYTES = 8_000
_KEYS = {"title", "description", "training"}


class PresetError(DigitpadError):
    """The file holds no preset, or there is none of that name."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A name for the command line, a title for people, what the training is about, and its settings."""

    name: str
    title: str
    description: str
    config: TrainingConfig


def names() -> list[str]:
    """Return the names of digitpad's own presets, in the order in which a learner meets them."""
    own = [path.stem for path in resources.path("presets").glob(f"*{SUFFIX}")]
    return sorted(own, key=lambda name: (not name.startswith("mlp"), not name.startswith("conv"), name))


def name_of(config: TrainingConfig) -> str:
    """Return the name of digitpad's own preset that `config` is, whatever its seed; "" if it is none."""
    for name in names():
        if dataclasses.replace(load(name).config, seed=config.seed) == config:
            return name
    return ""


def load(name_or_file: str) -> Preset:
    """Return one of digitpad's own presets by its name, or that in a file. Raises `DigitpadError`."""
    if name_or_file in names():
        return read(resources.path("presets") / f"{name_or_file}{SUFFIX}")
    path = Path(name_or_file)
    if path.suffix.lower() != SUFFIX:
        raise PresetError(f"there is no preset {name_or_file[:60]!r}: use {', '.join(names())} or a {SUFFIX} file")
    return read(path)


def read(path: Path) -> Preset:
    """Return the preset in a TOML file. Raises `DigitpadError`."""
    try:
        content = tomllib.loads(read_bounded(path, _MAX_BYTES).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise PresetError(f"{path} is no TOML file ({str(error)[:100]}): correct it") from error
    settings, description = content.get("training", {}), content.get("description", "")
    title = content.get("title", path.stem)
    if content.keys() - _KEYS:
        odd = sorted(content.keys() - _KEYS)[0]
        raise PresetError(f"{path} has the unknown key {odd[:40]!r}: use a description and a table [training]")
    if not isinstance(settings, dict) or not isinstance(description, str) or not isinstance(title, str):
        raise PresetError(f"{path} needs texts as its title and description and a table [training]: correct it")
    try:
        config = TrainingConfig.from_dict(settings)
    except DigitpadError as error:
        raise PresetError(f"{path}: {error}") from error
    return Preset(path.stem, " ".join(title.split()), " ".join(description.split()), config)
