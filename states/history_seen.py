"""Which keys and numbers files of historical cases have had so far: in a file of its own that goes with the process.

A million of them in memory would be a hundred megabytes. They are known by 63 bits of their hash, which only this
process can tell.
"""

import sqlite3
from collections.abc import Sequence

_MASK = (1 << 63) - 1


class Seen:
    """Texts that occurred, each with the row at which it did first, and the case."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -16384"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE seen (hash INTEGER PRIMARY KEY, place TEXT, id TEXT)")
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()

    def add(self, found: Sequence[tuple[str, str, str | None]]) -> dict[int, str]:
        """Texts, each with its place and case; by the index of those that had occurred before: where."""
        rows = [(hash(text) & _MASK, place, case_id) for text, place, case_id in found]
        statement = "INSERT OR IGNORE INTO seen VALUES (?, ?, ?)"
        if self._connection.executemany(statement, rows).rowcount == len(rows):
            return {}
        ask = "SELECT place FROM seen WHERE hash = ?"
        places = (self._connection.execute(ask, row[:1]).fetchone()[0] for row in rows)
        return {number: place for number, place in enumerate(places) if place != rows[number][1]}

    def cases(self, texts: Sequence[str]) -> dict[str, str]:
        """The cases of texts."""
        found: dict[str, str] = {}
        for text in texts:
            row = self._connection.execute("SELECT id FROM seen WHERE hash = ?", (hash(text) & _MASK,)).fetchone()
            if row is not None and row[0] is not None:
                found[text] = row[0]
        return found
