"""All that can be found in the command palette: actions, settings, presets, pages of help, runs."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from digitpad.app.runs.runs_panel import RunsPanel
from digitpad.app.training.training_form import TrainingForm
from digitpad.app.widgets.actions import make_action
from digitpad.app.window.command_palette import Command, CommandPalette, command_of
from digitpad.engine.runs.summary import RunSummary
from digitpad.engine.training.config import SETTINGS


class Commands(QObject):
    """Opens the palette over `window`. A run that is chosen there is passed to `choose_run`."""

    def __init__(
        self, window: QWidget, form: TrainingForm, runs: RunsPanel, choose_run: Callable[[RunSummary], None]
    ) -> None:
        super().__init__(window)
        self._window, self._form, self._runs, self._choose_run = window, form, runs, choose_run
        self.open_palette = make_action(
            self, "view.command_palette", "Command Palette...", "Ctrl+Shift+P",
            "Find actions, settings, presets, pages of help and runs by a few letters",
        )  # fmt: skip
        self.open_palette.triggered.connect(self._open)
        self._actions: Mapping[str, QAction] = {}

    def use_actions(self, actions: Mapping[str, QAction]) -> None:
        """Offer `actions`, by their ids."""
        self._actions = actions

    def all(self) -> list[Command]:
        """Return every command that there is now."""
        actions = [command_of(action) for action in self._actions.values() if action is not self.open_palette]
        # Of two that are found alike, what does something comes before what explains it.
        pages = [command for command in actions if command.kind == "Help"]
        others = [command for command in actions if command.kind != "Help"]
        return [*others, *self._settings(), *self._presets(), *self._of_runs(), *pages]

    def _settings(self) -> Iterator[Command]:
        for name, field in self._form.fields.items():
            why_not = "" if field.isEnabled() else "not while a network trains"
            label, meaning = SETTINGS[name].label, SETTINGS[name].meaning
            yield Command("Setting", label, partial(self._form.reveal, name), "", meaning, why_not)

    def _presets(self) -> Iterator[Command]:
        why_not = "" if self._form.presets.isEnabled() else "not while a network trains"
        for preset in self._form.presets.presets:
            show = partial(self._form.show_config, preset.config)
            yield Command("Preset", preset.title, show, "", preset.description, why_not)

    def _of_runs(self) -> Iterator[Command]:
        for run in self._runs.table.runs:
            yield Command("Run", run.name, partial(self._choose_run, run), "", "Go to the network that it ended with")

    def _open(self) -> None:
        palette = CommandPalette(self._window, self.all())
        palette.finished.connect(palette.deleteLater)
        palette.open()
        palette.line.setFocus()
