"""A drawing is what the canvas holds and a verdict is asked for: ink, or a finished picture. It knows no widgets."""

from dataclasses import dataclass

from digitpad.data.ink import Image, Ink, render


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A digit that is 28x28 already and taken as it is."""

    image: Image


Drawing = Ink | Picture


def image_of(drawing: Drawing) -> Image | None:
    """Return what a network is shown of `drawing`: (28, 28) float32 in [0, 1], or None of a blank one."""
    if isinstance(drawing, Picture):
        return drawing.image if drawing.image.any() else None
    return render(drawing)
