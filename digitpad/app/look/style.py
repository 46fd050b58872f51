"""The few rules that go beyond the palette: buttons, progress and quiet texts. It knows no widget."""

from string import Template

from digitpad.app.look.theme_colors import Colors

_SHEET = Template("""
QLabel[heading="true"], QLabel[role="hint"], QStatusBar QLabel { color: $hint; }
QLabel[role="hint"]:disabled { color: $disabled; }
QLabel[role="error"] { color: $error; }
QLabel[role="heading"] { font-weight: 600; }
QPushButton { padding: 6px 12px; border: 1px solid $edge; border-radius: 6px; background: $button; }
QPushButton:checked { background: $track; border-color: $accent; }
QPushButton:hover { border-color: $accent; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 11px; }
QPushButton:pressed { background: $track; }
QPushButton:disabled { color: $disabled; border-color: $border; }
QPushButton[role="primary"] { background: $primary; color: #ffffff; border-color: $primary; }
QPushButton[role="primary"]:focus { border-color: $ink; }
QPushButton[role="primary"]:disabled { background: $track; color: $disabled; border-color: $track; }
QProgressBar { border: none; border-radius: 4px; background: $track; }
QProgressBar::chunk { border-radius: 4px; background: $accent; }
QStatusBar::item { border: none; }
#banner { background: $warning_background; border: 1px solid $warning_border; border-radius: 6px; }
""")


def sheet(colors: Colors) -> str:
    """Return the application's style sheet in `colors`."""
    return _SHEET.substitute({name: str(getattr(colors, name)) for name in colors.__slots__})
