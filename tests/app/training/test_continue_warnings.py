"""What the window says about going on with a network by a form that says something else."""

import dataclasses

import pytest

from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.training.continue_warnings import warning_of
from digitpad.engine.training.config import TrainingConfig


@pytest.mark.parametrize(
    ("hidden", "learning_rate", "said"),
    [
        ("200", 0.01, ["not the layers in the form", "the form's 0.01 may undo"]),
        ("", 0.2, ["its last steps were at a learning rate of 0, and the form's 0.2 may undo some of what it has"]),
    ],
)
def test_going_on_with_other_layers_or_a_higher_rate_is_warned_of(
    bundled_network: NetworkHandle, hidden: str, learning_rate: float, said: list[str]
) -> None:
    network, record = bundled_network.network, bundled_network.record
    config = TrainingConfig(hidden=hidden or network.spec, learning_rate=learning_rate, validation=0)
    warning = warning_of(network, record, config)
    assert all(part in warning for part in said)


def test_going_on_by_the_same_settings_needs_no_warning(bundled_network: NetworkHandle) -> None:
    assert bundled_network.record.config is not None
    assert warning_of(bundled_network.network, bundled_network.record, bundled_network.record.config) == ""


def test_digits_that_were_learned_and_are_now_held_out_are_warned_of(bundled_network: NetworkHandle) -> None:
    assert "will be too high" in warning_of(bundled_network.network, bundled_network.record, TrainingConfig())


def test_a_network_of_unknown_origin_is_warned_of_by_its_layers_only(bundled_network: NetworkHandle) -> None:
    record = dataclasses.replace(bundled_network.record, config=None)
    config = TrainingConfig(hidden=bundled_network.network.spec, learning_rate=9.0)
    assert warning_of(bundled_network.network, record, config) == ""
