"""A network and where it is from."""

from dataclasses import dataclass, replace
from pathlib import Path

from digitpad.data.dataset import CLASSES, SIDE
from digitpad.engine.files import weights
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs.references import Reference, words
from digitpad.engine.runs.snapshot import Snapshot
from digitpad.nn.network import Network

_LONGEST_NAME = 40
BUNDLED_NAMES = {weights.BUNDLED: "Bundled network", weights.BUNDLED_MLP: "Bundled MLP"}


@dataclass(frozen=True, slots=True, eq=False)
class NetworkHandle:
    """A network, its record and its name, and where it is kept.

    `path` is the file that it was opened from or saved to, and `run` the folder of its run. `snapshot` is where in
    that run it was kept; it is None for the run's newest network, and then `step` is the number of its steps in the
    run, None if that is not known. `is_kept` tells whether a file or a run holds all that it has learned.
    """

    network: Network
    record: TrainingRecord
    name: str
    path: Path | None = None
    run: Path | None = None
    snapshot: Snapshot | None = None
    step: int | None = None
    is_kept: bool = True

    @classmethod
    def from_file(cls, path: Path, network: Network, record: TrainingRecord) -> "NetworkHandle":
        """Return the network that was read from `path`. A bundled one gets no `path`, so that it is not overwritten."""
        if path in BUNDLED_NAMES:
            return cls(network, record, BUNDLED_NAMES[path])
        return cls(network, record, path.name, path)

    @classmethod
    def at(cls, reference: Reference) -> "NetworkHandle":
        """Return the network that is meant, read from the disk. Raises `DigitpadError`."""
        network, record = reference.load()
        if reference.run is None:
            return cls.from_file(reference.path, network, record)
        return cls(network, record, reference.run.name, run=reference.run.folder, snapshot=reference.snapshot)

    def called(self, run: Path, name: str) -> "NetworkHandle":
        """Return it by another name where it is a network of `run`."""
        return replace(self, name=name) if self.run == run and self.name != name else self

    @property
    def title(self) -> str:
        """What it is called in the window, shortened where it must be."""
        name = self.name if self.snapshot is None else f"{self.name}@{words(self.snapshot)}"
        return name if len(name) <= _LONGEST_NAME else f"{name[:18]}\N{HORIZONTAL ELLIPSIS}{name[-18:]}"

    @property
    def is_untrained(self) -> bool:
        """Whether it has learned nothing. False for a network of another program, of which this is not known."""
        return self.record.step == 0 and self.record.config is not None

    @property
    def description(self) -> str:
        """One line: name, layers, and accuracy on the test digits; if that is unknown, on the validation digits."""
        inner = [word for word in self.network.spec.split(", ") if word]
        layers = "\N{EN DASH}".join([str(SIDE * SIDE), *inner, str(CLASSES)])
        record = self.record
        parts = [self.title, layers]
        if record.test_accuracy is not None:
            parts.append(f"test accuracy {100 * record.test_accuracy:.2f} %")
        elif self.is_untrained:
            parts.append("untrained")
        elif record.validation_accuracy is not None:
            # Within an epoch, and before a run's first step, only a sample of them is measured.
            is_whole = (
                float(record.epoch).is_integer()
                and (self.snapshot is None or self.snapshot.is_epoch)
                and self.step != 0
            )
            about = "" if is_whole else "\N{ALMOST EQUAL TO} "
            parts.append(f"validation accuracy {about}{100 * record.validation_accuracy:.1f} %")
        return "  \N{MIDDLE DOT}  ".join(parts)
