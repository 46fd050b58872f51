"""What the window says about itself and about its network. It changes nothing."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMessageBox, QWidget

from digitpad import __version__
from digitpad.app.session.controller import NetworkInUse
from digitpad.data.dataset import CLASSES, SIDE
from digitpad.engine.training.config import TrainingConfig

_LONGEST_NAME = 40
_ABOUT = f"""\
<h3>digitpad {__version__}</h3>
<p>Draw a digit, train a hand-written NumPy network on MNIST, and watch it learn to read you.</p>
<p>MIT licence. The MNIST digits: Y. LeCun, C. Cortes, C. Burges, CC BY-SA 3.0. The network follows a student's
derivation of backpropagation for UC Berkeley's CS 189.</p>
"""


def name_of(in_use: NetworkInUse) -> str:
    """Return what a network is called in the window's title."""
    if in_use.path is not None:
        name = in_use.path.name
        return name if len(name) <= _LONGEST_NAME else f"{name[:18]}\N{HORIZONTAL ELLIPSIS}{name[-18:]}"
    return "Bundled network" if in_use.is_saved and in_use.record.step else "New network"


def description_of(in_use: NetworkInUse) -> str:
    """Return one line: name, layers, and how well it reads, by the best measure there is."""
    words = [word for word in in_use.network.spec.split(", ") if word]
    layers = "\N{EN DASH}".join([str(SIDE * SIDE), *words, str(CLASSES)])
    record = in_use.record
    parts = [name_of(in_use), layers]
    if record.step == 0:
        parts.append("untrained")
    elif record.test_accuracy is not None:
        parts.append(f"{100 * record.test_accuracy:.2f} % of the test digits read rightly")
    elif record.validation_accuracy is not None:
        parts.append(f"{100 * record.validation_accuracy:.1f} % of the validation digits read rightly")
    return "  \N{MIDDLE DOT}  ".join(parts)


def warning_of_going_on(in_use: NetworkInUse, config: TrainingConfig) -> str:
    """Return what should be known before a network is trained further by a form that says something else, or ""."""
    spec, before = in_use.network.spec, in_use.record.config
    if config.hidden == spec and (before is None or config.learning_rate <= before.learning_rate):
        return ""
    sentence = f"this trains the network that reads now, {spec or 'without hidden layers'}"
    if config.hidden != spec:
        sentence += ", not the layers in the form"
    if before is not None and config.learning_rate > before.learning_rate:
        sentence += (
            f"; it learned at a rate of {before.learning_rate:g}, "
            f"and the form's {config.learning_rate:g} may undo some of that: lower it while it trains"
        )
    return sentence


def show_about(parent: QWidget) -> None:
    """Open the About box."""
    QMessageBox.about(parent, "About digitpad", _ABOUT)


def show_shortcuts(parent: QWidget, actions: Sequence[QAction]) -> None:
    """Open a box with every act that has a key."""
    rows = "".join(
        f"<tr><td style='padding: 2px 24px 2px 0'>{action.text().replace('&', '').rstrip('.')}</td>"
        f"<td>{action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)}</td></tr>"
        for action in actions
        if not action.shortcut().isEmpty()
    )
    box = QMessageBox(parent)
    box.setWindowTitle("Keyboard shortcuts")
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(f"<table width='420'>{rows}</table>")
    box.exec()
