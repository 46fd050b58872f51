"""What is done with a file after it was read: a fuzzer that stops at readers misses what breaks behind them.

Each of these reads a file and goes on as the window and the command line do. Left out is what takes more than a second
for an intact file: training, and photos of many pixels.
"""

import contextlib
import functools
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from digitpad.cancellation import Cancelled, CancelToken
from digitpad.data import ink_files, kaggle, mnist, normalization, svg_files
from digitpad.data.dataset import Dataset
from digitpad.data.drawing import Drawing, Photo
from digitpad.data.ink import Ink, fitted
from digitpad.data.ink_digits import dataset_of
from digitpad.data.ink_files import LabeledInk
from digitpad.engine.files import foreign_weights, presets, weights, window_state
from digitpad.engine.files.window_state import WindowState
from digitpad.engine.finetuning.my_digits import MyDigits
from digitpad.engine.insight.counterfactuals import explain
from digitpad.engine.insight.run_diagnosis import consulted, last_good
from digitpad.engine.reading.photo_reader import PhotoReader
from digitpad.engine.reading.prediction import text_of
from digitpad.engine.reading.recognizer import Recognizer
from digitpad.engine.runs import history, layout, resumption, seeds, setting_differences, snapshots
from digitpad.engine.runs.history import FIGURES
from digitpad.engine.runs.opening import open_resumed
from digitpad.engine.runs.plans import resume_run
from digitpad.engine.runs.recording import Plan, RecordedTraining
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.store import RunStore
from digitpad.engine.runs.summary import require_run, summarized
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError
from digitpad.nn import initializers
from digitpad.nn.network import Network
from tests.conftest import write_idx

SHEET = (280.0, 280.0)
#: Drawings of a file that are looked at, and pixels of photos at most.
_FEW, _MOST_PIXELS = 3, 40_000
#: Seconds for which a photo is read.
_PATIENCE = 0.2
NETWORK = Network.new(
    "3", np.zeros((1, 28, 28), np.float32), 1 / 255, initializers.drawn("he", np.random.default_rng(0)), outputs=10
)
#: What no run may change.
_OUTSIDE = b"precious"


class _Until(CancelToken):
    """Is cancelled at a time of the process."""

    def __init__(self, end: float) -> None:
        self._end = end

    def check(self) -> None:
        if time.process_time() > self._end:
            raise Cancelled


def read_and_draw(drawing: Drawing) -> None:
    """Do with a drawing what the canvas does: put it on the sheet, read it, say why, keep it aside, have it back."""
    shown = fitted(drawing, SHEET) if isinstance(drawing, Ink) else drawing
    if isinstance(drawing, Photo):
        if drawing.pixels.size > 3 * _MOST_PIXELS:
            return
        # Noise is full of spots. The window reads aside, and gives up where there is a newer wish.
        end = time.process_time() + _PATIENCE
        with contextlib.suppress(Cancelled):
            PhotoReader(drawing).read(NETWORK, _Until(end))
    else:
        for each in (drawing, shown):
            text_of(Recognizer(NETWORK).read(each))
    if isinstance(shown, Ink):
        normalization.way(shown, SHEET, 9.0)
        normalization.as_drawn(shown, SHEET, 9.0)
    with contextlib.suppress(DigitpadError):
        explain(NETWORK, drawing, 3)
    state = WindowState(actions=(("Open", shown),), done=1)
    (_, back), *_ = window_state.unpacked(window_state.packed(state)).actions or [("", shown)]
    assert type(back) is type(shown)


def use_ink(path: Path) -> None:
    """Read an ink file, its drawings, and what is saved of them."""
    drawings = ink_files.read(path)
    for number, drawing in enumerate(drawings[:_FEW]):
        read_and_draw(drawing.ink)
        shown = LabeledInk(fitted(drawing.ink, SHEET), drawing.label)
        saved = path.with_name(f"saved {number}")
        ink_files.write(saved.with_suffix(".jsonl"), shown)
        ink_files.read(saved.with_suffix(".jsonl"))
        if shown.ink.digit is not None:
            svg_files.write(saved.with_suffix(".svg"), shown.ink, SHEET, 9.0)
            svg_files.read(saved.with_suffix(".svg"))
    with contextlib.suppress(DigitpadError):
        dataset_of(drawings[:_FEW])


def use_my_digits(path: Path) -> None:
    """Take the file for the user's digits; add one, mend and remove it, with what stood there untouched."""
    mine = MyDigits(path)
    before = mine.entries()
    lines = [line for line in path.read_bytes().split(b"\n") if line.strip()]
    entry = mine.add(LabeledInk(Ink((np.array([[1.0, 2.0], [3.0, 40.0]]),)), 4))
    mine.remove([mine.change(entry, LabeledInk(entry.drawing.ink, 5))])
    after = [line for line in path.read_bytes().split(b"\n") if line.strip()]
    # But for a last line that was torn.
    assert after in (lines, lines[:-1])
    assert len(mine.entries()) == len(before)


def use_weights(path: Path) -> None:
    """Read a network, let it answer, and save it in each form."""
    network, record = weights.load(path)
    network.predict(np.zeros((2, 784), np.uint8))
    for ending in weights.SUFFIXES:
        saved = path.with_name(f"saved{ending}")
        weights.save(saved, network, record)
        weights.load(saved)
    weights.load_mapped(path.with_name("saved.safetensors"))


def use_foreign(path: Path) -> None:
    """Take a file of another program's for each network that it may be."""
    few = _few_digits()
    found = foreign_weights.read(path)
    for reading in found.readings[:_FEW]:
        network = found.network(reading, "unit", few)
        network.predict(few.images)


@functools.cache
def _few_digits() -> Dataset:
    return mnist.load().training.take(slice(20))


def use_preset(path: Path) -> None:
    """Read a preset, and say what it sets."""
    config = presets.read(path).config
    assert TrainingConfig.from_dict(config.as_dict()) == config
    presets.name_of(config)
    setting_differences.in_words(config, TrainingConfig())


def use_csv(path: Path) -> None:
    """Answer the digits of a table."""
    for images, _, _ in kaggle.read(path):
        NETWORK.predict(images)


def use_window_state(path: Path) -> None:
    """Have a window back, with all that was drawn in it, and keep it aside again."""
    state = window_state.unpacked(path.read_bytes())
    for _, drawing in state.actions[:_FEW]:
        read_and_draw(drawing)
    for limit in (window_state.MAX_BYTES, 60_000):
        content = window_state.packed(state, limit)
        back = window_state.unpacked(content)
        assert len(content) <= limit
        assert len(back.actions) == len(state.actions) or back.is_cut


def use_run(path: Path, name: str) -> None:
    """Do with a run one file of which is damaged all that is done with runs; `path` holds that file."""
    folder = copied(path.parent / "home" / "runs" / "a run")
    (folder / name).write_bytes(path.read_bytes())
    use_folder(folder)


def use_odd_run(path: Path) -> None:
    """Do all that with a run in which links, pipes, folders and sparse files stand, as the bytes of `path` say."""
    outside = path.parent / "outside"
    outside.mkdir(exist_ok=True)
    for name in ("file", "config.json"):
        (outside / name).write_bytes(_OUTSIDE)
    folder = copied(path.parent / "home" / "runs" / "a run")
    names = sorted({*layout.MAX_BYTES_OF, layout.LOCK, layout.ABOUT_LOCK, *os.listdir(folder), "notes.txt", ".git"})
    content = path.read_bytes()
    for place, kind in list(zip(content[::2], content[1::2], strict=False))[:3]:
        target = folder / names[place % len(names)]
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
            _KINDS[kind % len(_KINDS)](target, outside)
    use_folder(folder)
    assert {found.name: found.read_bytes() for found in outside.iterdir()} == {
        "file": _OUTSIDE,
        "config.json": _OUTSIDE,
    }


_KINDS: tuple[Callable[[Path, Path], object], ...] = (
    lambda target, outside: target.symlink_to(outside / "file"),
    lambda target, outside: target.symlink_to(outside),
    lambda target, _: target.symlink_to("/dev/zero"),
    lambda target, _: os.mkfifo(target),
    lambda target, _: (target.mkdir(), (target / "mine").write_bytes(b"mine")),
    lambda target, _: os.truncate(os.open(target, os.O_CREAT | os.O_WRONLY), 64 << 30),
    lambda target, _: target.write_bytes(b""),
    lambda target, _: target.write_bytes(b"\xff" * 1000),
    lambda target, _: os.link(Path("/etc/hostname"), target),
    lambda *_: None,
)


def use_folder(folder: Path) -> list[DigitpadError]:
    """List, find, draw, explain, rename, resume, thin, delete and restore a run; return all that was refused."""
    store = RunStore(folder.parent)
    run = summarized(folder)
    errors: list[DigitpadError] = []
    measured = history.History()
    with _collected(errors):
        measured = history.read(folder)
    actions: Iterable[Callable[[], object]] = (
        store.runs,
        lambda: store.find(str(folder)),
        lambda: require_run(folder),
        lambda: [run.as_dict() for run in store.runs()],
        lambda: _drawn(measured),
        lambda: layout.confusions(folder).sum(),
        lambda: [snapshots.Shelf().take(folder, step) for step in snapshots.steps_in(folder)[:_FEW]],
        lambda: consulted(run, measured),
        lambda: last_good(folder, measured),
        lambda: resolve(f"{folder}@1", store).load(),
        lambda: resolve(f"{folder}@best", store).load(),
        lambda: store.rename(run, "another"),
        lambda: store.annotate(run, "a note"),
        lambda: resumption.resume(folder, 99),
        lambda: _gone_on_with(folder),
        lambda: store.prune(store.runs()),
        lambda: store.restore(store.delete(run)),
        lambda: store.delete(run),
        lambda: store.prune([]),
    )
    for action in actions:
        with _collected(errors):
            action()
    assert not [error for error in errors if "\n" in str(error)]
    return errors


@contextlib.contextmanager
def _collected(errors: list[DigitpadError]) -> Iterator[None]:
    try:
        yield
    except DigitpadError as error:
        errors.append(error)


def _drawn(measured: history.History) -> None:
    """Ask for all that curves show."""
    config = TrainingConfig(schedule="halving")
    for axis in history.AXES:
        for figure in (*FIGURES, history.RUNNING_COST):
            measured.series(figure, axis)
        measured.rates(config, axis)
    assert measured.gap is None or measured.gap >= 0
    assert measured.has_exploded in (True, False)
    both = [measured, history.History(), measured]
    seeds.mean_of(both).rates(config)
    seeds.spread_of(both, "validation_cost", "epoch")


def _gone_on_with(folder: Path) -> None:
    """Cut a run back to its state and write to it again, as a training does that goes on."""
    plan = resume_run(folder, 99)
    if plan.checkpoint is not None:
        open_resumed(folder, plan.config, plan.checkpoint.numbers.step).close()


#: The files of an intact run of two epochs.
RUN: dict[str, bytes] = {}


def copied(folder: Path) -> Path:
    """Lay a fresh copy of an intact run into `folder`, whatever was there."""
    if folder.parent.exists():
        for path in sorted(folder.parent.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in RUN.items():
        (folder / name).write_bytes(content)
    return folder


def make_run() -> None:
    """Train for two epochs, and keep the files of that run."""
    if RUN:
        return
    place = Path(tempfile.mkdtemp(prefix="digitpad-fuzz-"))
    digits = mnist.load()
    for name, part in (("train", digits.training.take(slice(400))), ("t10k", digits.test.take(slice(50)))):
        write_idx(place / f"{name}-images-idx3-ubyte", 2051, part.images.reshape(-1, 28, 28))
        write_idx(place / f"{name}-labels-idx1-ubyte", 2049, part.labels)
    config = TrainingConfig(hidden="3", epochs=2, validation=100, data=str(place), schedule="halving")
    recorded = RecordedTraining(lambda: Plan(config, folder=place / "run"), RunStore(place / "runs"), str)
    for _ in recorded.events():
        pass
    RUN.update({path.name: path.read_bytes() for path in (place / "run").iterdir()})
