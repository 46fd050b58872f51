"""From a drawing to a verdict. It knows no widget, thread or file."""

from dataclasses import dataclass

import numpy as np

from digitpad.data.dataset import Dataset
from digitpad.data.drawing import Drawing, image_of
from digitpad.data.ink import Image, pixels
from digitpad.data.ink_files import LabelledInk
from digitpad.errors import DigitpadError
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array


class EvaluationError(DigitpadError):
    """A drawing that is to be measured cannot be."""


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What a network makes of one digit: probabilities (10,), and the (28, 28) image that it saw."""

    probabilities: Array
    image: Image

    @property
    def digit(self) -> int:
        """The most probable digit."""
        return int(self.probabilities.argmax())

    @property
    def probability(self) -> float:
        """The probability of `digit`, 0-1."""
        return float(self.probabilities.max())


def recognize(network: Network, drawing: Drawing) -> tuple[Prediction, ...]:
    """Return one `Prediction` for each digit in `drawing`: today one, and none at all of a blank drawing."""
    image = image_of(drawing)
    if image is None:
        return ()
    return (Prediction(network.predict(pixels(image)[np.newaxis])[0], image),)


def dataset_of(drawings: list[LabelledInk]) -> Dataset:
    """Return labelled ink as the network sees it, through the same pipeline and rounded to bytes as MNIST is.

    Raises `EvaluationError` where a drawing is blank or has no label.
    """
    images = []
    for number, drawing in enumerate(drawings, 1):
        image = image_of(drawing.ink)
        if image is None or drawing.label is None:
            lack = "no label" if image is not None else "no ink"
            raise EvaluationError(f"drawing {number} has {lack}: evaluating needs labelled, visible digits")
        images.append(pixels(image))
    return Dataset(np.stack(images), np.array([drawing.label for drawing in drawings], np.uint8))
