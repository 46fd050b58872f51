"""The appearance: a light and a dark palette, and which of them is in use."""

from enum import Enum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from digitpad import resources
from digitpad.app.widgets import style
from digitpad.app.widgets.theme_colors import DARK, LIGHT

Role = QPalette.ColorRole
#: How much larger letters are for a projector.
_PROJECTOR = 1.5


class Appearance(Enum):
    """What the user chose; the values are those of the settings file."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_SCHEMES = {
    Appearance.SYSTEM: Qt.ColorScheme.Unknown,
    Appearance.LIGHT: Qt.ColorScheme.Light,
    Appearance.DARK: Qt.ColorScheme.Dark,
}


_LIGHT_PALETTE = {
    Role.Window: "#f6f7f9", Role.WindowText: "#1b2430", Role.Base: "#ffffff", Role.AlternateBase: "#f0f2f5",
    Role.Text: "#1b2430", Role.Button: "#fbfcfd", Role.ButtonText: "#1b2430", Role.PlaceholderText: "#5f6a76",
    Role.ToolTipBase: "#ffffff", Role.ToolTipText: "#1b2430", Role.Highlight: "#0a62a9", Role.Accent: "#0a62a9",
    Role.HighlightedText: "#ffffff", Role.Link: "#0a62a9", Role.BrightText: "#b3261e", Role.Mid: "#b4bcc5",
    Role.Midlight: "#e2e6ea", Role.Light: "#ffffff", Role.Dark: "#98a1ab", Role.Shadow: "#5f6a76",
}  # fmt: skip
_DARK_PALETTE = {
    Role.Window: "#20252b", Role.WindowText: "#e8ecf0", Role.Base: "#2c333b", Role.AlternateBase: "#262c33",
    Role.Text: "#e8ecf0", Role.Button: "#2e353d", Role.ButtonText: "#e8ecf0", Role.PlaceholderText: "#9aa6b2",
    Role.ToolTipBase: "#2e353d", Role.ToolTipText: "#e8ecf0", Role.Highlight: "#2469a8", Role.Accent: "#3d8fd6",
    Role.HighlightedText: "#ffffff", Role.Link: "#6db5ee", Role.BrightText: "#ff9c92", Role.Mid: "#5a646f",
    Role.Midlight: "#39424b", Role.Light: "#46505a", Role.Dark: "#14181c", Role.Shadow: "#0c0e11",
}  # fmt: skip
_DISABLED = {
    False: {Role.WindowText: "#98a1ab", Role.Text: "#98a1ab", Role.ButtonText: "#98a1ab", Role.Highlight: "#b9c2cb"},
    True: {Role.WindowText: "#6c7681", Role.Text: "#6c7681", Role.ButtonText: "#6c7681", Role.Highlight: "#454e58"},
}


def palette(*, dark: bool) -> QPalette:
    """Return the application's palette."""
    result = QPalette()
    for role, color in (_DARK_PALETTE if dark else _LIGHT_PALETTE).items():
        result.setColor(role, QColor(color))
    for role, color in _DISABLED[dark].items():
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(color))
    return result


def icon() -> QIcon:
    """Return the application's icon."""
    return QIcon(str(resources.path("icons/digitpad.svg")))


class Theme(QObject):
    """Keeps the application's palette in step with the desktop, or with what the user chose instead."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._appearance = Appearance.SYSTEM
        self._font = application.font()
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._apply)

    def choose(self, appearance: Appearance) -> None:
        """Follow the desktop, or be light or dark whatever it is."""
        self._appearance = appearance
        # Title bars and native dialogs follow this. If it is a change, `colorSchemeChanged` calls `_apply`.
        self._application.styleHints().setColorScheme(_SCHEMES[appearance])
        self._apply()

    def enlarge(self, on: bool) -> None:
        """Use a font that is large enough for the last row of a classroom, or the usual one."""
        font = QFont(self._font)
        if on:
            font.setPointSizeF(_PROJECTOR * self._font.pointSizeF())
        self._application.setFont(font)
        # Widgets with rules in the style sheet take the new font only when the style sheet is set again.
        self._apply()

    def _apply(self) -> None:
        is_dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        if self._appearance is not Appearance.SYSTEM:
            is_dark = self._appearance is Appearance.DARK
        self._application.setPalette(palette(dark=is_dark))
        self._application.setStyleSheet(style.sheet(DARK if is_dark else LIGHT))
