"""Settings: what they may be, and how they are written down."""

import math

import pytest

from digitpad.engine.training.config import ConfigError, TrainingConfig


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"learning_rate": 0.0}, "the learning rate is 0.0: use a number above 0"),
        ({"learning_rate": math.nan}, "the learning rate is nan"),
        ({"learning_rate": math.inf}, "the learning rate is inf"),
        ({"momentum": 1.0}, "the momentum is 1.0: use a number from 0 to below 1"),
        ({"batch_size": 0}, "the batch size is 0: use a number from 1 to"),
        ({"epochs": 0}, "the epochs are 0"),
        ({"seed": -1}, "the seed is -1"),
        ({"validation": -1}, "the validation is -1"),
        ({"schedule": "x"}, "the schedule is x: use constant or halving or"),
        ({"hidden": "0"}, "a layer of 0 units"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(Exception, match=sentence):
        TrainingConfig(**settings)


@pytest.mark.parametrize(
    "settings", [{"epoch": 3}, {"epochs": "3"}, {"epochs": True}, {"epochs": 1.5}, {"hidden": 200}, {"data": 3}]
)
def test_settings_from_json_are_checked(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="setting"):
        TrainingConfig.from_dict(settings)


def test_settings_survive_json() -> None:
    config = TrainingConfig(hidden="5,4", learning_rate=1, data="x")
    assert TrainingConfig.from_dict(config.as_dict()) == config
