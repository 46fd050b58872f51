"""Figures laid out for reading on the terminal."""

from digitpad.data.dataset import CLASSES
from digitpad.engine.training.evaluation import Measurement


def confusion_table(measurement: Measurement) -> str:
    """Return the confusion matrix, a true digit a line, and the share of each that was classified correctly."""
    shares = ("     -" if share is None else f"{share:6.1%}" for share in measurement.per_digit)
    lines = ["actual predicted", "       " + "".join(f"{digit:6}" for digit in range(CLASSES)) + "  recall"]
    for digit, (row, share) in enumerate(zip(measurement.confusion, shares, strict=True)):
        lines.append(f"{digit:4}   " + "".join(f"{count:6}" for count in row) + f"  {share}")
    return "\n".join(lines)
