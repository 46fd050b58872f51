"""Files of the engine: weights, tensors, presets. They know no run and no window."""
