"""The sheet that is drawn on, and what of it is read. It knows no network."""
