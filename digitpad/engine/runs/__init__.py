"""Trainings that are kept: a run is recorded here, whoever turns its crank, listed, compared and wound back."""
