"""Everything that stands in a database, so that two moments can be compared row by row."""

from hashlib import sha256

from sqlalchemy import select

from vorgang.states.database import Database, Options
from vorgang.states.tables import Table

#: One digest for each table.
Contents = dict[str, str]


def contents(url: str) -> Contents:
    """A digest over all rows of each table, read without a way to write."""
    database = Database(url, Options(read_only=True))
    try:
        with database.reading() as connection:
            return {
                table.name: sha256(
                    "\n".join(sorted(repr(tuple(row)) for row in connection.execute(select(table)))).encode()
                ).hexdigest()
                for table in Table.metadata.sorted_tables
            }
    finally:
        database.close()
