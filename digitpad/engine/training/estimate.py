"""Estimates the duration of an epoch on this machine by trying a little of it."""

import os
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from digitpad.data.dataset import CLASSES, PICTURE, Dataset
from digitpad.engine.training.blas import one_blas_thread
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.evaluation import measuring
from digitpad.engine.training.generator import EVALUATIONS_PER_EPOCH, INPUT_SCALE, SAMPLE
from digitpad.engine.training.training_loop import TrainingLoop
from digitpad.nn import initializers
from digitpad.nn.network import Network
from digitpad.nn.workspace import Workspace

#: Seconds of steps that are tried, and digits that are measured.
_SECONDS, _MEASURED = 0.08, 512
#: Digits that are tried at least, and batches at most: a batch of all digits would take too long.
_DIGITS, _BATCH = 1_024, 1_024
#: Share of a digit's pixels that have ink.
_INKED = 0.2


def seconds_per_epoch(config: TrainingConfig, digits: int, threads: int = 1) -> float:
    """Return about how many seconds one epoch of `digits` takes, with its measurements.

    It takes some tenths of a second itself, more where a single step does.
    """
    batch = min(config.batch_size, _BATCH)
    # A rate at which nothing grows: what would not be finite is slower.
    trial = replace(config, batch_size=batch, learning_rate=1e-6, epochs=1_000)
    rng = np.random.default_rng(0)
    # As much ink as digits have: with more of it probabilities become so small that arithmetic takes longer.
    images = rng.integers(0, 256, (max(_DIGITS, 2 * batch), PICTURE[1] * PICTURE[2]), np.uint8)
    images *= rng.random(images.shape) < _INKED
    tried = Dataset(images, rng.integers(0, CLASSES, len(images)).astype(np.uint8))
    new = initializers.drawn(config.initialization, rng)
    network = Network.new(config.hidden, np.zeros(PICTURE, np.float32), INPUT_SCALE, new, outputs=CLASSES)
    loop = TrainingLoop(trial, network, tried, threads)
    # With a single thread its CPU time is used, which leaves out other processes; on Windows that clock is too coarse.
    clock = time.thread_time if loop.is_alone and os.name == "posix" else time.perf_counter
    try:
        with one_blas_thread():
            per_step_digit = _seconds_per_digit(loop, len(tried), clock)
            per_measured_digit = _seconds_per_measured(loop, tried.take(slice(_MEASURED)), clock)
    finally:
        loop.close()
    measured = digits + config.validation + 2 * SAMPLE * (EVALUATIONS_PER_EPOCH - 1)
    return digits * per_step_digit + measured * per_measured_digit


def _seconds_per_digit(loop: TrainingLoop, count: int, clock: Callable[[], float]) -> float:
    """Take steps for a while, the first of which makes the buffers and does not count."""
    begun, done = 0.0, 0
    while not done or clock() - begun < _SECONDS:
        if loop.offset >= count:
            loop.end_epoch()
        before = loop.offset
        for _ in loop.advance(count - before):
            pass
        if begun:
            done += loop.offset - before
        else:
            begun = clock()
    return (clock() - begun) / done


def _seconds_per_measured(loop: TrainingLoop, dataset: Dataset, clock: Callable[[], float]) -> float:
    workspace = Workspace()
    times = []
    for _ in range(2):
        begun = clock()
        for _ in measuring(loop.shown, dataset, workspace, loop.workers):
            pass
        times.append(clock() - begun)
    return min(times) / len(dataset)
