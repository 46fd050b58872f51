"""The list of runs in the real window: ticked, renamed, continued, deleted, brought back."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from digitpad.app.runs.run_table import when
from digitpad.app.session.training_state import TrainingState
from digitpad.app.widgets.theme_colors import colors
from digitpad.app.window.main_window import MainWindow
from digitpad.engine.runs import layout
from digitpad.engine.runs.metadata import RunMetadata
from digitpad.engine.runs.recording import Plan
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from tests.app.driving import click, until
from tests.engine.runs.test_run import SMALL, record_until, recorded
from tests.screenshot import draw

pytestmark = pytest.mark.slow

Open = Callable[[], MainWindow]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def config(few_digits_folder: Path) -> TrainingConfig:
    return dataclasses.replace(SMALL, epochs=2, data=str(few_digits_folder))


@pytest.fixture
def three(config: TrainingConfig) -> None:
    """Three runs: a, b that has other layers, c that is as a but for the seed."""
    recorded(Plan(config, name="a"))
    recorded(Plan(dataclasses.replace(config, hidden="6"), name="b"))
    recorded(Plan(dataclasses.replace(config, seed=1), name="c"))


def row_of(window: MainWindow, name: str) -> int:
    return next(number for number, run in enumerate(window.runs.table.runs) if run.name == name)


def choose(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Click the row of a run."""
    qtbot.waitUntil(lambda: any(run.name == name for run in window.runs.table.runs))
    index = window.runs.table.index(row_of(window, name), 1)
    window.runs.view.scrollTo(index)
    rect = window.runs.view.visualRect(index)
    QTest.mouseClick(window.runs.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def tick(window: MainWindow, name: str) -> None:
    """Choose the row with the keyboard and press space."""
    index = window.runs.table.index(row_of(window, name), 0)
    window.runs.view.setCurrentIndex(index)
    QTest.keyClick(window.runs.view, Qt.Key.Key_Space)


def shown(window: MainWindow) -> set[str]:
    return {run.name for run in window.curves.plots.runs}


def test_runs_are_listed_with_what_differs(qtbot: QtBot, three: None, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 3)
    table = window.runs.table
    texts = [[table.data(table.index(row, column)) for column in range(table.columnCount())] for row in range(3)]
    assert [row[0] for row in texts] == ["c", "b", "a"]
    assert texts[0][-1] == ""
    assert texts[1][-1] == "hidden layers 6, seed 0"
    assert texts[2][-1] == "hidden layers 12"
    # Where there is no room for it, the pointer tells it whole; elsewhere, where the run is.
    tips = [table.data(table.index(1, column), Qt.ItemDataRole.ToolTipRole) for column in (0, table.columnCount() - 1)]
    # Long paths are broken into lines.
    assert "".join(str(window.controller.store.find("b").folder).split()) in "".join(tips[0].split())
    assert tips[1] == "hidden layers 6, seed 0"
    assert all(row[1].endswith(" %") and row[2].endswith(" %") for row in texts)
    assert "3 runs, " in window.runs.room.text()


def test_ticked_runs_are_drawn_over_each_other(qtbot: QtBot, three: None, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 3)
    for name in ("a", "b"):
        tick(window, name)
    qtbot.waitUntil(lambda: shown(window) == {"a", "b"})
    assert len({run.color_index for run in window.curves.plots.runs}) == 2
    assert window.numbers.rowCount() == 2
    choose(qtbot, window, "c")
    tick(window, "a")
    choose(qtbot, window, "c")
    qtbot.waitUntil(lambda: shown(window) == {"b", "c"})
    foremost = window.curves.plots.foremost
    assert foremost is not None
    assert foremost.name == "c"


def test_seeds_are_shown_as_one_curve(qtbot: QtBot, three: None, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 3)
    for name in ("a", "b", "c"):
        tick(window, name)
    choose(qtbot, window, "b")
    qtbot.waitUntil(lambda: shown(window) == {"a", "b", "c"})
    window.run_actions.mean_over_seeds.trigger()
    assert sorted(shown(window)) == ["a and 1 more seed", "b"]
    window.run_actions.mean_over_seeds.trigger()
    assert shown(window) == {"a", "b", "c"}


@pytest.mark.parametrize("schedule", ["halving", "step", "cosine"])
def test_a_seed_of_which_nothing_is_measured_yet_is_in_no_mean(
    qtbot: QtBot, config: TrainingConfig, open_window: Open, schedule: str
) -> None:
    for seed, name in enumerate(("a", "b", "c")):
        recorded(Plan(dataclasses.replace(config, seed=seed, schedule=schedule), name=name))
    # Cut off before anything was measured.
    for name in (layout.EVENTS, layout.CONFUSIONS):
        (RunStore().find("c").folder / name).write_bytes(b"")
    window = open_window()
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 3)
    for name in ("a", "b", "c"):
        tick(window, name)
    window.run_actions.mean_over_seeds.trigger()
    choose(qtbot, window, "c")
    qtbot.waitUntil(lambda: shown(window) == {"a and 1 more seed", "c"} or shown(window) == {"b and 1 more seed", "c"})
    assert window.message_bar.isHidden()


def test_a_run_is_renamed_in_its_row(qtbot: QtBot, three: None, open_window: Open) -> None:
    window = open_window()
    choose(qtbot, window, "a")
    for name, expected in (("mine", "mine"), ("b", "mine")):
        window.run_actions.rename.trigger()
        editor = window.runs.view.viewport().findChildren(QLineEdit)[-1]
        editor.selectAll()
        QTest.keyClicks(editor, name)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda expected=expected: any(run.name == expected for run in window.runs.table.runs))
    qtbot.waitUntil(lambda: "there is a run called 'b' already" in window.message_bar.label.text().lower())


def test_a_deleted_run_comes_back(qtbot: QtBot, three: None, open_window: Open) -> None:
    window = open_window()
    choose(qtbot, window, "b")
    window.run_actions.delete.trigger()
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 2)
    assert "'b' is in the trash for 30 days" in window.statusBar().currentMessage()
    window.run_actions.undelete.trigger()
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 3)


def test_the_keys_of_the_list_are_about_runs(qtbot: QtBot, three: None, open_window: Open) -> None:
    window, press = open_window(), QTest.keyClick
    draw(window)
    choose(qtbot, window, "b")
    press(window.runs.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 2)
    press(window.runs.view, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 3)
    assert window.canvas.drawing
    # Also with nothing to bring back it is no key of the drawing's here.
    press(window.runs.view, Qt.Key.Key_Z, CTRL)
    assert window.canvas.drawing
    press(window.runs.view, Qt.Key.Key_F2)
    assert window.runs.view.viewport().findChildren(QLineEdit)


def test_why_a_run_that_is_being_trained_is_not_deleted_is_said(qtbot: QtBot, small: MainWindow) -> None:
    click(small, "Start")
    qtbot.waitUntil(lambda: any(run.status == "running" for run in small.runs.table.runs))
    small.runs.view.setFocus()
    QTest.keyClick(small.runs.view, Qt.Key.Key_Delete)
    assert "is being written: stop its training before it is deleted" in small.message_bar.label.text()
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    assert len(small.runs.table.runs) == 1


def test_deleted_runs_come_back_as_they_were(qtbot: QtBot, three: None, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 3)
    tick(window, "b")
    for name in ("a", "b"):
        choose(qtbot, window, name)
        qtbot.waitUntil(lambda name=name: window.controller.selection.network.name == name)
        window.run_actions.delete.trigger()
        qtbot.waitUntil(lambda name=name: name not in {run.name for run in window.runs.table.runs})
    for name in ("b", "a"):
        window.run_actions.undelete.trigger()
        qtbot.waitUntil(lambda name=name: name in shown(window))
        qtbot.waitUntil(lambda name=name: window.controller.selection.network.name == name)
        chosen = window.runs.run
        assert chosen is not None
        assert chosen.name == name
        qtbot.waitUntil(lambda name=name: name in window.timeline.title.text())
    # The one that was ticked is so again.
    choose(qtbot, window, "c")
    qtbot.waitUntil(lambda: shown(window) == {"b", "c"})


def test_the_network_of_a_run_is_called_by_its_new_name(qtbot: QtBot, three: None, open_window: Open) -> None:
    window = open_window()
    choose(qtbot, window, "a")
    qtbot.waitUntil(lambda: window.controller.selection.network.name == "a")
    network = window.controller.selection.network.network
    RunStore().rename(RunStore().find("a"), "first of all")
    window.run_watcher.refresh()
    qtbot.waitUntil(lambda: "first of all" in window.windowTitle())
    assert window.controller.selection.network.network is network


def test_a_run_is_gone_on_with_and_trained_again(qtbot: QtBot, three: None, open_window: Open) -> None:
    window = open_window()
    choose(qtbot, window, "a")
    fields = window.panel.form.fields
    fields["epochs"].setValue(7)
    window.run_actions.extend.trigger()
    until(qtbot, window, TrainingState.IDLE)
    assert RunStore().find("a").figures.epochs == 4
    # The form says what was trained, and for how many epochs more Continue would.
    assert (fields["hidden"].read(), fields["epochs"].read()) == ("12", 7)
    # To train it again is to train 4 epochs at once, by another schedule.
    window.run_actions.repeat.trigger()
    until(qtbot, window, TrainingState.IDLE)
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 4)
    unlike = window.runs.table.index(row_of(window, "a"), 7).data()
    assert "2 epochs planned at first" in unlike
    RunStore().delete(RunStore().runs()[0])
    choose(qtbot, window, "a")
    qtbot.waitUntil(window.run_actions.repeat_with_seed.isEnabled)
    choose(qtbot, window, "b")
    window.run_actions.repeat_with_seed.trigger()
    until(qtbot, window, TrainingState.IDLE)
    new = RunStore().runs()[0]
    assert new.config is not None
    assert (new.config.hidden, new.config.seed) == ("6", 1)
    assert window.panel.form.config_shown() == new.config


def test_the_settings_of_a_run_go_into_the_form(
    qtbot: QtBot, three: None, open_window: Open, config: TrainingConfig
) -> None:
    window = open_window()
    choose(qtbot, window, "b")
    window.run_actions.load_settings.trigger()
    assert window.panel.form.config() == dataclasses.replace(config, hidden="6")


def test_a_note_is_kept(qtbot: QtBot, three: None, open_window: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtWidgets import QInputDialog

    window = open_window()
    choose(qtbot, window, "b")
    monkeypatch.setattr(QInputDialog, "getMultiLineText", lambda *_: ("for the lesson", True))
    window.run_actions.edit_note.trigger()
    assert RunStore().find("b").metadata.note == "for the lesson"


def test_a_training_that_was_cut_off_is_offered_to_go_on(
    qtbot: QtBot, config: TrainingConfig, open_window: Open
) -> None:
    record_until(Plan(dataclasses.replace(config, epochs=4), name="cut"), epochs=2)
    window = open_window()
    qtbot.waitUntil(window.message_bar.isVisible)
    assert "the training of cut was interrupted after 2 of 4 epochs" in window.message_bar.label.text().lower()
    QTest.mouseClick(window.message_bar.button, Qt.MouseButton.LeftButton)
    until(qtbot, window, TrainingState.IDLE)
    assert RunStore().find("cut").status == "ended"


def test_runs_of_the_command_line_appear_in_an_open_window(
    qtbot: QtBot, window: MainWindow, few_digits_folder: Path
) -> None:
    command = [sys.executable, "-m", "digitpad", "train", "--hidden", "4", "--epochs", "1", "--validation", "500"]
    subprocess.run([*command, "--data", str(few_digits_folder)], check=True, capture_output=True, timeout=60)
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 1)


def test_a_run_that_is_damaged_or_gone_while_it_is_shown_is_a_sentence(
    qtbot: QtBot, three: None, open_window: Open
) -> None:
    window = open_window()
    choose(qtbot, window, "a")
    qtbot.waitUntil(lambda: shown(window) == {"a"})
    before = window.controller.selection.newest
    folder = RunStore().find("a").folder
    (folder / "weights-0.safetensors").write_bytes(b"noise")
    qtbot.waitUntil(lambda: window.timeline.slider.maximum() > 0)
    window.timeline.slider.setValue(0)
    qtbot.waitUntil(lambda: "it is truncated or no safetensors file" in window.message_bar.label.text())
    folder.rename(folder.with_name(".gone"))
    window.run_watcher.refresh()
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 2)
    qtbot.waitUntil(lambda: shown(window) == set())
    assert "The run 'a' is no longer plotted: its folder" in window.message_bar.label.text()
    assert window.controller.selection.newest is before


def test_a_damaged_config_is_named_in_the_list(qtbot: QtBot, three: None, open_window: Open) -> None:
    (RunStore().find("a").folder / "config.json").write_text("{")
    window = open_window()
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 3)
    table = window.runs.table
    assert table.data(table.index(row_of(window, "a"), 0)) == "a  (damaged)"
    choose(qtbot, window, "a")
    assert not window.run_actions.repeat.isEnabled()


def test_the_window_is_there_before_five_hundred_runs_are_listed(
    qtbot: QtBot, config: TrainingConfig, open_window: Open
) -> None:
    store = RunStore()
    for number in range(500):
        folder = store.folder / f"run {number}"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps(config.as_dict()))
        RunMetadata(name=f"run {number}", started="2026-01-01T00:00:00+00:00").write(folder)
    window = open_window()
    assert window.runs.table.runs == []
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 500)
    QApplication.processEvents()
    assert "500 runs" in window.runs.room.text()


def test_the_running_training_is_drawn_in_front_and_listed(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["epochs"].setValue(10_000)
    click(small, "Start")
    qtbot.waitUntil(lambda: bool(small.runs.table.runs) and small.runs.table.runs[0].status == "running")
    qtbot.waitUntil(lambda: small.curves.plots.foremost is not None)
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    qtbot.waitUntil(lambda: small.runs.table.runs[0].status == "stopped")
    assert small.run_actions.delete.isEnabled()


@pytest.mark.parametrize(
    ("began", "text"),
    [
        (datetime(2026, 11, 26, 9, 5), "09:05"),
        (datetime(2026, 11, 20, 9, 5), "20 Nov"),
        (datetime(2025, 12, 30, 9, 5), "Dec 2025"),
    ],
)
def test_when_a_run_began_is_said_shortly(began: datetime, text: str) -> None:
    assert when(began.astimezone().isoformat(), datetime(2026, 11, 26, 12).astimezone()) == text
    # On New Year's day last week is no year ago.
    assert when(datetime(2025, 12, 30).astimezone().isoformat(), datetime(2026, 1, 1).astimezone()) == "30 Dec"
    assert when("nonsense", datetime(2026, 1, 1).astimezone()) == ""


def test_a_runs_chip_has_the_color_of_its_curve_in_either_theme(qtbot: QtBot, three: None, open_window: Open) -> None:
    window = open_window()
    choose(qtbot, window, "b")
    index = window.runs.table.index(row_of(window, "b"), 0)
    qtbot.waitUntil(lambda: len(window.curves.runs) > 0)
    for action in window.window_actions.appearances.actions():
        action.trigger()
        chip = index.data(Qt.ItemDataRole.DecorationRole).pixmap(11, QIcon.Mode.Selected).toImage()
        shades = colors(window.palette())
        assert chip.pixelColor(5, 5) == QColor(shades.run(window.curves.runs[0].color_index))


def test_columns_fit_what_stands_in_them_until_somebody_moves_them(
    qtbot: QtBot, three: None, open_window: Open
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 3)
    header, view = window.runs.view.header(), window.runs.view
    assert header.length() <= view.viewport().width()
    last = header.count() - 1
    assert header.sectionSize(last) >= header.sectionSizeHint(last)
    narrow = header.sectionSize(0)
    RunStore().rename(RunStore().find("a"), "a name that is longer")
    window.run_watcher.refresh()
    qtbot.waitUntil(lambda: header.sectionSize(0) > narrow)
    place = QPoint(header.sectionViewportPosition(1) - 1, header.height() // 2)
    QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(header.viewport(), place + QPoint(-30, 0))
    QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=place + QPoint(-30, 0))
    moved = header.sectionSize(0)
    RunStore().rename(RunStore().find("b"), "another name that is even longer")
    window.run_watcher.refresh()
    qtbot.waitUntil(lambda: any("even longer" in run.name for run in window.runs.table.runs))
    assert header.sectionSize(0) == moved


def test_ticked_runs_are_ticked_at_the_next_start_in_their_colors(qtbot: QtBot, three: None, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.runs.table.runs) == 3)
    for name in ("c", "a", "b"):
        tick(window, name)
    qtbot.waitUntil(lambda: shown(window) == {"a", "b", "c"})
    colors = {data.name: data.color_index for data in window.runs_presenter.shown.drawn.values()}
    RunStore().delete(RunStore().find("b"))
    other = open_window()
    qtbot.waitUntil(lambda: shown(other) == {"a", "c"})
    again = {data.name: data.color_index for data in other.runs_presenter.shown.drawn.values()}
    assert again == {name: colors[name] for name in ("a", "c")}
    # One that is gone is no cause for a sentence.
    assert other.message_bar.isHidden()
    for name in ("a", "c"):
        tick(other, name)
    qtbot.waitUntil(lambda: not other.runs_presenter.shown.ticked)
    assert not open_window().runs_presenter.shown.ticked


@pytest.mark.parametrize("nonsense", ["", "{", "[1]", '{"a": "b", "c": -1, "d": true}'])
def test_nonsense_among_the_settings_ticks_nothing(settings_path: Path, open_window: Open, nonsense: str) -> None:
    file = QSettings(str(settings_path), QSettings.Format.IniFormat)
    file.setValue("runs/ticked", nonsense)
    file.sync()
    assert not open_window().runs_presenter.shown.ticked
