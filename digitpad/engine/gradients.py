"""The gradient of one batch, cut into pieces that threads can share. It knows no optimiser and no events."""

from collections.abc import Generator
from functools import partial

import numpy as np

from digitpad.data.dataset import Images, Labels
from digitpad.engine.workers import Workers
from digitpad.nn.losses import softmax_cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array, Workspace

#: Rows times multiplications of one piece of a batch: one or two milliseconds of work.
_WORK = 70_000_000
#: Dense layers with fewer rows at once would spend their time on fetching the weights.
_FEWEST_DENSE_ROWS = 64
#: Rows times multiplications of a piece with convolutions, about ten milliseconds, and the most rows. With fewer,
#: threads spend their time on handing the lock of Python to each other; with more, layers do not stay in the cache.
_PICTURE_WORK = 150_000_000
_MOST_PICTURES = 64


class BatchGradients:
    """Computes a batch's mean cost and its gradients, in pieces of a few milliseconds.

    A batch is always cut in the same way, and the pieces' gradients are added in their order, so that the result does
    not depend on the number of threads.
    """

    def __init__(self, network: Network, smoothing: float, workers: Workers) -> None:
        self._network = network
        self._smoothing = smoothing
        self._workers = workers
        # The first piece's gradients are what the others are added to: no later piece may use its buffers.
        self._workspaces = [Workspace() for _ in range(workers.count + 1)]
        self.rows_at_once = rows_at_once(network)

    def compute(
        self, images: Images, labels: Labels, seed: list[int]
    ) -> Generator[None, None, tuple[float, list[Array]]]:
        """Yield after each round of pieces; return the mean cost and the gradients, which may be overwritten.

        `seed` is what dropout is drawn from.
        """
        rows = self.rows_at_once
        starts = range(0, len(labels), rows)
        cost, total = 0.0, list[Array]()
        for first in range(0, len(starts), self._workers.count):
            if first:
                yield
            pieces = [slice(start, start + rows) for start in starts[first : first + self._workers.count]]
            for piece_cost, gradients in self._round(images, labels, pieces, seed):
                cost += piece_cost
                if not total:
                    total = gradients
                    continue
                for sum_, gradient in zip(total, gradients, strict=True):
                    np.add(sum_, gradient, out=sum_)
        return cost, total

    def _round(
        self, images: Images, labels: Labels, pieces: list[slice], seed: list[int]
    ) -> list[tuple[float, list[Array]]]:
        """Compute `pieces` side by side, and return what each adds to the batch's."""
        jobs = [
            partial(self._piece, images[piece], labels[piece], len(labels), [*seed, piece.start], workspace)
            for piece, workspace in zip(pieces, self._workspaces[pieces[0].start > 0 :], strict=False)
        ]
        return self._workers.run(jobs)

    def _piece(
        self, images: Images, labels: Labels, batch_size: int, seed: list[int], workspace: Workspace
    ) -> tuple[float, list[Array]]:
        workspace.rng = np.random.default_rng(seed) if self._network.is_random else None
        with np.errstate(over="ignore", invalid="ignore"):
            logits, backward = self._network.forward(images, workspace)
            cost, d_logits = softmax_cross_entropy(logits, labels, workspace, self._smoothing, batch_size)
            return cost, backward(d_logits)


def rows_at_once(network: Network) -> int:
    """Return how many rows make a piece of work."""
    wanted = max(1, (_PICTURE_WORK if network.takes_pictures else _WORK) // max(1, network.multiplications))
    rows: int = 1 << (wanted.bit_length() - 1)
    return min(rows, _MOST_PICTURES) if network.takes_pictures else max(rows, _FEWEST_DENSE_ROWS)
