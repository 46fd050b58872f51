"""Each setting reaches the training: with another value another network comes out."""

import dataclasses

import numpy as np
import pytest

from digitpad.data.augmentation import Augmentation
from digitpad.data.dataset import Digits
from digitpad.engine.config import TrainingConfig
from digitpad.engine.events import TrainingEnd
from digitpad.engine.training import train

BASE = TrainingConfig(hidden="12", epochs=2, training=200, validation=100, batch_size=20, learning_rate=0.05)


def trained(config: TrainingConfig, digits: Digits) -> np.ndarray:
    *_, end = (event for event in train(config, None, digits) if event is not None)
    assert isinstance(end, TrainingEnd)
    return np.concatenate([parameter.ravel() for parameter in end.network.parameters])


@pytest.mark.parametrize(
    "setting",
    [
        {"l2": 0.01}, {"label_smoothing": 0.1}, {"schedule": "constant"}, {"schedule": "halving"},
        {"sampling": "with-replacement"}, {"hidden": "12, d0.3"}, {"averaging": 0.9}, {"momentum": 0.5},
        {"optimizer": "nesterov"}, {"initialization": "glorot"}, {"seed": 1}, {"shift": 1.0}, {"turn": 10.0},
        {"scale": 0.2}, {"shear": 0.2}, {"thickness": 0.5}, {"elastic": 1.0},
    ],
    ids=str,
)  # fmt: skip
def test_another_value_makes_another_network(setting: dict[str, object], few_digits: Digits) -> None:
    assert not np.array_equal(trained(BASE, few_digits), trained(dataclasses.replace(BASE, **setting), few_digits))


def test_changed_digits_stay_what_they_are(few_digits: Digits) -> None:
    images = few_digits.training.images[:200]
    same = Augmentation(shift=1e-6).apply(images, np.random.default_rng(0))
    assert np.abs(same.astype(int) - images).max() <= 1
    moved = Augmentation(shift=2, turn=10, elastic=0.5).apply(images, np.random.default_rng(0))
    assert moved.mean() == pytest.approx(images.mean(), rel=0.05)
    likeness = [np.corrcoef(a, b)[0, 1] for a, b in zip(images.astype(float), moved.astype(float), strict=True)]
    assert 0.3 < np.median(likeness) < 0.99
