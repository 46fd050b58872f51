"""Takes up the choices that were made the last time, and writes them down at the end. It knows no network."""

import contextlib

from digitpad.app.actions import Actions
from digitpad.app.look.theme import Theme
from digitpad.app.paper.canvas import Canvas
from digitpad.app.settings import Settings
from digitpad.app.training.form import TrainingForm
from digitpad.errors import DigitpadError


class Memory:
    """Moves choices between a window's parts and the settings file."""

    def __init__(self, settings: Settings, theme: Theme, acts: Actions, canvas: Canvas, form: TrainingForm) -> None:
        self._settings = settings
        self._theme = theme
        self._acts = acts
        self._canvas = canvas
        self._form = form

    def restore(self) -> None:
        """Take up where the window was left."""
        settings, acts = self._settings, self._acts
        self._form.show_config(settings.config)
        acts.logarithmic.setChecked(settings.logarithmic_cost)
        acts.guides.setChecked(settings.guides)
        acts.watch.setChecked(settings.animates_normalising)
        for action in acts.pen_widths.actions():
            if action.data() == settings.pen_width:
                action.trigger()
        appearance = settings.appearance
        self._theme.choose(appearance)
        for action in acts.appearances.actions():
            action.setChecked(action.data() is appearance)

    def write(self) -> None:
        """Write down what `restore` reads, but for the appearance, which is written when it is chosen."""
        settings, acts = self._settings, self._acts
        settings.logarithmic_cost = acts.logarithmic.isChecked()
        settings.guides = acts.guides.isChecked()
        settings.animates_normalising = acts.watch.isChecked()
        settings.pen_width = self._canvas.pen_width
        # Half a number in a field is not worth remembering; the last whole settings are.
        with contextlib.suppress(DigitpadError):
            settings.config = self._form.config()
        settings.write()
