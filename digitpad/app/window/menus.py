"""The menus: where each act of the rooms is found. What the acts do, the rooms say."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from digitpad.app.canvas.canvas_actions import CanvasActs
from digitpad.app.curves.curve_actions import CurveActs
from digitpad.app.files.file_actions import FileActs
from digitpad.app.help.help_actions import HelpActs
from digitpad.app.prediction.normalization_actions import NormalisingActs
from digitpad.app.runs.run_actions import RunActs
from digitpad.app.training.training_actions import TrainingActs
from digitpad.app.widgets.window_actions import WindowActs
from digitpad.app.window.docks import Docks


def fill(
    bar: QMenuBar,
    *,
    files: FileActs,
    canvas: CanvasActs,
    training: TrainingActs,
    runs: RunActs,
    curves: CurveActs,
    normalising: NormalisingActs,
    help_: HelpActs,
    window: WindowActs,
    docks: Docks,
    cuts: QAction,
) -> None:
    """Lay the menus out on `bar`."""
    _fill_file(bar.addMenu("&File"), training, files, window)
    _fill_edit(bar.addMenu("&Edit"), canvas)
    bar.addMenu("&Training").addActions(
        [training.start, training.go_on, training.one_epoch, training.pause, training.stop]
    )
    bar.addMenu("&Run").addActions(runs.all)
    view = bar.addMenu("&View")
    view.addMenu("&Appearance").addActions(window.appearances.actions())
    view.addActions([canvas.guides, normalising.watch, normalising.as_drawn, cuts])
    view.addSeparator()
    view.addActions([*docks.acts, docks.tear_off])
    view.addMenu("In a Win&dow of Its Own").addActions(docks.lender.acts)
    view.addSeparator()
    view.addActions([curves.logarithmic, curves.error, runs.band, curves.fit, curves.copy, curves.export])
    view.addSeparator()
    view.addActions([window.wide_sheet, window.projector, window.full_screen])
    bar.addMenu("&Help").addActions([help_.shortcuts, *help_.pages, help_.pen_forms, help_.diagnostics, help_.about])


def _fill_file(file: QMenu, training: TrainingActs, files: FileActs, window: WindowActs) -> None:
    file.addActions([training.new_network, files.open_weights, files.open_bundled, files.open_bundled_mlp])
    file.addMenu(files.recent)
    file.addSeparator()
    file.addActions([files.save, files.save_as])
    file.addSeparator()
    file.addActions([files.open_drawing, files.save_drawing])
    file.addSeparator()
    file.addAction(window.quit)


def _fill_edit(edit: QMenu, canvas: CanvasActs) -> None:
    edit.addActions([canvas.undo, canvas.redo, canvas.clear])
    edit.addSeparator()
    edit.addActions([canvas.copy, canvas.paste])
    edit.addSeparator()
    edit.addAction(canvas.eraser)
    edit.addMenu("Pen &Width").addActions(canvas.pen_widths.actions())
