"""The settings and the progress of a training."""
