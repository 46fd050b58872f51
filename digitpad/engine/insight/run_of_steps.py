"""Keeps a network that was changed by single steps as a run of its own."""

import contextlib
import dataclasses
from pathlib import Path

import numpy as np

from digitpad.data.dataset import Digits
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.insight.stepper import Stepper
from digitpad.engine.runs import layout
from digitpad.engine.runs.metadata import Parent
from digitpad.engine.runs.recording import Plan, RecordedTraining
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Evaluation, Stop
from digitpad.engine.training.generator import TrainingError


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
        training=before.training,
        validation=before.validation,
        data=before.data,
    )
    count = "one step" if stepper.steps == 1 else f"{stepper.steps} steps"
    plan = Plan(
        config,
        stepper.network.astype(np.float32),
        dataclasses.replace(record, step=record.step + stepper.steps),
        parent,
        name=f"{parent.name[:40]}, {count} more",
        digits=digits,
    )
    training = RecordedTraining(lambda: plan, store)
    events, event = training.events(), None
    try:
        with contextlib.suppress(StopIteration):
            while True:
                # Measured once, then ended: not a step more is taken.
                event = events.send(Stop() if isinstance(event, Evaluation) else None)
    except TrainingError:
        # Its cost is not a number: a network that nobody can use again is not kept.
        if training.folder is not None:
            layout.remove(training.folder)
        raise
    assert training.folder is not None
    return training.folder
