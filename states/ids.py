"""Public ids: UUIDv7 (RFC 9562 §5.7), so that new rows lie side by side in every index."""

import itertools
import os
import re
from datetime import datetime

#: RFC 9562 §6.2, method 1.
_counter = itertools.count()
_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id(now: datetime) -> str:
    """A new id: the millisecond of `now`, a counter that orders the ids of one millisecond, and 62 random bits."""
    stamp = int(now.timestamp() * 1000) & 0xFFFFFFFFFFFF
    noise = int.from_bytes(os.urandom(8), "big") & 0x3FFFFFFFFFFFFFFF
    value = stamp << 80 | 0x7 << 76 | (next(_counter) & 0xFFF) << 64 | 0x2 << 62 | noise
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(text: str) -> bool:
    """Whether `text` has the form of an id; PostgreSQL would raise on any other."""
    return _FORM.fullmatch(text) is not None


def new_salt() -> str:
    """Sixteen random bytes as text."""
    return os.urandom(16).hex()
