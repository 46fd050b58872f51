"""Dictionary keys that compare objects by identity, not by value: for arrays, which cannot be hashed."""

from typing import Any


class Identity:
    """A key that equals only a key of the same object, and keeps the object, so that no other takes its place."""

    __slots__ = ("of",)

    def __init__(self, of: Any) -> None:
        self.of = of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and self.of is other.of

    def __hash__(self) -> int:
        return id(self.of)


def identities(objects: Any) -> tuple[Identity, ...]:
    """Return the keys of several objects, in their order."""
    return tuple(map(Identity, objects))
