"""The files that SQLite keeps beside a database in WAL mode (``-wal``, ``-shm``), and how a reader leaves none behind.

A connection that may only read creates them where they are missing, and cannot remove them. So that the place looks as
before, an ordinary connection is opened and closed afterwards: SQLite then removes them itself, under its own locks and
only as the last connection of all. No file is ever removed by us: a log that somebody writes to stays as it is.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path


def present(path: Path) -> bool:
    """Whether SQLite keeps files beside this one: somebody has it open, or a crash, or a reader, left them."""
    return any(path.with_name(path.name + suffix).exists() for suffix in ("-wal", "-shm"))


def tidy(path: Path) -> None:
    """Let SQLite remove the files beside this one if nobody has it open; changes nothing else, and never fails."""
    with suppress(sqlite3.Error):  # it is busy, or must not be written: then they stay
        address = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
