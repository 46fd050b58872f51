"""Damaged files, many of them, for every reader."""
