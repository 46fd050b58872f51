"""The window: how the rooms are put together, and what passes between them. It paints nothing itself."""
