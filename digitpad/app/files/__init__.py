"""Opening, saving and remembering. It knows no training."""
