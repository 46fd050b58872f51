"""Whether all parts of a window show the same network, run, snapshot and digit."""

from collections.abc import Iterator

import numpy as np

from digitpad.app.session.network_digits import data_of, digits_of
from digitpad.app.window.main_window import MainWindow
from digitpad.engine.insight.mistakes import validation_digits
from digitpad.engine.reading.prediction import Prediction

#: Two formulations of one product differ by so much in single precision.
_CLOSE = 1e-4


def disagreements(window: MainWindow) -> list[str]:
    """Return what is wrong with the window at this moment, a sentence each."""
    return [*_of_network(window), *_of_run(window), *_of_digit(window), *_of_timeline(window), *_of_mistakes(window)]


def _of_network(window: MainWindow) -> Iterator[str]:
    selection = window.controller.selection
    shown = selection.network
    if selection.follows_newest and shown is not selection.newest:
        yield f"the newest network is {selection.newest.title}, and {shown.title} is shown"
    if (selection.run, selection.snapshot) != (shown.run, shown.snapshot):
        yield f"{selection.run} at {selection.snapshot} is not read yet"
    if not window.windowTitle().startswith(f"{shown.title}[*]"):
        yield f"the title says {window.windowTitle()!r} of {shown.title}"
    if window.isWindowModified() is shown.is_kept:
        yield f"{shown.title} is marked as {'not ' * shown.is_kept}saved"
    if window.network_label.text() != shown.description:
        yield f"the status bar says {window.network_label.text()!r} of {shown.description!r}"
    if window.timeline.live.isChecked() is not selection.is_live:
        yield f"Live is {window.timeline.live.isChecked()}"


def _of_run(window: MainWindow) -> Iterator[str]:
    run = window.controller.selection.run
    listed = {summary.folder for summary in window.runs.table.runs}
    rows = [window.runs.table.runs[index.row()].folder for index in window.runs.view.selectionModel().selectedRows()]
    if rows != ([run] if run in listed else []):
        yield f"the rows of {rows} are selected, and the run is {run}"
    if (window.runs.run.folder if window.runs.run is not None else None) != (run if run in listed else None):
        yield f"the actions are of {window.runs.run}, and the run is {run}"
    foremost = window.runs_presenter.shown.foremost
    is_drawn = run in window.runs_presenter.shown.drawn
    if is_drawn and foremost is not None and not foremost.is_live and foremost.folder != run:
        yield f"the curves of {foremost.folder} are in front, and the run is {run}"


def _of_digit(window: MainWindow) -> Iterator[str]:
    selection, view = window.controller.selection, window.prediction
    for prediction in selection.predictions:
        expected = selection.network.network.predict(_pixels(prediction))[0]
        if not np.allclose(prediction.probabilities, expected, atol=_CLOSE):
            yield f"{prediction.digit} is not what {selection.network.title} predicts"
    if (view.label.predictions, view.label.number) != (selection.predictions, selection.number):
        yield f"the label shows digit {view.label.number} of {len(view.label.predictions)}"
    if not view.bars.prediction is view.seen.prediction is selection.prediction:
        yield "the bars and the network input show another digit"
    if selection.predictions and ("guesses" in view.label.text) is not (
        selection.network.is_untrained and len(selection.predictions) == 1
    ):
        yield f"the label says {view.label.text!r} of {selection.network.description!r}"
    if bool(selection.drawing) is not bool(window.canvas.drawing):
        yield "the drawing is not the one on the canvas"


def _of_timeline(window: MainWindow) -> Iterator[str]:
    selection, timeline = window.controller.selection, window.timeline
    shown = window.runs_presenter.shown.drawn.get(selection.run) if selection.run is not None else None
    if shown is None:
        if timeline.snapshots or len(timeline.timeline.probabilities):
            yield f"the timeline shows a run, and {selection.network.title} belongs to none"
        if selection.network.title not in timeline.title.text():
            yield f"the timeline says {timeline.title.text()!r} of {selection.network.title}"
        return
    if f"  {shown.name}" not in timeline.title.text():
        yield f"the timeline says {timeline.title.text()!r}, and the run is {shown.name!r}"
    if not timeline.snapshots:
        if len(shown.history) > 1 and not shown.is_live:
            yield f"the timeline of {shown.name} is empty"
        return
    at = timeline.snapshots[timeline.slider.value()]
    if (
        selection.step is not None
        and at.step != selection.step
        and any(snapshot.step == selection.step for snapshot in timeline.snapshots)
    ):
        yield f"the slider is at step {at.step}, and the snapshot is that after {selection.step}"
    probabilities, prediction = timeline.timeline.probabilities, selection.prediction
    if (len(probabilities) > 0) is not (prediction is not None):
        yield f"the timeline has {len(probabilities)} predictions, and the digit is {prediction}"
    elif prediction is not None and at.step in (selection.step, selection.network.record.step):
        told = probabilities[timeline.slider.value()]
        if not np.isnan(told).any() and not np.allclose(told, prediction.probabilities, atol=_CLOSE):
            yield f"the timeline ends in {told.argmax()}, and the prediction is {prediction.digit}"


def _of_mistakes(window: MainWindow) -> Iterator[str]:
    shown = window.controller.selection.network
    # Of a network that was trained on all of MNIST, it would take a second each time.
    is_small = shown.record.config is not None and shown.record.config.data is not None
    if not (is_small and window.insight.mistakes.isVisible() and window.controller.is_idle):
        return
    asked = validation_digits(shown.record, digits_of(data_of(shown)))
    predicted = shown.network.predict(asked.dataset.images).argmax(axis=1)
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (asked.dataset.labels, predicted), 1)
    if not np.array_equal(confusion, window.insight.mistakes.matrix.confusion):
        yield f"the confusion matrix is not that of {shown.title}"


def _pixels(prediction: Prediction) -> np.ndarray:
    return np.round(prediction.image * 255).reshape(1, -1)
