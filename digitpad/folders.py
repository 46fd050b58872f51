"""Where digitpad keeps what is the user's. It makes no folder and knows no file.

That is where the platform keeps such things, or all in the folder that the environment's ``DIGITPAD_HOME`` names:
beside a copy that is carried from one computer to another, for example.
"""

import os
from pathlib import Path

import platformdirs

HOME = "DIGITPAD_HOME"


def data() -> Path:
    """Return the folder of runs, the user's digits, and windows that were killed."""
    return _home() or platformdirs.user_data_path("digitpad", appauthor=False)


def settings() -> Path:
    """Return the folder of the settings."""
    return _home() or platformdirs.user_config_path("digitpad", appauthor=False)


def log() -> Path:
    """Return the folder of the log."""
    return _home() or platformdirs.user_log_path("digitpad", appauthor=False)


def _home() -> Path | None:
    named = os.environ.get(HOME)
    return Path(named).expanduser().absolute() if named else None
