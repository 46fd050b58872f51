"""A training on disk: a folder with its config, its events and its weights. It knows no generator and no window.

``config.json`` holds the settings, ``events.jsonl`` one measurement a line as it happens, ``weights.safetensors`` the
newest network.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Self

import platformdirs

from digitpad.engine import weights
from digitpad.engine.config import TrainingConfig
from digitpad.engine.events import EpochEnd, Evaluation, as_json
from digitpad.files import FileError, write_atomically


class Run:
    """A run folder that is being written."""

    def __init__(self, folder: Path, config: TrainingConfig) -> None:
        """Make `folder`, which must not exist yet, and write the config into it. Raises `FileError`."""
        self.folder = folder
        self.config = config
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise FileError(f"cannot make the folder {folder}: {error.strerror}; choose a file with --out") from error
        write_atomically(folder / "config.json", (json.dumps(config.as_dict(), indent=2) + "\n").encode())

    @classmethod
    def new(cls, config: TrainingConfig) -> Self:
        """Make a run folder, named by the time, under the platform's folder for users' data."""
        runs = platformdirs.user_data_path("digitpad", appauthor=False) / "runs"
        name = datetime.now().strftime("%Y-%m-%d %H.%M.%S")
        number = 1
        while (folder := runs / (name if number == 1 else f"{name} ({number})")).exists():
            number += 1
        return cls(folder, config)

    @property
    def weights(self) -> Path:
        """Where the newest network is, after the first epoch."""
        return self.folder / "weights.safetensors"

    def append(self, event: Evaluation) -> None:
        """Write down what `event` measured; at an epoch's end, save its network too."""
        try:
            with (self.folder / "events.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(as_json(event), allow_nan=False) + "\n")
        except OSError as error:
            raise FileError(f"cannot write to {self.folder}: {error.strerror}") from error
        if isinstance(event, EpochEnd):
            weights.save(self.weights, event.network, weights.TrainingRecord.of(self.config, event))
