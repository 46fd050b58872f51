"""Which digit of a drawing was labeled, also after it is read again or has further strokes."""

from digitpad.data.drawing import Drawing
from digitpad.data.ink import Stroke
from digitpad.engine.reading.prediction import Prediction
from digitpad.identity import identities


class LabeledDigitTracker:
    """Tracks which digit a label was given for, also when that digit is predicted again or gets further strokes."""

    def __init__(self) -> None:
        self._digit: tuple[Drawing, Prediction] | None = None

    def note(self, drawing: Drawing, prediction: Prediction | None) -> None:
        """Note that the label was given for the digit `prediction` in `drawing`; None if there is no label."""
        self._digit = None if prediction is None else (drawing, prediction)

    def is_that(self, drawing: Drawing, prediction: Prediction) -> bool:
        """Tell whether a digit in `drawing` is the one that was labeled."""
        if self._digit is None:
            return False
        before, digit = self._digit
        if drawing is before:
            return is_same_digit(prediction, digit, drawing)
        is_there = not prediction.strokes or _share(prediction.strokes, digit.strokes)
        return is_there and _share(drawing.strokes, before.strokes)


def is_same_digit(prediction: Prediction, other: Prediction, drawing: Drawing) -> bool:
    """Tell whether two predictions, perhaps by different networks, are of the same digit in `drawing`."""
    # Another network may read a stroke whole that was cut, or the other way round.
    is_whole = any(_are_in(some.strokes, drawing.strokes) for some in (prediction, other))
    is_same = is_whole or identities(prediction.strokes) == identities(other.strokes)
    return is_same and (prediction.row, prediction.parts) == (other.row, other.parts)


def _are_in(strokes: tuple[Stroke, ...], others: tuple[Stroke, ...]) -> bool:
    return set(identities(strokes)) <= set(identities(others))


def _share(strokes: tuple[Stroke, ...], others: tuple[Stroke, ...]) -> bool:
    return not set(identities(strokes)).isdisjoint(identities(others))
