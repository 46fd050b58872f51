"""Opening, saving and remembering."""
