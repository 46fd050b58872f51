"""Asking for a file to open or to save to."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


def ask_open(parent: QWidget, title: str, folder: str, kind: str) -> Path | None:
    """Return the file that the user picks, or None. `kind` is a filter such as ``Weights (*.npz)``."""
    name, _ = QFileDialog.getOpenFileName(parent, title, folder, kind)
    return Path(name) if name else None


def ask_save(parent: QWidget, title: str, suggestion: Path, kinds: Sequence[tuple[str, str]]) -> Path | None:
    """Return the file to save to, or None; `kinds` are names and endings, e.g. ("NumPy", ".npz"), the default first.

    A name without any ending gets that of the chosen kind before the dialog looks whether such a file is there and asks
    if it may be replaced. So does a name with an ending of another program's, which Qt would leave as it is.
    """
    filters = {f"{name} (*{ending})": ending for name, ending in kinds}
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(filters))
    dialog.setDefaultSuffix(kinds[0][1])
    dialog.setDirectory(str(suggestion.parent))
    dialog.selectFile(suggestion.name)
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(filters[kind]))
    if not dialog.exec():
        return None
    path = Path(next(iter(dialog.selectedFiles()), ""))
    if path.name in ("", *filters.values()):
        # Quotes alone, for example, are accepted and name no file.
        return None
    named = ending_for(path, filters[dialog.selectedNameFilter()], list(filters.values()))
    return named if named == path or not named.exists() or _may_replace(parent, named) else None


def ending_for(path: Path, chosen: str, endings: Sequence[str]) -> Path:
    """Return `path` with the ending of the `chosen` kind, unless it has another kind's own already.

    Where one ending ends with the other, .28x28.png with .png, the choice decides.
    """
    has = max((ending for ending in endings if path.name.lower().endswith(ending)), key=len, default="")
    if has and not (has.endswith(chosen) or chosen.endswith(has)):
        return path
    if path.name.lower().endswith(chosen) and has == chosen:
        return path
    return path.with_name(path.name[: len(path.name) - len(has)] + chosen)


def _may_replace(parent: QWidget, path: Path) -> bool:
    """Ask whether to replace `path`, as the dialog does for the names that it knows."""
    button = QMessageBox.StandardButton
    question = f"{path.name} already exists.\nDo you want to replace it?"
    return QMessageBox.warning(parent, "Save", question, button.Yes | button.No, button.No) == button.Yes
