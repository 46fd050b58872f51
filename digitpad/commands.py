"""The names of the commands, for whoever must know them before any of them is imported."""

COMMANDS = ("train", "runs", "teach", "evaluate", "mistakes", "classify", "explain", "export", "derivation")
