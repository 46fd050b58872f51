"""Ink as SVG: it comes back, and other files get a sentence."""

import time
from pathlib import Path

import numpy as np
import pytest

from digitpad.data import svg_files
from digitpad.data.ink import Ink
from digitpad.data.svg_files import SvgError

INK = Ink((np.array([[1.25, 2.5], [30, 40], [5, 6]]), np.array([[7.0, 8.0]])))


def test_ink_comes_back_as_it_was_written(tmp_path: Path) -> None:
    svg_files.write(tmp_path / "a.svg", INK, (280, 280), 18)
    back = svg_files.read(tmp_path / "a.svg")
    assert [stroke.tolist() for stroke in back.strokes] == [stroke.tolist() for stroke in INK.strokes]


def test_polylines_are_strokes_too(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text('<svg><polyline points="1,2 3,4 -5.5,6e1"/></svg>')
    assert svg_files.read(tmp_path / "a.svg").strokes[0].tolist() == [[1, 2], [3, 4], [-5.5, 60]]


@pytest.mark.parametrize(
    "content",
    [
        "", "noise", "<svg>", "<svg/>", '<svg><path d="M1,2 C3,4 5,6 7,8"/></svg>', '<svg><path d=""/></svg>',
        '<svg><path d="M1,2 L3"/></svg>', '<svg><path d="M1,2 L3,1e300"/></svg>', "<html>1</html>",
        '<!DOCTYPE a [<!ENTITY b "bbbb">]><svg>&b;</svg>', '<svg><path d="' + "M1,2 " * 5_000 + 'x"/></svg>',
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.svg").write_text(content)
    start = time.perf_counter()
    with pytest.raises(SvgError, match=r"a\.svg") as caught:
        svg_files.read(tmp_path / "a.svg")
    assert "\n" not in str(caught.value)
    assert time.perf_counter() - start < 1
