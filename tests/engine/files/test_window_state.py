"""A window's state as JSON: it comes back whole, and what is none gets a sentence."""

import json
from dataclasses import replace

import numpy as np
import pytest

from digitpad.data.drawing import Photo, Picture
from digitpad.data.ink import Ink
from digitpad.engine.files.window_state import MAX_BYTES, StateError, WindowState, packed, unpacked
from digitpad.engine.training.config import TrainingConfig

ONE, BAR = np.array([[1.25, 2], [3, 4.1]]), np.array([[0.1, 0.2, 0.5], [0.3, 0.4, 1.0]])
PHOTO = np.random.default_rng(0).integers(0, 256, (30, 20, 3), np.uint8)
STATE = WindowState(
    actions=(
        ("Stroke", Ink((ONE,))),
        ("Stroke", Ink((ONE, BAR))),
        ("Show Digit", Picture(np.eye(28, dtype=np.float32))),
        ("Open", Photo(PHOTO)),
        ("Mark Digit", Photo(PHOTO, 0.2, ((1.0, 2.0, 3.5, 4.0),))),
        ("Clear", Ink()),
    ),
    done=4,
    config=TrainingConfig(hidden="12", epochs=3),
    network="/a/run@step:3",
    name="a, fine-tuned",
    geometry=b"\x00\x01",
    layout=b"\xff",
)


def test_a_state_comes_back_whole_and_keeps_shared_ink_once() -> None:
    content = packed(STATE)
    assert len(json.loads(content)["strokes"]) == 2
    assert len(json.loads(content)["pixels"]) == 1
    back = unpacked(content)
    assert [text for text, _ in back.actions] == [text for text, _ in STATE.actions]
    for name in ("done", "config", "network", "name", "geometry", "layout"):
        assert getattr(back, name) == getattr(STATE, name)
    drawings = [drawing for _, drawing in back.actions]
    np.testing.assert_array_equal(drawings[1].strokes[1], BAR)
    assert drawings[0].strokes[0] is drawings[1].strokes[0]
    np.testing.assert_array_equal(drawings[2].image, np.eye(28))
    np.testing.assert_array_equal(drawings[3].pixels, PHOTO)
    assert (drawings[4].threshold, drawings[4].marked) == (0.2, ((1.0, 2.0, 3.5, 4.0),))
    assert drawings[4].pixels is drawings[3].pixels
    assert not drawings[5]


@pytest.mark.parametrize(
    "change",
    [
        {"version": 7}, {"acts": None}, {"acts": [{"text": "a", "drawing": {"ink": [9]}}]}, {"strokes": [[]]},
        {"acts": [{"text": "a", "drawing": {"ink": [-1]}}]}, {"strokes": [[[1e300, 0]]]}, {"strokes": "a"},
        {"pixels": [{"shape": [9, 9, 3], "bytes": "AAAA"}]},
        {"pixels": [{"shape": [1 << 20, 1 << 20, 3], "bytes": ""}]},
        {"config": {"epochs": -1}}, {"done": "x"}, {"geometry": "%"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_state_gets_a_sentence(change: dict[str, object]) -> None:
    content = json.dumps(json.loads(packed(STATE)) | change).encode()
    with pytest.raises(StateError, match=r"it holds no window's state"):
        unpacked(content)


def acts_of(back: WindowState) -> list[str]:
    return [text for text, _ in back.actions]


def test_a_history_that_has_no_room_is_cut_from_its_oldest_act_on() -> None:
    rng = np.random.default_rng(0)
    photos = tuple((str(number), Photo(rng.integers(0, 256, (100, 100, 3), np.uint8))) for number in range(20))
    state = replace(STATE, actions=photos, done=18)
    whole = unpacked(packed(state))
    assert (len(whole.actions), whole.done, whole.is_cut) == (20, 18, False)
    limit = 500_000
    content = packed(state, limit)
    back = unpacked(content)
    assert len(content) <= limit
    assert 2 < len(back.actions) < 20
    assert acts_of(back) == [str(number) for number in range(18 - len(back.actions), 18)]
    # What lies on the sheet is the same.
    np.testing.assert_array_equal(back.actions[back.done - 1][1].pixels, photos[17][1].pixels)
    assert back.is_cut
    # What was undone goes first; what the sheet shows stays where there is room for nothing else.
    for done, limit, texts, shown in (
        (1, 1_000_000, range(20), 1), (1, 130_000, range(3), 1), (18, 170_000, range(14, 18), 4),
        (18, 60_000, range(17, 18), 1), (18, 30_000, (), 0), (0, 130_000, range(3), 0), (20, 90_000, range(18, 20), 2),
    ):  # fmt: skip
        content = packed(replace(state, done=done), limit)
        back = unpacked(content)
        assert len(content) <= limit
        assert (acts_of(back), back.done, back.is_cut) == ([str(n) for n in texts], shown, len(texts) < 20)


def test_what_is_written_can_be_read_again_at_its_limit() -> None:
    """20 photos of 3 megapixels; and 200 acts of the most ink that the canvas takes from a file."""
    rng = np.random.default_rng(0)
    photos = [("Open", Photo(rng.integers(0, 256, (1_500, 2_000, 3), np.uint8))) for _ in range(20)]
    drawings = [("Open", Ink((rng.random((20_000, 2)),))) for _ in range(200)]
    # What packs well takes little room: of as many blank photos all are kept.
    blank = [("Open", Photo(np.zeros((1_500, 2_000, 3), np.uint8))) for _ in range(20)]
    assert not unpacked(packed(replace(STATE, actions=tuple(blank), done=20))).is_cut
    for actions in (photos, drawings):
        content = packed(replace(STATE, actions=tuple(actions), done=len(actions)))
        assert len(content) <= MAX_BYTES
        back = unpacked(content)
        assert 5 < back.done == len(back.actions) < len(actions)


def test_a_state_of_the_version_before_is_read() -> None:
    content = json.loads(packed(STATE))
    for name in ("is_cut", "lost"):
        del content[name]
    back = unpacked(json.dumps(content).encode())
    assert (back.is_cut, back.lost, back.network) == (False, "", STATE.network)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 100_000, b"\xff", b"null"])
def test_what_is_no_json_gets_a_sentence(content: bytes) -> None:
    with pytest.raises(StateError):
        unpacked(content)
