"""What the database knows about the case of a message. Reads only."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Select, bindparam, select

from ..config.errors import NotFoundError
from ..states import queries
from ..states.lifecycle import Lifecycle
from ..states.records import RECORDS, Paper
from ..states.tables import CaseRow, DeadlineRow, MessageRow, TransitionRow
from ..states.ticks import LAPSED, REMINDED
from .outbox import Leased

#: The lifecycle of an id in a version.
Lifecycles: TypeAlias = Callable[[str, int], Lifecycle]

#: The fact with the last day of an embargo; a deadline with this `date` that no longer runs says that it was lifted.
EMBARGO = "gesperrt_bis"

_case = CaseRow.__table__  # type: ignore[attr-defined]  # sqlmodel adds it
_line = TransitionRow.__table__  # type: ignore[attr-defined]  # as above
_message = MessageRow.__table__  # type: ignore[attr-defined]  # as above
_deadline = DeadlineRow.__table__  # type: ignore[attr-defined]  # as above
_paper = Paper.__table__  # type: ignore[attr-defined]  # as above


_CHILDREN = (
    select(_case.c.id)
    .where(_case.c.parent_id == bindparam("case_id"))
    .order_by(_case.c.round, _case.c.position, _case.c.id)
)
_EVENT = select(_line.c.event, _line.c.data, _line.c.at, _line.c.target).where(
    _line.c.case_id == bindparam("case_id"), _line.c.seq == bindparam("occurrence")
)
#: What changed the deadlines of a case. A reminder leaves them as they are.
_CHANGES = (
    select(_line.c.seq, _line.c.changes)
    .where(_line.c.case_id == bindparam("case_id"), _line.c.event != REMINDED, _line.c.event != LAPSED)
    .order_by(_line.c.seq)
)
_TOLD_BEFORE = select(_message.c.occurrence, _message.c.template).where(
    _message.c.case_id == bindparam("case_id"),
    _message.c.recipient == bindparam("recipient"),
    _message.c.id != bindparam("id"),
)
_ALSO_TO = (
    select(_message.c.recipient)
    .where(
        _message.c.case_id == bindparam("case_id"),
        _message.c.occasion == bindparam("occasion"),
        _message.c.occurrence == bindparam("occurrence"),
        _message.c.template == bindparam("template"),
        _message.c.recipient != bindparam("recipient"),
    )
    .order_by(_message.c.id)
)


class Known(NamedTuple):
    """A case with its lifecycle and its typed record (None: it has none; empty: it is gone)."""

    row: Mapping[str, Any]
    lifecycle: Lifecycle
    record: Mapping[str, Any] | None
    #: The last day of an embargo that has not been lifted.
    embargo: date | None


class Dossier(NamedTuple):
    """Everything a message may speak of."""

    case: Known
    #: The cases above it, the nearest first.
    ancestors: tuple[Known, ...]
    children: tuple[Known, ...]
    paper: Mapping[str, Any] | None
    #: The log line that caused the message.
    event: Mapping[str, Any]
    deadlines: tuple[queries.DeadlineView, ...]
    #: Those that have ended and have not begun anew, as far as the recipient was told of days while they ran.
    ended: tuple[queries.DeadlineView, ...]
    #: By the name of a deadline: the log line that last changed it. Grows with every change, whatever the rule.
    changed: Mapping[str, int]
    #: Who else is told the same by the same log line.
    also_to: tuple[str, ...]


def read_dossier(
    connection: Connection, message: Leased, lifecycles: Lifecycles, brings_days: Callable[[str], bool]
) -> Dossier:
    """The dossier of a message. `brings_days`: whether mails of a template bring entries for a calendar."""
    case = _known(connection, message.case_id, lifecycles)
    clocks = queries.deadlines(connection, message.case_id)
    changed = _changed(connection, message) if clocks else {}
    before = connection.execute(_TOLD_BEFORE, message._asdict()).all() if _ended(clocks) else ()

    def told(since: int, until: int) -> bool:
        return any(since <= occurrence < until and brings_days(template) for occurrence, template in before)

    return Dossier(
        case=case,
        ancestors=tuple(_ancestors(connection, case, lifecycles)),
        children=tuple(
            _known(connection, each, lifecycles)
            for each in connection.execute(_CHILDREN, message._asdict()).scalars().all()
        ),
        paper=_paper_of(connection, case),
        event=_event(connection, message),
        deadlines=tuple(clock for clock in clocks if clock.settled_at is None),
        ended=tuple(clock for clock in _ended(clocks) if told(clock.occurrence, changed.get(clock.name, 0))),
        changed=changed,
        also_to=tuple(_also_to(connection, message)),
    )


def _changed(connection: Connection, message: Leased) -> Mapping[str, int]:
    lines = connection.execute(_CHANGES, message._asdict())
    return {name: seq for seq, changes in lines for name, _status, _day in changes.get("deadlines", ())}


def _ended(clocks: Sequence[queries.DeadlineView]) -> Sequence[queries.DeadlineView]:
    """The newest of each name, unless one of that name goes on."""
    newest = {clock.name: clock for clock in clocks}
    going_on = {clock.name for clock in clocks if clock.settled_at is None}
    return [clock for name, clock in newest.items() if name not in going_on]


def _known(connection: Connection, case_id: str, lifecycles: Lifecycles) -> Known:
    row = _row(connection, _case, case_id)
    if not row:
        raise NotFoundError("case_unknown", case=case_id)
    lifecycle = lifecycles(row["lifecycle"], row["lifecycle_version"])
    if lifecycle.record is None or row["record_id"] is None:
        return Known(row, lifecycle, None, _embargo(connection, row, lifecycle))
    table = RECORDS[lifecycle.record].__table__  # type: ignore[union-attr]  # sqlmodel adds it
    return Known(row, lifecycle, _row(connection, table, row["record_id"]), _embargo(connection, row, lifecycle))


def _paper_of(connection: Connection, case: Known) -> Mapping[str, Any] | None:
    """The paper of a case, which may be its record."""
    paper = case.row["paper_id"]
    if paper is None:
        return None
    if case.lifecycle.record == "paper" and case.row["record_id"] == paper:
        return case.record
    return _row(connection, _paper, paper)


def _embargo(connection: Connection, row: Mapping[str, Any], lifecycle: Lifecycle) -> date | None:
    until = row["facts"].get(EMBARGO)
    if until is None:
        return None
    clocks = [clock.name for clock in lifecycle.deadlines.values() if clock.date == EMBARGO]
    standing = (_deadline.c.case_id == row["id"], _deadline.c.settled_at.is_(None))
    running = select(_deadline.c.id).where(*standing, _deadline.c.name.in_(clocks)).limit(1)
    if clocks and connection.execute(running).first() is None:
        return None
    try:
        return date.fromisoformat(str(until))
    except ValueError:  # a lifecycle of somebody else: what is no day has no end
        return date.max


def _row(connection: Connection, table: Any, row_id: str) -> Mapping[str, Any]:
    found = connection.execute(_by_id(table), {"row_id": row_id}).mappings().first()
    return dict(found) if found else {}


@lru_cache(maxsize=32)
def _by_id(table: Any) -> Select[Any]:
    """Put together once: for a mail that costs more than the database needs for the answer."""
    return select(table).where(table.c.id == bindparam("row_id"))


def _ancestors(connection: Connection, case: Known, lifecycles: Lifecycles) -> Sequence[Known]:
    found: list[Known] = []
    while (parent := (found[-1] if found else case).row["parent_id"]) is not None:
        found.append(_known(connection, parent, lifecycles))
    return found


def _event(connection: Connection, message: Leased) -> Mapping[str, Any]:
    found = connection.execute(_EVENT, message._asdict()).mappings().first()
    return dict(found) if found else {}


def _also_to(connection: Connection, message: Leased) -> Sequence[str]:
    return connection.execute(_ALSO_TO, message._asdict()).scalars().all()


def is_told_later(connection: Connection, message: Leased, ladder: str) -> bool:
    """Whether the recipient of a reminder is or was told a step of the same ladder that was caused after it."""
    later = select(_message.c.id).where(
        _message.c.case_id == message.case_id,
        _message.c.recipient == message.recipient,
        _message.c.id > message.id,
        _message.c.occasion.startswith(ladder, autoescape=True),
        _message.c.status != "cancelled",
    )
    return connection.execute(later.limit(1)).first() is not None


def newest_message(connection: Connection, case_id: str, template: str, recipient: str | None) -> Leased | None:
    """The message of that template that was made last in the case, for `recipient` or for anybody."""
    query = select(*(_message.c[name] for name in Leased._fields)).order_by(_message.c.id.desc()).limit(1)
    query = query.where(_message.c.case_id == case_id, _message.c.template == template)
    if recipient is not None:
        query = query.where(_message.c.recipient == recipient)
    found = connection.execute(query).first()
    return Leased(*found) if found is not None else None


def due_cases(
    connection: Connection, now: datetime, *, limit: int, after: tuple[datetime, str] | None
) -> Sequence[Any]:
    """(instant, case) of the clocks that must be looked at, the longest waiting first, going on after `after`."""
    query = select(_deadline.c.next_at, _deadline.c.case_id).where(_deadline.c.next_at <= now)
    if after is not None:
        instant, case_id = after
        later = (_deadline.c.next_at > instant) | ((_deadline.c.next_at == instant) & (_deadline.c.case_id > case_id))
        query = query.where(_deadline.c.next_at >= instant, later)
    return connection.execute(query.order_by(_deadline.c.next_at, _deadline.c.case_id).limit(limit)).all()


def next_clock(connection: Connection, after: datetime | None = None) -> datetime | None:
    """When the next clock must be looked at; `after`: the next one later than that."""
    later = _deadline.c.next_at.is_not(None) if after is None else _deadline.c.next_at > after
    query = select(_deadline.c.next_at).where(later).order_by(_deadline.c.next_at).limit(1)
    found: datetime | None = connection.execute(query).scalar()
    return found
