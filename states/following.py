"""Following a table whose rows are numbered as they come: which of them are new, without missing any.

On PostgreSQL a number is taken before its row is committed, so that of two transactions the lower one may come later.
Numbers that were passed over are remembered, and looked for until all transactions are over that can have taken them.
On SQLite there is one that writes at a time, and nothing to be remembered.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Column, Connection, Select, bindparam, func, select, text


class Gap(NamedTuple):
    """Numbers that were passed over; both count."""

    low: int
    high: int
    #: Whoever has taken one of them began before this transaction did.
    before: int


class Reached(NamedTuple):
    """How far a table has been followed."""

    number: int = 0
    gaps: tuple[Gap, ...] = ()

    @property
    def text(self) -> str:
        """As it is stored."""
        gaps = ",".join(f"{gap.low}-{gap.high}:{gap.before}" for gap in self.gaps)
        return f"{self.number};{gaps}" if gaps else str(self.number)

    @classmethod
    def read(cls, text: str) -> "Reached":
        """What `text` has written; empty: nothing has been followed yet."""
        number, _, gaps = text.partition(";")
        parts = (gap.replace(":", "-").split("-") for gap in gaps.split(",") if gap)
        return cls(int(number or 0), tuple(Gap(*map(int, part)) for part in parts))


BEGINNING = Reached()


class Seen(NamedTuple):
    """Rows that are new, how far they go, and whether there may be more."""

    rows: Sequence[Any]
    reached: Reached
    more: bool


class _Running(NamedTuple):
    """Our own transaction, and the oldest that ran when it was asked for; on SQLite nobody else writes."""

    own: int = 0
    oldest: int = 0

    def may_fill(self, gap: Gap) -> bool:
        """Whether a number of the gap may still come; what is younger than ourselves is of another installation."""
        return self.oldest < gap.before <= self.own


def newest_of(connection: Connection, key: Column[Any]) -> int:
    """The highest number. To be asked for before a transaction writes: what it passes over began before it then."""
    return connection.execute(select(func.max(key))).scalar() or 0


def look(
    connection: Connection, columns: Sequence[Column[Any]], reached: Reached, newest: int, limit: int | None = None
) -> Seen:
    """The rows up to `newest` that are new, so many at most. The number is the first column."""
    if newest <= reached.number and not reached.gaps:
        return Seen((), reached, more=False)
    running, key = _running(connection), columns[0]
    late: Sequence[Any] = ()
    if reached.gaps:
        late = connection.execute(_in_gaps(select(*columns), key, reached).order_by(key).limit(limit)).all()
    if len(late) == limit:
        return Seen(late, Reached(reached.number, tuple(_left(reached.gaps, late))), more=True)
    left = _left((gap for gap in reached.gaps if running.may_fill(gap)), late)
    query = select(*columns).where(key > reached.number, key <= newest).order_by(key)
    room = None if limit is None else limit - len(late)
    rows = connection.execute(query.limit(room)).all()
    last = rows[-1][0] if len(rows) == room else max(newest, reached.number)
    passed = _holes(Gap(reached.number + 1, last, running.own), (row[0] for row in rows))
    gaps = (*left, *(gap for gap in passed if running.may_fill(gap)))
    return Seen((*late, *rows), Reached(last, gaps), more=len(rows) == room)


def reached_by(connection: Connection, key: Column[Any], newest: int) -> Reached:
    """All that is there up to `newest`: to follow from there on."""
    running = _running(connection)
    whole = Gap(1, newest, running.own)
    if not running.may_fill(whole):
        return Reached(newest)
    numbers = connection.execute(
        select(key).where(key <= newest).order_by(key), execution_options={"yield_per": 10_000}
    ).scalars()
    return Reached(newest, tuple(_holes(whole, numbers)))


def since(query: Select[Any], key: Column[Any], reached: Reached) -> Iterator[Select[Any]]:
    """The query, of whatever has come since."""
    yield query.where(key > reached.number)
    if reached.gaps:
        yield _in_gaps(query, key, reached)


def _in_gaps(query: Select[Any], key: Column[Any], reached: Reached) -> Select[Any]:
    lows, highs = (
        bindparam(None, [gap[place] for gap in reached.gaps], type_=ARRAY(BigInteger), unique=True) for place in (0, 1)
    )
    gaps = func.unnest(lows, highs).table_valued("low", "high").render_derived(name="gap")
    return query.join(gaps, key.between(gaps.c.low, gaps.c.high))


def _running(connection: Connection) -> _Running:
    if connection.dialect.name != "postgresql":
        return _Running()
    # As text: the driver knows no type for these numbers, which unlike `xmin` never begin anew.
    asked = text("SELECT pg_current_xact_id()::text, pg_snapshot_xmin(pg_current_snapshot())::text")
    return _Running(*map(int, connection.execute(asked).one()))


def _left(gaps: Iterable[Gap], seen: Sequence[Any]) -> Iterator[Gap]:
    """What is left of the gaps after some of their numbers have come."""
    for gap in gaps:
        yield from _holes(gap, (row[0] for row in seen if gap.low <= row[0] <= gap.high))


def _holes(gap: Gap, seen: Iterable[int]) -> Iterator[Gap]:
    """The numbers of `gap` that are not among `seen`, which are in order."""
    low = gap.low
    for number in chain(seen, (gap.high + 1,)):
        if low < number:
            yield gap._replace(low=low, high=number - 1)
        low = number + 1
