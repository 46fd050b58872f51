"""How the window is started, survives, and ends. It knows no widget but the window."""
