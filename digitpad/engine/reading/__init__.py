"""From drawings to predictions."""
