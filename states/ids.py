"""Public ids: UUIDv7 (RFC 9562 §5.7), so that new rows lie side by side in every index."""

import os
from datetime import datetime


def new_id(now: datetime) -> str:
    """A new id carrying the millisecond of `now` and 74 random bits."""
    stamp = int(now.timestamp() * 1000) & 0xFFFFFFFFFFFF
    noise = int.from_bytes(os.urandom(10), "big")
    value = stamp << 80 | 0x7 << 76 | (noise >> 68 & 0xFFF) << 64 | 0x2 << 62 | noise & 0x3FFFFFFFFFFFFFFF
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_salt() -> str:
    """Sixteen random bytes as text."""
    return os.urandom(16).hex()
