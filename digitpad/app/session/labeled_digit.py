"""Which digit of a drawing was labeled, also after it is read again or has further strokes."""

from digitpad.data.drawing import Drawing
from digitpad.data.ink import Stroke
from digitpad.engine.reading.prediction import Prediction
from digitpad.identity import Identity, identities


class LabeledDigitTracker:
    """A label goes with the digit that it was said of, also when that is read again or has further strokes."""

    def __init__(self) -> None:
        self._digit: tuple[Drawing, Prediction] | None = None

    def note(self, drawing: Drawing, prediction: Prediction | None) -> None:
        """The label is that of a digit in `drawing`, or of none."""
        self._digit = None if prediction is None else (drawing, prediction)

    def is_that(self, drawing: Drawing, prediction: Prediction) -> bool:
        """Tell whether a digit in `drawing` is the one that was labeled."""
        if self._digit is None:
            return False
        before, digit = self._digit
        if drawing is before:
            return _place_of(prediction) == _place_of(digit)
        is_there = not prediction.strokes or _share(prediction.strokes, digit.strokes)
        return is_there and _share(drawing.strokes, before.strokes)


def _place_of(prediction: Prediction) -> tuple[int, tuple[int, ...], tuple[Identity, ...]]:
    """Return the row, the strokes by number, and the strokes, which may be pieces of one."""
    return prediction.row, prediction.parts, identities(prediction.strokes)


def _share(strokes: tuple[Stroke, ...], others: tuple[Stroke, ...]) -> bool:
    return not set(identities(strokes)).isdisjoint(identities(others))
