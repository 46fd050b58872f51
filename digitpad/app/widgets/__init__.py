"""How the window looks: palette, colours, buttons, boxes. It knows no other room."""
