"""Cuts: what of a photo was taken for ink, and how it was cut into digits, laid over it."""
