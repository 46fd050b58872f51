"""Each change of a digit against a loop over its pixels."""

import numpy as np
import pytest

from digitpad.data.augmentation import thickened


@pytest.mark.parametrize("amount", [-0.7, -0.2, 0.0, 0.4, 1.0])
def test_a_pixel_moves_towards_its_largest_neighbor_or_its_smallest(amount: float) -> None:
    gray = np.random.default_rng(0).random((3, 28, 28)).astype(np.float32)
    amounts = np.full((3, 1, 1), amount, np.float32)
    result = thickened(gray, amounts)
    framed = np.pad(gray, ((0, 0), (1, 1), (1, 1)))
    for n, i, j in np.ndindex(gray.shape):
        cross = [framed[n, 1 + i + di, 1 + j + dj] for di, dj in ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0))]
        towards = max(cross) if amount > 0 else min(cross)
        assert result[n, i, j] == pytest.approx(gray[n, i, j] + abs(amount) * (towards - gray[n, i, j]), abs=1e-6)
