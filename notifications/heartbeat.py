"""When each of the periodic duties last succeeded: what tells a silent scheduler from a quiet day."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from ..states.database import Database
from ..states.watch_tables import TickRow

_tick = TickRow.__table__  # type: ignore[attr-defined]  # sqlmodel adds it


def beat(database: Database, duty: str, now: datetime) -> None:
    """Remember that `duty` has succeeded."""
    insert = postgresql.insert if database.dialect == "postgresql" else sqlite.insert
    statement = insert(_tick).values(name=duty, succeeded_at=now)
    with database.writing() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"succeeded_at": now}))


def last_beats(database: Database) -> dict[str, datetime]:
    """When each duty last succeeded."""
    with database.reading() as connection:
        return {row.name: row.succeeded_at for row in connection.execute(select(_tick.c.name, _tick.c.succeeded_at))}
