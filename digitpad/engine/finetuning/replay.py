"""The digits replayed in fine-tuning so that nothing is forgotten: MNIST's, synthetic ones, outliers."""

from collections.abc import Iterator

import numpy as np

from digitpad.data.dataset import Dataset, Digits
from digitpad.engine.training.synthetic_digits import with_synthetic
from digitpad.engine.training.validation_split import rows_in_order

#: Of all that is replayed, what a pen writes, and what is no digit.
_PEN, _OUTLIERS = 0.12, 0.04


def replaying(digits: Digits, count: int, held_out: int, seed: int) -> tuple[Dataset, Iterator[None]]:
    """Return `count` digits to replay; drawing the synthetic ones among them takes an iteration of the second each.

    Of `digits` those are taken that no validation holds out, the first `held_out` in their fixed order.
    """
    pen, outliers = round(_PEN * count), round(_OUTLIERS * count)
    rows = rows_in_order(len(digits.training))[held_out:]
    chosen = np.random.default_rng([seed, len(rows)]).choice(rows, min(len(rows), count - pen - outliers), False)
    return with_synthetic(digits.training.take(chosen), pen, outliers, seed)
