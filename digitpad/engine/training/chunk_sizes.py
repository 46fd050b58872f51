"""How large the pieces are into which batches and measurements are cut."""

from digitpad.nn.network import Network

#: Rows times multiplications of one piece: one or two milliseconds of work.
WORK = 70_000_000
#: With fewer rows at once dense layers would spend their time on fetching the weights; more rows gain nothing.
FEWEST_DENSE_ROWS, MOST_DENSE_ROWS = 64, 512
#: Rows times multiplications of a piece with convolutions, about ten milliseconds, and the most rows. With fewer,
#: threads spend their time on handing the GIL to each other; with more, layers do not stay in the cache.
_PICTURE_WORK = 150_000_000
_MOST_PICTURES = 64


def rows_at_once(network: Network) -> int:
    """Return how many rows make a piece of work: a power of two."""
    wanted = max(1, (_PICTURE_WORK if network.takes_pictures else WORK) // max(1, network.multiplications))
    rows: int = 1 << (wanted.bit_length() - 1)
    if network.takes_pictures:
        return min(rows, _MOST_PICTURES)
    return min(max(rows, FEWEST_DENSE_ROWS), MOST_DENSE_ROWS)
