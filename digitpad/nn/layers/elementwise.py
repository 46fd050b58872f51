"""What all functions of single elements have in common: no parameters, and an output of the input's shape."""

from typing import Self

from digitpad.nn.layers.layer import Shape
from digitpad.nn.workspace import Array


class Elementwise:
    """The part of a layer that does not depend on the function."""

    @property
    def parameters(self) -> dict[str, Array]:
        return {}

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def multiplications(self, shape: Shape) -> int:
        return 0

    def copy(self) -> Self:
        return type(self)()
