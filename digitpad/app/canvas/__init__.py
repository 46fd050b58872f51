"""The canvas that is drawn on, and what of it is predicted."""
