"""Public ids: UUIDv7 (RFC 9562 §5.7), so that new rows lie side by side in every index."""

import itertools
import os
import re
import sys
from collections import deque
from datetime import datetime
from functools import lru_cache

#: RFC 9562 §6.2, method 1.
_counter = itertools.count()
#: The digit of the variant (binary 10xx) that a random byte gives.
_VARIANTS = "89ab" * 64
_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id(now: datetime) -> str:
    """A new id: the millisecond of `now`, a counter that orders the ids of one instant, and 62 random bits.

    More than 4,096 ids of one instant run on into the milliseconds after it, so that they stay in order.
    """
    noise = _chance()
    variant, rest = _VARIANTS[noise[15]], noise.hex()
    place = f"{_origin(now) + next(_counter):015x}"
    return f"{place[:8]}-{place[8:12]}-7{place[12:]}-{variant}{rest[1:4]}-{rest[4:16]}"


@lru_cache(maxsize=64)
def _origin(now: datetime) -> int:
    """What the counter is added to: 48 bits of milliseconds and 12 for the ids since `now` was first seen."""
    return ((int(now.timestamp() * 1000) & 0xFFFFFFFFFFFF) << 12) - next(_counter) - 1


def is_id(text: str) -> bool:
    """Whether `text` has the form of an id; PostgreSQL would raise on any other."""
    return _FORM.fullmatch(text) is not None


def new_salt() -> str:
    """Sixteen random bytes as text."""
    return _chance().hex()


#: Random bytes of the operating system in pieces of sixteen, fetched many at a time: an event needs several.
_pieces: deque[bytes] = deque()
_FETCHED = 4096
if sys.platform != "win32":  # which knows no fork
    os.register_at_fork(after_in_child=_pieces.clear)  # parent and child must not draw the same


def _chance() -> bytes:
    try:
        return _pieces.popleft()  # no two threads get the same piece
    except IndexError:
        block = os.urandom(_FETCHED)
        _pieces.extend(block[start : start + 16] for start in range(16, _FETCHED, 16))
        return block[:16]
