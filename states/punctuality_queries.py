"""What the report on punctuality asks the database: how many clocks of each group ended how, and after how many days.

Counted is in SQL, as histograms: from those the exact median follows, whatever the number of cases.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, case, func, literal, select

from .punctuality_tables import PunctualityRow
from .tables import table_of

By: TypeAlias = Literal["office", "faction", "body", "kind", "term"]

_row = table_of(PunctualityRow)
_COUNTED = ("met", "late")
#: Steps that are added up at once; where a case went through more, it is asked again.
STEPS = 8


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
    """Clocks of a group that ended alike; of open ones, that are due alike."""

    group: str | None
    basis: str
    status: str
    late_days: int
    #: Of open ones only, as `stood_on`.
    due_on: date | None
    stood_on: date | None
    number: int
    extended: int
    extensions: int
    handed_back: int
    hand_backs: int


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
    group, is_open = counted.group().label("grp"), _row.c.status == "open"
    keys = (
        group,
        _row.c.basis,
        _row.c.status,
        _row.c.late_days,
        case((is_open, _row.c.due_on), else_=None).label("due"),
        case((is_open, _row.c.stood_on), else_=None).label("stood"),
    )
    sums = (
        func.count(),
        func.sum(case((_row.c.extensions > 0, 1), else_=0)),
        func.sum(_row.c.extensions),
        func.sum(case((_row.c.handed_back > 0, 1), else_=0)),
        func.sum(_row.c.handed_back),
    )
    query = select(*keys, *sums).where(*counted.conditions()).group_by(*(key for key in keys))
    return [Ends(*row) for row in connection.execute(query)]


def days(connection: Connection, counted: Counted) -> list[Days]:
    """After how many days it was done."""
    group = counted.group().label("grp")
    query = select(group, _row.c.days, func.count()).where(*counted.conditions(), _row.c.status.in_(_COUNTED))
    return [Days(*row) for row in connection.execute(query.group_by(group, _row.c.days))]


def spent(connection: Connection, counted: Counted, steps: int = STEPS) -> list[Spent]:
    """How long what was done lay in each state."""
    postgres, group = connection.dialect.name == "postgresql", counted.group().label("grp")
    sums = (func.sum(_seconds(number, postgres=postgres)) for number in range(steps))
    query = select(group, _row.c.kind, _row.c.path, func.count(), *sums).where(
        *counted.conditions(), _row.c.status.in_(_COUNTED)
    )
    rows = connection.execute(query.group_by(group, _row.c.kind, _row.c.path)).all()
    longest = max((len((row[2] or "").split()) for row in rows), default=0)
    if longest > steps:
        return spent(connection, counted, longest)
    return [Spent(row[0], row[1], row[2] or "", row[3], _known(row[4:])) for row in rows]


def _seconds(number: int, *, postgres: bool) -> ColumnElement[Any]:
    if postgres:
        found: ColumnElement[Any] = _row.c.seconds[number + 1]
        return found
    return func.json_extract(_row.c.seconds, f"$[{number}]")


def _known(sums: Sequence[Any]) -> tuple[int, ...]:
    return tuple(int(value) for value in sums if value is not None)
