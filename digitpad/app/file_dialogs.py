"""Asking for a file to open or to save to. It reads and writes none."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_open(parent: QWidget, title: str, folder: str, kind: str) -> Path | None:
    """Return the file that the user picks, or None. `kind` is a filter such as ``Weights (*.npz)``."""
    name, _ = QFileDialog.getOpenFileName(parent, title, folder, kind)
    return Path(name) if name else None


def ask_save(parent: QWidget, title: str, suggestion: Path, kinds: Sequence[tuple[str, str]]) -> Path | None:
    """Return the file to save to, or None; `kinds` are names and endings, e.g. ("NumPy", ".npz"), the default first.

    A name without one of the endings gets that of the chosen kind before the dialog looks whether such a file is there
    and asks if it may be replaced.
    """
    filters = {f"{name} (*{ending})": ending for name, ending in kinds}
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(filters))
    dialog.setDefaultSuffix(kinds[0][1])
    dialog.setDirectory(str(suggestion.parent))
    dialog.selectFile(suggestion.name)
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(filters[kind]))
    return Path(dialog.selectedFiles()[0]) if dialog.exec() else None
