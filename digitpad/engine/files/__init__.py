"""Files of the engine: weights, tensors, presets."""
