"""The gradient of one batch, cut into pieces that threads can share."""

from collections.abc import Generator
from functools import partial

import numpy as np

from digitpad.data.dataset import Images, Labels
from digitpad.engine.training.chunk_sizes import rows_at_once
from digitpad.engine.training.workers import Workers, all_of
from digitpad.nn.losses import softmax_cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array, Job, Workspace, at_once, in_turn


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
        self._first = Workspace()
        self._workspaces = [Workspace() for _ in range(workers.count)]
        #: Functions that wait for the jobs which run beside the pass of a batch's only piece.
        self._waits: list[Job] = []
        self.rows_at_once = rows_at_once(network)

    def compute(
        self, images: Images, labels: Labels, seed: list[int]
    ) -> Generator[None, None, tuple[float, list[Array]]]:
        """Yield after each round of pieces; return the mean cost and the gradients, which may be overwritten.

        `seed` is what dropout is drawn from.
        """
        rows = self.rows_at_once
        starts = range(0, len(labels), rows)
        # A batch of one piece leaves threads to the layers.
        has_threads = len(starts) == 1 and self._workers.count > 1
        self._first.side_by_side = self._side_by_side if has_threads else in_turn
        self._first.meanwhile = self._meanwhile if has_threads else at_once
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
            partial(
                self._piece,
                images[piece],
                labels[piece],
                len(labels),
                [*seed, piece.start],
                self._first if piece.start == 0 else workspace,
            )
            for piece, workspace in zip(pieces, self._workspaces, strict=False)
        ]
        try:
            return self._workers.run(jobs)
        finally:
            waits, self._waits = self._waits, []
            all_of(waits)

    def _piece(
        self, images: Images, labels: Labels, batch_size: int, seed: list[int], workspace: Workspace
    ) -> tuple[float, list[Array]]:
        workspace.rng = np.random.default_rng(seed) if self._network.is_random else None
        with np.errstate(over="ignore", invalid="ignore"):
            logits, backward = self._network.forward(images, workspace)
            cost, d_logits = softmax_cross_entropy(logits, labels, workspace, self._smoothing, batch_size)
            return cost, backward(d_logits)

    def _side_by_side(self, first: Job, second: Job) -> None:
        jobs: list[Job] = [first, partial(_unwarned, second)]
        self._workers.run(jobs)

    def _meanwhile(self, job: Job) -> None:
        self._waits.append(self._workers.begin(partial(_unwarned, job)))


def _unwarned(job: Job) -> None:
    # The pass's own errstate holds in its own thread only.
    with np.errstate(over="ignore", invalid="ignore"):
        job()
