"""Finds, in the background, the validation digits that activate each unit most."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from digitpad.app.inside.inspection import TopActivations, top_activations
from digitpad.app.session.controller import Controller
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.session.training_state import TrainingState
from digitpad.engine.insight.units import Stage
from digitpad.nn.network import Network

#: While a training runs: milliseconds between a result and the next request, seconds of CPU time that a request may
#: take, and the fewest and the most digits that it uses.
_REST_MS, _SECONDS = 5_000, 0.25
_FEWEST, _MOST = 100, 1_000


class TopExamples(QObject):
    """Keeps the latest result: for all digits or, while the selected network is trained, for some, now and then."""

    answered = Signal()
    rested = Signal()  # it may be asked again
    failed = Signal(str)

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        self._controller = controller
        self._answer: TopActivations | None = None
        #: What is under way: the stage, whether all digits are asked, and of what, see `_subject`.
        self._wish: tuple[int, bool, Path | Network] | None = None
        self._failed_for: Path | Network | None = None
        self._part = _FEWEST
        self._fetcher = LatestTask(self, controller.priority)
        self._fetcher.fetched.connect(self._on_fetched)
        self._fetcher.failed.connect(self._fail)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.rested)

    def known(self, network: Network, number: int) -> TopActivations | None:
        """Return the result for stage `number` of `network`, if there is one.

        While the network is being trained, a result for an earlier version of it is returned, too.
        """
        answer, shown = self._answer, self._controller.selection.network
        if answer is None or answer.number != number:
            return None
        is_earlier = self._is_growing and shown.run is not None and answer.shown.run == shown.run
        return answer if is_earlier or answer.shown.network is network else None

    def ask(self, stage: Stage, number: int) -> None:
        """Request the result for stage `number` of the selected network, unless it is known or requested already."""
        shown, is_part = self._controller.selection.network, self._is_growing
        known = self.known(shown.network, number)
        if known is not None and known.shown.network is shown.network and (is_part or not known.is_part):
            return
        wish = number, not is_part, self._subject
        if wish == self._wish or self._subject == self._failed_for or (is_part and known and self._rest.isActive()):
            return
        self._wish, part = wish, self._part if is_part else None
        self._fetcher.fetch(lambda token: top_activations(shown, stage, number, part, token))

    def close(self) -> None:
        """Stop the background work for good."""
        self._rest.stop()
        self._fetcher.close()

    @property
    def _is_growing(self) -> bool:
        """Whether what is selected changes several times a second."""
        is_learning = self._controller.state in (TrainingState.RUNNING, TrainingState.STOPPING)
        return is_learning and self._controller.selection.follows_newest

    @property
    def _subject(self) -> Path | Network:
        """What a request is about: the run while it is being trained, else the network. It holds until this changes."""
        shown = self._controller.selection.network
        return shown.run if self._is_growing and shown.run is not None else shown.network

    def _on_fetched(self, found: TopActivations) -> None:
        self._wish = None
        self._answer = found
        if found.is_part:
            affordable = len(found.dataset) * _SECONDS / max(found.seconds, 1e-6)
            self._part = int(min(_MOST, max(_FEWEST, affordable)))
            self._rest.start()
        self.answered.emit()

    def _fail(self, sentence: str) -> None:
        # The same failure must not be reported again and again.
        self._failed_for = self._wish[2] if self._wish is not None else None
        self._wish = None
        self.failed.emit(sentence)
