"""The doctor on spoiled trainings, and on the presets: `python -m pytest tests/benchmarks/test_doctor.py -s`.

Some 15 minutes on two cores. `DIGITPAD_SEEDS` and `DIGITPAD_EPOCHS` make it shorter.
"""

import dataclasses
import os
import time

import pytest

from digitpad.data.dataset import Digits
from digitpad.engine.files import presets
from digitpad.engine.insight import diagnosis
from digitpad.engine.insight.diagnosis_case import DiagnosisCase, Finding
from digitpad.engine.runs.history import History
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Evaluation, Started, TrainingEnd
from digitpad.engine.training.generator import TrainingError, train
from digitpad.engine.training.validation_split import split

SEEDS = range(int(os.environ.get("DIGITPAD_SEEDS", "5")))
MOST_EPOCHS = int(os.environ.get("DIGITPAD_EPOCHS", "1000"))

SPOILED: list[tuple[str, str, TrainingConfig]] = [
    ("diverged", "rate of 1000", TrainingConfig(hidden="200", learning_rate=1000, epochs=1)),
    ("exploding", "rate of 3", TrainingConfig(hidden="200", learning_rate=3, epochs=1)),
    ("dead", "rate of 1, four layers", TrainingConfig(hidden="50, 50, 50, 50", learning_rate=1, epochs=1)),
    ("slow", "rate of 1e-6", TrainingConfig(hidden="200", learning_rate=1e-6, epochs=1)),
    ("flat", "six sigmoids", TrainingConfig(hidden=", ".join(["50 sigmoid"] * 6), learning_rate=0.1, epochs=1)),
    ("overfitting", "500 digits", TrainingConfig(hidden="512", epochs=20, training=500, batch_size=32)),
    ("short", "two epochs, low", TrainingConfig(hidden="200", learning_rate=0.003, schedule="constant", epochs=2)),
    ("learned", "continued from all digits", TrainingConfig(hidden="64", learning_rate=0.05, epochs=1)),
]


def examined(config: TrainingConfig, digits: Digits, before: TrainingEnd | None = None) -> list[Finding]:
    history, failure, is_over, event = History(), "", False, None
    held_out = config.validation
    network = None
    if before is not None:
        network, held_out = before.network, 0
    try:
        for event in train(config, network, digits, threads=2):
            if event is not None:
                history.add(event, 0.0)
            if isinstance(event, Evaluation):
                newest = event.network
        is_over = True
    except TrainingError as error:
        failure = str(error)
    _, validation = split(config, digits)
    return diagnosis.findings(DiagnosisCase(history, config, failure, is_over, held_out, lambda: (newest, validation)))


@pytest.fixture(scope="module")
def named() -> list[int]:
    """How many of each way are named rightly, as far as they have been looked at."""
    return []


@pytest.mark.parametrize(("name", "how", "config"), SPOILED)
def test_a_spoiled_training_is_named(
    name: str, how: str, config: TrainingConfig, mnist_digits: Digits, named: list[int]
) -> None:
    right = 0
    for seed in SEEDS:
        before = None
        if name == "learned":
            on_all = dataclasses.replace(config, validation=0, seed=100 + seed)
            *_, before = (event for event in train(on_all, digits=mnist_digits, threads=2) if event is not None)
            assert isinstance(before, TrainingEnd)
        found = examined(dataclasses.replace(config, seed=seed), mnist_digits, before)
        # At a rate at which units die, the cost of some seeds becomes nan before they do: that is then the truth.
        right += bool(found) and found[0].name in (name, *(("diverged",) if name == "dead" else ()))
        print(f"\n{how}, seed {seed}: {[finding.name for finding in found]}", end="")
        if seed == 0:
            print("\n   " + "\n   ".join(finding.text for finding in found), end="")
    print(f"\n{how}: {right} of {len(SEEDS)} named rightly")
    assert right >= len(SEEDS) - 1
    named.append(right)
    if len(named) == len(SPOILED):
        print(f"{sum(named)} of {len(SPOILED) * len(SEEDS)} named rightly")
        assert sum(named) >= 0.9 * len(SPOILED) * len(SEEDS)


@pytest.mark.parametrize("preset", presets.names())
def test_a_preset_is_told_nothing(preset: str, mnist_digits: Digits) -> None:
    config = presets.load(preset).config
    config = dataclasses.replace(config, epochs=min(config.epochs, MOST_EPOCHS))
    for seed in range(min(3, len(SEEDS))):
        found = examined(dataclasses.replace(config, seed=seed), mnist_digits)
        print(f"\n{preset}, seed {seed}: {[finding.text for finding in found]}", end="")
        assert [finding.name for finding in found] == (["overfitting"] if preset == "cs189-hw4" else [])


def test_a_learning_rate_of_1000_stops_within_a_second(mnist_digits: Digits) -> None:
    begun = time.perf_counter()
    with pytest.raises(TrainingError, match="cost is nan"):
        for event in train(TrainingConfig(learning_rate=1000), None, mnist_digits):
            if isinstance(event, Started):
                begun = time.perf_counter()
    assert time.perf_counter() - begun < 1
