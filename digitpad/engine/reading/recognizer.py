"""From a drawing to predictions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitpad.data.drawing import Drawing, Photo
from digitpad.data.ink import Image, Ink, Points, Stroke, bounded, coordinates, pixels, render
from digitpad.engine.reading.photo_reader import PhotoReader
from digitpad.engine.reading.prediction import Prediction, with_row_support
from digitpad.engine.reading.segmentation import Group, box_of, rows_of, segmented
from digitpad.engine.reading.stroke_cuts import pieces_of
from digitpad.identity import Identity, identities
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array, Workspace

#: A drawing with more strokes is read as one digit: nobody writes so many digits, but a scribble may have as many.
_MOST_STROKES = 40
#: Groups of strokes that are cached: while a stroke is drawn, groups without it are not predicted again.
_MOST_REMEMBERED = 400
#: The least probability of each digit of a row in which strokes were cut: letters can be cut into digits, too.
_CUT = 0.95
#: Doubtful strokes of a row that are cut at most: a row of more is no number, and would take long.
_MOST_CUT = 4


class Recognizer:
    """Reads drawings with one `network`, and remembers what it has seen of their strokes."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._workspace = Workspace()
        #: By the strokes.
        self._images: dict[tuple[Identity, ...], Image] = {}
        self._seen: dict[tuple[Identity, ...], Prediction] = {}
        self._pieces: dict[Identity, list[Points]] = {}

    def with_network(self, network: Network) -> "Recognizer":
        """Return one that reads with another network and need not render again what this one has."""
        other = Recognizer(network)
        other._images, other._pieces = self._images, self._pieces
        return other

    def read(self, drawing: Drawing, *, cuts: bool = True) -> tuple[Prediction, ...]:
        """Return one `Prediction` for each digit in `drawing`, row by row; none at all of a blank drawing.

        Strokes may be cut where that explains them better, unless `cuts` forbids what takes that time.
        """
        if isinstance(drawing, Photo):
            return PhotoReader(drawing).read(self.network).predictions
        if not 0 < len(drawing.strokes) <= _MOST_STROKES:
            image = drawing.digit
            return () if image is None else (Prediction(self._probabilities(image), image),)
        strokes = bounded(Ink(drawing.strokes)).strokes
        finite = {number: coordinates(stroke) for number, stroke in enumerate(strokes)}
        visible = [number for number, points in finite.items() if len(points)]
        if not visible:
            return ()
        boxes = np.array([box_of(finite[number]) for number in visible])
        found: list[Prediction] = []
        for row, places in enumerate(rows_of(boxes)):
            parts = [
                _Part(number, strokes[number], finite[number])
                for number in sorted(visible[place] for place in places.tolist())
            ]
            read = self._read_row(parts)
            if cuts and not all(prediction.is_sure for prediction in read):
                read = self._read_cut(parts, read)
            # What was seen of these strokes before was perhaps seen in another row.
            found += with_row_support([replace(prediction, row=row) for prediction in read])
        return tuple(found)

    def _read_row(self, parts: "Sequence[_Part]") -> list[Prediction]:
        """Return the digits of a row."""
        strokes = tuple(part.ink for part in parts)
        groups = segmented(
            [part.outline for part in parts],
            range(len(parts)),
            lambda group: self._look(strokes, group).probability,
            [part.number for part in parts],
        )
        return [
            replace(
                self._look(strokes, group),
                parts=tuple(sorted({parts[place].number for place in group})),
                strokes=tuple(strokes[place] for place in group),
            )
            for group in groups
        ]

    def _read_cut(self, parts: "Sequence[_Part]", read: list[Prediction]) -> list[Prediction]:
        """Return what is read of a row where strokes may run through several digits, if that explains it better."""
        doubtful = {number for prediction in read if not prediction.is_sure for number in prediction.parts}
        if len(doubtful) > _MOST_CUT:
            return read
        pieces = [piece for part in parts for piece in (self._pieces_of(part) if part.number in doubtful else [part])]
        if len(pieces) == len(parts):
            return read
        cut = self._read_row(pieces)
        least, before = (min(prediction.probability for prediction in row) for row in (cut, read))
        return cut if least > max(before, _CUT) else read

    def _pieces_of(self, part: "_Part") -> "list[_Part]":
        key = Identity(part.ink)
        if key not in self._pieces:
            if len(self._pieces) >= _MOST_REMEMBERED:
                del self._pieces[next(iter(self._pieces))]
            self._pieces[key] = pieces_of(part.outline)
        pieces = self._pieces[key]
        return [_Part(part.number, piece, piece) for piece in pieces] if len(pieces) > 1 else [part]

    def _look(self, strokes: tuple[Stroke, ...], numbers: Group) -> Prediction:
        """Return what the network makes of some of the strokes."""
        chosen = tuple(strokes[number] for number in numbers)
        key = identities(chosen)
        if key not in self._images:
            rendered = render(Ink(chosen))
            assert rendered is not None
            if len(self._images) >= _MOST_REMEMBERED:
                forgotten = next(iter(self._images))
                del self._images[forgotten]
                self._seen.pop(forgotten, None)
            self._images[key] = rendered
        if key not in self._seen:
            image = self._images[key]
            self._seen[key] = Prediction(self._probabilities(image), image)
        return self._seen[key]

    def _probabilities(self, image: Image) -> Array:
        probabilities: Array = self.network.predict(pixels(image)[np.newaxis], self._workspace)[0]
        return probabilities


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A stroke, or a piece of one: its number in the drawing, its ink, and the points of that which are somewhere."""

    number: int
    ink: Stroke
    outline: Points
