"""The actions of the Help menu."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget

from digitpad.app.help import bug_report, help_texts
from digitpad.app.help.help_page import HelpPage
from digitpad.app.help.pen_forms_page import PenFormsPage
from digitpad.app.widgets.actions import make_action


class HelpActions(QObject):
    """Opens pages in front of `window`; `keys` returns every action of the window that may have a key."""

    def __init__(self, window: QWidget, keys: Callable[[], Sequence[QAction]]) -> None:
        super().__init__(window)
        self._window = window
        self._shown: HelpPage | None = None
        self.shortcuts = make_action(
            self, "help.keyboard_shortcuts", "&Keyboard Shortcuts", "F1", "All actions and their keys"
        )
        self.pages = [
            self._page("&Training", "training", "What a training does, step by step and epoch by epoch"),
            self._page("&Cost", "cost", "What the cost is, and why it is not the accuracy"),
            self._page("&Validation", "validation", "Why digits are held out, and what the test digits are for"),
            self._page("Overf&itting", "overfitting", "When a network memorizes its training digits"),
            self._page("&Learning Rate", "learning-rate", "How far a step goes, and what comes of too far"),
            self._page("&Steps and Batches", "optimization", "Batches, momentum, Adam, and what chance does"),
            self._page("Data Augm&entation", "augmentation", "Digits shifted, rotated and distorted during training"),
            self._page("Di&gits", "digits", "What a network learns from, and how much of it is enough"),
            self._page("Convol&ution", "convolution", "Filters that find everywhere what they learned somewhere"),
            self._page("Attri&bution", "attribution", "Which pixels support a prediction, and what units look for"),
            self._page("The &Derivation", "derivation", "All eighteen equations, and where the code computes them"),
            self._page("Net&work Input", "network-input", "How ink is scaled and centered before it is read, and why"),
            self._page("&Not a Digit", "predictions", "When a prediction is refused, and what a probability means"),
            self._page("E&xplain Prediction", "explain", "Which change corrects it, and similar training digits"),
            self._page("My &Handwriting", "fine-tuning", "How a network is fine-tuned on your own digits"),
            self._page("&Runs", "runs", "How trainings are kept and compared, and how to go back in them"),
            self._page("&One Digit a Step", "single-digit-steps", "How single steps are as fast as matrices"),
            self._page("How Accurate It Is", "accuracy", "Measured on digits and photos of hundreds of people"),
            self._page("Weights and Other Programs", "weights", "PyTorch, ONNX and Keras, in both directions"),
            self._page("The Command Line", "command-line", "Train, evaluate, classify and export without the window"),
        ]
        self.pen_forms = make_action(
            self, "help.pen_forms", "For&ms of Digits", None, "The forms of each digit that the synthetic pen writes"
        )
        self.diagnostics = make_action(
            self,
            "help.copy_diagnostics",
            "Co&py Diagnostics",
            None,
            "Copy versions, machine and last errors; no name, path or drawing of yours",
        )
        self.about = make_action(self, "help.about", "&About digitpad", None, "Version, license and data")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.shortcuts.triggered.connect(lambda: help_texts.show_shortcuts(window, keys()))
        self.pen_forms.triggered.connect(lambda: PenFormsPage(window).exec())
        self.diagnostics.triggered.connect(self._copy_diagnostics)
        self.about.triggered.connect(lambda: help_texts.show_about(window))

    def _page(self, text: str, name: str, explanation: str) -> QAction:
        action = make_action(self, f"help.{name.replace('-', '_')}", text, None, explanation)
        # A lambda is fine here: everything is in one thread.
        action.triggered.connect(lambda: self.show_page(name))
        return action

    def show_page(self, name: str) -> None:
        """Open the page called `name`."""
        self._open(HelpPage(name, self._window))

    def show_equation(self, number: str) -> None:
        """Open the derivation at the equation of that number."""
        page = HelpPage("derivation", self._window)
        page.show_place(number)
        self._open(page)

    def _open(self, page: HelpPage) -> None:
        """Show a page in place of the one before."""
        if self._shown is not None:
            self._shown.close()
        self._shown = page
        page.finished.connect(self._forget)
        page.show()

    def _forget(self) -> None:
        self._shown = None

    def _copy_diagnostics(self) -> None:
        told = bug_report.text()
        QGuiApplication.clipboard().setText(told)
        help_texts.show_copied(self._window, told)
