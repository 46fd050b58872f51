"""From a photo, scan or screenshot to spots of ink, and from spots to MNIST's 28x28. It knows no files or networks.

Paper is what the neighbourhood of each pixel mostly is; ink differs from it, darker or lighter, in brightness or in
colour. Ruled lines are taken away, and what is left hangs together in spots: a digit is one or some of them.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitpad.data.ink import BOX, EDGE_WIDTH, PEN_WIDTH, Image, centred

#: (height, width, 3) bytes, red, green, blue.
Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]

#: Pictures are looked at with a longer side of so many pixels.
_LARGEST, _SMALLEST = 1_400, 400
#: The longer side of the small picture in which paper is looked for, and the share of it that is a neighbourhood.
_PAPER_SIDE, _NEIGHBOURHOOD = 160, 0.4
#: Ink differs from paper by so many deviations of the noise, and by so much of full contrast at least.
_NOISE, _CONTRAST = 5.0, 0.06
#: Shares of the tallest digit: smaller spots are specks; wider ones may be digits that touch.
_SPECK, _WIDE = 0.22, 1.15
#: Digits are at least so high, in longer sides of the picture.
_SMALLEST_DIGIT = 0.04
#: A ruled line is so long, in widths of the picture, and where it leans runs flat for so long.
_RULED, _RUN = 0.85, 0.04
_FINE = 10


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """Ink that hangs together: `mask` (h, w) of 0 and 255, and where its upper left corner lies in the picture."""

    mask: Mask
    left: int
    top: int

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.left + self.mask.shape[1], self.top + self.mask.shape[0]

    @property
    def outline(self) -> npt.NDArray[np.float64]:
        """From one end of its ink to the other in each of its rows (2 h, 2)."""
        rows = np.flatnonzero(self.mask.any(axis=1))
        ink = self.mask[rows] > 0
        ends = np.stack([ink.argmax(axis=1), self.mask.shape[1] - ink[:, ::-1].argmax(axis=1)], axis=1)
        return np.stack([self.left + ends.ravel(), self.top + np.repeat(rows, 2)], axis=1).astype(np.float64)


def rows_of(pixels: Pixels) -> tuple[tuple[Spot, ...], ...]:
    """Return the spots of each row of digits in a photo, rows from top to bottom."""
    mask = _without_ruled_lines(_ink(_sized(pixels)))
    return tuple(tuple(_cut(row)) for row in _in_rows(_spots(mask)))


def image_of(spots: tuple[Spot, ...]) -> Image:
    """Return the 28x28 image that MNIST's recipe makes of some spots, with strokes as wide as MNIST's.

    As for ink the line in the middle of the strokes fills a box of 20 pixels less the pen's width.
    """
    left, top = min(spot.box[0] for spot in spots), min(spot.box[1] for spot in spots)
    right, bottom = max(spot.box[2] for spot in spots), max(spot.box[3] for spot in spots)
    mask = np.zeros((int(bottom - top), int(right - left)), np.uint8)
    for spot in spots:
        y, x = int(spot.top - top), int(spot.left - left)
        area = mask[y : y + spot.mask.shape[0], x : x + spot.mask.shape[1]]
        np.maximum(area, spot.mask, out=area)
    width = pen_width(mask)
    longer = max(max(mask.shape) - width, width / 2)
    scale = min(_FINE * (BOX - PEN_WIDTH) / longer, 2.5 * _FINE * PEN_WIDTH / width)
    margin = int(2 * _FINE * PEN_WIDTH)
    size = [max(1, round(side * scale)) for side in mask.shape[::-1]]
    shape = cv2.resize(mask, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC) > 127
    padded = np.pad(shape, margin).astype(np.uint8)
    inside = cv2.distanceTransform(padded, cv2.DIST_L2, 5) - cv2.distanceTransform(1 - padded, cv2.DIST_L2, 5)
    grown = inside + (_FINE * PEN_WIDTH - width * scale) / 2
    fine = np.clip(grown / (_FINE * EDGE_WIDTH) + 0.5, 0, 1).astype(np.float32)
    return _in_box(fine)


def pen_width(mask: Mask) -> float:
    """Return how wide the strokes in `mask` are, in pixels: twice the distance to the edge along their middle."""
    inside = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 5)
    is_middle = (inside > 0) & (inside >= cv2.dilate(inside, np.ones((3, 3), np.uint8)))
    return max(1.0, 2 * float(np.median(inside[is_middle])) - 1) if is_middle.any() else 1.0


def _in_box(fine: Image) -> Image:
    """Return the frame of a picture that is `_FINE` times as fine and has a margin."""
    rows, columns = np.flatnonzero(fine.max(axis=1) > 0.5), np.flatnonzero(fine.max(axis=0) > 0.5)
    side = BOX * _FINE
    middle = [(ends[0] + ends[-1] + 1) // 2 if len(ends) else side // 2 for ends in (rows, columns)]
    box = np.pad(fine, side)[middle[0] + side // 2 :, middle[1] + side // 2 :][:side, :side]
    coarse: Image = box.reshape(BOX, _FINE, BOX, _FINE).mean(axis=(1, 3), dtype=np.float32)
    return centred(coarse)


def _sized(photo: Pixels) -> Pixels:
    """Return the photo with a longer side that is neither slow nor coarse to look at."""
    longer = max(photo.shape[:2])
    scale = min(max(longer, _SMALLEST), _LARGEST) / longer
    if scale == 1:
        return photo
    size = [max(1, round(side * scale)) for side in photo.shape[1::-1]]
    return np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC))


def _ink(photo: Pixels) -> Mask:
    """Return where there is ink: 255, else 0."""
    height, width = photo.shape[:2]
    paper, sign = _paper(photo)
    difference = cv2.GaussianBlur(photo.astype(np.float32) - paper, (0, 0), max(height, width) / 1_000) / 255
    contrast = (sign * difference).max(axis=2)
    # Paper is taken for what it is at its brightest, or darkest: noise makes all of it differ a little.
    contrast -= np.median(contrast)
    noise = 1.4826 * float(np.median(np.abs(contrast)))
    is_ink = contrast > max(_NOISE * noise, _CONTRAST)
    if not is_ink.any():
        return np.zeros((height, width), np.uint8)
    # Half way to what ink usually is; its edges and its thinnest strokes are paler.
    half = 0.45 * float(np.percentile(contrast[is_ink], 75))
    return np.where(contrast > max(half, _NOISE * noise, _CONTRAST), 255, 0).astype(np.uint8)


def _paper(photo: Pixels) -> tuple[npt.NDArray[np.float32], int]:
    """Return what the paper looks like below the ink too, and whether ink is brighter (1) or darker (-1) than it."""
    height, width = photo.shape[:2]
    scale = _PAPER_SIDE / max(height, width)
    size = [max(1, round(width * scale)), max(1, round(height * scale))]
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    window = int(_PAPER_SIDE * _NEIGHBOURHOOD)
    border = window
    padded = cv2.copyMakeBorder(small, border, border, border, border, cv2.BORDER_REPLICATE)
    rough = cv2.medianBlur(padded, 2 * window + 1).astype(np.float32)
    brightness = (padded - rough).mean(axis=2)[border:-border, border:-border]
    # Ink is on the side where the stronger differences are.
    sign = 1 if (np.maximum(brightness, 0) ** 2).sum() > (np.maximum(-brightness, 0) ** 2).sum() else -1
    # What is narrower than the window disappears, shadows stay.
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (window, window))
    filled = cv2.morphologyEx(padded, cv2.MORPH_OPEN if sign > 0 else cv2.MORPH_CLOSE, kernel)
    paper = cv2.GaussianBlur(filled, (0, 0), window / 8)[border:-border, border:-border]
    return cv2.resize(paper, (width, height)).astype(np.float32), sign


def _without_ruled_lines(mask: Mask) -> Mask:
    """Take away lines that run through the picture, and mend the strokes that they crossed."""
    for turned in (False, True):
        picture = mask.T.copy() if turned else mask
        lines = _ruled_lines(picture)
        if lines.any():
            thickness = int(pen_width(lines)) + 3
            reach = cv2.dilate(lines, np.ones((5, 3), np.uint8))
            left = np.where(reach > 0, 0, picture).astype(np.uint8)
            mended = cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones((thickness + 5, 3), np.uint8))
            picture = np.where(reach > 0, mended, left).astype(np.uint8)
        mask = picture.T.copy() if turned else picture
    return mask


def _ruled_lines(picture: Mask) -> Mask:
    """Return the pixels of flat lines from one side to the other; they may lean a little."""
    width = picture.shape[1]
    # A pale line has holes.
    closed = cv2.morphologyEx(picture, cv2.MORPH_CLOSE, np.ones((1, max(5, int(_RUN * width / 3))), np.uint8))
    flat = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, max(9, int(_RUN * width))), np.uint8))
    joined = cv2.dilate(flat, np.ones((3, max(9, int(_RUN * width))), np.uint8))
    _, labels, figures, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    is_line = (figures[:, cv2.CC_STAT_WIDTH] >= _RULED * width) & (np.arange(len(figures)) > 0)
    return np.where(is_line[labels], flat, 0).astype(np.uint8)


def _spots(mask: Mask) -> list[Spot]:
    """Return the spots of ink that are large enough to be a digit or a part of one."""
    _, labels, figures, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = figures[1:, :4]
    frame = np.array(mask.shape[::-1])
    # What reaches through the whole picture is an edge of the paper or a shadow.
    numbers = [n for n, box in enumerate(boxes, 1) if not (box[2:] >= 0.97 * frame).any() or len(boxes) == 1]
    if not numbers:
        return []
    sizes = boxes[np.array(numbers) - 1, 2:].max(axis=1)
    # The tallest may be a stain: the typical one among the larger half.
    typical = float(np.median(sizes[sizes >= np.percentile(sizes, 50)]))
    typical = max(typical, 0.3 * float(sizes.max()), _SMALLEST_DIGIT * float(frame.max()))
    spots = []
    for number, size in zip(numbers, sizes, strict=True):
        if size >= _SPECK * typical:
            x, y, w, h = (int(value) for value in figures[number, :4])
            spots.append(Spot(np.where(labels[y : y + h, x : x + w] == number, 255, 0).astype(np.uint8), x, y))
    return _without_dashes(spots)


def _without_dashes(spots: list[Spot]) -> list[Spot]:
    """Return the spots but for what is left of ruled lines: flat, and thinner than the pen."""
    tall = [spot for spot in spots if spot.mask.shape[0] > 0.5 * max(other.mask.shape[0] for other in spots)]
    pen = float(np.median([pen_width(spot.mask) for spot in tall])) if tall else 0.0
    height = max((spot.mask.shape[0] for spot in spots), default=0)

    def is_dash(spot: Spot) -> bool:
        rows, columns = spot.mask.shape
        return columns > 2 * rows and rows < 0.35 * height and pen_width(spot.mask) < 0.7 * pen

    return [spot for spot in spots if not is_dash(spot)]


def _in_rows(spots: list[Spot]) -> list[list[Spot]]:
    """Return the spots row by row; those of one row overlap from top to bottom."""
    rows: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda spot: -spot.mask.shape[0]):
        for row in rows:
            top, bottom = min(other.box[1] for other in row), max(other.box[3] for other in row)
            overlap = min(bottom, spot.box[3]) - max(top, spot.box[1])
            if overlap > 0.5 * spot.mask.shape[0]:
                row.append(spot)
                break
        else:
            rows.append([spot])
    rows = [sorted(row, key=lambda spot: spot.box[0] + spot.box[2]) for row in rows]
    return sorted(rows, key=lambda row: min(spot.box[1] for spot in row))


def _cut(row: list[Spot]) -> list[Spot]:
    """Cut wide spots where there is least ink from top to bottom: digits that touch, or parts of one."""
    height = float(np.median([spot.mask.shape[0] for spot in row]))
    pieces: list[Spot] = []
    for spot in row:
        width = spot.mask.shape[1]
        if width <= _WIDE * max(height, spot.mask.shape[0]):
            pieces.append(spot)
            continue
        ink = cv2.GaussianBlur((spot.mask > 0).sum(axis=0, dtype=np.float32)[np.newaxis], (0, 0), 0.03 * height)[0]
        step = max(2, int(0.3 * height))
        places = [
            x for x in range(step, width - step)
            if ink[x] == ink[x - step // 2 : x + step // 2 + 1].min() and ink[x] < 0.4 * spot.mask.shape[0]
        ]  # fmt: skip
        chosen = [x for k, x in enumerate(places) if k == 0 or x - places[k - 1] > step // 2]
        for begin, end in zip([0, *chosen], [*chosen, width], strict=True):
            part = spot.mask[:, begin:end]
            inked = np.flatnonzero(part.any(axis=1))
            if len(inked):
                pieces.append(Spot(part[inked[0] : inked[-1] + 1], spot.left + begin, spot.top + int(inked[0])))
    return pieces
