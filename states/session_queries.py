"""Sessions of bodies and the consultations that stand before them. Reads only."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from .records import Consultation, Meeting
from .tables import CaseRow, TransitionRow, table_of

_meeting, _consultation = table_of(Meeting), table_of(Consultation)
_case, _line = table_of(CaseRow), table_of(TransitionRow)

#: The events of a session by which an entry in a calendar changes.
CHANGING = ("verlegen", "nachladen", "dringlich_aufnehmen", "absagen", "ausfallen")


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
    """Which sessions of a municipality are asked for; None: any."""

    body: str
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
    query = select(*_COLUMNS).join(_case, _case.c.id == _meeting.c.case_id).where(_meeting.c.body == wanted.body)
    if wanted.organisation is not None:
        query = query.where(_meeting.c.organization_key == wanted.organisation)
    if wanted.first is not None:
        query = query.where(_meeting.c.meeting_date >= wanted.first)
    if wanted.last is not None:
        query = query.where(_meeting.c.meeting_date <= wanted.last)
    order = (_meeting.c.meeting_date, func.coalesce(_meeting.c.begins, ""), _meeting.c.organization_key, _case.c.id)
    return [SessionRow(*row) for row in connection.execute(query.order_by(*order))]


def session_of(connection: Connection, case_id: str) -> SessionRow | None:
    """The session that a case is; None: it is none."""
    query = select(*_COLUMNS).join(_case, _case.c.id == _meeting.c.case_id).where(_case.c.id == case_id)
    row = connection.execute(query).first()
    return SessionRow(*row) if row else None


def changes_of(connection: Connection, case_ids: Iterable[str]) -> dict[str, int]:
    """How often each session has been moved or called off, or got another agenda after the invitation."""
    ids = list(case_ids)
    query = (
        select(_line.c.case_id, func.count())
        .where(_line.c.case_id.in_(ids), _line.c.event.in_(CHANGING))
        .group_by(_line.c.case_id)
    )
    found: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    return {one: found.get(one, 0) for one in ids}


def stops_before(connection: Connection, session: SessionRow) -> list[str]:
    """The cases of the consultations that stand before a session, in the order in which they were scheduled."""
    query = select(_consultation.c.case_id).where(
        _consultation.c.body == session.body,
        _consultation.c.organization_key == session.organisation,
        _consultation.c.meeting_date == session.day,
        _consultation.c.case_id.is_not(None),
    )
    return list(connection.execute(query.order_by(_consultation.c.created, _consultation.c.case_id)).scalars())
