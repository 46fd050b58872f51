"""Restores the choices made the last time, and saves them at the end."""

import contextlib

from digitpad.app.canvas.canvas_actions import CanvasActions
from digitpad.app.curves.curve_actions import CurveActions
from digitpad.app.curves.plotted_runs import PlottedRuns
from digitpad.app.files.settings import Settings
from digitpad.app.prediction.normalization_actions import NormalizationActions
from digitpad.app.training.training_form import TrainingForm
from digitpad.app.widgets.window_actions import WindowActions
from digitpad.errors import DigitpadError


class WindowSettings:
    """Moves choices between the parts of a window and the settings file."""

    def __init__(
        self,
        settings: Settings,
        form: TrainingForm,
        canvas: CanvasActions,
        normalizing: NormalizationActions,
        curves: CurveActions,
        window: WindowActions,
        shown: PlottedRuns,
    ) -> None:
        self._settings = settings
        self._form = form
        self._canvas = canvas
        self._normalizing = normalizing
        self._curves = curves
        self._window = window
        self._shown = shown

    def restore(self) -> None:
        """Restore the settings of the last window."""
        settings = self._settings
        self._form.show_config(settings.config)
        self._form.threads.setValue(settings.threads)
        self._curves.logarithmic.setChecked(settings.logarithmic_cost)
        self._curves.error.setChecked(settings.error_in_place)
        self._canvas.guides.setChecked(settings.guides)
        self._normalizing.watch.setChecked(settings.animates_normalizing)
        for action in self._canvas.pen_widths.actions():
            if action.data() == settings.pen_width:
                action.trigger()
        self._window.show_appearance(settings.appearance)
        self._shown.restore(settings.ticked)
        # They are saved at each change, not only at the end, so that they survive when the window is killed.
        self._shown.changed.connect(self._note_ticked)

    def _note_ticked(self) -> None:
        shown = self._shown
        self._settings.ticked = {
            folder: data.color_index for folder, data in shown.drawn.items() if folder in shown.ticked
        }

    def write(self) -> None:
        """Save what `restore` reads, except the appearance and the ticked runs, which are saved when they change."""
        settings = self._settings
        settings.logarithmic_cost = self._curves.logarithmic.isChecked()
        settings.error_in_place = self._curves.error.isChecked()
        settings.guides = self._canvas.guides.isChecked()
        settings.animates_normalizing = self._normalizing.watch.isChecked()
        settings.pen_width = self._canvas.pen_width
        settings.threads = self._form.threads.value()
        # An unfinished number in a field is not saved. The last valid settings are.
        with contextlib.suppress(DigitpadError):
            settings.config = self._form.config()
        settings.write()
