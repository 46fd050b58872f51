"""The few rules that go beyond the palette: buttons, progress and quiet texts."""

from string import Template

from digitpad import resources
from digitpad.app.widgets.theme_colors import Colors

_SHEET = Template("""
QLabel[heading="true"], QLabel[role="hint"], QStatusBar QLabel { color: $hint; }
QLabel[role="hint"]:disabled { color: $disabled; }
QLabel[role="error"] { color: $error; }
QLabel[role="heading"] { font-weight: 600; }
QToolButton[role="help"] { color: $hint; border: none; padding: 0 3px; }
QToolButton[role="help"]:hover { color: $accent; }
QToolButton[role="help"]:focus { border: 1px solid $accent; border-radius: 4px; padding: 0 2px; }
QPushButton { padding: 6px 12px; border: 1px solid $edge; border-radius: 6px; background: $button; }
QPushButton:checked { background: $track; border-color: $accent; }
QPushButton:hover { border-color: $accent; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 11px; }
QPushButton:pressed { background: $track; }
QPushButton:disabled { color: $disabled; border-color: $border; }
QPushButton[role="primary"] { background: $primary; color: #ffffff; border-color: $primary; }
QPushButton[role="primary"]:focus { border-color: $ink; }
QPushButton[role="primary"]:disabled { background: $track; color: $disabled; border-color: $track; }
QPushButton[role="small"] { padding: 2px 10px; }
QPushButton[role="small"]:focus { padding: 1px 9px; }
QLineEdit, QComboBox, QAbstractSpinBox {
  border: 1px solid $edge; border-radius: 4px; background: $field; padding: 3px 6px;
}
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { border: 2px solid $accent; padding: 2px 5px; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { color: $disabled; border-color: $border; }
CommandPalette { border: 1px solid $edge; }
CommandPalette QListWidget::item { padding-left: 7px; }
QTreeView QLineEdit { padding: 0; border-radius: 0; }
QTreeView::item { padding-right: 6px; }
QHeaderView::section {
  background: $button; color: $hint; border: none; border-right: 1px solid $border; border-bottom: 1px solid $border;
  padding: 2px 4px;
}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { border: none; background: transparent; padding: 0; }
QComboBox { combobox-popup: 0; }
QComboBox QAbstractItemView {
  border: 1px solid $edge; background: $field; selection-background-color: $primary; selection-color: #ffffff;
}
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("$down"); width: 10px; height: 10px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 18px; background: transparent; }
QAbstractSpinBox::up-arrow { image: url("$up"); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url("$down"); width: 10px; height: 10px; }
QCheckBox::indicator, QTreeView::indicator {
  width: 13px; height: 13px; border: 1px solid $edge; border-radius: 3px; background: $field;
}
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked, QTreeView::indicator:checked {
  background: $primary; border-color: $primary; image: url("$check");
}
QTreeView::indicator:checked:selected { border-color: #ffffff; }
QProgressBar { border: none; border-radius: 4px; background: $track; }
QProgressBar::chunk { border-radius: 4px; background: $accent; }
QSlider { min-height: 18px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $edge; }
QSlider::sub-page:horizontal { border-radius: 2px; background: $accent; }
QSlider::sub-page:horizontal:disabled { background: $edge; }
QSlider::handle:horizontal {
  width: 11px; margin: -5px 0; border: 1px solid $hint; border-radius: 6px; background: $button;
}
QSlider::handle:horizontal:hover { border-color: $accent; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; width: 9px; }
QDockWidget { titlebar-close-icon: url("$close"); titlebar-normal-icon: url("$float"); }
QDockWidget::title { padding: 4px 6px; }
QStatusBar::item { border: none; }
#message_bar { background: $warning_background; border: 1px solid $warning_border; border-radius: 6px; }
""")


def sheet(colors: Colors) -> str:
    """Return the application's style sheet in `colors`."""
    values = {name: str(getattr(colors, name)) for name in colors.__slots__}
    names = ("up", "down", "close", "float")
    icons = {name: resources.path(f"icons/{name}-{colors.name}.svg").as_posix() for name in names}
    # White on the primary color, light and dark.
    icons["check"] = resources.path("icons/check.svg").as_posix()
    return _SHEET.substitute(values | icons)
