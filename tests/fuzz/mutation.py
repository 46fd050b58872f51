"""Damages files as disks, transfers and people do. It knows no format."""

import numpy as np

#: What parsers stumble over, put in anywhere.
_TOKENS = (
    b"NaN", b"Infinity", b"-1", b"1e999", b"9" * 400, b"0x" + b"f" * 50, b"null", b"[" * 50, b"{", b"]", b'"',
    b"\\u0000", b"\xff\xfe", b"\x00" * 8, b"\xff" * 8, b"\n", b"<!DOCTYPE a>", b"&b;", b"M", b"..", b"true", b"1.5.5",
    b"e", b"\xf0\x9f\x98\x80",
)  # fmt: skip


def mutated(content: bytes, others: list[bytes], rng: np.random.Generator) -> bytes:
    """Return `content` with one to four faults; some bring a piece of one of the `others`."""
    damaged = bytearray(content)
    for _ in range(int(rng.integers(1, 5))):
        place = int(rng.integers(0, len(damaged) + 1))
        length = int(min(rng.geometric(0.1), 200))
        kind = rng.integers(0, 7)
        if kind == 0:
            for at in rng.integers(0, max(1, len(damaged)), length).tolist():
                damaged[at : at + 1] = bytes([int(rng.integers(0, 256))])
        elif kind == 1:
            del damaged[place : place + length]
        elif kind == 2:
            damaged[place:place] = damaged[place : place + length] * int(rng.integers(1, 20))
        elif kind == 3:
            damaged[place:place] = _TOKENS[rng.integers(0, len(_TOKENS))]
        elif kind == 4:
            token = _TOKENS[rng.integers(0, len(_TOKENS))]
            damaged[place : place + len(token)] = token
        elif kind == 5:
            del damaged[place:]
        else:
            other = others[rng.integers(0, len(others))]
            begin = int(rng.integers(0, len(other) + 1))
            damaged[place : place + length] = other[begin : begin + length]
    return bytes(damaged)
