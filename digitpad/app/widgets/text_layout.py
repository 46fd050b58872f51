"""How texts and numbers are laid out where no widget does it."""

import textwrap

_WIDTH = 72


def wrapped(text: str) -> str:
    """Return `text` in lines as long as a tool tip may be, which Qt would leave in one or break into too many."""
    return "\n".join(textwrap.wrap(text, _WIDTH))


def unbroken(text: str) -> str:
    """Return `text` with per cent signs that no end of a line parts from their numbers."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def with_minus(number: str) -> str:
    """Return a formatted `number` with the real minus sign."""
    return number.replace("-", "\N{MINUS SIGN}")


def signed(number: float) -> str:
    """Return `number` with its sign and two decimals."""
    return with_minus(f"{number:+.2f}")
