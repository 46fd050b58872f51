"""The names of the commands, known before any of them is imported."""

COMMANDS = ("train", "runs", "teach", "evaluate", "mistakes", "classify", "explain", "export", "derivation")
