"""The layers, one class a file, each with its forward rule and its backward rule.

They know no loss, no optimizer and no text. A new activation is a class in a file of its own and a line of
`ACTIVATIONS`; another layer is a class and a word of the grammar in `nn.spec`. The gradient checks, weights files, and
the help of the form and the command line use these two tables. Only ONNX, which has names of its own for operators,
needs one more entry: a test of the ONNX files says where.

Equation numbers are those of the derivation that digitpad grew from (backpropagation for a ReLU network with softmax
and cross-entropy). It writes one digit as a column; here a batch of n digits is n rows, so its W a is ``a @ W.T``.
"""

from digitpad.nn.layers.activation import Activation
from digitpad.nn.layers.conv2d import Conv2D
from digitpad.nn.layers.dense import Dense
from digitpad.nn.layers.dropout import Dropout
from digitpad.nn.layers.layer import Backward, Layer, NewParameters, Shape
from digitpad.nn.layers.leaky_relu import LeakyReLU
from digitpad.nn.layers.max_pool2d import MaxPool2D
from digitpad.nn.layers.relu import ReLU
from digitpad.nn.layers.sigmoid import Sigmoid
from digitpad.nn.layers.silu import SiLU
from digitpad.nn.layers.tanh import Tanh

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
    "Activation",
    "Backward",
    "Conv2D",
    "Dense",
    "Dropout",
    "Layer",
    "LeakyReLU",
    "MaxPool2D",
    "NewParameters",
    "ReLU",
    "Shape",
    "SiLU",
    "Sigmoid",
    "Tanh",
]
