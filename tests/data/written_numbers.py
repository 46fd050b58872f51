"""Numbers as the synthetic pen writes them: slanted, bouncing, of different sizes, some digits joined in one sweep."""

import numpy as np

from digitpad.data import synthetic_pen
from digitpad.data.ink import Ink

#: Of digits' heights: how much they differ in size and how far they bounce; paper between neighbors, from and to.
_SIZE, _BOUNCE, _GAP = 0.12, 0.06, (0.08, 0.45)
#: How far all digits lean, as a standard deviation beside what each does by itself.
_SLANT = 0.15


def write_number(digits: str, joined: float, rng: np.random.Generator) -> Ink:
    """Return `digits` in a row, about 100 units high; that share of neighbors is joined where a pen can."""
    strokes: list[np.ndarray] = []
    right, slant = 0.0, rng.normal(0, _SLANT)
    for digit in digits:
        ink = synthetic_pen.write(synthetic_pen.choose(int(digit), rng), rng)
        size = np.exp(rng.normal(0, _SIZE))
        written = [stroke @ np.array([[1.0, 0], [-slant, 1]]) * size for stroke in ink.strokes]
        points = np.concatenate(written)
        gap = 100 * rng.uniform(*_GAP)
        move = np.array([right + gap - points[:, 0].min(), 100 * rng.normal(0, _BOUNCE)])
        written = [stroke + move for stroke in written]
        if strokes and rng.random() < joined and _can_join(strokes[-1], written[0]):
            sweep = np.linspace(strokes[-1][-1], written[0][0], 8)[1:-1]
            strokes[-1] = np.concatenate([strokes[-1], sweep, written[0]])
            written = written[1:]
        strokes += written
        right = float(max(stroke[:, 0].max() for stroke in strokes))
    return Ink(tuple(strokes))


def _can_join(last: np.ndarray, first: np.ndarray) -> bool:
    """Tell whether a pen that stays on the paper would leave no line through either digit."""
    return bool(last[-1, 0] > last[:, 0].mean() and first[0, 0] < first[:, 0].mean() + 30)
