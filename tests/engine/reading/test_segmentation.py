"""Cutting rows into digits: by extents and scores alone."""

import numpy as np

from digitpad.engine.reading.segmentation import SLICES, Boxes, Group, extents_of, rows_of, segmented, written


def cut(boxes: Boxes, **known: float) -> list[Group]:
    """Cut a row of upright pieces; the reader knows those groups that are named, ``_01=0.9``, and others hardly."""
    pieces = [np.array([[left, top], [right, top], [left, bottom]]) for left, top, right, bottom in boxes]
    scores = {tuple(map(int, name[1:])): score for name, score in known.items()}
    return segmented(pieces, range(len(pieces)), lambda group: scores.get(group, 0.02))


def test_pieces_are_cut_where_the_reader_doubts_least() -> None:
    boxes = np.array([[0, 0, 10, 100], [30, 0, 40, 100], [70, 0, 80, 100]], float)
    assert cut(boxes, _01=0.99, _2=0.99) == [(0, 1), (2,)]
    # Whatever the reader says, pieces far apart are not one digit, and pieces over each other are.
    assert cut(boxes * [5, 1, 5, 1], _01=1.0, _12=1.0, _012=1.0) == [(0,), (1,), (2,)]
    assert cut(boxes * 0.0 + [0, 0, 60, 100], _0=1.0, _1=1.0, _2=1.0) == [(0, 1, 2)]
    assert cut(np.zeros((0, 4))) == []
    # The flag of a 1 looks like a 1, but is much lower.
    flag = np.array([[30, 0, 50, 25], [50, 0, 55, 100]], float)
    assert cut(flag, _0=0.99, _1=0.99, _01=0.9) == [(0, 1)]
    bars = np.array([[30, 0, 50, 100], [50, 0, 55, 100]], float)
    assert cut(bars, _0=0.99, _1=0.99, _01=0.9) == [(0,), (1,)]


def test_what_leans_over_its_neighbor_is_cut_off_where_the_two_stay_apart() -> None:
    leaning = [np.array([[60.0 + x, 0], [x, 100]]) for x in (0, 25)]

    def score(group: Group) -> float:
        return 0.9 if len(group) == 1 else 0.3

    assert segmented(leaning, (0, 1), score) == [(0,), (1,)]
    crossing = [leaning[0], leaning[1][::-1] * [1, -1] + [0, 100]]
    assert segmented(crossing, (0, 1), score) == [(0, 1)]


def test_parts_follow_each_other_as_they_were_written_but_for_what_was_added_later() -> None:
    seven, three, bar = [0, 0, 60, 100], [80, 0, 140, 100], [10, 50, 70, 50]
    # A bar that reaches into the next digit; a digit that was written in front.
    assert written(np.array([seven, three, bar], float)).tolist() == [0, 2, 1]
    assert written(np.array([three, seven], float)).tolist() == [1, 0]
    # The hat of a five leans over the next digit, and was written before it.
    assert written(np.array([[0, 20, 60, 100], [10, 0, 120, 10], [70, 15, 130, 100]], float)).tolist() == [0, 1, 2]


def test_extents_tell_of_each_height_how_far_ink_reaches() -> None:
    stroke = np.array([[0.0, 0], [100, 100]])
    extents = extents_of([stroke, np.array([[50.0, 0], [50, 1]])], np.array([[0.0, 0, 100, 100]]))
    assert extents.shape == (2, SLICES, 2)
    assert (np.diff(extents[0, :, 0]) > 0).all()
    assert (extents[0, :, 0] <= extents[0, :, 1]).all()
    assert np.isinf(extents[1, 1:]).all()


def test_rows_lie_below_each_other_and_the_parts_of_a_digit_do_not() -> None:
    def rows(*boxes: tuple[float, float, float, float]) -> list[list[int]]:
        return [sorted(row.tolist()) for row in rows_of(np.array(boxes, float))]

    upper, right, lower = (0, 0, 50, 100), (80, 10, 120, 95), (10, 150, 70, 240)
    assert rows(lower, upper, right) == [[1, 2], [0]]
    # Too near; a hat, a bar, a dot; two rings.
    assert rows(upper, (0, 110, 60, 210)) == [[0, 1]]
    assert rows((0, 0, 60, 5), (0, 40, 60, 120)) == [[0, 1]]
    assert rows((0, 0, 60, 0), (0, 60, 60, 60)) == [[0, 1]]
    assert rows((0, 0, 50, 45), (0, 50, 50, 100)) == [[0, 1]]
    assert rows(upper) == [[0]]
    # A hat with paper around it belongs to the digit that it is nearer to.
    assert rows(upper, (0, 170, 50, 171), (0, 183, 60, 260)) == [[0], [1, 2]]
    assert rows(upper, (0, 112, 50, 113), (0, 183, 60, 260)) == [[0, 1], [2]]
