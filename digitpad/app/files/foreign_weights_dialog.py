"""Asks what a file of another program does not say of its network; proposes and measures the answers."""

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from digitpad.app.session.controller import Controller
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.session.network_digits import digits_of
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.cancellation import CancelToken
from digitpad.engine.files import foreign_weights
from digitpad.engine.files.foreign_weights import DOUBTFUL, Foreign, Trial
from digitpad.engine.files.input_scalings import SCALINGS
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.training.evaluation import measure

#: Milliseconds after the last key before what was typed is tried.
_PAUSE_MS = 400
_WIDTH = 520


class ForeignDialog(QDialog):
    """`chosen` is the network with the current answers; None while it is evaluated, and if the weights do not fit."""

    def __init__(self, window: QWidget, path: Path, found: Foreign, controller: Controller) -> None:
        super().__init__(window)
        self.setWindowTitle("Open weights of another program")
        self.setMinimumWidth(_WIDTH)
        self.chosen: NetworkHandle | None = None
        self._path, self._found, self._controller = path, found, controller
        missing = "how pixels are scaled" if found.tells_layers else "its activations, pooling and scaling"
        words = QLabel(
            f"{path.name} holds the weights of a network, but does not say {missing}. digitpad tries the usual ones on "
            "some training digits and proposes the best; change them if you know better. If the accuracy is low, they "
            "are probably wrong."
        )
        words.setWordWrap(True)
        self.layers = QComboBox(editable=True)
        self.layers.addItems(found.readings)
        self.layers.setEnabled(not found.tells_layers)
        self.scaling = QComboBox()
        for name, text in SCALINGS.items():
            self.scaling.addItem(text, name)
        self.accuracy = QLabel()
        self.accuracy.setWordWrap(True)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Hidden &layers", self.layers)
        form.addRow("&Pixel scaling", self.scaling)
        form.addRow("Test digits", self.accuracy)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addLayout(form)
        layout.addWidget(self.buttons)
        layout.setSpacing(14)
        self._start_trials(len(found.readings) * len(SCALINGS))

    def _start_trials(self, count: int) -> None:
        """Start to try `count` combinations of layers and scaling, and connect the fields."""
        self._trying, self._measuring = (LatestTask(self, self._controller.priority) for _ in range(2))
        self._trying.fetched.connect(self._propose)
        self._measuring.fetched.connect(self._show)
        for fetcher in (self._trying, self._measuring):
            fetcher.failed.connect(self._refuse)
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self._measure)
        self.layers.editTextChanged.connect(self._on_edited)
        self.scaling.currentIndexChanged.connect(self._on_edited)
        self._show_not_ready(f"Trying {count} common settings\N{HORIZONTAL ELLIPSIS}")
        self._trying.fetch(self._trials)

    def done(self, result: int) -> None:
        """Close, whatever is still being tried."""
        self._soon.stop()
        self._trying.close()
        self._measuring.close()
        super().done(result)

    def _trials(self, token: CancelToken) -> list[Trial]:
        return foreign_weights.trials(self._found, digits_of(None).training, token=token)

    def _propose(self, trials: list[Trial]) -> None:
        """Choose the likeliest way, unless the user has chosen already."""
        if not trials:
            self._show_not_ready(
                "These weights fit none of the common architectures: enter the layers, such as 32c3, p2, 128"
            )
        elif not self._soon.isActive():
            self.layers.setEditText(trials[0].hidden)
            self.scaling.setCurrentIndex(self.scaling.findData(trials[0].scaling))
            self._soon.start(0)

    def _on_edited(self) -> None:
        # What is still being measured is no longer what is shown.
        self._measuring.forget()
        self._show_not_ready("Reading\N{HORIZONTAL ELLIPSIS}")
        self._soon.start(_PAUSE_MS)

    def _measure(self) -> None:
        self._trying.forget()
        hidden, scaling = self.layers.currentText(), str(self.scaling.currentData())

        def as_chosen(token: CancelToken) -> NetworkHandle:
            digits = digits_of(None)
            network = self._found.network(hidden, scaling, digits.training)
            measured = measure(network, digits.test, token)
            record = TrainingRecord(test_accuracy=measured.accuracy)
            return NetworkHandle(network, record, self._path.name, is_kept=False)

        self._measuring.fetch(as_chosen)

    def _show(self, shown: NetworkHandle) -> None:
        self.chosen = shown
        accuracy = shown.record.test_accuracy or 0
        doubt = (
            "" if accuracy >= DOUBTFUL else ": other layers or another scaling may be right, or it is poorly trained"
        )
        self._show_text(f"Accuracy {100 * accuracy:.2f} %{doubt}")
        self._button().setEnabled(True)

    def _refuse(self, sentence: str) -> None:
        self._show_not_ready(sentence[:1].upper() + sentence[1:])

    def _show_not_ready(self, text: str) -> None:
        self.chosen = None
        self._show_text(text)
        self._button().setEnabled(False)

    def _show_text(self, text: str) -> None:
        """Show a sentence, however many lines it takes."""
        self.accuracy.setText(text)
        self.accuracy.setMinimumHeight(self.accuracy.heightForWidth(max(1, self.accuracy.width())))
        self.adjustSize()

    def _button(self) -> QWidget:
        return self.buttons.button(QDialogButtonBox.StandardButton.Open)
