import dataclasses
import re
from pathlib import Path

import pytest

from digitpad import resources
from digitpad.engine.files import presets
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError


def test_digitpads_own_presets_can_all_be_loaded() -> None:
    assert set(presets.names()) == {"mlp", "mlp-regularized", "convnet", "cs189-hw4", "cs189-hw4-corrected"}
    for name in presets.names():
        preset = presets.load(name)
        assert preset.name == name
        assert len(preset.description) > 50
        assert preset.config != TrainingConfig()


def test_the_homework_is_its_notebook() -> None:
    """500,000 single digits out of 10,000; 1e-3 halved after each 50,000; no momentum; measured every 10,000."""
    config = presets.load("cs189-hw4").config
    assert (config.hidden, config.batch_size, config.momentum, config.learning_rate) == ("200", 1, 0, 1e-3)
    assert config.training * config.epochs == 500_000
    assert (config.schedule, config.drop_factor, config.drop_every * config.training) == ("step", 0.5, 50_000)
    assert (config.sampling, config.initialization, config.validation) == ("with-replacement", "homework", 10_000)


def test_a_copy_of_a_preset_can_be_edited_and_read(tmp_path: Path) -> None:
    text = (resources.path("presets") / "mlp.toml").read_text()
    copy = tmp_path / "My own.toml"
    copy.write_text(re.sub(r"epochs = \d+", "epochs = 77", text))
    preset = presets.load(str(copy))
    assert (preset.name, preset.config.epochs) == ("My own", 77)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = ", "no TOML file"),
        ("[trainin]", "the unknown key 'trainin'"),
        ("training = 3", r"a table \[training\]"),
        ("[training]\nepoch = 3", "there is no setting 'epoch'"),
        ("[training]\nepochs = '3'", "the setting epochs is '3': use a whole number like 5"),
        ("[training]\nmomentum = true", "the setting momentum is True: use a number like 0.9"),
        ("[training]\nlearning_rate = -1", "the learning rate is -1"),
        ("[training]\nhidden = '16c50'", "a kernel of 50 pixels, larger than its picture"),
    ],
)
def test_a_preset_that_makes_no_sense_is_refused(text: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(DigitpadError, match=sentence) as caught:
        presets.load(str(path))
    assert "\n" not in str(caught.value)


def test_a_name_that_is_no_preset_gets_the_list_of_them() -> None:
    with pytest.raises(DigitpadError, match="there is no preset 'lenet': use mlp, mlp-regularized, convnet"):
        presets.load("lenet")


def test_settings_are_known_by_their_presets_name_whatever_their_seed() -> None:
    config = presets.load("mlp").config
    assert presets.name_of(dataclasses.replace(config, seed=7)) == "mlp"
    assert presets.name_of(dataclasses.replace(config, epochs=config.epochs + 1)) == ""
