"""How the work grows with what it is done on, told without seconds: those depend on the machine and its load."""

from collections.abc import Callable
from time import process_time

#: Four times as much may take a bit more than four times as long; a square of it takes sixteen times.
TIMES, MOST = 4, 10


def growth(work: Callable[[int], object], size: int) -> float:
    """How many times as long the work on `size` takes as that on a quarter of it; the best of three runs of each."""
    return _best(work, size) / _best(work, size // TIMES)


def _best(work: Callable[[int], object], size: int) -> float:
    def spent() -> float:
        started = process_time()
        work(size)
        return process_time() - started

    return min(spent() for _ in range(3))
