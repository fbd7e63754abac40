"""What the database knows about messages and clocks. Reads only; the cases of messages are read by `dossiers`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ..states.records import Membership, Organization, Person
from ..states.tables import DeadlineRow, MessageRow, TransitionRow, table_of
from ..states.telling import DAYS
from .outbox import Leased

_message, _deadline, _line = table_of(MessageRow), table_of(DeadlineRow), table_of(TransitionRow)
_person, _member, _organization = table_of(Person), table_of(Membership), table_of(Organization)


class Step(NamedTuple):
    """A reminder: one step of a ladder, for one recipient."""

    id: str
    status: str
    params: Mapping[str, Any]


def steps(connection: Connection, message: Leased, ladder: str) -> list[Step]:
    """The other reminders to the recipient of `message` whose occasions begin with `ladder`."""
    others = select(*(_message.c[name] for name in Step._fields)).where(
        _message.c.case_id == message.case_id,
        _message.c.recipient == message.recipient,
        _message.c.id != message.id,
        _message.c.occasion.startswith(ladder, autoescape=True),
    )
    return [step for step in map(Step._make, connection.execute(others)) if "rung" in step.params]


class News(NamedTuple):
    """A message about days that its event set, and what was entered with that event."""

    occurrence: int
    status: str
    template: str
    params: Mapping[str, Any]
    reason: str | None
    data: Mapping[str, Any] | None


def news(connection: Connection, message: Leased) -> list[News]:
    """The other messages about days that events of the case set, to the recipient of `message`; in their order."""
    caused = (_line.c.case_id == _message.c.case_id) & (_line.c.seq == _message.c.occurrence)
    columns = (*(_message.c[name] for name in News._fields[:4]), _line.c.reason, _line.c.data)
    others = (
        select(*columns)
        .join_from(_message, _line, caused)
        .where(
            _message.c.case_id == message.case_id,
            _message.c.recipient == message.recipient,
            _message.c.id != message.id,
        )
        .order_by(_message.c.occurrence, _message.c.id)
    )
    return [found for found in map(News._make, connection.execute(others)) if found.params.get(DAYS)]


def is_told_later(
    connection: Connection, message: Leased, *, attached: Collection[str] = (), templates: Collection[str] = ()
) -> bool:
    """Whether the recipient of `message` is sent a later one about the same case, or was.

    That is one with one of these files, or of one of these templates.
    """
    later = select(_message.c.id).where(
        _message.c.case_id == message.case_id,
        _message.c.recipient == message.recipient,
        _message.c.attach.in_(attached) | _message.c.template.in_(templates),
        _message.c.occurrence > message.occurrence,
        _message.c.status != "cancelled",
    )
    return connection.execute(later.limit(1)).first() is not None


def templates_told_later(connection: Connection, message: Leased) -> frozenset[str]:
    """The templates of what the recipient of `message` is sent later about the same case, or was."""
    later = select(_message.c.template).where(
        _message.c.case_id == message.case_id,
        _message.c.recipient == message.recipient,
        _message.c.occurrence > message.occurrence,
        _message.c.status != "cancelled",
    )
    return frozenset(connection.execute(later.distinct()).scalars())


def is_told_above(connection: Connection, message: Leased, cases: Sequence[str], template: str) -> bool:
    """Whether the event that caused `message` tells its recipient `template` in one of `cases`, which is sent too."""
    same = select(_message.c.id).where(
        _message.c.case_id.in_(cases),
        _message.c.recipient == message.recipient,
        _message.c.template == template,
        _message.c.created_at == message.created_at,
        _message.c.status != "cancelled",
    )
    return connection.execute(same.limit(1)).first() is not None


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


def role_of(connection: Connection, body: str, person: str, organization: str) -> str | None:
    """What a person is called in an organisation, else in any other of the town; None: nobody has said."""
    query = (
        select(_member.c.role)
        .join_from(_member, _person, _person.c.id == _member.c.person_id)
        .join(_organization, _organization.c.id == _member.c.organization_id)
        .where(_person.c.body == body, _person.c.key == person, _member.c.role.is_not(None))
        .order_by(_organization.c.key != organization, _member.c.end_date.is_not(None), _organization.c.key)
    )
    found: str | None = connection.execute(query.limit(1)).scalar()
    return found
