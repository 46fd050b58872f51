"""How texts are laid out where no widget does it. It knows no widget."""

import textwrap

_WIDTH = 72


def wrapped(text: str) -> str:
    """Return `text` in lines as long as a tool tip may be, which Qt would leave in one or break into too many."""
    return "\n".join(textwrap.wrap(text, _WIDTH))
