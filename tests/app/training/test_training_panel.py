"""The form, the panel and their fields: they are told, they show; the user acts, they ask."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from digitpad.app.session.pace import Pace
from digitpad.app.session.training_state import TrainingState
from digitpad.app.training.training_form import TrainingForm
from digitpad.app.training.training_panel import TrainingPanel
from digitpad.engine.files import presets
from digitpad.engine.finetuning.my_digits import MyDigits
from digitpad.engine.reading.prediction import percent
from digitpad.engine.runs.time_texts import duration
from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.checkpoint_numbers import CheckpointNumbers
from digitpad.engine.training.config import ConfigError, TrainingConfig
from digitpad.engine.training.events import Changed, Progress, TrainingEnd
from digitpad.errors import DigitpadError
from tests.events import NETWORK, measurement

HERE = Checkpoint({}, CheckpointNumbers(0.1, 1, 0.0, epoch=0, offset=0, step=0))


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "< 1 %"),
        (0.004, "< 1 %"),
        (0.006, "1 %"),
        (0.5, "50 %"),
        (0.994, "99 %"),
        (0.9969, "99.7 %"),
        (1, "> 99.9 %"),
    ],
)
def test_probabilities_are_never_rounded_to_certainty(share: float, text: str) -> None:
    assert percent(share) == text


def test_the_form_says_what_it_shows(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    config = TrainingConfig(
        "16c5, p2, 20 tanh", "glorot", "nesterov", 0.003, "step", 7, 0.3, 0.5, 17, "with-replacement", 9, 1e-4, 0.1,
        0.99, 3, 1.5, 10.0, 0.1, 0.2, 0.3, 0.7, 4, 5_000, 300, 200, 2_000, "/some/folder",
    )  # fmt: skip
    form.show_config(config)
    assert form.config() == config
    assert form.fields["data"].currentText() == "folder"
    assert form.fields["learning_rate"].text() == "0.003"


def test_typing_layers_says_how_large_the_network_is_or_what_is_wrong(qtbot: QtBot) -> None:
    panel = TrainingPanel([QAction("Start")])
    qtbot.addWidget(panel)
    form = panel.form
    form.fields["hidden"].clear()
    QTest.keyClicks(form.fields["hidden"], "30,20")
    assert form.config().hidden == "30, 20"
    qtbot.waitUntil(lambda: form.note.text().endswith(" an epoch"))
    assert form.note.text().startswith(f"{785 * 30 + 31 * 20 + 21 * 10:,} parameters  ·  ")
    QTest.keyClicks(form.fields["hidden"], "x")
    assert "cannot contain '20x'" in form.note.text()
    with pytest.raises(DigitpadError, match="20x"):
        form.config()
    panel.estimator.close()


def test_the_learning_rates_arrows_double_and_halve(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    form.fields["learning_rate"].setValue(0.1)
    QTest.keyClick(form.fields["learning_rate"], Qt.Key.Key_Up)
    assert form.fields["learning_rate"].value() == pytest.approx(0.2)
    QTest.keyClick(form.fields["learning_rate"], Qt.Key.Key_Down)
    QTest.keyClick(form.fields["learning_rate"], Qt.Key.Key_Down)
    assert form.fields["learning_rate"].value() == pytest.approx(0.05)


def test_the_panel_shows_epoch_speed_time_left_and_the_result(qtbot: QtBot) -> None:
    panel = TrainingPanel([QAction("Start")])
    qtbot.addWidget(panel)
    panel.show_pace(Pace(Progress(250, 2.5, 0.3), 5, 12_345.6, 83))
    assert panel.status.text() == "Epoch 3 of 5  ·  12,346 digits/s  ·  1 min 23 s left"
    assert panel.progress.value() == panel.progress.maximum() / 2
    panel.show_state(TrainingState.PAUSED)
    panel.show_pace(Pace(Progress(251, 2.51, 0.3), 5, 12_345.6, 83))
    assert panel.status.text().startswith("Paused  ·  Epoch 3 of 5")
    panel.show_state(TrainingState.RUNNING)
    assert panel.status.text().startswith("Epoch 3 of 5")
    figures = measurement(0.1, 0.99), measurement(0.2, 0.98)
    end = TrainingEnd(500, 5.0, *figures, NETWORK, test=measurement(0.3, 0.976), stopped=False, checkpoint=HERE)
    panel.show_measured(end)
    assert panel.status.text() == "Done: training 99.00 %, validation 98.00 %, test accuracy 97.60 %."
    panel.show_measured(
        TrainingEnd(500, 2.5, measurement(0.1, 0.99), None, NETWORK, test=None, stopped=True, checkpoint=HERE)
    )
    assert panel.status.text() == "Stopped after 2.5 epochs; sample: training 99.0 %. Continue resumes there."


def test_a_running_training_takes_only_what_it_can(qtbot: QtBot) -> None:
    panel = TrainingPanel([QAction("Start")])
    qtbot.addWidget(panel)
    fields = panel.form.fields
    panel.show_state(TrainingState.RUNNING)
    open_ = {name for name, field in fields.items() if field.isEnabled()}
    assert open_ == {"learning_rate", "batch_size", "l2"}
    assert not panel.form.presets.isEnabled()
    changes: list[tuple[str, float]] = []
    panel.form.live_changed.connect(lambda name, value: changes.append((name, value)))
    fields["batch_size"].selectAll()
    QTest.keyClicks(fields["batch_size"], "64")
    # Half a number must not reach the training.
    assert changes == []
    QTest.keyClick(fields["batch_size"], Qt.Key.Key_Return)
    QTest.keyClick(fields["l2"], Qt.Key.Key_Up)
    assert changes == [("batch_size", 64), ("l2", pytest.approx(1e-5))]
    panel.form.show_changed(Changed(0.5, 32, 0.0, step=3, epoch=0.1))
    assert (fields["learning_rate"].value(), fields["batch_size"].value()) == (0.5, 32)
    assert len(changes) == 2
    panel.show_state(TrainingState.IDLE)
    assert all(field.isEnabled() for field in fields.values())


def test_all_settings_are_shown_below_the_first_ones_when_asked_for(qtbot: QtBot) -> None:
    panel = TrainingPanel([QAction("Start")])
    qtbot.addWidget(panel)
    panel.resize(600, 300)
    panel.show()
    assert not panel.form.more.isVisible()
    QTest.mouseClick(panel.form.show_more, Qt.MouseButton.LeftButton)
    assert panel.form.more.isVisible()
    # The last of them can be scrolled to.
    panel.area.ensureWidgetVisible(panel.form.threads)
    place = panel.form.threads.mapTo(panel.area.viewport(), QPoint(0, 0))
    assert panel.area.viewport().rect().contains(place)


def test_every_setting_has_a_field_that_explains_it(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    assert form.fields.keys() == TrainingConfig().as_dict().keys()
    shown = [field for field in form.fields.values() if form.isAncestorOf(field) or form.more.isAncestorOf(field)]
    assert len(shown) == len(form.fields)
    assert all(len(field.toolTip()) > 20 and field.accessibleName() for field in form.fields.values())


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("momentum", "1.5", "the momentum is '1.5': use a number from 0 to below 1"),
        ("epochs", "many", "the epochs is 'many': use a number from 1 to 10,000"),
        ("learning_rate", "-1", "the learning rate is '-1': use a number above 0"),
    ],
)
def test_nonsense_is_refused_in_words_as_it_is_typed(qtbot: QtBot, name: str, typed: str, sentence: str) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    field, before = form.fields[name], form.config()
    field.selectAll()
    QTest.keyClicks(field, typed)
    assert sentence in form.note.text()
    assert form.note.property("role") == "error"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert form.config() == before


@pytest.mark.parametrize("typed", ["0", "all"])
def test_what_zero_stands_for_is_said_and_can_be_typed(qtbot: QtBot, typed: str) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    field = form.fields["training"]
    assert field.text() == "all"
    field.selectAll()
    QTest.keyClicks(field, "500")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert form.config().training == 500
    field.selectAll()
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert form.config().training == 0
    assert field.text() == "all"
    assert form.note.property("role") != "error"


def test_tab_goes_from_field_to_field(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    form.fields["hidden"].setFocus()
    qtbot.waitUntil(form.fields["hidden"].hasFocus)
    for name in ("learning_rate", "batch_size", "epochs", "schedule", "l2", "seed"):
        QTest.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        assert form.focusWidget() is form.fields[name]


def test_choosing_a_preset_fills_the_form_and_a_change_makes_it_your_own(qtbot: QtBot, tmp_path: Path) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    names = [form.presets.itemText(index) for index in range(form.presets.count())]
    titles = [presets.load(name).title for name in presets.names()]
    assert names[1 : 1 + len(titles)] == titles
    index = names.index(presets.load("cs189-hw4").title)
    form.presets.setCurrentIndex(index)
    form.presets.activated.emit(index)
    assert form.config() == presets.load("cs189-hw4").config
    assert form.presets.currentText() == presets.load("cs189-hw4").title
    assert form.about.text().startswith("As in the original notebook")
    form.fields["epochs"].setValue(3)
    assert form.presets.currentText() == "Your own settings"
    defaults = names.index("Back to the defaults")
    form.presets.activated.emit(defaults)
    assert form.config() == TrainingConfig()
    mine = tmp_path / "mine.toml"
    mine.write_text('description = "x"\n[training]\nhidden = "7"\n')
    form.presets.open(mine)
    assert form.config() == TrainingConfig(hidden="7")
    assert form.presets.currentText() == "mine"
    mine.write_text("[training]\nhiden = '7'\n")
    with qtbot.waitSignal(form.failed) as caught:
        form.presets.open(mine)
    assert "there is no setting 'hiden'" in caught.args[0]
    assert form.config() == TrainingConfig(hidden="7")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "< 0.1 s"),
        (0.4, "0.4 s"),
        (3.4, "3 s"),
        (59, "59 s"),
        (61, "1 min 1 s"),
        (2_170, "36 min"),
        (3_590, "1 h 0 min"),
        (7_300, "2 h 2 min"),
    ],
)
def test_durations_are_said_as_people_do(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_rates_are_typed_with_exponents_and_nonsense_is_not_taken(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    typings = (("1e-3", 0.001), ("0.25", 0.25), ("2x5", 0.25), (".5", 0.5), ("0,05", 0.05), ("1,000,5", 0.05))
    for typed, value in typings:
        form.fields["learning_rate"].selectAll()
        QTest.keyClicks(form.fields["learning_rate"], typed)
        QTest.keyClick(form.fields["learning_rate"], Qt.Key.Key_Return)
        assert form.fields["learning_rate"].value() == pytest.approx(value)
    form.fields["learning_rate"].selectAll()
    QTest.keyClicks(form.fields["learning_rate"], "5e")
    with pytest.raises(ConfigError, match="the learning rate is '5e'"):
        form.config()
    QTest.keyClick(form.fields["learning_rate"], Qt.Key.Key_Return)
    assert form.config().learning_rate == pytest.approx(0.05)
    assert "parameters" in form.note.text()
    form.fields["epochs"].selectAll()
    QTest.keyClicks(form.fields["epochs"], "1,5")
    QTest.keyClick(form.fields["epochs"], Qt.Key.Key_Return)
    assert form.config().epochs == 5


def test_giving_up_the_choice_of_a_folder_keeps_the_digits(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    for reply, expected in (("", None), ("/a/folder", "/a/folder"), ("", "/a/folder")):
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, reply=reply: reply)
        form.fields["data"].setCurrentIndex(form.fields["data"].count() - 1)
        form.fields["data"].activated.emit(form.fields["data"].count() - 1)
        assert form.config().data == expected


def test_ink_to_learn_besides_is_chosen_by_name_or_file(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    form.show_more.click()
    form.show()
    field = form.fields["ink"]
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert form.config().ink == str(MyDigits().path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/a/class.jsonl", ""))
    QTest.keyClick(field, Qt.Key.Key_Down)
    field.activated.emit(field.currentIndex())
    assert form.config().ink == "/a/class.jsonl"
    assert field.currentText() == "class.jsonl"
    form.show_config(TrainingConfig())
    assert form.config().ink is None
