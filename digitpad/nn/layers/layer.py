"""What a layer is: parameters, a rule from input to output, and the way back."""

import re
from collections.abc import Callable
from typing import ClassVar, Protocol, Self

from digitpad.errors import DigitpadError
from digitpad.nn.workspace import Array, Workspace

#: Of one sample: (features,), or (channels, height, width).
Shape = tuple[int, ...]

#: From a weight's shape and its numbers of inputs and outputs to that weight and its bias; see `nn.initializers`.
NewParameters = Callable[[Shape, int, int], tuple[Array, Array]]


class LayerError(DigitpadError):
    """A layer does not fit what it is to be applied to."""


class Backward(Protocol):
    """The way back through one layer, for the inputs of the forward pass that returned it."""

    def __call__(self, d_y: Array, /, *, needs_d_x: bool = True) -> tuple[Array | None, list[Array]]:
        """Take the cost's gradient by the layer's output; return those by its input and by its parameters.

        `d_y` has the output's shape and may be overwritten, ``d_x`` has the input's; below the first parameters nobody
        needs it, and `needs_d_x` is False to save that work. The results lie in the forward pass's workspace.
        """
        ...


class Layer(Protocol):
    """Parameters, and a rule from input to output. A pass leaves no trace in the layer."""

    @property
    def parameters(self) -> dict[str, Array]:
        """The arrays that training changes, by name."""
        ...

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        """Map `x` (n, ...) to the output (n, ...) and the way back. Both live in `workspace` until its next pass.

        Pictures are (n, channels, height, width), in whatever order they lie in memory.
        """
        ...

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of a sample's output for an input of `shape`. Raises `LayerError` if it does not fit."""
        ...

    def multiplications(self, shape: Shape) -> int:
        """Return how many multiplications one sample of `shape` costs on its way forward."""
        ...

    def copy(self) -> Self:
        """Return a layer with the same parameters in memory of its own."""
        ...


class HiddenLayer(Layer, Protocol):
    """A layer that a word of the grammar stands for."""

    #: The word, as a regular expression; the groups are numbers.
    PATTERN: ClassVar[str]
    #: A word, and what it means; for help texts and tests.
    EXAMPLE: ClassVar[str]
    MEANING: ClassVar[str]
    #: Whether an activation follows.
    IS_ACTIVATED: ClassVar[bool]
    #: Whether the places of pixels matter to it.
    TAKES_PICTURES: ClassVar[bool]

    @classmethod
    def of(cls, word: re.Match[str], shape: Shape, new: NewParameters) -> Self:
        """Return the layer that `word` describes, for samples of `shape`. Raises `LayerError` if it does not fit."""
        ...

    @property
    def word(self) -> str:
        """The word of the grammar that stands for this layer."""
        ...


class Activation(Layer, Protocol):
    """A monotonically increasing function of each element."""

    def __init__(self) -> None: ...
