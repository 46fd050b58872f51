"""What is selected: a network, with its run and snapshot, and a digit of the drawing.

Every part of the window that shows, saves or trains a network, or shows a digit, follows it; no part asks another.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from digitpad.app.session.labeled_digit import is_same_digit
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.observers import Observers
from digitpad.data.drawing import Drawing
from digitpad.data.ink import Image, Ink
from digitpad.engine.reading.prediction import Prediction
from digitpad.engine.runs.snapshot import Snapshot


class Selection:
    """The selected network and digit.

    `newest` is the network that was opened, made or trained last. While `follows_newest`, it is the selected one;
    otherwise that is a network of a run. Such a network is read from the disk first: `run` and `snapshot` tell at once
    what was asked for, and `network` follows.
    """

    def __init__(self, newest: NetworkHandle) -> None:
        self.newest = self.network = newest
        self.follows_newest = True
        self._asked: tuple[Path, Snapshot | None] | None = None
        self._followed_before = True
        self.drawing: Drawing = Ink()
        self.predictions: tuple[Prediction, ...] = ()
        #: The number of the selected digit among the predictions, and that digit if somebody has chosen it.
        self.number = 0
        self._chosen: tuple[int, Prediction] | None = None
        #: Another network is selected, or it has another name or file.
        self.network_changed = Observers[NetworkHandle]()
        #: The run or the snapshot is another, or the newest network is followed, or no more.
        self.place_changed = Observers[Path | None]()
        #: Another digit is selected, or it was predicted again.
        self.digit_changed = Observers[Prediction | None]()

    @property
    def run(self) -> Path | None:
        """The folder of the selected run; None for a network that belongs to none."""
        return self.network.run if self._asked is None else self._asked[0]

    @property
    def snapshot(self) -> Snapshot | None:
        """The selected snapshot of `run`; None for its newest network."""
        return self.network.snapshot if self._asked is None else self._asked[1]

    @property
    def step(self) -> int | None:
        """The steps after which the selected network was kept in its run; None for the last, or if it is not known."""
        if self.snapshot is not None:
            return self.snapshot.step
        return self.network.step if self._asked is None else None

    @property
    def is_live(self) -> bool:
        """Whether it moves on with each newer network. A snapshot that was opened is the newest network, and stays."""
        return self.follows_newest and self.newest.snapshot is None

    @property
    def prediction(self) -> Prediction | None:
        """What the network makes of the selected digit; None without a drawing."""
        return self.predictions[self.number] if self.predictions else None

    @property
    def image(self) -> Image | None:
        """The 28x28 image of the selected digit, as the network saw it; None without a drawing."""
        return None if self.prediction is None else self.prediction.image

    def note_newest(self, newest: NetworkHandle) -> None:
        """Take `newest` as the newest network, which is selected if the newest is followed."""
        self.newest = newest
        if self.follows_newest:
            self._show(newest)

    def select_newest(self) -> None:
        """Select the newest network, and follow it."""
        self.follows_newest = True
        self._show(self.newest)

    def ask(self, run: Path, snapshot: Snapshot | None) -> None:
        """Select a network that is yet to be read from the disk; None asks for the newest of the run."""
        if self._asked is None:
            self._followed_before = self.follows_newest
        # At once: otherwise the next network of a training would be selected before this one is read.
        self.follows_newest = False
        self._asked = run, snapshot
        self.place_changed.emit(self.run)

    def answer(self, network: NetworkHandle) -> None:
        """Select the network that was asked for."""
        self._show(network)

    def withdraw(self) -> None:
        """Keep what was selected before the network that was asked for, and cannot be read."""
        self._asked = None
        if self._followed_before:
            self.select_newest()
        else:
            self.place_changed.emit(self.run)

    def note_saved(self, saved: NetworkHandle, path: Path) -> None:
        """Note that `saved` is in the file at `path`."""
        kept = replace(saved, path=path, is_kept=True, name=saved.name if saved.run else path.name)
        # A training may have brought a newer one while the disk was busy: this is its file too from now on.
        if self.newest is saved or (saved.snapshot is None and saved.run is not None and self.newest.run == saved.run):
            self.newest = kept if self.newest is saved else replace(self.newest, path=path)
        if self.network is saved:
            self._show(kept)

    def rename_run(self, run: Path, name: str) -> None:
        """Call the networks of `run` by the name that it has now."""
        newest = self.newest.called(run, name)
        network = newest if self.network is self.newest else self.network.called(run, name)
        if newest is not self.newest or network is not self.network:
            self.newest, self.network = newest, network
            self.network_changed.emit(network)

    def show_predictions(self, drawing: Drawing, predictions: Sequence[Prediction]) -> None:
        """Note what the network makes of `drawing`, and select a digit: the one that was chosen, else the newest."""
        if drawing is not self.drawing:
            self._chosen = None
        self.drawing, self.predictions = drawing, tuple(predictions)
        number = self._chosen_again()
        self.number = self._drawn_last() if number is None else number
        self.digit_changed.emit(self.prediction)

    def choose_digit(self, number: int) -> None:
        """Select one of the predictions. It stays selected while the same strokes are predicted by other networks."""
        self.number = number
        self._chosen = number, self.predictions[number]
        self.digit_changed.emit(self.prediction)

    def _show(self, network: NetworkHandle) -> None:
        self._asked = None
        self.network = network
        self.network_changed.emit(network)
        self.place_changed.emit(self.run)

    def _chosen_again(self) -> int | None:
        """Return the number of the digit that was chosen, among new predictions of the same drawing."""
        if self._chosen is None:
            return None
        number, chosen = self._chosen
        same = [k for k, other in enumerate(self.predictions) if is_same_digit(other, chosen, self.drawing)]
        if len(same) == 1:
            return same[0]
        # Pieces of one stroke are cut anew by each network.
        return number if number < len(self.predictions) else None

    def _drawn_last(self) -> int:
        """Return the number of the digit that was drawn last; if one stroke runs through several, the last of these."""
        newest = [max(prediction.parts, default=0) for prediction in self.predictions]
        return max(range(len(newest)), key=lambda number: (newest[number], number), default=0)
