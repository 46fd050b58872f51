"""Synthetic ink in a training: what is learned and what is measured."""

import dataclasses
from pathlib import Path

import numpy as np

from digitpad.data import ink_digits, ink_files, synthetic_pen
from digitpad.data.dataset import NO_DIGIT, Digits
from digitpad.data.ink_files import LabeledInk
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.evaluation import measure
from digitpad.engine.training.events import EpochEnd, Started, TrainingEnd
from digitpad.engine.training.generator import train
from digitpad.engine.training.synthetic_digits import with_synthetic
from digitpad.engine.training.validation_split import split


def test_synthetic_ink_lies_behind_the_real_digits_once_it_is_drawn(few_digits: Digits) -> None:
    training = few_digits.training
    both, drawing = with_synthetic(training, 20, 10, seed=3)
    assert len(both) == len(training) + 30
    assert both.images[len(training) :].max() == 0
    assert sum(1 for _ in drawing) == 30
    assert (both.images[len(training) :].max(axis=1) > 200).all()
    np.testing.assert_array_equal(both.images[: len(training)], training.images)
    np.testing.assert_array_equal(np.bincount(both.labels[len(training) :]), [2] * NO_DIGIT + [10])
    again, drawing = with_synthetic(training, 20, 10, seed=3)
    list(drawing)
    np.testing.assert_array_equal(again.images, both.images)


def test_ink_is_learned_and_measured_besides(few_digits: Digits, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "mine.jsonl"
    lines = [LabeledInk(synthetic_pen.write(synthetic_pen.choose(7, rng), rng), 7) for _ in range(30)]
    path.write_text("".join(map(ink_files.text_of, lines)))
    config = TrainingConfig(hidden="30", epochs=3, validation=100, training=50, batch_size=20)
    plain, taught = (
        [e for e in train(dataclasses.replace(config, ink=ink), None, few_digits) if e is not None]
        for ink in (None, str(path))
    )
    assert isinstance(plain[0], Started)
    assert isinstance(taught[0], Started)
    assert (plain[0].training, taught[0].training) == (50, 80)
    sevens = ink_digits.load(path)
    before, after = (measure(events[-1].network, sevens) for events in (plain, taught))
    assert before.cost > 2 * after.cost
    epoch = next(event for event in taught if isinstance(event, EpochEnd))
    assert epoch.training.confusion[7].sum() >= 30


def test_scribbles_are_learned_but_not_measured(few_digits: Digits) -> None:
    config = TrainingConfig(
        hidden="30", epochs=3, validation=100, training=500, synthetic=50, outliers=400, batch_size=25
    )
    events = list(train(config, None, few_digits))
    started = next(event for event in events if isinstance(event, Started))
    assert (started.training, started.steps) == (950, 3 * 38)
    epoch = next(event for event in events if isinstance(event, EpochEnd))
    training, _ = split(config, few_digits)
    both, drawing = with_synthetic(training, 50, 400, config.seed)
    list(drawing)
    measured = measure(epoch.network, both.take(slice(550)))
    assert measured.accuracy == epoch.train_accuracy
    end = events[-1]
    assert isinstance(end, TrainingEnd)
    scribbled = end.network.predict(both.images[550:]).max(axis=1)
    real = end.network.predict(few_digits.test.images).max(axis=1)
    assert np.median(scribbled) < 0.5 < np.median(real)
