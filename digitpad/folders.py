"""The folders of the user's data, settings and logs. All functions raise `FolderError`.

They are the platform's usual folders. If the environment variable ``DIGITPAD_HOME`` names a folder, that one is used
for all of them: beside a portable copy on a USB drive, for example.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import platformdirs

from digitpad.errors import DigitpadError

HOME = "DIGITPAD_HOME"


class FolderError(DigitpadError):
    """The location of the user's files is unknown."""


def data() -> Path:
    """Return the folder of runs, the user's digits, and the autosaved states of windows."""
    return _home() or _of_platform(platformdirs.user_data_path)


def settings() -> Path:
    """Return the folder of the settings."""
    return _home() or _of_platform(platformdirs.user_config_path)


def log() -> Path:
    """Return the folder of the log."""
    return _home() or _of_platform(platformdirs.user_log_path)


def _home() -> Path | None:
    named = os.environ.get(HOME)
    try:
        return Path(named).expanduser().absolute() if named else None
    except (RuntimeError, OSError) as error:
        raise FolderError(f"{HOME} is {named!r}, which is no folder that can be found: name another") from error


def _of_platform(path_of: Callable[[str, Literal[False]], Path]) -> Path:
    """Return a folder of the platform's. Raises `FolderError` where the user has no home that it could be in."""
    with contextlib.suppress(RuntimeError):
        folder = path_of("digitpad", False)
        if folder.parts[0] != "~":
            return folder
    raise FolderError(f"nobody knows your home folder (HOME is not set): set HOME, or {HOME} to a folder")
