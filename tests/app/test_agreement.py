"""Whatever is done in whatever order, all parts of the window agree on what is selected.

40 sequences of acts, the same each time. For others, as many as are asked for:
``SEQUENCES=2000 uv run pytest -m slow tests/app/test_agreement.py``.
"""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from digitpad import folders
from digitpad.app.files.settings import Settings
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.start.autosave import Autosave
from digitpad.app.start.recovered_session import RecoveredSession
from digitpad.app.widgets.theme import Theme
from digitpad.app.window.main_window import MainWindow
from digitpad.data.ink import Ink
from digitpad.data.ink_files import LabeledInk
from digitpad.engine.files import weights
from digitpad.engine.finetuning.my_digits import MyDigits
from digitpad.engine.runs.recording import Plan
from digitpad.engine.runs.store import RunStore
from tests.app.agreement import disagreements
from tests.engine.runs.test_run import SMALL, recorded

pytestmark = pytest.mark.slow

#: Seconds within which all parts must agree after an act; a busy machine takes some of them.
_PATIENCE = 20.0
#: Ones, twos and sevens, as points from 0 to 1.
_FORMS = [
    [[0.5, 0.1], [0.5, 0.9]],
    [[0.1, 0.3], [0.5, 0.1], [0.9, 0.3], [0.1, 0.9], [0.9, 0.9]],
    [[0.1, 0.1], [0.9, 0.1], [0.4, 0.9]],
]


@dataclass(frozen=True)
class Place:
    """What all sequences begin with: two runs, a file of weights, and a few labeled digits in `template`."""

    application: QApplication
    template: Path
    digits: Path
    bundled: NetworkHandle


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, runs_folder: Path, few_digits_folder: Path) -> Place:
    for name, epochs in (("day", 2), ("night", 3)):
        recorded(Plan(replace(SMALL, epochs=epochs, data=str(few_digits_folder)), name=name))
    run = RunStore().find("day").folder
    network, record = weights.load(next(iter(sorted(run.glob("weights-*.safetensors")))))
    weights.save(folders.data() / "mine.safetensors", network, record)
    rng, mine = np.random.default_rng(0), MyDigits()
    for number in range(6):
        form = 200 * np.array(_FORMS[number % 2]) + rng.normal(0, 4, (len(_FORMS[number % 2]), 2))
        mine.add(LabeledInk(Ink((form,)), number % 2 + 1))
    bundled = NetworkHandle.from_file(weights.BUNDLED_MLP, *weights.load(weights.BUNDLED_MLP))
    return Place(qapp, folders.data(), few_digits_folder, bundled)


class Windows(RuleBasedStateMachine):
    """Acts on a window as a user might, and after each act waits until all its parts agree."""

    place: Place
    homes = 0

    def __init__(self) -> None:
        super().__init__()
        Windows.homes += 1
        self._home = self.place.template.with_name(f"home-{Windows.homes}")
        shutil.copytree(self.place.template, self._home)
        os.environ[folders.HOME] = str(self._home)
        self._theme = Theme(self.place.application)
        self._answers = QTimer(interval=10)
        self._answers.timeout.connect(_discard)
        self._answers.start()
        self.acts: list[str] = []
        self._is_reopened = False
        self._open()

    def _open(self) -> None:
        store = RunStore()
        self.window = MainWindow(self.place.bundled, Settings(self._home / "settings.ini"), self._theme, store)
        self._autosave = Autosave(self.window, RecoveredSession(store))
        self.window.show()
        self.window.start_background_work()
        form = self.window.panel.form
        form.fields["hidden"].setText("12")
        form.show_data(str(self.place.digits))
        form.fields["validation"].setValue(500)
        self._settle("open")

    def _close(self) -> None:
        window = self.window
        assert window.close()
        self._autosave.close()
        self._until(window.controller.close)
        window.deleteLater()
        self.place.application.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _until(self, is_so: Callable[[], object]) -> bool:
        deadline = time.monotonic() + _PATIENCE
        while not is_so():
            if time.monotonic() > deadline:
                return False
            self.place.application.processEvents()
            time.sleep(0.002)
        return True

    def _settle(self, act: str) -> None:
        self.acts.append(act)
        self.place.application.processEvents()
        if not self._until(lambda: not disagreements(self.window)):
            raise AssertionError("\n".join(["after", *self.acts, "this is so:", *disagreements(self.window)]))

    @property
    def _is_idle(self) -> bool:
        return self.window.controller.is_idle

    @rule(forms=st.lists(st.integers(0, 2), min_size=1, max_size=3))
    def draw(self, forms: list[int]) -> None:
        """Write some digits behind each other, each as a stroke of its own."""
        canvas = self.window.canvas
        side = canvas.height()
        left = 0.05 + 0.3 * (len(canvas.drawing.strokes) % 3)
        for form in forms:
            if left < 0.7:
                points = (np.array(_FORMS[form]) * [0.2 * side, 0.5 * side] + [left * side, 0.2 * side]).tolist()
                canvas.replace(Ink((*canvas.drawing.strokes, np.array(points))), "Write")
            left += 0.3
        self._settle(f"draw {forms}")

    @rule(number=st.integers(0, 3))
    def choose_digit(self, number: int) -> None:
        """Click the picture of a digit; it stays selected while other networks read the same strokes."""
        label = self.window.prediction.label
        if number < len(label.predictions) > 1:
            QTest.mouseClick(label, Qt.MouseButton.LeftButton, pos=label.place_of(number).center().toPoint())
            assert self.window.controller.selection.number == number
        self._settle(f"choose digit {number}")

    @rule(action=st.sampled_from(["undo", "redo", "clear"]))
    def change_drawing(self, action: str) -> None:
        getattr(self.window.canvas_actions, action).trigger()
        self._settle(action)

    @precondition(lambda self: self._is_idle)
    @rule(epochs=st.sampled_from([1, 2, 10_000]))
    def start(self, epochs: int) -> None:
        self.window.panel.form.fields["epochs"].setValue(epochs)
        self.window.training_actions.start.trigger()
        self._settle(f"start {epochs}")

    @precondition(lambda self: self._is_idle)
    @rule()
    def go_on(self) -> None:
        selected = self.window.controller.selection.network
        self.window.panel.form.fields["epochs"].setValue(1)
        self.window.training_actions.go_on.trigger()
        if not self._is_idle:
            self._until(lambda: self._is_idle)
            # The newest network of a run goes on in that run.
            run = RunStore().summary(self.window.controller.selection.newest.run)
            parent = run.metadata.parent
            step = selected.snapshot.step if selected.snapshot is not None else None
            assert run.folder == selected.run or (
                parent is not None and parent.name in (selected.name, selected.title) and step in (None, parent.step)
            ), self.acts
        self._settle("go on")

    @rule()
    def pause_or_resume(self) -> None:
        self.window.training_actions.pause.trigger()
        self._settle("pause or resume")

    @rule()
    def stop(self) -> None:
        self.window.controller.stop()
        self._until(lambda: self._is_idle)
        self._settle("stop")

    @rule(share=st.sampled_from([0.0, 0.3, 0.7, 1.0]))
    def go_back(self, share: float) -> None:
        """Move the slider."""
        slider = self.window.timeline.slider
        slider.setValue(round(share * slider.maximum()))
        self._settle(f"go back to {share}")

    @rule()
    def go_to_newest(self) -> None:
        QTest.mouseClick(self.window.timeline.live, Qt.MouseButton.LeftButton)
        self._settle("newest")

    @rule(number=st.integers(0, 5))
    def choose_run(self, number: int) -> None:
        view, table = self.window.runs.view, self.window.runs.table
        if number < len(table.runs):
            index = table.index(number, 1)
            view.scrollTo(index)
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
        self._settle(f"choose run {number}")

    @rule(number=st.integers(0, 5))
    def click_run_away(self, number: int) -> None:
        view, table = self.window.runs.view, self.window.runs.table
        if number < len(table.runs):
            where, how = view.visualRect(table.index(number, 1)).center(), Qt.KeyboardModifier.ControlModifier
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, how, where)
        self._settle(f"click run {number} with Ctrl")

    @rule(which=st.sampled_from(["mine", "bundled", "run", "none"]))
    def open_file(self, which: str) -> None:
        runs = RunStore().runs()
        paths = {
            "mine": self._home / "mine.safetensors",
            "bundled": weights.BUNDLED_MLP,
            "none": self._home / "none.npz",
        }
        self.window.open([runs[-1].folder if which == "run" and runs else paths.get(which, weights.BUNDLED_MLP)])
        self._settle(f"use {which}")

    @precondition(lambda self: self._is_idle)
    @rule()
    def make_network(self) -> None:
        before = self.window.controller.selection.newest
        self.window.training_actions.new_network.trigger()
        self._until(lambda: self.window.controller.selection.newest is not before)
        self._settle("new network")

    @precondition(lambda self: self._is_idle and self.window.controller.selection.network.network.spec == "12")
    @rule(is_kept=st.booleans(), is_undone=st.booleans())
    def fine_tune(self, is_kept: bool, is_undone: bool) -> None:
        panel = self.window.insight.handwriting
        if not panel.isVisible():
            self.window.insight.docks.all_actions[3].trigger()
        assert self._until(panel.fine_tune.isEnabled)
        panel.fine_tune.click()
        assert self._until(lambda: panel.keep.isVisibleTo(panel))
        (panel.keep if is_kept else panel.drop).click()
        self._settle(f"fine-tune, kept {is_kept}")
        if is_kept and is_undone:
            panel.undo.click()
            self._settle("undo the fine-tuning")

    @rule()
    def delete_run(self) -> None:
        self.window.run_actions.delete.trigger()
        self._until(lambda: {r.folder for r in self.window.runs.table.runs} == {r.folder for r in RunStore().runs()})
        self._settle("delete the run")

    @rule()
    def restore_run(self) -> None:
        self.window.run_actions.undelete.trigger()
        self._until(lambda: {r.folder for r in self.window.runs.table.runs} == {r.folder for r in RunStore().runs()})
        self._settle("undo delete")

    @rule(name=st.sampled_from(["other", "x" * 60]))
    def rename_run(self, name: str) -> None:
        if (run := self.window.runs.run) is not None:
            self.window.run_actions.rename_run(run, name)
            self._until(lambda: any(other.name == name for other in self.window.runs.table.runs))
        self._settle(f"rename to {name[:6]}")

    @rule(number=st.integers(0, 4))
    def show_or_hide_view(self, number: int) -> None:
        self.window.insight.docks.all_actions[number].trigger()
        self._settle(f"view {number}")

    @rule()
    def save(self) -> None:
        """Save the selected network, and see that it is that one which is in the file."""
        path, shown = self._home / "saved.safetensors", self.window.controller.selection.network
        self.window.controller.save(path)
        saved, _ = weights.load(path)
        for a, b in zip(saved.parameters, shown.network.parameters, strict=True):
            np.testing.assert_array_equal(a, b)
        self._settle("save")

    # Half a second each: once a sequence is enough.
    @precondition(lambda self: not self._is_reopened)
    @rule()
    def close_and_reopen(self) -> None:
        self._is_reopened = True
        self._close()
        self._open()

    def teardown(self) -> None:
        self._answers.stop()
        self._close()
        self._theme.deleteLater()
        shutil.rmtree(self._home, ignore_errors=True)


def _discard() -> None:
    """Answer each question that is asked: nothing is to be saved."""
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        button = box.button(QMessageBox.StandardButton.Discard)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_all_parts_of_the_window_agree_whatever_is_done(place: Place) -> None:
    asked = int(os.environ.get("SEQUENCES", "0"))
    Windows.place = place
    before = os.environ[folders.HOME]
    try:
        run_state_machine_as_test(
            Windows,
            settings=settings(
                max_examples=asked or 40, stateful_step_count=15, deadline=None, derandomize=not asked, database=None,
                phases=[Phase.generate], suppress_health_check=list(HealthCheck), print_blob=False,
            ),
        )  # fmt: skip
    finally:
        os.environ[folders.HOME] = before
