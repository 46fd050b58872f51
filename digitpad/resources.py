"""Finds the files that come with digitpad."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def path(name: str) -> Path:
    """Return the path of a file or folder under ``resources/``, e.g. ``path("weights/convnet.safetensors")``.

    A wheel carries the folder inside the package; a checkout (and an editable install) beside it.
    """
    installed = _PACKAGE / "_resources"
    root = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return root / name
