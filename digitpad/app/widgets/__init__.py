"""How the window looks: palette, colors, buttons, boxes. It knows no other room."""
