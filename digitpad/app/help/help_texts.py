"""The About box and the list of shortcuts."""

import itertools
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMessageBox, QWidget

from digitpad import __version__

_ABOUT = f"""\
<h3>digitpad {__version__}</h3>
<p>Draw a digit, train a hand-written NumPy network on MNIST, and watch it learn to read you.</p>
<p>MIT license. The MNIST digits: Y. LeCun, C. Cortes, C. Burges, CC BY-SA 3.0. The network follows a student's
derivation of backpropagation for UC Berkeley's CS 189.</p>
"""


def show_about(parent: QWidget) -> None:
    """Open the About box."""
    QMessageBox.about(parent, "About digitpad", _ABOUT)


#: Shortcuts that are in no menu, or that do something else in one of the views, and their keys.
_BESIDES = (
    ("Go to the Newest Network", "Ctrl+J"),
    ("Tick the Run, in the List", "Space"),
    ("Undo Delete, in the List", QKeySequence.StandardKey.Undo),
    ("Undo the Step, in Step by Step", QKeySequence.StandardKey.Undo),
)
#: The shortcut of the digit keys.
_LABEL = ("Label the Digit", "0 \N{EN DASH} 9")


def show_copied(parent: QWidget, text: str) -> None:
    """Open a box with what was copied to the clipboard."""
    box = QMessageBox(parent)
    box.setWindowTitle("Diagnostics")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("This was copied to the clipboard. It says nothing of you or of what you have drawn.")
    box.setInformativeText(text)
    box.exec()


def show_shortcuts(parent: QWidget, actions: Sequence[QAction]) -> None:
    """Open a box with every action that has a key."""
    native = QKeySequence.SequenceFormat.NativeText
    told = [
        (action.text().replace("&", "").rstrip("."), action.shortcut().toString(native))
        for action in actions
        if not action.shortcut().isEmpty()
    ]
    told += [(what, QKeySequence(key).toString(native)) for what, key in _BESIDES]
    told.append(_LABEL)
    cells = [
        f"<td style='padding: 2px 16px 2px 0'>{what}</td><td style='padding: 2px 40px 2px 0'>{key}</td>"
        for what, key in told
    ]
    # In two columns, for a small screen is not high enough for one.
    half = -(-len(cells) // 2)
    rows = "".join(f"<tr>{a}{b}</tr>" for a, b in itertools.zip_longest(cells[:half], cells[half:], fillvalue=""))
    box = QMessageBox(parent)
    box.setWindowTitle("Keyboard shortcuts")
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(f"<table width='680'>{rows}</table>")
    box.exec()
