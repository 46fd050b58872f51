"""Estimates in the background how long an epoch of the form's settings takes."""

from PySide6.QtCore import QObject, QTimer, Signal

from digitpad.app.session.latest_task import LatestTask
from digitpad.engine.training import workers
from digitpad.engine.training.config import TrainingConfig

#: Milliseconds without another request before one is tried.
_PAUSE_MS = 400
#: MNIST's training digits; another data set's number is known only when it is loaded.
_DIGITS = 60_000
#: A network of more parameters takes longer to make than anybody waits for an estimate.
_MOST_PARAMETERS = 5_000_000


class Estimator(QObject):
    """Tries a little of a training, and tells how long an epoch would take."""

    estimated = Signal(object, float)  # TrainingConfig, seconds an epoch

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._config: TrainingConfig | None = None
        self._threads = 0
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self._fetch)
        self._fetcher = LatestTask(self)
        self._fetcher.fetched.connect(lambda found: self.estimated.emit(*found))

    def ask(self, config: TrainingConfig, parameters: int, threads: int) -> None:
        """Try `config` soon, unless another is asked for before; `threads` 0 leaves their number to digitpad."""
        self._config, self._threads = config, threads or workers.helpful(spare=1)
        self._fetcher.forget()
        if parameters <= _MOST_PARAMETERS:
            self._soon.start()

    def forget(self) -> None:
        """Try nothing: somebody else needs the machine."""
        self._soon.stop()
        self._fetcher.forget()

    def close(self) -> None:
        """Stop the background work for good."""
        self._soon.stop()
        self._fetcher.close()

    def _fetch(self) -> None:
        config, threads = self._config, self._threads
        if config is not None:
            digits = config.training or max(1, _DIGITS - config.validation)
            digits += config.synthetic + config.outliers
            self._fetcher.fetch(lambda _: (config, _estimated(config, digits, threads)))


def _estimated(config: TrainingConfig, digits: int, threads: int) -> float:
    # Imported only when it is needed, so that the window appears sooner.
    from digitpad.engine.training.estimate import seconds_per_epoch

    return seconds_per_epoch(config, digits, threads)
