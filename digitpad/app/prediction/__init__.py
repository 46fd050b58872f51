"""What a network makes of the drawing. It knows no training."""
