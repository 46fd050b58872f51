"""Photos of rows of digits, made of MNIST's: paper, shadow, lines, ink, blur, noise, and a slanting camera."""

import cv2
import numpy as np

from digitpad.data.dataset import Dataset


def row_of(digits: Dataset, indices: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the ink (height, width) of a row in [0, 1], digits side by side with a gap, four times as fine."""
    images = [digits.images[i].reshape(28, 28) for i in indices]
    parts = []
    for image in images:
        columns = np.flatnonzero(image.max(axis=0) > 60)
        digit = np.pad(image[:, columns[0] : columns[-1] + 1], ((2, 2), (2, 2)))
        parts.append(np.roll(digit, int(rng.integers(-2, 3)), axis=0))
        parts.append(np.zeros((32, int(rng.integers(2, 8))), np.uint8))
    return (
        cv2.resize(np.hstack(parts), None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC).astype(float).clip(0, 255) / 255
    )


def photo_of(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a photo (height, width, 3) of `ink` on paper."""
    margin = 40
    ink = np.pad(ink, margin)
    height, width = ink.shape
    paper = np.array([1.0, 1.0, 1.0]) * rng.uniform(0.75, 1) * rng.uniform(0.92, 1, 3)
    color = rng.uniform(0, 0.35, 3)
    if rng.random() < 0.3:
        color[rng.integers(3)] = rng.uniform(0.4, 0.8)
    sheet = np.ones((height, width, 1)) * paper
    if rng.random() < 0.5:
        spacing, line = int(rng.integers(28, 60)), rng.uniform(0.55, 0.85)
        for y in range(int(rng.integers(spacing)), height, spacing):
            sheet[y : y + int(rng.integers(1, 3))] *= [line, line, 1]
    sheet = sheet * (1 - ink[:, :, np.newaxis]) + color * ink[:, :, np.newaxis]
    if rng.random() < 0.2:
        sheet = 1 - sheet
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    angle = rng.uniform(0, 2 * np.pi)
    sheet = sheet * (1 - rng.uniform(0, 0.4) * (1 + np.cos(angle) * x + np.sin(angle) * y)[:, :, np.newaxis] / 2)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + rng.normal(0, 0.02 * height, corners.shape).astype(np.float32) * [[2.0, 1.0]]
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    sheet = cv2.warpPerspective(sheet, warp, (width, height), borderMode=cv2.BORDER_REPLICATE)
    sheet = cv2.GaussianBlur(sheet, (0, 0), rng.uniform(0.3, 1.6))
    sheet += rng.normal(0, rng.uniform(0, 0.04), sheet.shape)
    return np.round(255 * sheet.clip(0, 1)).astype(np.uint8)
