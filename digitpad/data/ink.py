"""Ink, and MNIST's own recipe from ink to a 28x28 image.

The recipe, as measured on all of MNIST: the longer side of the ink's box is 20 pixels, pen width included and aspect
kept; edges are anti-aliased; the picture then moves by whole pixels until its center of mass lies nearest to pixel
index (14, 14). Strokes are drawn with a pen as wide as MNIST's, whatever the pen on the screen, because neither
scaling nor centering would cure a wrong thickness.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import SIDE
from digitpad.errors import DigitpadError

#: (n, 2) x, y or (n, 3) x, y, pressure 0-1; y runs down; any unit, up to `LARGEST`.
Stroke = npt.NDArray[np.floating[Any]]
#: (28, 28) float32 in [0, 1], paper 0, ink 1.
Image = npt.NDArray[np.float32]
Points = npt.NDArray[np.float64]

#: The largest coordinate, in any unit: squares and sums of such ones lose nothing.
LARGEST = 1e9
BOX = 20
#: Width and edge softness in pixels that give rendered digits MNIST's mean (0.131) and its shares of full and gray ink.
PEN_WIDTH = 2.5
EDGE_WIDTH = 1.2
#: Distance from the center of a pixel at the edge of the box to the outermost position of the pen's center.
MARGIN = PEN_WIDTH / 2 - 0.5

_CENTER = 14
#: Points nearer to each other than this, in pixels, cannot be told apart in the image.
_SPACING = 0.25
#: Ink that is no larger than this, in any unit, is a dot.
DOT = 1e-6
_MAX_STROKES, _MAX_POINTS, _MAX_SEGMENTS = 500, 20_000, 2_000
_SEGMENTS_AT_ONCE = 256
#: The canvas is full when the pen has moved this many of its widths; the longest of 23,557 real drawings has 14.
_LONGEST = 200


class TooMuchInkError(DigitpadError):
    """There is more ink than the canvas takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """What a pen left: strokes in the order they were drawn."""

    strokes: tuple[Stroke, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything to see."""
        return any(len(stroke) for stroke in self.strokes)

    @property
    def digit(self) -> Image | None:
        """What a network is shown of it, taken as one digit (see `render`); None where it is blank."""
        return render(self)

    def with_strokes(self, strokes: tuple[Stroke, ...]) -> "Ink":
        """Return ink of these `strokes`: itself where they are the very same arrays as its own."""
        return self if list(map(id, strokes)) == list(map(id, self.strokes)) else Ink(strokes)


def render(ink: Ink) -> Image | None:
    """Return the image that MNIST's recipe makes of `ink`, or None of blank ink.

    A tap is a dot. Points beyond `LARGEST` are passed over. Where the center of mass lies so far off the middle of
    the box that the ink would leave the frame (a large L), what lies outside is cut off, as the mass decides.
    """
    strokes = visible(ink)
    if not strokes:
        return None
    low, scale = box_of(strokes)
    return centered(coverage([(stroke - low) * scale + MARGIN for stroke in strokes]))


def visible(ink: Ink) -> list[Points]:
    """Return the coordinates (n, 2) of the strokes that are somewhere; of an absurd amount of ink only a part."""
    return [coordinates(stroke) for stroke in bounded(ink).strokes if len(stroke)]


def box_of(strokes: list[Points]) -> tuple[Points, float]:
    """Return the upper left corner (2,) of `visible` strokes, and the pixels to their unit that fill the box."""
    low = np.min([stroke.min(axis=0) for stroke in strokes], axis=0)
    high = np.max([stroke.max(axis=0) for stroke in strokes], axis=0)
    longer_side = float((high - low).max())
    return low, (BOX - PEN_WIDTH) / longer_side if longer_side > DOT else 0.0


def bounded(ink: Ink) -> Ink:
    """Return `ink`, thinned to about `_MAX_STROKES` strokes and `_MAX_POINTS` points if it has more.

    Points whose coordinates are not finite, or beyond `LARGEST`, are removed. A stroke that needs no change stays the
    same array.
    """
    some = ink.strokes[:: 1 + len(ink.strokes) // _MAX_STROKES]
    stride = 1 + sum(map(len, some)) // _MAX_POINTS
    return ink.with_strokes(tuple(_somewhere(stroke[::stride] if stride > 1 else stroke) for stroke in some))


def _somewhere(stroke: Stroke) -> Stroke:
    is_inside = np.abs(stroke[:, :2]) <= LARGEST
    return stroke if is_inside.all() else stroke[is_inside.all(axis=1)]


def coordinates(stroke: Stroke) -> Points:
    """Return the coordinates (n, 2) of a stroke, without pressure."""
    return stroke[:, :2].astype(np.float64)


def simplified(strokes: list[Points]) -> list[Points]:
    """Return strokes in pixels without the points that nobody could tell apart, `_MAX_SEGMENTS` of them at most."""
    strokes = [_thinned(stroke) for stroke in strokes]
    stride = 1 + sum(map(len, strokes)) // _MAX_SEGMENTS
    return [np.concatenate([stroke[:-1:stride], stroke[-1:]]) for stroke in strokes]


def _segments(strokes: list[Points]) -> tuple[Image, Image]:
    """Return the starts and ends (n, 2) of the straight pieces of strokes, a dot's being equal."""
    strokes = simplified(strokes)
    starts = np.concatenate([stroke[: max(1, len(stroke) - 1)] for stroke in strokes])
    ends = np.concatenate([stroke[min(1, len(stroke) - 1) :] for stroke in strokes])
    return starts.astype(np.float32), ends.astype(np.float32)


def _thinned(stroke: Points) -> Points:
    """Keep the first point, the last, and the first beyond each further `_SPACING` along the stroke."""
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    passed = np.floor(np.concatenate([[0.0], np.cumsum(steps)]) / _SPACING)
    keep = np.concatenate([[True], np.diff(passed) > 0])
    keep[-1] = True
    kept: Points = stroke[keep]
    return kept


def coverage(strokes: list[Points], side: int = BOX, pen_width: float = PEN_WIDTH) -> Image:
    """Return how far a pen covers each pixel (side, side), 0 to 1, from the distance to the nearest piece of a stroke.

    Strokes and `pen_width` are in pixels; the middle of the first pixel is (0, 0).
    """
    starts, ends = _segments(strokes)
    along = ends - starts
    pixel_x, pixel_y = _middles(side)
    nearest = np.full(side * side, np.inf, np.float32)
    for first in range(0, len(starts), _SEGMENTS_AT_ONCE):
        ax, ay = starts[first : first + _SEGMENTS_AT_ONCE].T[:, :, None]
        along_x, along_y = along[first : first + _SEGMENTS_AT_ONCE].T[:, :, None]
        length2 = np.maximum(along_x**2 + along_y**2, np.float32(1e-12))
        from_x, from_y = pixel_x - ax, pixel_y - ay
        share = np.clip((from_x * along_x + from_y * along_y) / length2, 0, 1)
        distance2 = (from_x - share * along_x) ** 2 + (from_y - share * along_y) ** 2
        nearest = np.minimum(nearest, distance2.min(axis=0))
    covered: Image = np.clip((np.float32(pen_width / 2) - np.sqrt(nearest)) / EDGE_WIDTH + 0.5, 0, 1)
    return covered.reshape(side, side)


@lru_cache(maxsize=4)
def _middles(side: int) -> tuple[Image, Image]:
    """Return x and y of the middles of all pixels (side * side,)."""
    y, x = np.mgrid[:side, :side].astype(np.float32).reshape(2, -1)
    return x, y


def corner_of(box: Image) -> tuple[int, int]:
    """Return the column and row of the frame at which `box` has its center of mass nearest to `_CENTER`."""
    index = np.arange(BOX)
    # Ink that is too fine to be seen lies in the middle.
    mass = box.sum() or np.inf
    column = round(float(_CENTER - (box.sum(axis=0) * index).sum() / mass))
    row = round(float(_CENTER - (box.sum(axis=1) * index).sum() / mass))
    return column, row


def centered(box: Image) -> Image:
    """Return the frame with `box` moved by whole pixels so that its center of mass is nearest to `_CENTER`."""
    left, top = corner_of(box)
    frame = np.zeros((SIDE, SIDE), np.float32)
    inside = frame[max(0, top) : top + BOX, max(0, left) : left + BOX]
    inside[:] = box[max(0, -top) :, max(0, -left) :][: inside.shape[0], : inside.shape[1]]
    return frame


def pixels(image: Image) -> npt.NDArray[np.uint8]:
    """Return the (784,) bytes of an image, as in MNIST's files."""
    return np.round(image * 255).astype(np.uint8).ravel()


def fitted(ink: Ink, extent: tuple[float, float]) -> Ink:
    """Return `ink` as it is if it lies on a canvas of that width and height, else scaled and moved to its middle.

    Strokes and points that are nowhere are left out. Raises `TooMuchInkError` for more than the canvas takes.
    """
    strokes = tuple(found for stroke in ink.strokes if len(found := _somewhere(stroke)))
    if not strokes:
        return Ink()
    ink = ink.with_strokes(strokes)
    points = np.concatenate([stroke[:, :2] for stroke in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    size, room = high - low, np.array(extent)
    if not (low.min() >= 0 and (high <= room).all() and size.max() > room.min() / 10):
        scale = float((0.7 * room / np.maximum(size, DOT)).min()) if size.max() > DOT else 1.0
        middle = (low + high) / 2
        ink = Ink(tuple(np.hstack([(one[:, :2] - middle) * scale + room / 2, one[:, 2:]]) for one in strokes))
    if amount_of(ink, max(extent)) > 2:
        raise TooMuchInkError(
            f"it has {len(strokes):,} strokes of {sum(map(len, strokes)):,} points: "
            "that is more ink than the canvas takes"
        )
    return ink


def amount_of(ink: Ink, width: float) -> float:
    """Return how full of `ink` a canvas of that width is: 1 is full, which nobody's digits reach.

    A stroke under way may still be finished beyond 1; ink from a file may be up to 2.
    """
    points = sum(map(len, ink.strokes))
    way = sum(float(np.hypot(*np.diff(stroke[:, :2], axis=0).T).sum()) for stroke in ink.strokes)
    return max(len(ink.strokes) / _MAX_STROKES, points / _MAX_POINTS, way / (_LONGEST * width))
