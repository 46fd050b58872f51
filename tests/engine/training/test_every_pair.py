"""Every pair of choices that a form allows trains: pairwise covering instead of millions of combinations."""

import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from digitpad.data.dataset import Digits
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import TrainingEnd
from digitpad.engine.training.generator import train
from digitpad.nn.initializers import INITIALIZERS
from digitpad.nn.layers import ACTIVATIONS
from digitpad.nn.optimizers import OPTIMIZERS
from digitpad.nn.schedules import SCHEDULES

_LAYERS = ["", "8{a}", "10{a}, 6{a}", "3c5s2{a}, p2, 8{a}", "d0.2, 2c3s3p1{a}", "p3, 8{a}, d0.3"]
CHOICES: dict[str, list[object]] = {
    "hidden": list(_LAYERS),
    "activation": ["" if name == "relu" else f" {name}" for name in ACTIVATIONS],
    "initialization": list(INITIALIZERS),
    "optimizer": list(OPTIMIZERS),
    "schedule": list(SCHEDULES),
    "momentum": [0.0, 0.9],
    "batch_size": [1, 37, 300],
    "sampling": ["shuffle", "with-replacement"],
    "l2": [0.0, 1e-4],
    "label_smoothing": [0.0, 0.1],
    "ema_decay": [0.0, 0.99],
    "patience": [0, 1],
    "shift": [0.0, 2.0],
    "rotation": [0.0, 15.0],
    "scale": [0.0, 0.2],
    "shear": [0.0, 0.2],
    "thickness": [0.0, 0.5],
    "elastic": [0.0, 1.0],
    "training": [0, 400],
    "synthetic": [0, 20],
    "outliers": [0, 20],
    "validation": [0, 100],
}


#: What the form refuses: without held-out digits no epoch is better than another.
REFUSED = {("patience", 1), ("validation", 0)}


def is_allowed(choices: Iterable[tuple[str, object]]) -> bool:
    return not set(choices) >= REFUSED


def covering() -> list[dict[str, Any]]:
    """Return combinations that hold every pair of choices at least once: greedily, the most new pairs first."""
    names = list(CHOICES)
    pairs = {
        ((a, i), (b, j))
        for a, b in itertools.combinations(names, 2)
        for i, j in itertools.product(range(len(CHOICES[a])), range(len(CHOICES[b])))
        if is_allowed([(a, CHOICES[a][i]), (b, CHOICES[b][j])])
    }
    rng = np.random.default_rng(0)
    rows = []
    while pairs:
        (a, i), (b, j) = min(pairs)
        row = {a: i, b: j}
        for name in rng.permutation([name for name in names if name not in row]):
            gains = [
                sum(tuple(sorted([(name, k), item], key=lambda x: names.index(x[0]))) in pairs for item in row.items())
                if is_allowed([(name, CHOICES[name][k]), *((other, CHOICES[other][j]) for other, j in row.items())])
                else -1
                for k in range(len(CHOICES[name]))
            ]
            row[name] = int(np.argmax(gains))
        items = sorted(row.items(), key=lambda item: names.index(item[0]))
        pairs -= set(itertools.combinations(items, 2))
        rows.append({name: CHOICES[name][index] for name, index in items})
    return rows


ROWS = covering()


def test_every_pair_is_there() -> None:
    for a, b in itertools.combinations(CHOICES, 2):
        found = {(str(row[a]), str(row[b])) for row in ROWS}
        pairs = itertools.product(CHOICES[a], CHOICES[b])
        assert found == {(str(i), str(j)) for i, j in pairs if is_allowed([(a, i), (b, j)])}
    assert len(ROWS) < 60


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_every_combination_trains(row: dict[str, Any], few_digits: Digits) -> None:
    settings = dict(row)
    activation = settings.pop("activation")
    settings["hidden"] = str(settings["hidden"]).format(a=activation)
    config = TrainingConfig(**settings, learning_rate=0.003, epochs=1)
    *_, end = (event for event in train(config, None, few_digits) if event is not None)
    assert isinstance(end, TrainingEnd)
    assert end.test_accuracy is not None
    assert all(np.isfinite(parameter).all() for parameter in end.network.parameters)
