"""Widgets and looks that the rooms share: palette, colors, buttons, boxes."""
