"""How digits are written around the world: each one's forms, as a few points that a pen passes. It knows no chance.

Drawn from what is taught and seen in Europe, the Americas, Turkey, the Arab world's schools for Western digits, India
and East Asia: 1 with and without upstroke and foot, 7 with and without bar, open and closed 4, 0 with a slash, ...
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """One stroke: the points (n, 2) that the pen passes in a box of 100 x 100, y down, and where it turns sharply."""

    points: Points
    is_corner: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One way to write `digit`: what to call it, how often to write it so, and its strokes in their order."""

    digit: int
    name: str
    weight: float
    strokes: tuple[Passage, ...]


def form(digit: int, name: str, weight: float, text: str) -> Form:
    """Read a form: ``x,y`` are points, ``!`` after one is a corner, ``/`` lifts the pen."""
    strokes = []
    for part in text.split("/"):
        words = part.split()
        points = np.array([[float(number) for number in word.rstrip("!").split(",")] for word in words])
        strokes.append(Passage(points, np.array([word.endswith("!") for word in words])))
    return Form(digit, name, weight, tuple(strokes))


FORMS: tuple[Form, ...] = (
    form(0, "an oval", 5, "55,0 20,12 5,50 20,88 50,100 80,88 95,50 80,12 50,0"),
    form(0, "clockwise", 2, "30,8 60,0 88,20 95,55 75,92 45,100 15,85 5,50 15,18 40,4"),
    form(0, "begun at the right", 3, "85,18 55,0 20,14 5,52 22,90 52,100 84,82 94,45 80,14 62,4"),
    form(0, "closed by a curl", 2, "60,4 25,14 6,52 20,90 50,100 82,86 94,48 78,14 50,8 36,20 50,30 72,22"),
    form(0, "with its end above", 2, "68,6 30,12 8,52 20,90 50,100 80,86 92,52 76,20 45,10 25,0"),
    form(0, "crossed at the top", 1.5, "75,0 45,12 14,40 10,75 40,100 76,88 86,55 66,26 30,10 18,0"),
    form(0, "closed below its start", 2, "54,0 22,14 6,52 20,90 52,100 84,82 92,50 74,24 44,18 18,32"),
    form(0, "with a slash", 2, "52,4 20,14 8,50 20,86 50,96 80,86 92,50 80,14 50,4 / 95,2 50,50 5,98"),
    form(0, "with a slash inside", 1, "52,0 20,12 5,50 20,88 50,100 80,88 95,50 80,12 50,0 / 72,25 28,75"),
    form(0, "with a slash in one stroke", 0.7, "62,2 22,14 6,52 22,90 52,98 82,84 94,48 84,14 62,2 50,25 18,92"),
    form(1, "a bar", 3, "50,0 50,50 50,100"),
    form(1, "a bar that leans", 1, "62,0 50,50 40,100"),
    form(1, "with a flag", 4, "28,22 44,12 56,0! 56,50 56,100"),
    form(1, "with a long upstroke", 7, "10,45 38,22 62,0! 58,50 52,100"),
    form(1, "with a longer upstroke", 4, "2,58 38,28 66,0! 60,50 54,100"),
    form(1, "with a long upstroke and leaning", 5, "2,42 36,22 80,0! 62,48 44,100"),
    form(1, "with a wavy upstroke", 2, "2,38 16,34 38,28 74,0! 60,48 48,100"),
    form(1, "with a flat upstroke", 3, "2,30 36,18 68,0! 56,50 44,100"),
    form(1, "with a curved upstroke", 3, "14,48 22,24 42,6 60,2! 56,50 50,100"),
    form(1, "with a steep upstroke", 4, "30,48 44,24 54,0! 53,50 52,100"),
    form(1, "with an upstroke along the bar", 3, "36,58 48,28 60,0! 55,50 48,100"),
    form(1, "with a hook before the upstroke", 2, "18,36 12,42 22,46 46,24 62,0! 58,50 54,100"),
    form(1, "with a curved bar", 1.5, "8,42 36,22 64,0! 62,45 66,80 76,100"),
    form(1, "with a foot", 1.5, "30,22 50,0! 50,50 50,100 / 18,100 82,100"),
    form(1, "with an upstroke and a foot", 1.5, "14,42 52,0! 52,50 52,100 / 18,100 86,99"),
    form(1, "with a foot in one stroke", 0.7, "22,28 50,0! 50,50 50,99! 18,100! 84,100"),
    form(1, "with a flag of its own", 0.7, "52,0 52,50 52,100 / 52,0 32,26"),
    form(2, "with a straight foot", 6, "8,24 24,6 52,0 82,10 86,34 62,62 34,84 8,99! 50,99 96,97"),
    form(2, "with a loop", 4, "10,22 28,4 58,0 84,14 80,42 54,70 24,96 8,98 10,84 28,84 56,98 94,94"),
    form(2, "like a z", 2, "10,10 50,2 88,6! 50,50 6,98! 50,97 96,96"),
    form(2, "with a round shoulder", 3, "6,32 16,10 42,0 74,8 82,30 62,58 30,82 4,96! 40,92 66,98 96,92"),
    form(2, "with a wave for a foot", 2, "8,20 34,2 68,4 80,26 60,60 20,90 4,98! 24,86 50,92 74,100 98,86"),
    form(2, "with a curl at its start", 1.5, "36,30 18,34 10,20 30,2 62,0 86,16 80,44 46,76 8,98! 50,98 96,97"),
    form(2, "with a short foot", 1, "10,20 34,2 66,2 84,22 72,50 46,78 30,98! 60,98 78,96"),
    form(2, "like a swan", 1.5, "14,30 18,10 44,0 70,12 70,40 46,72 12,96! 36,88 66,94 94,98"),
    form(3, "two bowls", 6, "12,14 40,0 76,8 80,30 60,44 38,48! 66,50 90,66 82,90 48,100 8,90"),
    form(3, "with a round waist", 3, "10,16 36,0 74,6 80,28 56,46 52,50 84,60 90,82 58,100 8,92"),
    form(3, "with a loop at its waist", 2, "12,12 44,0 78,10 74,34 46,48 36,44 44,38 56,48 86,62 84,88 48,100 8,88"),
    form(3, "with a flat top", 3, "10,4 48,3 88,2! 64,24 44,42! 72,46 92,66 80,92 44,100 8,90"),
    form(3, "with a long last bowl", 1.5, "20,10 48,0 74,10 70,30 46,40! 76,44 92,68 76,94 40,100 2,96"),
    form(3, "begun with a curl", 1, "34,24 16,22 24,4 56,0 80,14 74,36 48,46! 80,52 92,74 70,98 34,100 8,86"),
    form(3, "narrow and angular", 1, "14,6 50,2 76,16 44,42! 74,50 84,72 60,94 12,98"),
    form(3, "with a short last bowl", 1.5, "10,10 48,0 84,4! 62,30 46,44! 66,54 70,78 50,100"),
    form(3, "slim", 1.5, "28,16 50,0 72,8 68,28 46,40 66,48 72,72 54,96 22,98"),
    form(4, "open", 5, "34,0 20,32 8,64! 50,62 96,60 / 70,28 66,64 62,100"),
    form(4, "open and upright", 3, "20,0 16,34 18,60! 56,60 94,58 / 74,4 72,50 70,100"),
    form(4, "closed", 4, "66,0 36,32 4,68! 50,68 96,68 / 68,2 67,50 66,100"),
    form(4, "closed in one stroke", 3, "64,100 66,50 68,0! 34,36 4,66! 50,67 96,66"),
    form(4, "in one stroke from the top", 3, "26,0 16,34 14,56 36,62 62,42 72,12! 68,56 62,100"),
    form(4, "in one stroke with a knee", 3, "34,0 18,40 8,62! 52,56 72,20! 66,60 60,100"),
    form(4, "with a loop", 1.5, "44,0 26,36 10,66 30,72 60,50 74,22 70,50 64,100"),
    form(4, "with a short second stroke", 2.5, "44,0 24,36 8,66! 48,66 92,62 / 58,44 56,72 52,100"),
    form(4, "with a low bar", 3, "32,0 22,40 16,74! 48,77 76,72 / 62,48 60,76 58,100"),
    form(4, "with a low bar in one stroke", 2, "40,0 26,40 16,76! 44,78 62,54! 64,76 62,100"),
    form(4, "closed round in one stroke", 1, "60,4 30,28 14,54! 44,58 64,40 70,14! 64,60 58,100"),
    form(4, "with a curl", 1, "50,6 20,30 10,54 40,60 80,44 76,26 60,40 56,70 54,100"),
    form(4, "round", 1.5, "24,2 10,30 26,52 54,50 76,30 82,4! 76,50 66,100"),
    form(4, "like a 9 with a corner", 1.5, "72,4 30,6 14,34 22,54 60,52 72,10! 70,50 64,100"),
    form(4, "like a bolt", 1, "58,0 30,34 6,60! 40,58 86,52! 74,54 62,76 52,100"),
    form(4, "with its bar last", 1.5, "66,0 36,34 10,62 / 68,0 66,50 62,100 / 6,64 50,62 94,62"),
    form(5, "with its hat last", 4, "22,4 18,24 14,44! 44,36 80,50 84,78 56,98 8,92 / 22,3 54,2 92,0"),
    form(5, "in one stroke", 4, "90,2 56,2 24,4! 20,26 14,46! 46,36 82,50 86,78 56,99 8,92"),
    form(5, "round", 2, "88,4 54,2 30,6 22,30 26,44 60,42 86,58 80,86 46,100 8,88"),
    form(5, "like an s", 1.5, "86,8 56,0 24,12 24,34 56,48 82,66 74,92 40,100 8,88"),
    form(5, "with its hat apart", 2, "26,14 22,30 16,48! 46,40 78,54 82,80 52,99 10,94 / 32,2 64,2 98,0"),
    form(5, "with a small bowl", 1.5, "20,2 18,32 18,58! 46,48 76,62 74,86 46,100 8,94 / 20,3 60,3 94,1"),
    form(5, "with a wavy hat", 1, "24,6 20,26 14,46! 46,36 82,52 82,80 52,99 10,90 / 22,8 44,0 66,8 92,0"),
    form(5, "with a sharp knee", 1.5, "84,4 26,2! 14,44! 66,46 88,66 70,92 10,98"),
    form(5, "begun with its hat", 1.5, "24,4 92,2 / 24,4 20,24 14,44! 48,38 82,54 82,82 50,100 6,90"),
    form(6, "with a curved stem", 5, "72,0 40,16 16,48 12,78 36,100 70,94 84,72 62,54 32,60 16,78"),
    form(6, "with a straight stem", 2.5, "66,0 40,28 18,60 14,84 40,100 72,92 82,72 60,56 30,64 16,82"),
    form(6, "with a small loop", 2, "60,0 32,24 14,60 20,90 46,100 68,86 62,66 38,66 22,84"),
    form(6, "with a wide bowl", 2, "74,4 40,0 14,30 6,66 24,96 62,98 92,76 80,52 46,46 14,64"),
    form(6, "upright", 1.5, "30,0 20,34 14,70 24,96 56,100 80,82 72,60 44,54 18,66"),
    form(6, "with a loop that crosses", 1.5, "70,0 36,22 12,60 24,96 60,98 84,76 66,54 34,60 8,74"),
    form(6, "with a hook at its top", 1, "86,14 66,0 36,14 14,50 14,84 44,100 78,88 82,66 54,54 22,70"),
    form(6, "not closed", 1, "64,0 34,22 12,58 18,90 48,100 78,86 74,64 50,60"),
    form(7, "plain", 5, "6,4 48,3 92,2! 66,46 44,100"),
    form(7, "with a curved stem", 3, "8,8 46,4 86,4! 72,30 54,62 50,100"),
    form(7, "with a bar", 4, "6,6 48,4 90,3! 66,48 42,100 / 26,54 56,52 86,50"),
    form(7, "with a bar and a curved stem", 4, "10,16 30,2 64,0 80,14 68,48 44,100 / 16,60 48,56 84,48"),
    form(7, "with a hook and a bar", 3, "10,26 12,8 46,4 82,2! 66,44 44,100 / 14,64 44,54 80,50"),
    form(7, "with a curved bar", 3, "12,18 32,2 66,2 80,18 64,54 40,100 / 8,70 20,58 46,58 84,50"),
    form(7, "with a low bar", 2.5, "14,20 20,4 44,0 66,8 64,30 52,62 42,100 / 24,74 56,70 94,70"),
    form(7, "with a low bar to the right", 2, "14,16 38,0 64,6 62,34 48,68 40,100 / 36,72 62,72 90,68"),
    form(7, "with a round shoulder", 2, "6,14 30,0 66,0 86,14 72,44 46,100"),
    form(7, "with a hook", 3, "10,24 12,6 50,5 90,2! 66,46 46,100"),
    form(7, "with a wave", 2, "6,14 26,0 52,8 90,2! 66,46 48,100"),
    form(7, "narrow with a bar", 2, "26,8 46,2 68,6! 58,50 44,100 / 22,56 48,52 76,48"),
    form(7, "with a bar in one stroke", 0.7, "8,8 46,4 86,4! 66,44 40,98! 52,66 24,56! 80,50"),
    form(8, "an s closed", 5, "78,14 50,0 22,14 30,38 62,54 84,78 54,100 18,84 30,58 64,42 80,18 62,4"),
    form(8, "begun at the top", 3, "50,0 22,14 32,38 66,56 80,80 50,100 18,82 36,54 68,38 78,16 50,0"),
    form(8, "two circles", 2, "50,0 24,10 22,34 50,46 76,34 76,9 50,0 / 50,47 18,60 16,88 50,99 84,88 82,60 50,47"),
    form(8, "two apart", 1, "54,0 30,9 28,32 52,42 74,30 72,8 50,0 / 46,50 18,64 22,92 52,99 80,86 76,60 48,50"),
    form(8, "begun at its waist", 1.5, "50,50 22,30 28,6 56,0 80,16 72,38 46,52 20,76 34,98 66,98 84,78 50,50"),
    form(8, "with an open top", 2.5, "84,6 50,2 22,16 36,42 66,60 76,82 48,100 22,84 38,56 66,34 88,4"),
    form(8, "with a straight side", 2, "90,4 52,50 24,78 30,98 56,98 72,80 52,54 28,24 38,2 66,4 86,16"),
    form(8, "from the right and down", 1.5, "74,6 40,0 26,18 44,40 72,64 68,92 40,100 20,82 40,52 76,10"),
    form(8, "slim", 2, "58,2 38,8 36,28 52,46 64,72 52,98 36,88 42,62 60,34 66,12 56,0"),
    form(8, "with a slim lower ring", 1.5, "74,10 46,0 26,14 40,38 52,56 46,98 36,84 50,50 76,14"),
    form(8, "with its lower ring open", 1, "72,20 48,0 26,16 40,40 70,60 72,88 42,100 22,84 40,60 62,40 76,22"),
    form(9, "with a straight stem", 5, "78,14 46,0 16,18 20,46 50,52 76,32 80,6! 76,50 72,100"),
    form(9, "with a curved stem", 4, "80,16 50,0 18,16 22,44 54,48 80,22 84,10! 84,50 72,86 40,100 10,90"),
    form(9, "with a tail to the left", 3, "68,12 40,0 16,14 22,38 52,40 72,16! 78,48 76,82 48,100 6,96"),
    form(9, "with a small loop and a curved stem", 3, "56,6 36,0 24,14 36,28 58,20 62,6! 74,42 82,72 62,96 8,98"),
    form(9, "with a small loop", 2, "60,8 36,0 18,16 34,32 60,22 66,6! 60,50 50,100"),
    form(9, "with a ring and a round back", 3, "58,10 40,2 28,12 38,26 56,22 62,8! 68,34 80,62 66,92 34,100 8,96"),
    form(9, "with a flat loop and a slanted stem", 3, "46,24 20,20 42,4 90,2! 74,40 44,78 8,98"),
    form(9, "begun with a curl", 3, "44,26 60,16 50,2 26,8 20,28 44,40 68,24 70,8! 82,48 76,84 44,100 6,94"),
    form(9, "with a wide loop", 2.5, "88,6 46,0 8,10 14,30 56,30 86,8! 90,50 78,86 44,100 6,96"),
    form(9, "like a g", 2, "74,8 40,0 12,18 18,44 50,48 74,12! 74,60 62,96 30,100 8,84"),
    form(9, "with a slanted stem", 2.5, "76,12 48,0 20,16 22,40 52,44 82,4! 62,52 36,100"),
    form(9, "with a round back", 2, "74,44 34,50 12,28 34,2 70,4 86,36 74,76 40,100"),
    form(9, "in two strokes", 1, "70,10 40,0 16,18 24,42 54,44 72,12 / 74,4 78,50 64,88 22,100"),
    form(9, "a curl with a long back", 2, "52,14 30,10 26,28 46,32 62,18 56,6 72,26 84,60 70,92 34,100 6,98"),
)  # fmt: skip
