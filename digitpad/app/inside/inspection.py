"""The background computations of the pages of Inside the Network."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from digitpad.app.inside.unit_grid import Units
from digitpad.app.session.network_digits import data_of, digits_of
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.widgets import diverging_colors
from digitpad.app.widgets.theme_colors import Colors
from digitpad.cancellation import CancelToken
from digitpad.data.dataset import Dataset
from digitpad.data.ink import Image, pixels
from digitpad.engine.insight import attribution, histograms, unit_pictures, units
from digitpad.engine.insight.attribution import Attribution
from digitpad.engine.insight.histograms import Histogram
from digitpad.engine.insight.mistakes import validation_digits
from digitpad.engine.insight.trace import Trace, trace_of
from digitpad.engine.insight.unit_pictures import UnitPictures
from digitpad.engine.insight.units import Activity, Stage
from digitpad.engine.runs import history, snapshots
from digitpad.engine.runs.snapshot import Snapshot
from digitpad.engine.runs.snapshots import Shelf
from digitpad.nn.network import Network

#: Networks of a run that are shown beside each other, and validation digits that each is shown.
_MOST_COLUMNS, _SAMPLE = 60, 100


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """What the page of units shows of a stage, and what it needs to explain one of the units."""

    network: Network
    stages: list[Stage]
    number: int
    trace: Trace | None
    found: UnitPictures
    units: Units
    most: float
    of_drawing: bool


@dataclass(frozen=True, slots=True, eq=False)
class TopActivations:
    """The activations of stage `number` of `shown` for the validation digits, or if `is_part` for the first of them.

    Computing them took `seconds` of CPU time.
    """

    shown: NetworkHandle
    number: int
    activity: Activity
    dataset: Dataset
    is_part: bool
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Histograms:
    """Histograms of a layer's numbers over a run, and `words` on what they show."""

    spreads: dict[str, Histogram]
    words: str
    #: Of the networks, in the order of the columns.
    epochs: list[float]


def inspected(shown: NetworkHandle, number: int, image: Image | None, shades: Colors, *, of_drawing: bool) -> Inside:
    """Return the units of stage `number`, and what they make of `image` if there is one."""
    network = shown.network
    stages = units.stages(network)
    number = min(number, len(stages) - 1)
    double = network.astype(np.float64)
    trace = Trace(double, pixels(image)[np.newaxis]) if image is not None else None
    found = unit_pictures.pictures_of(double, stages[number], trace, of_drawing=of_drawing)
    # The strongest thousandth is saturated. Otherwise a few extremes would leave all the others pale.
    most = float(np.quantile(np.abs(found.pictures), 0.999)) if found.pictures.size else 0.0
    seen = Units(diverging_colors.pixels(found.pictures, most, shades), found.sent)
    return Inside(network, stages, number, trace, found, seen, most, of_drawing)


def top_activations(
    shown: NetworkHandle, stage: Stage, number: int, part: int | None, token: CancelToken
) -> TopActivations:
    """Return the activations of stage `number` for the validation digits, or for the first `part` of them.

    Raises `Cancelled`.
    """
    dataset = validation_digits(shown.record, digits_of(data_of(shown))).dataset.take(slice(part))
    begun = time.thread_time()
    found = units.activity(shown.network, stage, dataset, token)
    seconds = time.thread_time() - begun
    return TopActivations(shown, number, found, dataset, part is not None, seconds)


def attributed(
    shown: NetworkHandle, image: Image | None, pair: tuple[int, int] | None, token: CancelToken
) -> Attribution | None:
    """Return which pixels of `image` support the first digit of `pair` against the second; None without an image.

    If `pair` is None, it is the two most probable digits.
    """
    if image is None:
        return None
    if pair is None:
        order: Any = np.argsort(-trace_of(shown.network, image).logits[0], kind="stable")
        pair = int(order[0]), int(order[1])
    return attribution.attributions(shown.network, image, *pair, token)


def histograms_of(shown: NetworkHandle, number: int, token: CancelToken) -> Histograms:
    """Return the histograms of layer `number` for the networks that the run of `shown` has kept; none without a run.

    Of more than `_MOST_COLUMNS` networks, only some at equal distances are used.
    """
    stages = units.stages(shown.network)
    number = min(number, len(stages) - 1)
    if shown.run is None:
        return Histograms({}, "", [])
    kept = snapshots.kept_in(shown.run, history.read(shown.run).measured)
    kept = kept[:: 1 + len(kept) // _MOST_COLUMNS]
    digits = digits_of(data_of(shown))
    sample = validation_digits(shown.record, digits).dataset.take(slice(_SAMPLE))
    shelf, folder = Shelf(), shown.run

    def loading(snapshot: Snapshot) -> Callable[[], Network]:
        return lambda: shelf.take(folder, snapshot.step)

    found = histograms.histograms([loading(snapshot) for snapshot in kept], number, sample, token)
    words = (
        f"{names_of(shown.network, stages)[number]}, chosen under Units. From left to right {len(kept)} networks of "
        f"{shown.name}, from step {kept[0].step:,} to {kept[-1].step:,}; a column for each. "
        f"The stronger a bin's color, the more numbers are in it. Activations and gradients: for {len(sample)} "
        "validation digits."
        if kept
        else ""
    )
    return Histograms(found, words if found else "", [snapshot.epoch for snapshot in kept])


def names_of(network: Network, stages: list[Stage]) -> list[str]:
    """Return what the layers of units are called."""
    names = []
    for number, stage in enumerate(stages, 1):
        weight = network.layers[stage.weights].parameters["weight"]
        kind = "filters" if weight.ndim == 4 else "units"
        names.append(f"Layer {number}: {len(weight)} {kind}" if number < len(stages) else "Output: 10 digits")
    return names
