"""Keeps a network that was changed by single steps as a run of its own."""

import dataclasses
from pathlib import Path

import numpy as np

from digitpad.data.dataset import Digits
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.insight.steps import Stepper
from digitpad.engine.runs.metadata import Parent, RunMetadata, now
from digitpad.engine.runs.run_writer import RunWriter
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.evaluation import measure
from digitpad.engine.training.events import Evaluation
from digitpad.engine.training.generator import SAMPLE
from digitpad.engine.training.validation_split import split


def keep(stepper: Stepper, record: TrainingRecord, parent: Parent, digits: Digits, store: RunStore) -> Path:
    """Make a run that begins with the network of `stepper`, which came from `parent`; return its folder.

    `record` is that of the network before the steps. The settings are those of the newest step, plain descent.
    Raises `DigitpadError`.
    """
    before = record.config or TrainingConfig()
    config = dataclasses.replace(
        TrainingConfig(),
        hidden=stepper.network.spec,
        learning_rate=stepper.learning_rate,
        schedule="constant",
        momentum=0.0,
        batch_size=stepper.batch_size,
        epochs=1,
        validation=before.validation,
        data=before.data,
    )
    network = stepper.network.astype(np.float32)
    training, validation = split(config, digits)
    figures = [measure(network, part.take(slice(SAMPLE))) for part in (training, validation) if len(part)]
    reached = dataclasses.replace(
        record,
        step=record.step + stepper.steps,
        train_accuracy=figures[0].accuracy,
        validation_accuracy=figures[1].accuracy if len(figures) > 1 else None,
        test_accuracy=None,
    )
    with store.naming():
        count = "one step" if stepper.steps == 1 else f"{stepper.steps} steps"
        metadata = RunMetadata(name=store.free_name(f"{parent.name[:40]}, {count} more"), started=now(), parent=parent)
        writer = RunWriter.begin(store.new_folder(), config, metadata, network, reached)
    try:
        writer.measure(Evaluation(0, 0.0, figures[0], figures[1] if len(figures) > 1 else None, network), reached, 0.0)
        writer.end("stopped", 0.0)
    finally:
        writer.close()
    store.remember(writer.folder)
    return writer.folder
