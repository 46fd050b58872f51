"""The network, in NumPy: arrays in, arrays out. It knows no digits, files, clocks, threads or Qt."""
