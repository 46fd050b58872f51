"""What digitpad can do without a window: train, recognize, evaluate, save and load."""
