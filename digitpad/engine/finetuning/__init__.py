"""Teaching a network the hand of one person: a few digits of theirs, and those that it must not forget."""
