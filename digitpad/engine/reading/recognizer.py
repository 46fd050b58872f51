"""From a drawing to verdicts. It knows no widget, thread or file."""

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from digitpad.data.dataset import Dataset
from digitpad.data.drawing import Drawing, Photo, Picture
from digitpad.data.ink import Image, Ink, Stroke, finite_points, pixels, render
from digitpad.data.ink_files import LabelledInk
from digitpad.engine.reading.prediction import Prediction, backed
from digitpad.engine.reading.segmentation import Group, box_of, rows_of, segmented
from digitpad.errors import DigitpadError
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

if TYPE_CHECKING:
    from digitpad.data.photo.looking import Look
    from digitpad.data.photo.spots import Spot

#: A drawing of more strokes is looked at as a whole: nobody writes so many digits, and scribbles may take so many.
_MOST_STROKES = 40
#: Groups of strokes that are remembered; while a stroke is drawn, those without it need not be looked at again.
_MOST_REMEMBERED = 400

#: A digit of a photo is worth by how much its probability is above this; where all are above the second one, no other
#: way to see the photo is tried.
_WORTHLESS, _READABLE = 0.75, 0.9


class EvaluationError(DigitpadError):
    """A drawing that is to be measured cannot be."""


class Recognizer:
    """Reads drawings with one network, and remembers what it has seen of them."""

    def __init__(self, network: Network) -> None:
        self._network = network
        # By the identity of strokes, which are kept so that no other can take it over.
        self._images: dict[tuple[int, ...], tuple[tuple[Stroke, ...], Image]] = {}
        self._seen: dict[tuple[int, ...], Prediction] = {}
        self._spots: dict[tuple[int, ...], tuple[tuple[Spot, ...], Image]] = {}

    def with_network(self, network: Network) -> "Recognizer":
        """Return one that reads with another network and need not render again what this one has."""
        other = Recognizer(network)
        other._images, other._spots = self._images, self._spots
        return other

    def read(self, drawing: Drawing) -> tuple[Prediction, ...]:
        """Return one `Prediction` for each digit in `drawing`, row by row; none at all of a blank drawing."""
        if isinstance(drawing, Picture) or len(drawing.strokes) > _MOST_STROKES:
            image = drawing.digit
            return () if image is None else (Prediction(self._probabilities(image), image),)
        if isinstance(drawing, Photo):
            return self.look_at(drawing)[1]
        finite = {number: finite_points(stroke) for number, stroke in enumerate(drawing.strokes)}
        visible = [number for number, points in finite.items() if len(points)]
        if not visible:
            return ()
        boxes = np.array([box_of(finite[number]) for number in visible])
        found: list[Prediction] = []
        for row, places in enumerate(rows_of(boxes)):
            numbers = [visible[place] for place in sorted(places.tolist())]
            outlines = [finite[number] for number in numbers]
            groups = segmented(outlines, numbers, lambda parts: self._look(drawing.strokes, parts).probability)
            # What was seen of these strokes before was perhaps seen when they had other numbers.
            found += backed([replace(self._look(drawing.strokes, parts), parts=parts, row=row) for parts in groups])
        return tuple(found)

    def look_at(self, photo: Photo) -> "tuple[Look | None, tuple[Prediction, ...]]":
        """Return the way to see a photo that can be read best, and what is read; None if no way is left to see it."""
        best: tuple[Look | None, tuple[Prediction, ...]] = (None, ())
        for look in photo.looks():
            rows = enumerate(look.rows)
            found = tuple(prediction for number, row in rows for prediction in self._read_spots(row, number))
            if best[0] is None or _worth(found) > _worth(best[1]):
                best = (look, found)
            if found and min(prediction.probability for prediction in found) > _READABLE:
                break
        return best

    def _read_spots(self, spots: "tuple[Spot, ...]", row: int) -> tuple[Prediction, ...]:
        """Read a row of a photo."""
        from digitpad.data.photo.spots import image_of

        @cache
        def look(group: Group) -> Prediction:
            chosen = tuple(spots[number] for number in group)
            key = tuple(map(id, chosen))
            if key not in self._spots:
                self._spots[key] = (chosen, image_of(chosen))
            image = self._spots[key][1]
            return Prediction(self._probabilities(image), image, group, row)

        outlines = [spot.outline for spot in spots]
        groups = segmented(outlines, range(len(spots)), lambda group: look(group).probability)
        return backed([look(group) for group in groups])

    def _look(self, strokes: tuple[Stroke, ...], numbers: Group) -> Prediction:
        """Return what the network makes of some of the strokes."""
        chosen = tuple(strokes[number] for number in numbers)
        key = tuple(map(id, chosen))
        if key not in self._images:
            rendered = render(Ink(chosen))
            assert rendered is not None
            if len(self._images) >= _MOST_REMEMBERED:
                forgotten = next(iter(self._images))
                del self._images[forgotten]
                self._seen.pop(forgotten, None)
            self._images[key] = (chosen, rendered)
        if key not in self._seen:
            image = self._images[key][1]
            self._seen[key] = Prediction(self._probabilities(image), image)
        return self._seen[key]

    def _probabilities(self, image: Image) -> Array:
        probabilities: Array = self._network.predict(pixels(image)[np.newaxis])[0]
        return probabilities


def dataset_of(drawings: list[LabelledInk]) -> Dataset:
    """Return labelled ink as the network sees it, through the same pipeline and rounded to bytes as MNIST is.

    Each drawing is one digit. Raises `EvaluationError` where a drawing is blank or has no label.
    """
    images = []
    for number, drawing in enumerate(drawings, 1):
        image = drawing.ink.digit
        if image is None or drawing.label is None:
            lack = "no label" if image is not None else "no ink"
            raise EvaluationError(f"drawing {number} has {lack}: evaluating needs labelled, visible digits")
        images.append(pixels(image))
    return Dataset(np.stack(images), np.array([drawing.label for drawing in drawings], np.uint8))


def _worth(predictions: tuple[Prediction, ...]) -> float:
    """Return how much is read of a photo: many digits surely, few with doubt."""
    return sum(prediction.probability - _WORTHLESS for prediction in predictions)
