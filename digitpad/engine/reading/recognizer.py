"""From a drawing to verdicts. It knows no widget, thread or file."""

from dataclasses import replace

import numpy as np

from digitpad.data.drawing import Drawing, Photo, Picture
from digitpad.data.ink import Image, Ink, Stroke, finite_points, pixels, render
from digitpad.engine.reading.photo_reader import PhotoReader
from digitpad.engine.reading.prediction import Prediction, backed
from digitpad.engine.reading.segmentation import Group, box_of, rows_of, segmented
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

#: A drawing of more strokes is looked at as a whole: nobody writes so many digits, and scribbles may take so many.
_MOST_STROKES = 40
#: Groups of strokes that are remembered; while a stroke is drawn, those without it need not be looked at again.
_MOST_REMEMBERED = 400


class Recognizer:
    """Reads drawings with one `network`, and remembers what it has seen of their strokes."""

    def __init__(self, network: Network) -> None:
        self.network = network
        # By the identity of strokes, which are kept so that no other can take it over.
        self._images: dict[tuple[int, ...], tuple[tuple[Stroke, ...], Image]] = {}
        self._seen: dict[tuple[int, ...], Prediction] = {}

    def with_network(self, network: Network) -> "Recognizer":
        """Return one that reads with another network and need not render again what this one has."""
        other = Recognizer(network)
        other._images = self._images
        return other

    def read(self, drawing: Drawing) -> tuple[Prediction, ...]:
        """Return one `Prediction` for each digit in `drawing`, row by row; none at all of a blank drawing."""
        if isinstance(drawing, Picture) or len(drawing.strokes) > _MOST_STROKES:
            image = drawing.digit
            return () if image is None else (Prediction(self._probabilities(image), image),)
        if isinstance(drawing, Photo):
            return PhotoReader(drawing).read(self.network).predictions
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
        probabilities: Array = self.network.predict(pixels(image)[np.newaxis])[0]
        return probabilities
