"""The list of runs beside the curves, and what can be done with them. It draws no curve."""
