"""Training: a generator of frozen events. It knows no file but the digits, no clock and no window."""
