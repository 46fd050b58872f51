"""A photo on the canvas: what was taken for ink, and how it was cut into digits."""
