"""The layers, one class a file: each one's rule forward, and beside it the derivative backward.

They know no loss and no optimiser. A new layer is a class in a file of its own and its name in one of the two tables
here: the grammar (`nn.spec`), the gradient checks, weights files, the form's and the command line's help go by them.
Only ONNX, which has names of its own for what we have, needs one row more: a test of its files says where.

Equation numbers are those of the derivation that digitpad grew from (backpropagation for a ReLU network with softmax
and cross-entropy). It writes one digit as a column; here a batch of n digits is n rows, so its W a is ``a @ W.T``.
"""

from digitpad.nn.layers.activation import Activation
from digitpad.nn.layers.conv2d import Conv2D
from digitpad.nn.layers.dense import Dense
from digitpad.nn.layers.dropout import Dropout
from digitpad.nn.layers.layer import Backward, HiddenLayer, Layer, LayerError, NewParameters, Shape
from digitpad.nn.layers.leaky_relu import LeakyReLU
from digitpad.nn.layers.max_pool2d import MaxPool2D
from digitpad.nn.layers.relu import ReLU
from digitpad.nn.layers.sigmoid import Sigmoid
from digitpad.nn.layers.silu import SiLU
from digitpad.nn.layers.tanh import Tanh

#: What a word of the grammar can be; tried in this order.
HIDDEN_LAYERS: tuple[type[HiddenLayer], ...] = (Dense, Conv2D, MaxPool2D, Dropout)
#: What can follow a layer with weights, by the word that asks for it; the first goes without saying.
ACTIVATIONS: dict[str, type[Activation]] = {
    "relu": ReLU,
    "leaky": LeakyReLU,
    "tanh": Tanh,
    "sigmoid": Sigmoid,
    "silu": SiLU,
}

__all__ = [
    "ACTIVATIONS",
    "HIDDEN_LAYERS",
    "Activation",
    "Backward",
    "Conv2D",
    "Dense",
    "Dropout",
    "HiddenLayer",
    "Layer",
    "LayerError",
    "LeakyReLU",
    "MaxPool2D",
    "NewParameters",
    "ReLU",
    "Shape",
    "SiLU",
    "Sigmoid",
    "Tanh",
]
