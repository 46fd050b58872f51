"""What the window says about going on with a network by a form that says something else."""

import dataclasses

import pytest

from digitpad.app.help.help_texts import warning_of_going_on
from digitpad.app.session.shown_network import ShownNetwork
from digitpad.engine.training.config import TrainingConfig


@pytest.mark.parametrize(
    ("hidden", "learning_rate", "said"),
    [
        ("", 0.05, []),
        ("200", 0.01, ["not the layers in the form"]),
        ("", 0.2, ["it learned at a rate of 0.05, and the form's 0.2 may undo some of that"]),
        ("200", 0.2, ["not the layers in the form", "rate of 0.05"]),
    ],
)
def test_going_on_with_other_layers_or_a_higher_rate_is_warned_of(
    bundled_network: ShownNetwork, hidden: str, learning_rate: float, said: list[str]
) -> None:
    config = TrainingConfig(hidden=hidden or bundled_network.network.spec, learning_rate=learning_rate)
    warning = warning_of_going_on(bundled_network, config)
    assert bool(warning) == bool(said)
    assert all(part in warning for part in said)


def test_a_network_of_unknown_origin_is_warned_of_by_its_layers_only(bundled_network: ShownNetwork) -> None:
    record = dataclasses.replace(bundled_network.record, config=None)
    unknown = dataclasses.replace(bundled_network, record=record)
    assert warning_of_going_on(unknown, TrainingConfig(hidden=unknown.network.spec, learning_rate=9.0)) == ""
