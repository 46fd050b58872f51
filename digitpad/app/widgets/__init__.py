"""Widgets and styles that the packages of the window share: palette, colors, buttons, boxes."""
