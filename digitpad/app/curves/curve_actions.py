"""The actions of the curves: axes, fitting, copying, exporting."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from digitpad.app.curves import readout
from digitpad.app.curves.curves_image import CurvesImage
from digitpad.app.curves.curves_panel import CurvesPanel
from digitpad.app.session.background import run_in_background
from digitpad.app.widgets import file_dialogs
from digitpad.app.widgets.actions import make_action
from digitpad.errors import DigitpadError
from digitpad.files import write_atomically

_KINDS = (("Picture", ".png"), ("SVG", ".svg"), ("Measurements, CSV", ".csv"))


class CurveActions(QObject):
    """Connects the actions with `panel`."""

    failed = Signal(str)
    done = Signal(str)  # one sentence

    def __init__(self, panel: CurvesPanel, window: QWidget) -> None:
        super().__init__(window)
        self._panel = panel
        self._window = window
        self.fit = make_action(
            self, "view.fit_curves", "&Fit Curves", "Ctrl+0", "Show all that was measured, and follow a training again"
        )
        self.logarithmic = make_action(
            self,
            "view.logarithmic_cost",
            "&Logarithmic Cost",
            "Ctrl+L",
            "Show the cost on a logarithmic axis",
            checkable=True,
        )
        self.error = make_action(
            self, "view.error_rate", "Show E&rror Rate", "Ctrl+Shift+L",
            "Show the error rate in place of the accuracy, on a logarithmic axis", checkable=True,
        )  # fmt: skip
        self.copy = make_action(
            self, "view.copy_curves", "&Copy Curves", "Ctrl+Shift+C", "Copy the curves as a picture"
        )
        self.export = make_action(
            self, "view.export_curves", "&Export Curves...", "Ctrl+Shift+E", "Save the curves as PNG, SVG or CSV"
        )
        self.fit.triggered.connect(panel.fit)
        self.logarithmic.toggled.connect(panel.set_logarithmic)
        self.error.toggled.connect(panel.set_error)
        self.copy.triggered.connect(self._copy)
        self.export.triggered.connect(self._export)

    def _copy(self) -> None:
        if not self._panel.has_points:
            self.failed.emit("there are no curves to copy: train a network, or tick a run")
            return
        QGuiApplication.clipboard().setPixmap(CurvesImage(self._panel).picture())
        self.done.emit("The curves are on the clipboard")

    def _export(self) -> None:
        """Ask for a file and save the curves to it."""
        if not self._panel.has_points:
            self.failed.emit("there are no curves to save: train a network, or tick a run")
            return
        path = file_dialogs.ask_save(self._window, "Export curves", Path("curves.png"), _KINDS)
        if path is None:
            return
        content = self._content(path.suffix.lower())
        try:
            run_in_background(lambda: write_atomically(path, content()))
        except DigitpadError as error:
            self.failed.emit(str(error))
        else:
            self.done.emit(f"The curves were saved to {path.name}")

    def _content(self, suffix: str) -> Callable[[], bytes]:
        """Return a function that makes the content of a file.

        A picture is painted here, in the GUI thread. The CSV is made when the function is called, in any thread: a
        history that grows meanwhile adds each measurement as a whole.
        """
        if suffix == ".csv":
            runs = list(self._panel.runs)
            return lambda: readout.csv(runs).encode()
        figure = CurvesImage(self._panel)
        picture = figure.svg() if suffix == ".svg" else figure.png()
        return lambda: picture
