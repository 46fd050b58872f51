"""The prediction for the drawing."""
