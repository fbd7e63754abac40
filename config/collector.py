"""The search for garbage in cycles, put off while much is made that holds none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Rows, entries and answers hold no cycles: looking for some among thousands takes as long as making them.

    For the whole process, so only around work of seconds at most, or whose memory is bounded otherwise.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
