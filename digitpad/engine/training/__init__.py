"""Training: a generator of frozen events."""
