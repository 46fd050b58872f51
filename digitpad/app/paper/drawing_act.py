"""One change of a drawing, to be undone and done again. It knows no canvas."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from digitpad.data.drawing import Drawing


class DrawingAct(QUndoCommand):
    """Shows `after` in place of `before`. Drawings are frozen and share their strokes, so both are simply kept."""

    def __init__(self, show: Callable[[Drawing], None], before: Drawing, after: Drawing, text: str) -> None:
        super().__init__(text)
        self._show = show
        self._before = before
        self._after = after

    def redo(self) -> None:
        self._show(self._after)

    def undo(self) -> None:
        self._show(self._before)
