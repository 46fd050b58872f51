"""What digitpad can do without a window: train, recognise, evaluate, save and load."""
