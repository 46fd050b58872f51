"""The colors of paper, ink, curves and edges, light and dark."""

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True, slots=True)
class Colors:
    """What widgets that paint themselves need beyond the palette. Training and validation are from Okabe and Ito's set.

    Color-blind people can tell those two apart; the curves' dashes say the same without color.
    """

    name: str
    paper: str
    ink: str
    hint: str
    border: str
    track: str
    accent: str
    primary: str
    training: str
    validation: str
    warning_background: str
    warning_border: str
    error: str
    button: str
    field: str
    edge: str
    disabled: str
    #: Of runs over each other; the first is that of a run alone.
    runs: tuple[str, ...]
    #: Of the digits 0 to 9 in bands over each other: neighbors differ in lightness.
    digit_colors: tuple[str, ...]

    def run(self, number: int) -> str:
        """Return the color of a run by its number. After the last of `runs` come darker shades, then lighter ones."""
        color, lightness = QColor(self.runs[number % len(self.runs)]), _AGAIN[number // len(self.runs) % len(_AGAIN)]
        return color.darker(lightness).name()


#: The factors for `QColor.darker`, in percent, for each round in which the colors of runs repeat.
_AGAIN = (100, 160, 75)
_BANDS = (
    "#35618f", "#a9c9e8", "#1f7a5c", "#9bd8b8", "#8a5a00", "#f2cf7e", "#a23b2a", "#f3b3a4", "#6d4a9c", "#cdb8ea",
)  # fmt: skip
LIGHT = Colors(
    name="light",
    paper="#ffffff", ink="#1b2430", hint="#5f6a76", border="#cfd6dd", track="#e7ebef", accent="#0a62a9",
    primary="#0a62a9",
    training="#0072b2", validation="#d55e00", warning_background="#fdf1e3", warning_border="#e0a458", error="#b3261e",
    button="#ffffff", field="#ffffff", edge="#b4bcc5", disabled="#98a1ab",
    runs=("#0072b2", "#c2410c", "#047857", "#9d3d8f", "#8a6100", "#4654c4", "#b3261e", "#3f6b78"),
    digit_colors=_BANDS,
)  # fmt: skip
DARK = Colors(
    name="dark",
    paper="#161a1f", ink="#f2f5f8", hint="#9aa6b2", border="#3c454f", track="#303841", accent="#3d8fd6",
    primary="#2469a8",
    training="#56b4e9", validation="#e69f00", warning_background="#3a2f20", warning_border="#8d6a35", error="#ff9c92",
    button="#2e353d", field="#2c333b", edge="#6a7683", disabled="#6c7681",
    runs=("#56b4e9", "#f28a4b", "#3ecf9b", "#e08ad4", "#e6c34a", "#9aa5ff", "#ff9c92", "#9fc6d1"),
    digit_colors=_BANDS,
)  # fmt: skip


def colors(palette: QPalette) -> Colors:
    """Return the colors that go with a widget's palette."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT
