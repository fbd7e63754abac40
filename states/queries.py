"""What people and programs ask to see: cases, work lists, histories, deadlines. Reads only."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from ..config.errors import NotFoundError
from .closed_sessions import public_column
from .columns import Among
from .ids import is_id
from .numbers import canonical_number
from .records import Meeting, Organization, Paper
from .tables import CaseRow, DeadlineRow, TransitionRow, table_of

_case = table_of(CaseRow)
_paper = table_of(Paper)
_meeting, _sitting = table_of(Meeting), table_of(Organization)
_line = table_of(TransitionRow)
_deadline = table_of(DeadlineRow)


#: Cases asked for in one statement.
_AT_ONCE = 500

#: Of the cases about a paper the one whose record it is; there is an index on the first of the two.
_is_record = and_(_case.c.paper_id == _paper.c.id, _case.c.record_id == _paper.c.id)

#: The ids before and after all others.
_LEAST_ID, _GREATEST_ID = str(UUID(int=0)), str(UUID(int=2**128 - 1))
#: Shortest beginning of an id by which a case can be meant.
SHORTEST_ID = 8


class CaseSummary(NamedTuple):
    """A case as a list shows it."""

    id: str
    body: str
    number: str | None
    subject: str | None
    lifecycle: str
    lifecycle_version: int
    state: str
    version: int
    owner: str | None
    due_on: date | None
    public: bool
    parent_id: str | None
    child: str | None
    facts: dict[str, Any]
    opened_at: datetime
    closed_at: datetime | None


class HistoryLine(NamedTuple):
    """One line of the log of a case."""

    seq: int
    at: datetime
    event: str
    source: str | None
    target: str
    role: str
    actor_kind: str
    actor: str | None
    on_behalf_of: str | None
    reason: str | None
    data: dict[str, Any] | None
    changes: dict[str, Any]
    hash: str


class DeadlineView(NamedTuple):
    """A deadline of a case with its explanation."""

    name: str
    occurrence: int
    rule: str
    ruleset: str
    ruleset_version: str
    basis: str
    status: str
    started_on: date
    due_on: date
    told: int
    ladder: list[dict[str, Any]]
    trace: list[dict[str, Any]]
    paused_on: date | None
    settled_at: datetime | None
    #: The instant at which it is too late.
    lapses_at: datetime


_DEADLINES = (
    select(_deadline.c.case_id, *(_deadline.c[name] for name in DeadlineView._fields))
    .where(Among(_deadline.c.case_id))
    .order_by(_deadline.c.occurrence, _deadline.c.name)
)


#: SQLite finds pairs by no index: each column is asked for by itself.
_MOMENTS = select(_line.c.case_id, _line.c.seq, _line.c.at).where(Among(_line.c.case_id), Among(_line.c.seq, "numbers"))


class Page(NamedTuple):
    """Where a list goes on: after the due day and id of the last row shown; `limit` rows at most."""

    limit: int = 50
    after: tuple[date | None, str] | None = None


_SUMMARY = (
    _case.c.id,
    _case.c.body,
    _paper.c.reference.label("number"),
    _paper.c.name.label("subject"),
    _case.c.lifecycle,
    _case.c.lifecycle_version,
    _case.c.state,
    _case.c.version,
    _case.c.owner,
    _case.c.due_on,
    public_column(),
    _case.c.parent_id,
    _case.c.child,
    _case.c.facts,
    _case.c.opened_at,
    _case.c.closed_at,
)


#: Of a session what it is called, which body sits, and when: that is its subject.
_SESSION = (
    _meeting.c.name.label("session"),
    _sitting.c.name.label("sits"),
    _meeting.c.meeting_date.label("sits_on"),
)


def _summaries() -> Select[Any]:
    papers = _case.outerjoin(_paper, _paper.c.id == _case.c.paper_id)
    sessions = papers.outerjoin(_meeting, _meeting.c.id == _case.c.record_id)
    whose = and_(_sitting.c.body == _meeting.c.body, _sitting.c.key == _meeting.c.organization_key)
    return select(*_SUMMARY, *_SESSION).select_from(sessions.outerjoin(_sitting, whose))


def worklist(
    connection: Connection, body: str, parties: tuple[str, ...], page: Page | None = None
) -> list[CaseSummary]:
    """The open cases that lie with any of `parties`, the most urgent first, those without a due day last."""
    page = page or Page()
    query = (
        _summaries()
        .where(_case.c.body == body, _case.c.owner.in_(parties), _case.c.closed_at.is_(None))
        .order_by(_case.c.due_on.nulls_last(), _case.c.id)
        .limit(page.limit)
    )
    return _read(connection, query.where(_after(*page.after)) if page.after else query)


def _after(day: date | None, last: str) -> ColumnElement[bool]:
    undated = _case.c.due_on.is_(None)
    if day is None:
        return and_(undated, _case.c.id > last)
    return or_(_case.c.due_on > day, and_(_case.c.due_on == day, _case.c.id > last), undated)


class Filter(NamedTuple):
    """Which cases a list shows; None: any."""

    body: str | None = None
    lifecycle: str | None = None
    state: str | None = None
    #: True: open ones only; False: closed ones only.
    open: bool | None = None
    parent_id: str | None = None
    public: bool | None = None
    limit: int = 50
    after: str | None = None


def cases(connection: Connection, wanted: Filter) -> list[CaseSummary]:
    """Cases in order of their opening (UUIDv7), filtered."""
    query = _summaries().order_by(_case.c.id).limit(wanted.limit)
    for column in ("body", "lifecycle", "state", "parent_id", "public"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(_case.c[column] == value)
    if wanted.open is not None:
        query = query.where(_case.c.closed_at.is_(None) if wanted.open else _case.c.closed_at.is_not(None))
    if wanted.after is not None:
        query = query.where(_case.c.id > wanted.after)
    return _read(connection, query)


def case_summary(connection: Connection, case_id: str) -> CaseSummary:
    """One case.

    Raises:
        NotFoundError: There is none with this id.
    """
    found = _read(connection, _summaries().where(_case.c.id == case_id)) if is_id(case_id) else []
    if not found:
        raise NotFoundError("case_unknown", case=case_id)
    return found[0]


def summaries(connection: Connection, ids: Collection[str]) -> dict[str, CaseSummary]:
    """These cases by their ids; what there is not is left out."""
    return {case.id: case for case in _read(connection, _summaries().where(Among(_case.c.id)), ids)} if ids else {}


def find_case_ids(connection: Connection, number: str, body: str | None = None) -> list[str]:
    """The ids of the cases whose own paper carries `number`, read tolerantly."""
    query = select(_case.c.id).join(_paper, _is_record).where(_paper.c.canonical == canonical_number(number))
    return list(connection.execute(query.where(_case.c.body == body) if body else query).scalars())


def case_ids_starting(connection: Connection, start: str) -> list[str]:
    """The ids that begin with `start` (a shortened id as people copy it); a page of them at most."""
    first, last = start + _LEAST_ID[len(start) :], start + _GREATEST_ID[len(start) :]
    if not (is_id(first) and is_id(last)):
        return []
    return list(connection.execute(select(_case.c.id).where(_case.c.id.between(first, last)).limit(_AT_ONCE)).scalars())


def history(connection: Connection, case_id: str) -> list[HistoryLine]:
    """The log of a case, oldest first; empty if there is no such case."""
    columns = [_line.c[name] for name in HistoryLine._fields]
    rows = connection.execute(select(*columns).where(_line.c.case_id == case_id).order_by(_line.c.seq))
    return [HistoryLine(*row) for row in rows]


class NewLine(NamedTuple):
    """A line that the log has gained, with the lifecycle of its case and the deadline it is about, if any."""

    case_id: str
    event: str
    deadline: str | None
    lifecycle: str
    lifecycle_version: int


def last_line(connection: Connection) -> int:
    """The number of the newest line of the whole log; 0 for none."""
    return connection.execute(select(func.max(_line.c.id))).scalar() or 0


def lines_since(connection: Connection, number: int) -> list[NewLine]:
    """The lines after `number`, oldest first."""
    query = (
        select(_line.c.case_id, _line.c.event, _line.c.data, _case.c.lifecycle, _case.c.lifecycle_version)
        .join(_case, _case.c.id == _line.c.case_id)
        .where(_line.c.id > number)
        .order_by(_line.c.id)
    )
    return [
        NewLine(row[0], row[1], (row[2] or {}).get("deadline"), row[3], row[4]) for row in connection.execute(query)
    ]


def deadlines(connection: Connection, case_id: str) -> list[DeadlineView]:
    """The deadlines of a case, in the order in which they started."""
    return deadlines_of(connection, [case_id]).get(case_id, [])


def deadlines_of(connection: Connection, cases: Iterable[str]) -> dict[str, list[DeadlineView]]:
    """The deadlines of several cases, by the case; of one, in the order in which they started."""
    found: dict[str, list[DeadlineView]] = {}
    for case_id, *values in connection.execute(_DEADLINES, {"ids": list(cases)}).all():
        found.setdefault(case_id, []).append(DeadlineView(*values))
    return found


def moments(connection: Connection, lines: Iterable[tuple[str, int]]) -> dict[tuple[str, int], datetime]:
    """When these lines of the log were written, by case and number; others of these cases may be among them."""
    wanted = list(lines)
    names = {"ids": sorted({case for case, _ in wanted}), "numbers": sorted({seq for _, seq in wanted})}
    return {(row[0], row[1]): row[2] for row in connection.execute(_MOMENTS, names)}


def children(connection: Connection, case_id: str) -> list[CaseSummary]:
    """The child cases in the order of their opening; those opened together in that of their plan."""
    order = (_case.c.opened_at, _case.c.position, _case.c.id)
    return _read(connection, _summaries().where(_case.c.parent_id == case_id).order_by(*order))


def followed(connection: Connection, case_id: str) -> list[CaseSummary]:
    """The earlier case that the paper of a case follows up, if any and if it is there."""
    earlier = select(_paper.c.follows_id).join(_case, _is_record).where(_case.c.id == case_id)
    return _read(connection, _summaries().where(_case.c.id.in_(earlier)))


def followers(connection: Connection, case_id: str) -> list[CaseSummary]:
    """The cases whose papers follow up this one (follow-ups, amendments), in the order of their opening."""
    papers = select(_paper.c.id).where(_paper.c.follows_id == case_id)
    own = and_(_case.c.paper_id.in_(papers), _case.c.record_id == _case.c.paper_id)
    return _read(connection, _summaries().where(own).order_by(_case.c.id))


def counts(connection: Connection, body: str | None = None) -> dict[str, int]:
    """How many cases and log lines there are."""
    cases_query = select(func.count()).select_from(_case)
    query = cases_query.where(_case.c.body == body) if body else cases_query
    return {
        "cases": connection.execute(query).scalar_one(),
        "open": connection.execute(query.where(_case.c.closed_at.is_(None))).scalar_one(),
        "transitions": connection.execute(select(func.count()).select_from(_line)).scalar_one(),
    }


def _read(connection: Connection, query: Select[Any], ids: Collection[str] = ()) -> list[CaseSummary]:
    return [_summary(row) for row in connection.execute(query, {"ids": list(ids)} if ids else {})]


def _summary(row: Sequence[Any]) -> CaseSummary:
    """A row of `_summaries`: the fields of a summary, and of a session what it is called, who sits, and when."""
    *values, session, sits, sits_on = row
    case = CaseSummary(*values)
    return case if sits_on is None else case._replace(subject=f"{session or sits}, {sits_on:%d.%m.%Y}")
