"""What a layer is: parameters, a forward rule, and its backward."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from copy import copy
from typing import ClassVar, Self

from digitpad.nn.workspace import Array, Workspace

#: Of one sample: (features,), or (channels, height, width).
Shape = tuple[int, ...]

#: From a weight's shape and its numbers of inputs and outputs to that weight and its bias; see `nn.initializers`.
NewParameters = Callable[[Shape, int, int], tuple[Array, Array]]


#: The backward function of one layer, for the inputs of the forward pass that returned it. It takes ``d_y``, the cost's
#: gradient with respect to the layer's output, and returns ``d_x``, that with respect to its input, and those with
#: respect to its parameters. ``d_y`` has the output's shape and may be overwritten. ``d_x`` has the input's shape; it
#: is None if the workspace says that it is not needed. All live in that workspace.
Backward = Callable[[Array], tuple[Array | None, list[Array]]]


class Layer(ABC):
    """Parameters, and a rule from input to output. A pass leaves no trace in the layer."""

    #: Whether its output is piecewise linear in its input: then input times gradient is exactly what each input adds.
    IS_PIECEWISE_LINEAR: ClassVar[bool] = True
    #: Whether a training pass draws from the workspace's generator.
    IS_STOCHASTIC: ClassVar[bool] = False
    #: Whether it is a function of single elements that stands behind weighted sums.
    IS_ACTIVATION: ClassVar[bool] = False
    #: Whether its units are filters, which have a weighted sum at each place of a picture.
    IS_CONVOLUTION: ClassVar[bool] = False
    #: Whether its input must be a picture, or a row of features; with neither it may be both.
    TAKES_PICTURES: ClassVar[bool] = False
    TAKES_FEATURES: ClassVar[bool] = False
    #: Whether a unit can die: its output and derivative are 0 for all inputs, so it learns nothing.
    CAN_DIE: ClassVar[bool] = False
    #: Why gradients fade on their way through many of these, as the end of a sentence; "" where they do not.
    FADING: ClassVar[str] = ""
    #: Rows and columns of its pooling window; 0 if it does not pool.
    window: int = 0

    @property
    def parameters(self) -> dict[str, Array]:
        """The arrays that training changes, by name."""
        return {}

    @abstractmethod
    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        """Return the output (n, ...) for `x` (n, ...), and the backward function.

        Both live in `workspace` until its next pass.

        Pictures are (n, channels, height, width), in whatever order they lie in memory.
        """

    def input_at(self, x: Array, place: tuple[int, int]) -> Array:
        """Return the part of one sample's input `x` that the output at `place` (row, column) uses: all, or a window."""
        return x

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of a sample's output for an input of `shape`."""
        return shape

    def multiplications(self, shape: Shape) -> int:
        """Return how many multiplications one sample of `shape` costs on its way forward."""
        return 0

    def with_parameters(self, parameters: Mapping[str, Array]) -> Self:
        """Return a copy of this layer with these parameters, by name, in place of its own."""
        other = copy(self)
        vars(other).update(parameters)
        return other
