"""The list of runs, and its actions."""
