"""Runs: trainings that are kept, listed, compared and resumed."""
