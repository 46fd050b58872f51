"""From drawings to verdicts. It knows no training."""
