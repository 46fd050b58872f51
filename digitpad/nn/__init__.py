"""The network, in NumPy: arrays in, arrays out."""
