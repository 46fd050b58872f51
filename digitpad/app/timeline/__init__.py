"""Winding back: a slider over the networks of a run, and what each of them makes of the drawing."""
