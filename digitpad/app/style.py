"""The few rules beyond the palette. Their colours are the palette's, so dark and light need no second sheet."""

STYLE = """
QLabel[heading="true"] { color: palette(placeholder-text); }
QLabel[role="hint"] { color: palette(placeholder-text); }
QLabel[role="error"] { color: palette(bright-text); }
QPushButton { padding: 6px 12px; border: 1px solid palette(mid); border-radius: 6px; background: palette(button); }
QPushButton:hover { border-color: palette(accent); }
QPushButton:focus { border: 2px solid palette(accent); padding: 5px 11px; }
QPushButton:pressed { background: palette(midlight); }
QPushButton:disabled { color: palette(mid); }
QPushButton[role="primary"] {
    background: palette(accent); color: palette(highlighted-text); border-color: palette(accent);
}
QPushButton[role="primary"]:disabled {
    background: palette(midlight); color: palette(mid); border-color: palette(midlight);
}
QProgressBar { border: none; border-radius: 4px; background: palette(midlight); }
QProgressBar::chunk { border-radius: 4px; background: palette(accent); }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: palette(placeholder-text); }
"""
