"""The menus: where each action is found."""

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

#: Stands for the menu of recent files.
_RECENT = "file.recent"
#: Ids of actions; None is a line between two groups; a menu within a menu is its title and what is in it. What ends in
#: a star stands for all actions whose ids begin like that, in the order in which they were made.
_Items = Sequence[str | tuple[str, "_Items"] | None]
_MENUS: Sequence[tuple[str, _Items]] = (
    ("&File", (
        "training.new_network", "file.open_weights", "file.open_bundled", "file.open_bundled_mlp", _RECENT,
        None, "file.save_weights", "file.save_weights_as",
        None, "file.open_drawing", "file.save_drawing",
        None, "file.quit",
    )),
    ("&Edit", (
        "edit.undo", "edit.redo", "edit.clear", None, "edit.copy", "edit.paste", None, "canvas.eraser",
        ("Pen &Width", ("canvas.pen_*",)),
    )),
    ("&Training", ("training.start", "training.continue", "training.one_epoch", "training.pause", "training.stop")),
    ("&Run", (
        "run.continue", "run.load_settings", "run.train_again", "run.train_again_with_seed", "run.rename",
        "run.edit_note", "run.open_folder", "run.delete", "run.undo_delete",
    )),
    ("&View", (
        "view.command_palette",
        ("&Appearance", ("view.appearance_*",)),
        "canvas.guides", "canvas.animate_normalization", "canvas.without_normalization", "canvas.show_segmentation",
        None, "view.mistakes", "view.inside", "view.steps", "view.handwriting", "view.explain", "view.detach",
        ("In a Win&dow of Its Own", ("view.detach_*",)),
        None, "view.logarithmic_cost", "view.error_rate", "view.mean_over_seeds", "view.fit_curves",
        "view.copy_curves", "view.export_curves",
        None, "view.wide_canvas", "view.projector_size", "view.full_screen",
    )),
    ("&Help", ("help.*",)),
)  # fmt: skip


def fill(bar: QMenuBar, actions: Mapping[str, QAction], recent: QMenu) -> None:
    """Lay the menus out on `bar`. `recent` is the menu of recent files."""
    for title, items in _MENUS:
        _fill(bar.addMenu(title), items, actions, recent)


def in_order(actions: Mapping[str, QAction]) -> list[QAction]:
    """Return the actions that a menu shows, in the order of the menus."""
    return [actions[ident] for _, items in _MENUS for ident in _flat(items, actions)]


def _fill(menu: QMenu, items: _Items, actions: Mapping[str, QAction], recent: QMenu) -> None:
    for item in items:
        if item is None:
            menu.addSeparator()
        elif item == _RECENT:
            menu.addMenu(recent)
        elif isinstance(item, tuple):
            _fill(menu.addMenu(item[0]), item[1], actions, recent)
        else:
            menu.addActions([actions[ident] for ident in _meant(item, actions)])


def _flat(items: _Items, actions: Mapping[str, QAction]) -> Iterator[str]:
    for item in items:
        if isinstance(item, tuple):
            yield from _flat(item[1], actions)
        elif item is not None and item != _RECENT:
            yield from _meant(item, actions)


def _meant(item: str, actions: Mapping[str, QAction]) -> list[str]:
    return [ident for ident in actions if ident.startswith(item[:-1])] if item.endswith("*") else [item]
