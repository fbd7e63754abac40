"""What has happened in a database since some point: lines of the log, mails, clocks. Reads only."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, or_, select

from .queries import last_line
from .tables import CaseRow, DeadlineRow, MessageRow, TransitionRow, table_of

__all__ = ["LogLine", "Post", "Span", "asked", "last_line", "lines_after", "open_cases", "posts_since", "spans_since"]

_case, _line = table_of(CaseRow), table_of(TransitionRow)
_message, _deadline = table_of(MessageRow), table_of(DeadlineRow)
#: Cases asked for in one statement.
_AT_ONCE = 500


class LogLine(NamedTuple):
    """A line of the log with what it says of a deadline."""

    case_id: str
    seq: int
    at: datetime
    event: str
    source: str | None
    target: str
    actor_kind: str
    data: dict[str, Any] | None


class Post(NamedTuple):
    """A message that was sent or given up."""

    id: str
    case_id: str
    occasion: str
    occurrence: int
    recipient: str
    template: str
    status: str
    params: dict[str, Any]
    created_at: datetime
    sent_at: datetime | None
    address: str | None
    subject: str | None
    error: str | None
    #: The message in whose mail it was told.
    bundle_id: str | None

    @property
    def mail(self) -> str:
        """The message whose mail told it: that of a digest, or itself."""
        return self.bundle_id or self.id


class Span(NamedTuple):
    """A deadline that ran at some time of the period asked about."""

    case_id: str
    name: str
    occurrence: int
    status: str
    started_on: date
    due_on: date
    lapses_at: datetime
    settled_at: datetime | None


def lines_after(connection: Connection, number: int, body: str | None = None) -> Iterator[LogLine]:
    """The lines after the one with this number, oldest first."""
    query = select(*(_line.c[name] for name in LogLine._fields)).where(_line.c.id > number).order_by(_line.c.id)
    if body is not None:
        query = query.join(_case, _case.c.id == _line.c.case_id).where(_case.c.body == body)
    return (LogLine(*row) for row in connection.execute(query))


def posts_since(
    connection: Connection, start: datetime, given_up: Collection[str], body: str | None = None
) -> list[Post]:
    """The messages sent at `start` or later, and those `given_up`."""
    query = select(*(_message.c[name] for name in Post._fields)).order_by(_message.c.id)
    if body is not None:
        query = query.where(_message.c.body == body)
    sent = [Post(*row) for row in connection.execute(query.where(_message.c.sent_at >= start))]
    dead = [Post(*row) for row in connection.execute(query.where(_message.c.status == "dead"))]
    return sent + [post for post in dead if post.id in given_up]


def spans_since(connection: Connection, start: datetime, body: str | None = None) -> list[Span]:
    """The deadlines that still run (or stand still), and those that ended at `start` or later."""
    query = (
        select(*(_deadline.c[name] for name in Span._fields))
        .join(_case, _case.c.id == _deadline.c.case_id)
        .where(or_(_deadline.c.settled_at.is_(None), _deadline.c.settled_at >= start))
        .order_by(_deadline.c.started_on, _deadline.c.due_on, _deadline.c.name, _deadline.c.case_id)
    )
    return [Span(*row) for row in connection.execute(query.where(_case.c.body == body) if body else query)]


def asked(connection: Connection, cases: Sequence[str]) -> Iterator[tuple[str, str, int, str]]:
    """Who has been told of which step of a deadline in these cases: case, occasion, log line and party; in order."""
    for start in range(0, len(cases), _AT_ONCE):
        query = (
            select(_message.c.case_id, _message.c.occasion, _message.c.occurrence, _message.c.recipient)
            .where(_message.c.case_id.in_(cases[start : start + _AT_ONCE]), _message.c.occasion.contains("#"))
            .order_by(_message.c.case_id, _message.c.occurrence, _message.c.id)
        )
        for row in connection.execute(query):
            yield row[0], row[1], row[2], row[3]


def open_cases(connection: Connection, body: str | None = None) -> int:
    """How many cases are open."""
    query = select(func.count()).select_from(_case).where(_case.c.closed_at.is_(None))
    return connection.execute(query.where(_case.c.body == body) if body else query).scalar_one()
