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


#: The way back through one layer, for the inputs of the forward pass that returned it: from the cost's gradient by the
#: layer's output to those by its input and by its parameters. ``d_y`` has the output's shape and may be overwritten,
#: ``d_x`` has the input's; it is None where the workspace says that nobody needs it. All lie in that workspace.
Backward = Callable[[Array], tuple[Array | None, list[Array]]]


class Layer(ABC):
    """Parameters, and a rule from input to output. A pass leaves no trace in the layer."""

    #: Whether its output is linear in its input, piece by piece: then gradients tell exactly what each input adds.
    IS_PIECEWISE_LINEAR: ClassVar[bool] = True
    #: Whether a training pass draws from the workspace's generator.
    IS_STOCHASTIC: ClassVar[bool] = False
    #: Whether it is a function of single elements that stands behind weighted sums.
    IS_ACTIVATION: ClassVar[bool] = False
    #: Whether its units are filters, which have a weighted sum at each place of a picture.
    IS_CONVOLUTION: ClassVar[bool] = False
    #: Whether it needs the pixels' places: rows of features are no use to it.
    TAKES_PICTURES: ClassVar[bool] = False
    #: Whether a unit can be stuck where its output and its derivative are 0: then it says nothing and learns nothing.
    CAN_DIE: ClassVar[bool] = False
    #: Why gradients fade on their way through many of these, as the end of a sentence; "" where they do not.
    FADING: ClassVar[str] = ""
    #: Of how many rows and columns it takes the maximum; 0 where it takes none.
    window: int = 0

    @property
    def parameters(self) -> dict[str, Array]:
        """The arrays that training changes, by name."""
        return {}

    @abstractmethod
    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        """Map `x` (n, ...) to the output (n, ...) and the way back. Both live in `workspace` until its next pass.

        Pictures are (n, channels, height, width), in whatever order they lie in memory.
        """

    def input_at(self, x: Array, place: tuple[int, int]) -> Array:
        """Return what of one sample's input `x` the sums at `place`, row and column, are of: all of it, or a window."""
        return x

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of a sample's output for an input of `shape`."""
        return shape

    def multiplications(self, shape: Shape) -> int:
        """Return how many multiplications one sample of `shape` costs on its way forward."""
        return 0

    def with_parameters(self, parameters: Mapping[str, Array]) -> Self:
        """Return such a layer that has these parameters, by their names, in place of its own."""
        other = copy(self)
        vars(other).update(parameters)
        return other
