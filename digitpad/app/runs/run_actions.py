"""The actions of the selected run."""

import random
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QInputDialog, QWidget

from digitpad.app.runs.run_watcher import RunWatcher
from digitpad.app.session.background import run_in_background
from digitpad.app.session.controller import Controller
from digitpad.app.widgets.actions import Key, allow, make_action
from digitpad.engine.runs.retention import OLD_DAYS
from digitpad.engine.runs.setting_differences import alike
from digitpad.engine.runs.store import RunStore
from digitpad.engine.runs.summary import RunSummary
from digitpad.engine.runs.trash import Deleted
from digitpad.engine.training.config import MAX_SEED
from digitpad.errors import DigitpadError


class RunActions(QObject):
    """Acts on one run at a time; `use_run` tells which."""

    settings_wanted = Signal(object)  # TrainingConfig to be put into the form
    rename_wanted = Signal()
    failed = Signal(str)
    done = Signal(str)  # one sentence

    def __init__(
        self, controller: Controller, run_watcher: RunWatcher, may_begin: Callable[[], bool], window: QWidget
    ) -> None:
        """`may_begin` is called before a training replaces the newest network, and returns whether it may."""
        super().__init__(window)
        self._may_begin = may_begin
        self._controller = controller
        self._store: RunStore = controller.store
        self._watcher = run_watcher
        self._window = window
        self._run: RunSummary | None = None
        self._deleted: list[Deleted] = []
        self.extend = make_action(
            self, "run.continue", "&Continue This Run", None, "Train it further from exactly where it stopped"
        )
        self.load_settings = make_action(
            self, "run.load_settings", "&Load Settings", None, "Fill the form with its settings"
        )
        self.repeat = make_action(
            self, "run.train_again", "Train A&gain", None, "Train again from the same start, with the same settings"
        )
        self.repeat_with_seed = make_action(
            self, "run.train_again_with_seed", "Train Again with Another &Seed", None,
            "See how much the result varies by chance",
        )  # fmt: skip
        self.rename = make_action(self, "run.rename", "&Rename", "F2", "Give it another name")
        self.edit_note = make_action(self, "run.edit_note", "&Note...", None, "Write down what it was for")
        self.open_folder = make_action(self, "run.open_folder", "&Open Its Folder", None, "Show its files")
        self.delete = make_action(self, "run.delete", "&Delete", None, "Move it to the trash")
        self.delete.setShortcut(QKeySequence(Key.Delete))
        # On the canvas and in fields these keys mean something else.
        for of_the_list in (self.rename, self.delete):
            of_the_list.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        undo = QKeySequence(Key.Undo).toString(QKeySequence.SequenceFormat.NativeText)
        self._undo_words = f"Undo Delete ({undo} in the list)"
        self.undelete = make_action(
            self, "run.undo_delete", "&Undo Delete", None,
            f"Bring back the run that was deleted last ({undo} in the list)",
        )  # fmt: skip
        self.mean_over_seeds = make_action(
            self, "view.mean_over_seeds", "Mean o&ver Seeds", "Ctrl+B",
            "Show ticked runs that differ only in their seed as one mean curve with a band", checkable=True,
        )  # fmt: skip
        self._connect()

    def _connect(self) -> None:
        self.extend.triggered.connect(self._extend)
        self.load_settings.triggered.connect(self._load_settings)
        self.repeat.triggered.connect(self._repeat)
        self.repeat_with_seed.triggered.connect(self._repeat_with_seed)
        self.rename.triggered.connect(self.rename_wanted)
        self.edit_note.triggered.connect(self._edit_note)
        self.open_folder.triggered.connect(self._open_folder)
        self.delete.triggered.connect(self._delete)
        self.undelete.triggered.connect(self._undelete)
        self._controller.state_changed.connect(self._enable)
        self._enable()

    @property
    def all(self) -> list[QAction]:
        """All actions, in the order of a menu."""
        return [
            self.extend, self.load_settings, self.repeat, self.repeat_with_seed, self.rename, self.edit_note,
            self.open_folder, self.delete, self.undelete,
        ]  # fmt: skip

    def use_run(self, run: RunSummary | None) -> None:
        """Act on `run` from now on."""
        self._run = run
        self._enable()

    def rename_run(self, run: RunSummary, name: str) -> None:
        """Call `run` something else."""
        self._do(lambda: self._store.rename(run, name))

    def _enable(self) -> None:
        run = self._run
        no_run = "" if run is not None else "no run is selected"
        # For a run that is being trained, the action says why it cannot be deleted.
        for action in (self.rename, self.edit_note, self.open_folder, self.delete):
            allow(action, no_run)
        no_settings = no_run
        if run is not None and run.config is None:
            no_settings = "the settings of this run cannot be read"
        elif run is not None and not self._controller.is_idle:
            no_settings = "a training is running: stop it first"
        for action in (self.repeat, self.repeat_with_seed, self.load_settings):
            allow(action, no_settings)
        is_running = run is not None and run.status == "running"
        allow(self.extend, no_settings or ("this run is being trained" if is_running else ""))
        allow(self.undelete, "" if self._deleted else "no run was deleted in this window")

    def _extend(self) -> None:
        if (run := self._run) is not None and self._may_begin():
            self._controller.extend_run(run.folder)

    def _load_settings(self) -> None:
        if self._run is not None:
            self.settings_wanted.emit(self._run.config)

    def _repeat(self) -> None:
        if (run := self._run) is not None and run.config is not None:
            self._train_again(run.folder, run.config.seed)

    def _repeat_with_seed(self) -> None:
        if self._run is None or self._run.config is None:
            return
        config = self._run.config
        used = {run.config.seed for run in self._watcher.runs if run.config and alike(run.config) == alike(config)}
        seed = next((seed for seed in range(1_000) if seed not in used), random.randrange(MAX_SEED))
        self._train_again(self._run.folder, seed)

    def _train_again(self, folder: Path, seed: int) -> None:
        # Imported only when it is needed, so that the window appears sooner.
        from digitpad.engine.runs.plans import repeat_run

        if self._may_begin():
            self._controller.train(lambda threads: repeat_run(folder, seed, threads))

    def _edit_note(self) -> None:
        run = self._run
        if run is None:
            return
        note, is_given = QInputDialog.getMultiLineText(
            self._window, "Note", f"A note on {run.name}:", run.metadata.note
        )
        if is_given:
            self._do(lambda: self._store.annotate(run, note))

    def _open_folder(self) -> None:
        if self._run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._run.folder)))

    def _delete(self) -> None:
        run = self._run
        if run is None:
            return

        def delete() -> None:
            self._deleted.append(self._store.delete(run))

        if self._do(delete):
            self.done.emit(f"{run.name!r} is in the trash for {OLD_DAYS} days; {self._undo_words} brings it back")

    def _undelete(self) -> None:
        deleted, back = self._deleted.pop(), list[RunSummary]()

        def restore() -> None:
            self._store.restore(deleted)
            back.append(self._store.summary(deleted.folder))

        if self._do(restore):
            self._watcher.came_back.emit(back[0])
            self.done.emit(f"{back[0].name!r} is back")
        else:
            self._deleted.append(deleted)
        self._enable()

    def _do(self, work: Callable[[], None]) -> bool:
        """Do `work` on a run's files in the background, refresh the list, and return whether it succeeded."""
        try:
            run_in_background(work)
        except DigitpadError as error:
            self.failed.emit(str(error))
            return False
        finally:
            self._watcher.refresh()
            self._enable()
        return True
