"""Which digit of a drawing was labeled, also after it is read again or has further strokes."""

from digitpad.data.drawing import Drawing
from digitpad.data.ink import Stroke
from digitpad.engine.reading.prediction import Prediction


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
            return (prediction.row, prediction.parts) == (digit.row, digit.parts)
        is_there = not prediction.strokes or bool(_identities(prediction.strokes) & _identities(digit.strokes))
        return is_there and bool(_identities(drawing.strokes) & _identities(before.strokes))


def _identities(strokes: tuple[Stroke, ...]) -> set[int]:
    return set(map(id, strokes))
