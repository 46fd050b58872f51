"""What is shown of a step, and what is kept of several."""

import tempfile
from pathlib import Path

import numpy as np
import pytest

from digitpad.data.dataset import Digits
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.insight import run_of_steps
from digitpad.engine.insight.quantities import quantities
from digitpad.engine.insight.stepper import Stepper
from digitpad.engine.runs import resumption
from digitpad.engine.runs.metadata import Parent, RunMetadata
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.generator import TrainingError, new_network
from digitpad.files import FileError

CONFIG = TrainingConfig(hidden="9", validation=500)


@pytest.mark.parametrize("count", [1, 3])
def test_the_lines_of_a_step_follow_the_derivation(count: int, few_digits: Digits) -> None:
    stepper = Stepper(new_network(CONFIG, few_digits))
    step = stepper.compute(few_digits.test.images[:count], few_digits.test.labels[:count], 0.1)
    lines = quantities(step, stepper.network)
    order = ["", "1.1", "1.2", "1.1", "1.2", "1.3", "1.5", "1.6", "1.9", "1.15", "1.15", "1.11", "1.14", "1.14"]
    order += ["1.18", "1.18", "1.17", "1.17"]
    assert [line.equation for line in lines] == order
    first = stepper.compute(few_digits.test.images[:1], few_digits.test.labels[:1], 0.1)
    delta = next(line for line in lines if line.equation == "1.9")
    assert delta.values is not None
    np.testing.assert_allclose(delta.values[0], first.probabilities[0] - first.targets[0], atol=1e-12)
    gradient = next(line for line in lines if line.parameter == "weight" and line.layer == 0)
    assert gradient.values is not None
    np.testing.assert_array_equal(gradient.values, step.backs[0].d_parameters["weight"])
    stepper.apply(step)
    updates = [line.values for line in lines if line.meaning == "the update"]
    for values, parameter in zip(updates, stepper.network.parameters, strict=True):
        assert values is not None
        np.testing.assert_allclose(values, np.atleast_2d(parameter), rtol=1e-12)


def test_of_a_batch_each_digit_has_lines_of_its_own_and_the_gradient_is_everyones(few_digits: Digits) -> None:
    stepper = Stepper(new_network(CONFIG, few_digits))
    images, labels = few_digits.test.images[:3], few_digits.test.labels[:3]
    step = stepper.compute(images, labels, 0.1)
    of_all, deltas = [], []
    for digit in range(3):
        alone = stepper.compute(images[digit : digit + 1], labels[digit : digit + 1], 0.1)
        lines, own = quantities(step, stepper.network, digit), quantities(alone, stepper.network)
        for line, same in zip(lines, own, strict=True):
            if line.values is not None and not line.parameter and line.meaning != "the update":
                np.testing.assert_allclose(line.values, same.values, rtol=1e-9, atol=1e-12)
        cost = next(line.words for line in lines if line.equation == "1.3")
        assert f"= {alone.cost:.6g}, for the label {labels[digit]}; the mean of all 3 digits is {step.cost:.6g}" in cost
        of_all.append(next(line.values for line in lines if line.parameter == "weight" and line.layer == 0))
        deltas.append(next(same.values for same in own if same.parameter == "weight" and same.layer == 0))
    for gradient in of_all:
        np.testing.assert_allclose(gradient, np.mean(deltas, axis=0), atol=1e-12)


def test_maps_are_not_taken_for_digits(few_digits: Digits) -> None:
    stepper = Stepper(new_network(TrainingConfig(hidden="4c5s2p2", validation=500), few_digits))
    step = stepper.compute(few_digits.test.images[:1], few_digits.test.labels[:1], 0.1)
    z = next(line for line in quantities(step, stepper.network) if line.symbol.startswith("z[1]"))
    assert z.values is not None
    np.testing.assert_array_equal(z.values[:14, 14:], step.passes[0].y[0][1])


@pytest.mark.parametrize("spec", ["", "8, 6 tanh", "3c5, p2, 4c3, 8"])
def test_every_network_has_lines(spec: str, few_digits: Digits) -> None:
    network = new_network(TrainingConfig(hidden=spec, validation=500), few_digits)
    stepper = Stepper(network)
    lines = quantities(stepper.compute(few_digits.test.images[:1], few_digits.test.labels[:1], 0.1), stepper.network)
    assert all(line.values is None or line.values.ndim == 2 for line in lines)
    assert [line.equation for line in lines].count("1.3") == 1


def test_a_network_that_is_kept_is_a_run_with_its_parent_that_can_be_gone_on_with(
    few_digits: Digits, few_digits_folder: Path, tmp_path: Path
) -> None:
    store = RunStore(tmp_path / "runs")
    config = TrainingConfig(hidden="9", validation=500, data=str(few_digits_folder))
    stepper = Stepper(new_network(config, few_digits))
    for count, rate in ((1, 0.1), (32, 0.05), (1, 0.2)):
        stepper.apply(stepper.compute(few_digits.training.images[:count], few_digits.training.labels[:count], rate))
    stepper.undo()
    folder = run_of_steps.keep(stepper, TrainingRecord(config), Parent("night", 30, 1.0), few_digits, store)
    metadata = RunMetadata.read(folder)
    assert metadata.parent == Parent("night", 30, 1.0)
    assert metadata.ended_as == "stopped"
    network, record = resolve(metadata.name, store).load()
    assert record.step == 2
    for kept, own in zip(network.parameters, stepper.network.parameters, strict=True):
        np.testing.assert_array_equal(kept, own.astype(np.float32))
    assert [run.name for run in store.runs()] == [metadata.name]
    settings = resumption.resume(folder).config
    assert record.validation_accuracy is not None
    assert (settings.batch_size, settings.learning_rate) == (32, 0.05)


def test_what_cannot_be_kept_is_an_error_and_leaves_nothing_elsewhere(
    few_digits: Digits, few_digits_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "file").touch()
    config = TrainingConfig(hidden="9", validation=500, data=str(few_digits_folder))
    stepper = Stepper(new_network(config, few_digits))
    stepper.apply(stepper.compute(few_digits.training.images[:1], few_digits.training.labels[:1], 0.1))
    with pytest.raises(FileError, match="Not a directory"):
        run_of_steps.keep(
            stepper, TrainingRecord(config), Parent("night", 30, 1.0), few_digits, RunStore(tmp_path / "file" / "runs")
        )
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_network_whose_cost_is_no_number_is_not_kept(few_digits: Digits, tmp_path: Path) -> None:
    stepper = Stepper(new_network(CONFIG, few_digits))
    stepper.apply(stepper.compute(few_digits.training.images[:1], few_digits.training.labels[:1], 0.1))
    for parameter in stepper.network.parameters:
        parameter[...] = 1e30
    store = RunStore(tmp_path / "runs")
    with pytest.raises(TrainingError, match="cost is"):
        run_of_steps.keep(stepper, TrainingRecord(CONFIG), Parent("night", 30, 1.0), few_digits, store)
    assert store.runs() == []
