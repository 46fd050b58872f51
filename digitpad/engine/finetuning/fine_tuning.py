"""Fine-tuning: trains a network further on somebody's digits, mixed with digits that it must not forget.

The gain is measured by two-fold cross-validation: the person's digits are split into two halves, and a network that was
fine-tuned on one half is measured on the other. The network that is kept is fine-tuned on both halves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from digitpad.cancellation import NEVER, CancelToken, completed
from digitpad.data.dataset import Dataset, Digits, Labels
from digitpad.engine.training.blas import one_blas_thread
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.synthetic_digits import with_synthetic
from digitpad.engine.training.training_loop import TrainingLoop
from digitpad.engine.training.validation_split import rows_in_order
from digitpad.errors import DigitpadError
from digitpad.nn.network import Network

#: Multiplications of all steps of one fine-tuning: some seconds of work, whatever the size of the network.
_WORK = 2.5e10
#: Digits of fine-tuning at least and at most, and in a batch.
_FEWEST, _MOST, _BATCH = 3_200, 9_600, 64
#: The share of fine-tuning that is somebody's own.
_OWN = 0.3
#: Of all that is replayed, so that nothing is forgotten, what a pen writes, and what is no digit; the rest is MNIST's.
_PEN, _OUTLIERS = 0.12, 0.04
#: Learning rates of a convolutional network and of one without convolutions.
_RATE, _DENSE_RATE = 0.03, 0.004
#: Digits that are predicted at once.
_PIECE = 500


class FineTuningError(DigitpadError):
    """There is too little to learn, or it cannot be learned."""


@dataclass(frozen=True, slots=True)
class Change:
    """A drawing, by its number, whose prediction is another one after the fine-tuning."""

    number: int
    label: int
    before: int
    after: int


@dataclass(frozen=True, slots=True, eq=False)
class FineTuning:
    """The `network` fine-tuned on all of a person's digits, and accuracies, 0 to 1, before and after.

    For `own_after` and `changes`, each digit was predicted by a network that was fine-tuned on the other half only.
    """

    network: Network
    own_before: float
    own_after: float
    kept_before: float
    kept_after: float
    changes: tuple[Change, ...]


def fine_tune(
    network: Network,
    own: Dataset,
    digits: Digits,
    kept: Dataset,
    held_out: int,
    seed: int = 0,
    token: CancelToken = NEVER,
) -> FineTuning:
    """Fine-tune a copy of `network` on the digits `own`; on the digits `kept` it shall stay as accurate as before.

    `held_out` digits of ``digits.training`` are never replayed. `token` is checked after every piece of work of some
    milliseconds. Raises `FineTuningError` and `Cancelled`.
    """
    if len(own) < 2:
        raise FineTuningError(f"there are {len(own)} labeled digits to learn: write at least two, better ten or more")
    count = int(np.clip(_WORK / (3 * network.multiplications), _FEWEST, _MOST))
    with one_blas_thread():
        replay, drawing = replaying(digits, round((1 - _OWN) * count), held_out, seed)
        for _ in drawing:
            token.check()
        halves = _halves(own.labels, np.random.default_rng(seed))
        before = _predicted(network, own, token)
        after = np.empty_like(before)
        for learned, tested in (halves, halves[::-1]):
            tuned = _tuned(network, own.take(learned), replay, seed, token)
            after[tested] = _predicted(tuned, own.take(tested), token)
        tuned = _tuned(network, own, replay, seed, token)
        kept_before = _predicted(network, kept, token)
        kept_after = _predicted(tuned, kept, token)
    changed = np.flatnonzero(before != after).tolist()
    return FineTuning(
        tuned,
        float((before == own.labels).mean()),
        float((after == own.labels).mean()),
        float((kept_before == kept.labels).mean()),
        float((kept_after == kept.labels).mean()),
        tuple(Change(n, int(own.labels[n]), int(before[n]), int(after[n])) for n in changed),
    )


def replaying(digits: Digits, count: int, held_out: int, seed: int) -> tuple[Dataset, Iterator[None]]:
    """Return `count` digits to replay; drawing the synthetic ones among them takes an iteration of the second each.

    Of `digits` those are taken that no validation holds out, the first `held_out` in their fixed order.
    """
    pen, outliers = round(_PEN * count), round(_OUTLIERS * count)
    rows = rows_in_order(len(digits.training))[held_out:]
    chosen = np.random.default_rng([seed, len(rows)]).choice(rows, min(len(rows), count - pen - outliers), False)
    return with_synthetic(digits.training.take(chosen), pen, outliers, seed)


def _predicted(network: Network, dataset: Dataset, token: CancelToken) -> npt.NDArray[np.intp]:
    """Return what is read of each digit (n,)."""
    read = []
    for start in range(0, len(dataset), _PIECE):
        token.check()
        read.append(network.predict(dataset.images[start : start + _PIECE]).argmax(axis=1))
    return np.concatenate(read)


def _tuned(network: Network, own: Dataset, replay: Dataset, seed: int, token: CancelToken) -> Network:
    """Return a copy of `network` that has learned `own`, again and again, and `replay`."""
    times = max(1, round(_OWN / (1 - _OWN) * len(replay) / len(own)))
    both = own.take(np.tile(np.arange(len(own)), times)).with_more(replay)
    config = replace(
        _CONFIG,
        learning_rate=_RATE if network.takes_pictures else _DENSE_RATE,
        batch_size=min(_BATCH, len(both)),
        seed=seed,
    )
    loop = TrainingLoop(config, network.copy(), both, threads=1)
    try:
        while loop.offset < len(both):
            cost = completed(loop.advance(len(both) - loop.offset), token)
            if not np.isfinite(cost):
                raise FineTuningError(f"cost is {cost} while fine-tuning: this network cannot learn; use another")
    finally:
        loop.close()
    return loop.shown


_CONFIG = TrainingConfig(
    schedule="cosine", momentum=0.9, epochs=1, ema_decay=0.95, l2=1e-4,
    shift=0.5, rotation=7.0, scale=0.08, shear=0.1, elastic=0.5,
)  # fmt: skip


def _halves(labels: Labels, rng: np.random.Generator) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the rows of two halves with about as many of each digit in both."""
    order = rng.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    return order[::2], order[1::2]
