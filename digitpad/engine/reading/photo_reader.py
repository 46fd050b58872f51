"""From a photo to predictions: takes the binarization that reads best."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from digitpad.cancellation import NEVER, CancelToken
from digitpad.data.drawing import Photo
from digitpad.data.ink import Image, pixels
from digitpad.engine.reading.prediction import Prediction, with_row_support
from digitpad.engine.reading.segmentation import Group, segmented
from digitpad.nn.network import Network

if TYPE_CHECKING:
    from digitpad.data.photo.binarization import Look
    from digitpad.data.photo.spots import Spot

#: A digit is worth by how much its probability is above this; where all are above the second one, no other way to see
#: the photo is tried.
_WORTHLESS, _READABLE = 0.75, 0.9


@dataclass(frozen=True, slots=True, eq=False)
class PhotoRead:
    """What was read of a `photo`, row by row, and the `look` at it: the `parts` of a prediction are spots of its row.

    `look` is None where nothing in the photo can be told from noise.
    """

    photo: Photo
    look: "Look | None" = None
    predictions: tuple[Prediction, ...] = ()

    @property
    def worth(self) -> float:
        """How much is read: many digits surely, few with doubt."""
        return sum(prediction.probability - _WORTHLESS for prediction in self.predictions)

    @property
    def is_readable(self) -> bool:
        """Tell whether every digit is read well."""
        return min((prediction.probability for prediction in self.predictions), default=0.0) > _READABLE


class PhotoReader:
    """Reads one `photo` with any network. Its binarizations and digit images are computed when needed, and cached."""

    def __init__(self, photo: Photo) -> None:
        self.photo = photo
        self._looks: list[Look] = []
        self._unseen: Iterator[Look] | None = None
        self._images: dict[tuple[int, int, Group], Image] = {}

    def read(self, network: Network, token: CancelToken = NEVER) -> PhotoRead:
        """Return what `network` predicts. `token` is checked before each row. Raises `Cancelled`."""
        best = PhotoRead(self.photo)
        for number, look in enumerate(self._all_looks()):
            found: list[Prediction] = []
            for row in range(len(look.rows)):
                token.check()
                found += self._read_row(network, look, number, row)
            read = PhotoRead(self.photo, look, tuple(found))
            if best.look is None or read.worth > best.worth:
                best = read
            if read.is_readable:
                break
        return best

    def _all_looks(self) -> "Iterator[Look]":
        # OpenCV takes half a second to import, which only those should wait for who have a photo.
        from digitpad.data.photo.binarization import looks_at

        if self._unseen is None:
            self._unseen = looks_at(self.photo)
        yield from self._looks
        for look in self._unseen:
            self._looks.append(look)
            yield look

    def _read_row(self, network: Network, look: "Look", number: int, row: int) -> tuple[Prediction, ...]:
        from digitpad.data.photo.spots import image_of

        spots = look.rows[row]

        @cache
        def seen(group: Group) -> Prediction:
            key = number, row, group
            if key not in self._images:
                self._images[key] = image_of(tuple(spots[spot] for spot in group))
            image = self._images[key]
            return Prediction(network.predict(pixels(image)[np.newaxis])[0], image, group, row=row)

        return with_row_support([seen(group) for group in _groups(spots, lambda group: seen(group).probability)])


def _groups(spots: "Sequence[Spot]", probability: Callable[[Group], float]) -> Iterator[Group]:
    """Yield a row's digits: those that were marked, and what is made of the spots before, between and behind them."""
    begin = 0
    for end in [*(number for number, spot in enumerate(spots) if spot.is_digit), len(spots)]:
        yield from segmented([spot.outline for spot in spots[begin:end]], range(begin, end), probability)
        if end < len(spots):
            yield (end,)
        begin = end + 1
