"""What the report on punctuality asks the database: how many clocks of each group ended how, and after how many days.

Counted is in SQL, as histograms: from those the exact median follows, whatever the number of cases.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, case, func, literal, select

from .punctuality import Ending
from .punctuality_tables import STEPS, PunctualityRow
from .tables import table_of

By: TypeAlias = Literal["office", "faction", "body", "kind", "term"]

_row = table_of(PunctualityRow)


class Term(NamedTuple):
    """A legislative term; the last day counts, None: it lasts."""

    name: str
    first: date
    last: date | None = None


class Counted(NamedTuple):
    """Which clocks are counted, and by what they are grouped; None: all together."""

    body: str
    #: Lifecycles; none: all.
    kinds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    by: By | None = None
    terms: tuple[Term, ...] = ()
    #: Only what everybody may know of on that day.
    public_on: date | None = None

    def group(self) -> ColumnElement[Any]:
        """What tells the groups apart."""
        if self.by is None:
            return literal("")
        if self.by == "term":
            return case(*((_within(term.first, term.last), literal(term.name)) for term in self.terms), else_=None)
        return _row.c["council_body" if self.by == "body" else self.by]

    def conditions(self) -> list[ColumnElement[bool]]:
        """Of the rows."""
        found: list[ColumnElement[bool]] = [_row.c.body == self.body]
        found += [_row.c.kind.in_(self.kinds)] if self.kinds else []
        found += [_within(self.since or date.min, self.until)] if self.since or self.until else []
        return found + ([_row.c.public_from <= self.public_on] if self.public_on else [])


class Ends(NamedTuple):
    """Clocks of a group that ended alike."""

    group: str | None
    ending: Ending
    number: int


class Days(NamedTuple):
    """How many clocks of a group took so many days."""

    group: str | None
    days: int
    number: int


class Spent(NamedTuple):
    """The seconds that clocks of a group spent in each state of the same path."""

    group: str | None
    kind: str
    path: str
    number: int
    seconds: tuple[int, ...]


def _within(first: date, last: date | None) -> ColumnElement[bool]:
    return _row.c.began_on >= first if last is None else _row.c.began_on.between(first, last)


def ends(connection: Connection, counted: Counted) -> list[Ends]:
    """How the clocks ended, or are due."""
    group = counted.group().label("grp")
    query = select(group, _row.c.ending, func.count()).where(*counted.conditions()).group_by(group, _row.c.ending)
    return [Ends(row[0], Ending.read(row[1]), row[2]) for row in connection.execute(query)]


def days(connection: Connection, counted: Counted) -> list[Days]:
    """After how many days it was done."""
    group = counted.group().label("grp")
    query = select(group, _row.c.days, func.count()).where(*counted.conditions(), _row.c.days.is_not(None))
    return [Days(*row) for row in connection.execute(query.group_by(group, _row.c.days))]


def spent(connection: Connection, counted: Counted) -> list[Spent]:
    """How long what was done lay in each state."""
    group, path = counted.group().label("grp"), _row.c.path
    sums = (func.sum(_row.c[f"seconds_{number}"]) for number in range(1, STEPS + 1))
    query = select(group, _row.c.kind, path, func.count(), *sums).where(*counted.conditions(), path.is_not(None))
    rows = connection.execute(query.group_by(group, _row.c.kind, path))
    return [Spent(row[0], row[1], row[2], row[3], _known(row[4:])) for row in rows]


def _known(sums: Iterable[Any]) -> tuple[int, ...]:
    return tuple(int(value) for value in sums if value is not None)
