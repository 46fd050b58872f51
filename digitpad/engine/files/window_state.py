"""What a window would lose if it were killed, as JSON: the drawing with its history, settings, which network. No Qt.

Strokes and pixels stand there once each, drawings name them by their numbers.
"""

import base64
import json
import math
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import SIDE
from digitpad.data.drawing import Drawing, Photo, Picture
from digitpad.data.ink import LARGEST, Ink, Stroke
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError

MAX_BYTES = 100_000_000
_VERSION = 1
#: More than these are none of a window's.
_MOST_ACTS, _MOST_PIXELS = 1_000, 50_000_000

#: What damaged JSON makes of the code that reads it.
_FAULTS = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, zlib.error)


class StateError(DigitpadError):
    """The file holds no window's state."""


@dataclass(frozen=True, slots=True, eq=False)
class WindowState:
    """All of it. `acts` are texts and what was on the sheet after each, of which the first `done` are not undone.

    `network` is what `runs.references` resolves, "" for the bundled one, and `name` what it is called where that is its
    only copy; `geometry` and `layout` are the toolkit's own bytes.
    """

    acts: tuple[tuple[str, Drawing], ...] = ()
    done: int = 0
    config: TrainingConfig = field(default_factory=TrainingConfig)
    network: str = ""
    name: str = ""
    geometry: bytes = b""
    layout: bytes = b""


def packed(state: WindowState) -> bytes:
    """Return the JSON of a state."""
    strokes, pixels = _Table(), _Table()
    acts = [{"text": text, "drawing": _drawing_as_json(drawing, strokes, pixels)} for text, drawing in state.acts]
    photos = pixels.arrays
    content = {
        "version": _VERSION,
        "acts": acts,
        "done": state.done,
        "strokes": [stroke.tolist() for stroke in strokes.arrays],
        "pixels": [{"shape": array.shape, "bytes": _text_of(zlib.compress(array.tobytes(), 1))} for array in photos],
        "config": state.config.as_dict(),
        "network": state.network,
        "name": state.name,
        "geometry": _text_of(state.geometry),
        "layout": _text_of(state.layout),
    }
    return json.dumps(content, allow_nan=False).encode()


def unpacked(content: bytes | bytearray) -> WindowState:
    """Return the state in some JSON. Raises `StateError`."""
    try:
        found = json.loads(content)
        if found["version"] != _VERSION or len(found["acts"]) > _MOST_ACTS:
            raise ValueError(f"it is of version {str(found['version'])[:20]} or has too many acts")
        strokes = [_stroke(points) for points in found["strokes"]]
        pixels = [_pixels(entry) for entry in found["pixels"]]
        acts = tuple((str(act["text"]), _drawing(act["drawing"], strokes, pixels)) for act in found["acts"])
        return WindowState(
            acts,
            min(max(0, int(found["done"])), len(acts)),
            TrainingConfig.from_dict(found["config"]),
            str(found["network"]),
            str(found["name"]),
            base64.b64decode(found["geometry"], validate=True),
            base64.b64decode(found["layout"], validate=True),
        )
    except DigitpadError as error:
        raise StateError(f"it holds no window's state: {error}") from error
    except _FAULTS as error:
        raise StateError(f"it holds no window's state ({' '.join(str(error).split())[:80]})") from error


class _Table:
    """Arrays, each once, by their identity."""

    def __init__(self) -> None:
        self.arrays: list[npt.NDArray[Any]] = []
        self._numbers: dict[int, int] = {}

    def number(self, array: npt.NDArray[Any]) -> int:
        """Return the number of an array, which is kept so that no other can take its identity over."""
        if id(array) not in self._numbers:
            self._numbers[id(array)] = len(self.arrays)
            self.arrays.append(array)
        return self._numbers[id(array)]


def _drawing_as_json(drawing: Drawing, strokes: _Table, pixels: _Table) -> dict[str, Any]:
    if isinstance(drawing, Ink):
        return {"ink": [strokes.number(stroke) for stroke in drawing.strokes if len(stroke)]}
    if isinstance(drawing, Picture):
        return {"picture": np.asarray(drawing.image, float).ravel().tolist()}
    photo = {"threshold": drawing.threshold, "marked": [list(map(float, box)) for box in drawing.marked]}
    return {"photo": pixels.number(drawing.pixels)} | photo


def _drawing(found: dict[str, Any], strokes: list[Stroke], pixels: list[npt.NDArray[np.uint8]]) -> Drawing:
    if "ink" in found:
        return Ink(tuple(strokes[_index(number)] for number in found["ink"]))
    if "picture" in found:
        return Picture(np.clip(_numbers(found["picture"]).reshape(SIDE, SIDE), 0, 1).astype(np.float32))
    threshold = found["threshold"]
    marked = tuple(_box(box) for box in found["marked"])
    return Photo(pixels[_index(found["photo"])], None if threshold is None else float(threshold), marked)


def _index(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise ValueError("a number of a stroke or picture is none")
    return number


def _numbers(values: Any) -> npt.NDArray[np.float64]:
    array = np.array(values, np.float64)
    if not (np.abs(array) <= LARGEST).all():
        raise ValueError("a number is too large")
    return array


def _stroke(points: Any) -> Stroke:
    stroke = _numbers(points)
    if stroke.ndim != 2 or stroke.shape[1] not in (2, 3) or not len(stroke):
        raise ValueError("a stroke has no points")
    return stroke


def _box(box: Any) -> tuple[float, float, float, float]:
    left, top, right, bottom = _numbers(box).tolist()
    return left, top, right, bottom


def _pixels(entry: dict[str, Any]) -> npt.NDArray[np.uint8]:
    height, width, colours = (int(length) for length in entry["shape"])
    size = math.prod((height, width, colours))
    if min(height, width) < 1 or colours != 3 or size > _MOST_PIXELS:
        raise ValueError("a photo has no size")
    raw = zlib.decompressobj().decompress(base64.b64decode(entry["bytes"], validate=True), size + 1)
    return np.frombuffer(raw, np.uint8).reshape(height, width, colours)


def _text_of(content: bytes) -> str:
    return base64.b64encode(content).decode()
