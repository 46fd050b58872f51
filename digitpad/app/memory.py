"""Takes up the choices that were made the last time, and writes them down at the end. It knows no network."""

import contextlib
from typing import TYPE_CHECKING

from digitpad.app.files.settings import Settings
from digitpad.app.look.theme import Theme
from digitpad.errors import DigitpadError

if TYPE_CHECKING:
    from digitpad.app.main_window import MainWindow


class Memory:
    """Moves choices between the rooms of `window` and the settings file."""

    def __init__(self, settings: Settings, window: "MainWindow") -> None:
        self._settings = settings
        self._window = window

    def restore(self, theme: Theme) -> None:
        """Take up where the window was left."""
        settings, window = self._settings, self._window
        window.panel.form.show_config(settings.config)
        window.panel.form.threads.setValue(settings.threads)
        window.curve_acts.logarithmic.setChecked(settings.logarithmic_cost)
        window.curve_acts.error.setChecked(settings.error_in_place)
        window.canvas_acts.guides.setChecked(settings.guides)
        window.normalising_acts.watch.setChecked(settings.animates_normalising)
        for action in window.canvas_acts.pen_widths.actions():
            if action.data() == settings.pen_width:
                action.trigger()
        appearance = settings.appearance
        theme.choose(appearance)
        for action in window.appearances.actions():
            action.setChecked(action.data() is appearance)

    def write(self) -> None:
        """Write down what `restore` reads, but for the appearance, which is written when it is chosen."""
        settings, window = self._settings, self._window
        settings.logarithmic_cost = window.curve_acts.logarithmic.isChecked()
        settings.error_in_place = window.curve_acts.error.isChecked()
        settings.guides = window.canvas_acts.guides.isChecked()
        settings.animates_normalising = window.normalising_acts.watch.isChecked()
        settings.pen_width = window.canvas.pen_width
        settings.threads = window.panel.form.threads.value()
        # Half a number in a field is not worth remembering; the last whole settings are.
        with contextlib.suppress(DigitpadError):
            settings.config = window.panel.form.config()
        settings.write()
