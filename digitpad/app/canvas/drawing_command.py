"""One change of a drawing, to be undone and done again."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from digitpad.data.drawing import Drawing


class DrawingCommand(QUndoCommand):
    """Shows `after` in place of `before`. Drawings are frozen and share their strokes, so both are simply kept.

    An action that `merges` becomes one with the action of the same text before it.
    """

    def __init__(
        self, show: Callable[[Drawing], None], before: Drawing, after: Drawing, text: str, *, merges: bool = False
    ) -> None:
        super().__init__(text)
        self._show = show
        self._merges = merges
        self.before = before
        self.after = after

    def redo(self) -> None:
        self._show(self.after)

    def undo(self) -> None:
        self._show(self.before)

    def id(self) -> int:
        # Qt calls `mergeWith` only for commands with the same id, and never for -1.
        return 1 if self._merges else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, DrawingCommand) or other.text() != self.text():
            return False
        self.after = other.after
        return True
