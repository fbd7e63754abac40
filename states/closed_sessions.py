"""Which cases are public as they are read: no consultation is, as long as it stands before a session that is not.

Asked whenever a case is read, for the session may be scheduled, moved or called off after the consultation was placed.
SQL alone: once for what people read, once in the words of the hot path.
"""

from sqlalchemy import ColumnElement, Connection, and_, exists, select, text

from .records import TAKES_PLACE, Consultation, Meeting
from .tables import CaseRow, table_of

_case, _consultation, _meeting = table_of(CaseRow), table_of(Consultation), table_of(Meeting)
#: What a consultation and the session before which it stands have in common.
_SAME = ("body", "organization_key", "meeting_date")


def public_column() -> ColumnElement[bool]:
    """The column `public` of the cases that are read; in the words of the index, or SQLite would not use it."""
    asked, sits = _consultation.alias("asked"), _meeting.alias("sits")
    same = [sits.c[name] == asked.c[name] for name in _SAME]
    closed = exists().where(asked.c.id == _case.c.record_id, *same, text(TAKES_PLACE), ~sits.c.public)
    return and_(_case.c.public, ~closed).label(_case.c.public.name)


def closed_days(connection: Connection, body: str) -> frozenset[tuple[str, str]]:
    """When which body of the council sits, or sat, in a session that is not public."""
    query = select(_meeting.c.organization_key, _meeting.c.meeting_date)
    rows = connection.execute(query.where(_meeting.c.body == body, text(TAKES_PLACE), ~_meeting.c.public))
    return frozenset((row[0], row[1].isoformat()) for row in rows)


def public_sql(prefix: str, case: str = "") -> str:
    """The same of the cases named `case` (``c.``) in a statement of the engine; all names are ours."""
    asked, sits = f"{prefix}{_consultation.name} asked", f"{prefix}{_meeting.name} sits"
    same = " AND ".join(f"sits.{name} = asked.{name}" for name in _SAME)
    closed = f"asked.id = {case}record_id AND {TAKES_PLACE} AND NOT sits.public"
    return f"{case}public AND NOT EXISTS (SELECT 1 FROM {asked} JOIN {sits} ON {same} WHERE {closed})"  # noqa: S608  # names are ours
