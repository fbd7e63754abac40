"""The absences of a body as the database has them. Every statement about them, but that of the town, stands here."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from .records import AbsenceRow
from .tables import table_of

_absence = table_of(AbsenceRow)


class Entry(NamedTuple):
    """A person is away from `first_day` to `last_day` (inclusive). `deputy_key` None: the standing deputy stands in."""

    id: str
    body: str
    person_key: str
    first_day: date
    last_day: date
    deputy_key: str | None
    entered_by: str | None
    entered_at: datetime


def put(connection: Connection, entry: Entry) -> None:
    """Add an absence."""
    connection.execute(insert(_absence).values(**entry._asdict()))


def between(connection: Connection, body: str, person: str, *, first: date, last: date) -> Entry | None:
    """An absence of `person` that shares a day with the time from `first` to `last`."""
    query = select(*(_absence.c[name] for name in Entry._fields)).where(
        _absence.c.body == body,
        _absence.c.person_key == person,
        _absence.c.first_day <= last,
        _absence.c.last_day >= first,
    )
    found = connection.execute(query.limit(1)).first()
    return Entry._make(found) if found else None


def since(connection: Connection, body: str, day: date) -> Sequence[Entry]:
    """The absences of a body that have not ended before `day`, the earliest first."""
    query = select(*(_absence.c[name] for name in Entry._fields)).where(
        _absence.c.body == body, _absence.c.last_day >= day
    )
    in_order = query.order_by(_absence.c.first_day, _absence.c.person_key, _absence.c.id)
    return [Entry._make(row) for row in connection.execute(in_order)]


def remove(connection: Connection, body: str, id: str) -> bool:
    """Take an absence away; False: there is none of that id."""
    return connection.execute(delete(_absence).where(_absence.c.body == body, _absence.c.id == id)).rowcount == 1
