"""The menus: where each action of the rooms is found."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from digitpad.app.canvas.canvas_actions import CanvasActions
from digitpad.app.curves.curve_actions import CurveActions
from digitpad.app.files.file_actions import FileActions
from digitpad.app.help.help_actions import HelpActions
from digitpad.app.prediction.normalization_actions import NormalizationActions
from digitpad.app.runs.run_actions import RunActions
from digitpad.app.training.training_actions import TrainingActions
from digitpad.app.widgets.window_actions import WindowActions
from digitpad.app.window.docks import Docks


def fill(
    bar: QMenuBar,
    *,
    files: FileActions,
    canvas: CanvasActions,
    training: TrainingActions,
    runs: RunActions,
    curves: CurveActions,
    normalizing: NormalizationActions,
    help_: HelpActions,
    window: WindowActions,
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
    view.addActions([canvas.guides, normalizing.watch, normalizing.as_drawn, cuts])
    view.addSeparator()
    view.addActions([*docks.all_actions, docks.tear_off])
    view.addMenu("In a Win&dow of Its Own").addActions(docks.detachable_parts.all_actions)
    view.addSeparator()
    view.addActions([curves.logarithmic, curves.error, runs.mean_over_seeds, curves.fit, curves.copy, curves.export])
    view.addSeparator()
    view.addActions([window.wide_canvas, window.projector, window.full_screen])
    bar.addMenu("&Help").addActions([help_.shortcuts, *help_.pages, help_.pen_forms, help_.diagnostics, help_.about])


def _fill_file(file: QMenu, training: TrainingActions, files: FileActions, window: WindowActions) -> None:
    file.addActions([training.new_network, files.open_weights, files.open_bundled, files.open_bundled_mlp])
    file.addMenu(files.recent)
    file.addSeparator()
    file.addActions([files.save, files.save_as])
    file.addSeparator()
    file.addActions([files.open_drawing, files.save_drawing])
    file.addSeparator()
    file.addAction(window.quit)


def _fill_edit(edit: QMenu, canvas: CanvasActions) -> None:
    edit.addActions([canvas.undo, canvas.redo, canvas.clear])
    edit.addSeparator()
    edit.addActions([canvas.copy, canvas.paste])
    edit.addSeparator()
    edit.addAction(canvas.eraser)
    edit.addMenu("Pen &Width").addActions(canvas.pen_widths.actions())
