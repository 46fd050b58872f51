"""What the Help menu does. It changes nothing."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from digitpad.app.actions import Actions
from digitpad.app.help import help_texts
from digitpad.app.help.help_page import HelpPage
from digitpad.app.help.pen_forms_page import PenFormsPage


class HelpActs(QObject):
    """Opens what the acts of the Help menu name, in front of `window`."""

    def __init__(self, acts: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._acts = acts
        self._window = window
        acts.shortcuts.triggered.connect(self._show_shortcuts)
        acts.single_steps.triggered.connect(self._show_single_steps)
        acts.normalising.triggered.connect(self._show_normalising)
        acts.verdicts.triggered.connect(self._show_verdicts)
        acts.pen_forms.triggered.connect(self._show_pen_forms)
        acts.about.triggered.connect(self._show_about)

    def _show_shortcuts(self) -> None:
        help_texts.show_shortcuts(self._window, [*self._acts.all(), *self._acts.pen_widths.actions()])

    def _show_single_steps(self) -> None:
        HelpPage("single-digit-steps", self._window).exec()

    def _show_normalising(self) -> None:
        HelpPage("normalising", self._window).exec()

    def _show_verdicts(self) -> None:
        HelpPage("verdicts", self._window).exec()

    def _show_pen_forms(self) -> None:
        PenFormsPage(self._window).exec()

    def _show_about(self) -> None:
        help_texts.show_about(self._window)
