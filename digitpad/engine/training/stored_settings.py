"""Settings out of files of ours, also of earlier versions, in which some had other names."""

from typing import Any

#: What settings were called in files of format version 1, and what they are called since.
RENAMED = {"turn": "rotation", "averaging": "ema_decay", "pen": "synthetic", "scribbles": "outliers"}


def by_new_names(settings: dict[str, Any]) -> dict[str, Any]:
    """Return stored `settings` by the names that they have today. A setting that is there by both is left alone."""
    return {
        RENAMED[name] if name in RENAMED and RENAMED[name] not in settings else name: value
        for name, value in settings.items()
    }
