"""The autosaved state of a window as JSON: drawing and history, settings, network. No Qt.

Each stroke and each photo's pixels are stored once; drawings refer to them by number. Writing and reading share one
size limit: if a history exceeds it, actions are left out, see `packed`.
"""

import base64
import json
import math
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import SIDE
from digitpad.data.drawing import Drawing, Photo, Picture
from digitpad.data.ink import LARGEST, Ink, Stroke
from digitpad.engine.training.config import TrainingConfig, by_new_names
from digitpad.errors import DigitpadError
from digitpad.identity import Identity, identities

MAX_BYTES = 100_000_000
_VERSION = 2
#: More than these are none of a window's.
_MOST_ACTS, _MOST_PIXELS = 1_000, 50_000_000
#: Bytes of an action without its text and its numbers, and of one of these, at most.
_BYTES_AN_ACT, _BYTES_A_NUMBER = 200, 26

#: What damaged JSON makes of the code that reads it.
_FAULTS = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, zlib.error)


class StateError(DigitpadError):
    """The file holds no window's state."""


@dataclass(frozen=True, slots=True, eq=False)
class WindowState:
    """All of it. `actions` are texts and the drawing after each action; those after the first `done` are undone.

    `is_cut` tells whether actions were left out for lack of room. `network` is a reference that `runs.references`
    resolves, "" for the bundled network. A network that is in no other file is saved beside the state, and `name` is
    its name. `lost` is the name of a network that could not be saved anywhere, perhaps for lack of room. `geometry` and
    `layout` are Qt's own bytes.
    """

    actions: tuple[tuple[str, Drawing], ...] = ()
    done: int = 0
    config: TrainingConfig = field(default_factory=TrainingConfig)
    is_cut: bool = False
    network: str = ""
    name: str = ""
    lost: str = ""
    geometry: bytes = b""
    layout: bytes = b""


def packed(state: WindowState, limit: int = MAX_BYTES) -> bytes:
    """Return the JSON of a state, of at most `limit` bytes.

    Where not all actions have room, the one that the canvas shows comes first, then those before it, the newest first,
    then those that were undone.
    """
    parts = _Parts()
    room = limit - len(_packed(replace(state, actions=(), done=0), parts))
    begin = end = state.done
    while begin > 0 and (room := room - parts.more(*state.actions[begin - 1])) >= 0:
        begin -= 1
    while end < len(state.actions) and (room := room - parts.more(*state.actions[end])) >= 0:
        end += 1
    if begin == state.done > 0:
        # Without what is on the canvas the others would show another one.
        begin = end = 0
    is_cut = state.is_cut or end - begin < len(state.actions)
    actions = state.actions[begin:end]
    return _packed(replace(state, actions=actions, done=min(state.done - begin, len(actions)), is_cut=is_cut), parts)


#: Arrays, each once, with their numbers in this order.
_Table = dict[Identity, int]


class _Parts:
    """What drawings consist of as JSON, each array once, however often it is asked for."""

    def __init__(self) -> None:
        self._texts: dict[Identity, str] = {}

    def more(self, text: str, drawing: Drawing) -> int:
        """Return how many bytes an action takes besides those that were asked for before."""
        arrays = (drawing.pixels,) if isinstance(drawing, Photo) else drawing.strokes
        new = set(identities(arrays)) - self._texts.keys()
        marked = len(drawing.marked) if isinstance(drawing, Photo) else 0
        return (
            sum(len(self.text(array)) + 2 for array in [key.of for key in new])
            + len(json.dumps(text))
            + _BYTES_AN_ACT
            + _BYTES_A_NUMBER * (len(arrays) + 4 * marked + SIDE * SIDE * isinstance(drawing, Picture))
        )

    def text(self, array: npt.NDArray[Any]) -> str:
        """Return the JSON of a stroke or of a photo's pixels."""
        key = Identity(array)
        if key not in self._texts:
            if array.dtype == np.uint8:
                packed = _text_of(zlib.compress(array.tobytes(), 1))
                self._texts[key] = json.dumps({"shape": array.shape, "bytes": packed})
            else:
                self._texts[key] = json.dumps(array.tolist(), allow_nan=False)
        return self._texts[key]


def _packed(state: WindowState, parts: _Parts) -> bytes:
    strokes: _Table = {}
    pixels: _Table = {}
    actions = [{"text": text, "drawing": _drawing_as_json(drawing, strokes, pixels)} for text, drawing in state.actions]
    content = {
        "version": _VERSION,
        "acts": actions,
        "done": state.done,
        "is_cut": state.is_cut,
        "config": state.config.as_dict(),
        "network": state.network,
        "name": state.name,
        "lost": state.lost,
        "geometry": _text_of(state.geometry),
        "layout": _text_of(state.layout),
    }
    head = json.dumps(content, allow_nan=False).removesuffix("}")
    lists = (f'"{name}": [{", ".join(map(parts.text, (key.of for key in table)))}]' for name, table in
             (("strokes", strokes), ("pixels", pixels)))  # fmt: skip
    return f"{head}, {', '.join(lists)}}}".encode()


def unpacked(content: bytes | bytearray) -> WindowState:
    """Return the state in some JSON. Raises `StateError`."""
    try:
        found = json.loads(content)
        if found["version"] not in (1, _VERSION) or len(found["acts"]) > _MOST_ACTS:
            raise ValueError(f"it is of version {str(found['version'])[:20]} or has too many acts")
        strokes = [_stroke(points) for points in found["strokes"]]
        pixels = [_pixels(entry) for entry in found["pixels"]]
        actions = tuple((str(action["text"]), _drawing(action["drawing"], strokes, pixels)) for action in found["acts"])
        return WindowState(
            actions,
            min(max(0, int(found["done"])), len(actions)),
            TrainingConfig.from_dict(by_new_names(found["config"])),
            # What is newer than the format's first version need not be there.
            bool(found.get("is_cut")),
            str(found["network"]),
            str(found["name"]),
            str(found.get("lost", "")),
            base64.b64decode(found["geometry"], validate=True),
            base64.b64decode(found["layout"], validate=True),
        )
    except DigitpadError as error:
        raise StateError(f"it holds no window's state: {error}") from error
    except _FAULTS as error:
        raise StateError(f"it holds no window's state ({' '.join(str(error).split())[:80]})") from error


def _number(table: _Table, array: npt.NDArray[Any]) -> int:
    """Return the number of an array in `table`, which has it from now on."""
    return table.setdefault(Identity(array), len(table))


def _drawing_as_json(drawing: Drawing, strokes: _Table, pixels: _Table) -> dict[str, Any]:
    if isinstance(drawing, Ink):
        return {"ink": [_number(strokes, stroke) for stroke in drawing.strokes if len(stroke)]}
    if isinstance(drawing, Picture):
        return {"picture": np.asarray(drawing.image, float).ravel().tolist()}
    photo = {"threshold": drawing.threshold, "marked": [list(map(float, box)) for box in drawing.marked]}
    return {"photo": _number(pixels, drawing.pixels)} | photo


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
    height, width, colors = (int(length) for length in entry["shape"])
    size = math.prod((height, width, colors))
    if min(height, width) < 1 or colors != 3 or size > _MOST_PIXELS:
        raise ValueError("a photo has no size")
    raw = zlib.decompressobj().decompress(base64.b64decode(entry["bytes"], validate=True), size + 1)
    return np.frombuffer(raw, np.uint8).reshape(height, width, colors)


def _text_of(content: bytes) -> str:
    return base64.b64encode(content).decode()
