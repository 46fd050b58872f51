"""digitpad: draw a digit, train a network on MNIST, and watch it learn to read you.

nn         the network: layers, loss, optimiser, gradient check; NumPy only
data       MNIST, pictures and ink: everything that becomes a 28x28 image
engine     what the app can do without a window: train, recognise, evaluate, save
cli        the command line over the engine
app        the window over the engine; the only place that imports Qt
Imports run downhill: app | cli -> engine -> nn | data -> files, resources, errors.
"""

__version__ = "0.1.0"
