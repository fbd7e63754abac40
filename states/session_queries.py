"""Sessions of bodies and the consultations that stand before them. Reads only."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from .document_tables import IssueRow
from .issues import CONTROL_LIST
from .lifecycle import BY_HAND
from .records import Consultation, Meeting, Membership, Organization, Person
from .tables import CaseRow, TransitionRow, table_of

_meeting, _consultation = table_of(Meeting), table_of(Consultation)
_organization, _person, _member = table_of(Organization), table_of(Person), table_of(Membership)
_case, _line, _issue = table_of(CaseRow), table_of(TransitionRow), table_of(IssueRow)

#: The events of a session by which an entry in a calendar changes.
CHANGING = ("verlegen", "einladen", "nachladen", "dringlich_aufnehmen", "durchfuehren", "absagen", "ausfallen", BY_HAND)
#: The events by which members get an invitation; the first is the one without which nobody is invited.
_INVITING = ("einladen", "nachladen", "verlegen")
#: How the function of whoever takes the chair begins in the master data, also of women.
_CHAIR = "Vorsitz"


class SessionRow(NamedTuple):
    """A session; clock times HH:MM in the town's zone."""

    #: Of its case.
    id: str
    body: str
    organisation: str
    name: str | None
    day: date
    begins: str | None
    ends: str | None
    location: str | None
    cancelled: bool
    public: bool
    modified: datetime


class Wanted(NamedTuple):
    """Which sessions are asked for, of which municipality; None: any."""

    body: str | None
    organisation: str | None = None
    first: date | None = None
    last: date | None = None


_COLUMNS = (
    _case.c.id,
    _meeting.c.body,
    _meeting.c.organization_key,
    _meeting.c.name,
    _meeting.c.meeting_date,
    _meeting.c.begins,
    _meeting.c.ends,
    _meeting.c.location,
    _meeting.c.cancelled,
    _meeting.c.public,
    _meeting.c.modified,
)


def sessions(connection: Connection, wanted: Wanted) -> list[SessionRow]:
    """The sessions wanted, cancelled ones too, by day and time."""
    query = select(*_COLUMNS).join(_case, _case.c.id == _meeting.c.case_id)
    if wanted.body is not None:
        query = query.where(_meeting.c.body == wanted.body)
    if wanted.organisation is not None:
        query = query.where(_meeting.c.organization_key == wanted.organisation)
    if wanted.first is not None:
        query = query.where(_meeting.c.meeting_date >= wanted.first)
    if wanted.last is not None:
        query = query.where(_meeting.c.meeting_date <= wanted.last)
    order = (_meeting.c.meeting_date, func.coalesce(_meeting.c.begins, ""), _meeting.c.organization_key, _case.c.id)
    return [SessionRow(*row) for row in connection.execute(query.order_by(*order))]


def sessions_without_list(connection: Connection, first: date) -> list[tuple[SessionRow, str]]:
    """The sessions from a day on that take place and have no control list yet, each with the state of its case."""
    made = select(_issue.c.case_id).where(_issue.c.case_id == _case.c.id, _issue.c.kind == CONTROL_LIST).exists()
    query = select(*_COLUMNS, _case.c.state).join(_case, _case.c.id == _meeting.c.case_id)
    query = query.where(_meeting.c.cancelled.is_(False), _meeting.c.meeting_date >= first, ~made)
    rows = connection.execute(query.order_by(_meeting.c.meeting_date, _case.c.id))
    return [(SessionRow(*row[:-1]), row[-1]) for row in rows]


def session_of(connection: Connection, case_id: str) -> SessionRow | None:
    """The session that a case is; None: it is none."""
    query = select(*_COLUMNS).join(_case, _case.c.id == _meeting.c.case_id).where(_case.c.id == case_id)
    row = connection.execute(query).first()
    return SessionRow(*row) if row else None


def changes_of(connection: Connection, case_ids: Iterable[str]) -> dict[str, int]:
    """How often a session was moved, called off, confirmed, set by hand, or got another agenda after the invitation."""
    ids = list(case_ids)
    query = (
        select(_line.c.case_id, func.count())
        .where(_line.c.case_id.in_(ids), _line.c.event.in_(CHANGING))
        .group_by(_line.c.case_id)
    )
    found: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    return {one: found.get(one, 0) for one in ids}


def invited_at(connection: Connection, case_id: str) -> datetime | None:
    """When members were invited as the invitation stands; None: they have not been."""
    query = select(_line.c.event, func.max(_line.c.at)).where(_line.c.case_id == case_id, _line.c.event.in_(_INVITING))
    found: dict[str, datetime] = {row[0]: row[1] for row in connection.execute(query.group_by(_line.c.event))}
    return max(found.values()) if _INVITING[0] in found else None


def chair_of(connection: Connection, session: SessionRow) -> str | None:
    """The person who takes the chair on the day: the head of the body, else the member with that function."""
    body = (_organization.c.body == session.body, _organization.c.key == session.organisation)
    query = (
        select(_person.c.key, _member.c.start_date, _member.c.end_date)
        .select_from(_member)
        .join(_person, _person.c.id == _member.c.person_id)
        .join(_organization, _organization.c.id == _member.c.organization_id)
        .where(*body, _member.c.role.startswith(_CHAIR))
    )
    head = connection.execute(select(_organization.c.head_key).where(*body)).scalar()
    sits = (
        key
        for key, start, end in connection.execute(query.order_by(_person.c.key))
        if (start is None or start <= session.day) and (end is None or session.day <= end)
    )
    return head or next(sits, None)


def stops_before(connection: Connection, session: SessionRow) -> list[str]:
    """The cases of the consultations that stand before a session, in the order in which they were scheduled."""
    query = select(_consultation.c.case_id).where(
        _consultation.c.body == session.body,
        _consultation.c.organization_key == session.organisation,
        _consultation.c.meeting_date == session.day,
        _consultation.c.case_id.is_not(None),
    )
    return list(connection.execute(query.order_by(_consultation.c.created, _consultation.c.case_id)).scalars())
