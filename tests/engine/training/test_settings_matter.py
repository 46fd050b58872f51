"""Each setting reaches the training: with another value another network comes out."""

import dataclasses

import numpy as np
import pytest

from digitpad.data.augmentation import Augmentation
from digitpad.data.dataset import Digits
from digitpad.engine.training.config import SETTINGS, TrainingConfig
from digitpad.engine.training.events import TrainingEnd
from digitpad.engine.training.generator import train

#: What cannot matter to `BASE` alone, and with what else it does.
WITH = {
    "drop_every": {"schedule": "step", "epochs": 4},
    "drop_factor": {"schedule": "step"},
    "patience": {"learning_rate": 0.5, "momentum": 0.0, "epochs": 12, "hidden": "50"},
}
BASE = TrainingConfig(hidden="12", epochs=2, training=200, validation=100, batch_size=20, learning_rate=0.05)


def trained(config: TrainingConfig, digits: Digits) -> np.ndarray:
    *_, end = (event for event in train(config, None, digits) if event is not None)
    assert isinstance(end, TrainingEnd)
    return np.concatenate([parameter.ravel() for parameter in end.network.parameters])


@pytest.mark.parametrize(
    "setting",
    [
        {"l2": 0.01}, {"label_smoothing": 0.1}, {"schedule": "constant"}, {"schedule": "halving"},
        {"sampling": "with-replacement"}, {"hidden": "12, d0.3"}, {"ema_decay": 0.9}, {"momentum": 0.5},
        {"optimizer": "nesterov"}, {"initialization": "glorot"}, {"seed": 1}, {"shift": 1.0}, {"rotation": 10.0},
        {"scale": 0.2}, {"shear": 0.2}, {"thickness": 0.5}, {"elastic": 1.0}, {"learning_rate": 0.06},
        {"batch_size": 25}, {"epochs": 3}, {"training": 180}, {"validation": 120}, {"synthetic": 20}, {"outliers": 20},
        {"drop_every": 2}, {"drop_factor": 0.4}, {"patience": 1},
    ],
    ids=str,
)  # fmt: skip
def test_another_value_makes_another_network(setting: dict[str, object], few_digits: Digits) -> None:
    (name,) = setting
    base = dataclasses.replace(BASE, **WITH.get(name, {}))
    assert not np.array_equal(trained(base, few_digits), trained(dataclasses.replace(base, **setting), few_digits))


def test_every_setting_is_tried_but_the_digits_themselves() -> None:
    (mark,) = (m for m in test_another_value_makes_another_network.pytestmark if m.name == "parametrize")
    assert {name for setting in mark.args[1] for name in setting} == set(SETTINGS) - {"data", "ink"}


def test_changed_digits_stay_what_they_are(few_digits: Digits) -> None:
    images = few_digits.training.images[:200]
    same = Augmentation(shift=1e-6).apply(images, np.random.default_rng(0))
    assert np.abs(same.astype(int) - images).max() <= 1
    moved = Augmentation(shift=2, rotation=10, elastic=0.5).apply(images, np.random.default_rng(0))
    assert moved.mean() == pytest.approx(images.mean(), rel=0.05)
    likeness = [np.corrcoef(a, b)[0, 1] for a, b in zip(images.astype(float), moved.astype(float), strict=True)]
    assert 0.3 < np.median(likeness) < 0.99


def test_a_shift_is_one_in_the_changed_picture_whatever_else_is_done_to_it() -> None:
    """The corners of a square, turned and stretched about the center and then moved: their mean is the movement."""
    images = np.zeros((300, 28, 28), np.uint8)
    images[:, 13:16, 13:16] = 255
    changed = Augmentation(shift=3, rotation=90, scale=0.5).apply(images.reshape(300, -1), np.random.default_rng(0))
    weights = changed.reshape(300, 28, 28) / changed.sum(axis=1)[:, np.newaxis, np.newaxis]
    along = np.arange(28) - 14
    moved = np.array([(weights * along[:, np.newaxis]).sum(axis=(1, 2)), (weights * along).sum(axis=(1, 2))])
    assert 2.8 < np.abs(moved).max() < 3.1
