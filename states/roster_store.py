"""The master data as rows of a roster, read and written; every statement about them and their history stands here."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    Table,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from ..config.roster import State, Values, blank
from ..config.roster_kinds import KINDS, Kind
from .ids import new_id
from .punctuality import COUNCIL_BODY, OFFICES
from .records import Body, Consultation, LegislativeTerm, Meeting, Membership, Organization, Paper, Person
from .roster_changes import Change, Plan
from .roster_tables import RosterChangeRow
from .tables import LEAD, CaseRow, table_of

_body, _organization, _person = table_of(Body), table_of(Organization), table_of(Person)
_member, _term, _change = table_of(Membership), table_of(LegislativeTerm), table_of(RosterChangeRow)
_case, _paper, _consultation = table_of(CaseRow), table_of(Paper), table_of(Consultation)
_meeting = table_of(Meeting)
_TABLES: Mapping[Kind, Table] = {
    "term": _term,
    "organization": _organization,
    "person": _person,
    "membership": _member,
}
#: Fields that are called otherwise in the database.
_COLUMNS = {
    "type": "organization_type",
    "parent": "parent_key",
    "head": "head_key",
    "from": "start_date",
    "until": "end_date",
    "seats": "member_count",
    "voting_seats": "voting_member_count",
    "deputy": "deputy_key",
    "voting": "voting_right",
    "on_behalf_of": "on_behalf_of_key",
}
_REMIT = {"remit_roles": "roles", "remit_kinds": "kinds"}


class Act(NamedTuple):
    """Who changes the master data, when, and where it comes from; actor None: the operator."""

    body: str
    at: datetime
    source: str
    actor: str | None = None


class PastChange(NamedTuple):
    """A line of the history of the master data."""

    at: datetime
    actor: str | None
    source: str
    action: str
    kind: str
    key: str
    person_key: str | None
    organization_key: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


#: It lies there or is to come before it; it is a session of it; it leads it; it is addressed to it.
Concern: TypeAlias = Literal["lies", "session", "led", "meant"]


class OpenCase(NamedTuple):
    """An open case that an organisation has something to do with."""

    id: str
    number: str | None
    how: Concern
    #: Of a session.
    day: date | None


def lock(connection: Connection, body: str) -> None:
    """Keep others from changing the roster of a town until this transaction ends; cases are opened meanwhile."""
    connection.execute(select(_body.c.key).where(_body.c.key == body).with_for_update(key_share=True))


def read_state(connection: Connection, body: str) -> State:
    """All that is stored of the roster of a town."""
    people, places = _names(connection, _person, body), _names(connection, _organization, body)
    found: dict[Kind, dict[str, Values]] = {}
    for kind in KINDS:
        table = _TABLES[kind]
        own = table.c.body == body if "body" in table.c else table.c.person_id.in_(_own_people(body))
        rows = connection.execute(select(table).where(own).order_by(table.c.id)).mappings()
        found[kind] = dict(_read(kind, dict(row), people, places) for row in rows)
    return found


def _own_people(body: str) -> Any:
    return select(_person.c.id).where(_person.c.body == body)


def _names(connection: Connection, table: Table, body: str) -> dict[str, str]:
    return {row.id: row.key for row in connection.execute(select(table.c.id, table.c.key).where(table.c.body == body))}


def _read(
    kind: Kind, row: Mapping[str, Any], people: Mapping[str, str], places: Mapping[str, str]
) -> tuple[str, Values]:
    values = {name: row.get(_COLUMNS.get(name, name)) for name in blank(kind)}
    if kind == "membership":
        values |= {"person": people[row["person_id"]], "organization": places[row["organization_id"]]}
        return str(row["id"]), {**values, "id": str(row["id"])}
    if kind == "organization":
        remit = row["remit"] or {}
        values |= {name: tuple(remit[part]) if remit.get(part) else None for name, part in _REMIT.items()}
    if kind == "person":
        values["also_written"] = tuple(row["also_written"])
    return str(row["key"]), values


def functions_of(connection: Connection, body: str) -> dict[str, str]:
    """Function of the town -> the organisation that holds it."""
    return dict(connection.execute(select(_body.c.functions).where(_body.c.key == body)).scalar_one())


def open_cases(connection: Connection, body: str, organization: str) -> list[OpenCase]:
    """The open cases that lie with an organisation or are led by it, are to come before it, or are addressed to it."""
    before, sits = _consultation.c.organization_key, _meeting.c.organization_key
    meant = _case.c.facts[COUNCIL_BODY].as_string()
    lead = func.coalesce(*(_case.c.facts[name].as_string() for name in OFFICES))
    query = (
        select(_case.c.id, _paper.c.reference, _case.c.owner, before, sits, lead, _meeting.c.meeting_date)
        .select_from(_case)
        .outerjoin(_paper, _paper.c.id == _case.c.paper_id)
        .outerjoin(_consultation, _consultation.c.id == _case.c.record_id)
        .outerjoin(_meeting, _meeting.c.id == _case.c.record_id)
        .where(_case.c.body == body, _case.c.closed_at.is_(None))
        .where(or_(*(column == organization for column in (_case.c.owner, before, sits, lead, meant))))
        .order_by(_case.c.id)
    )
    return [
        OpenCase(id_, number, _how(organization, owner, stop, session, lead), day)
        for id_, number, owner, stop, session, lead, day in connection.execute(query)
    ]


def left_with(connection: Connection, body: str, organizations: Collection[str]) -> list[tuple[str, OpenCase]]:
    """The open cases that lie with any of these organisations or, lying elsewhere, are led by it; with its key."""
    lead: ColumnElement[str] = literal_column(LEAD)  # in the words of its index
    ways: Iterable[tuple[Concern, ColumnElement[Any]]] = (("lies", _case.c.owner), ("led", lead))
    found = []
    for how, whose in ways:
        query = (
            select(whose, _case.c.id, _paper.c.reference, _case.c.owner)
            .select_from(_case.outerjoin(_paper, _paper.c.id == _case.c.paper_id))
            .where(_case.c.body == body, _case.c.closed_at.is_(None), whose.in_(organizations))
            .order_by(_case.c.id)
        )
        rows = connection.execute(query)
        found += [
            (key, OpenCase(id_, number, how, None)) for key, id_, number, owner in rows if how == "lies" or owner != key
        ]
    return found


def _how(organization: str, owner: str, stop: str | None, session: str | None, lead: str | None) -> Concern:
    if organization in {owner, stop}:
        return "lies"
    if organization == session:
        return "session"
    return "led" if organization == lead else "meant"


def write(connection: Connection, plan: Plan, act: Act) -> None:
    """Write what a plan changes, each change with its line of the history."""
    for change in plan.changes:
        key = new_id(act.at) if change.key.startswith("+") else change.key
        row = plan.after[change.kind].get(change.key) or change.before
        _write_row(connection, change, {**row, "id": key}, act)
        connection.execute(insert(_change).values(**_line(change, key, row, act)))


def _write_row(connection: Connection, change: Change, row: Values, act: Act) -> None:
    table, kind = _TABLES[change.kind], change.kind
    mine: ColumnElement[bool] = (
        table.c.id == row["id"] if kind == "membership" else (table.c.body == act.body) & (table.c.key == row["key"])
    )
    if change.action == "withdrawn":
        connection.execute(delete(table).where(mine))
        return
    values = _stored(connection, kind, row, act.body)
    if change.action == "new":
        own = {} if kind == "membership" else {"body": act.body}
        id_ = row["id"] if kind == "membership" else new_id(act.at)
        connection.execute(insert(table).values(id=id_, **own, **values))
    else:
        connection.execute(update(table).where(mine).values(**values))


def _stored(connection: Connection, kind: Kind, row: Values, body: str) -> dict[str, Any]:
    """The columns of a row."""
    left_out = {"id", *_REMIT, *(("person", "organization") if kind == "membership" else ())}
    values = {_COLUMNS.get(name, name): value for name, value in row.items() if name not in left_out}
    if kind == "organization":
        values["remit"] = {part: list(row[name]) for name, part in _REMIT.items() if row[name]} or None
    if kind == "person":
        values["also_written"] = list(row["also_written"])
    if kind == "membership":
        for name, table in (("person", _person), ("organization", _organization)):
            found = select(table.c.id).where(table.c.body == body, table.c.key == row[name])
            values[f"{name}_id"] = connection.execute(found).scalar_one()
    return values


def _line(change: Change, key: str, row: Values, act: Act) -> dict[str, Any]:
    member = change.kind == "membership"
    return {
        **act._asdict(),
        "action": change.action,
        "kind": change.kind,
        "key": key,
        "person_key": row["person"] if member else None,
        "organization_key": row["organization"] if member else None,
        "before": _plain(change.before),
        "after": _plain(change.after),
    }


def _plain(values: Values) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }


def history(connection: Connection, body: str, key: str) -> list[PastChange]:
    """What has changed of the row of that key and of its memberships, the oldest first."""
    columns: Iterable[Any] = (_change.c[name] for name in PastChange._fields)
    concerned = or_(_change.c.key == key, _change.c.person_key == key, _change.c.organization_key == key)
    query = select(*columns).where(_change.c.body == body, concerned).order_by(_change.c.id)
    return [PastChange._make(row) for row in connection.execute(query)]


def ended_with(connection: Connection, body: str, organizations: Collection[str]) -> frozenset[str]:
    """The memberships of these organisations that got the end they have in the act that ended the organisation."""
    mine = or_(
        (_change.c.kind == "organization") & _change.c.key.in_(organizations),
        (_change.c.kind == "membership") & _change.c.organization_key.in_(organizations),
    )
    parts = ("kind", "key", "organization_key", "at", "source", "after")
    query = select(*(_change.c[name] for name in parts)).where(_change.c.body == body, mine).order_by(_change.c.id)
    ends: dict[tuple[str, str], tuple[object, ...]] = {}
    places: dict[str, str] = {}
    for kind, key, organization, at, source, after in connection.execute(query):
        if "until" in (after or ()):
            ends[kind, key] = at, source, after["until"]
        if kind == "membership":
            places[key] = organization
    return frozenset(
        id
        for id, organization in places.items()
        if ("membership", id) in ends and ends["membership", id] == ends.get(("organization", organization))
    )


def forget_person(connection: Connection, body: str, key: str) -> None:
    """Leave nothing of a person in the history of the master data but that something of them changed, and when."""
    gone = literal("entfernt:").concat(cast(_change.c.id, String))
    row_of_them, membership_of_them = (_change.c.kind == "person") & (_change.c.key == key), _change.c.person_key == key
    named = (cast(_change.c[part], String).contains(f'"{key}"', autoescape=True) for part in ("before", "after"))
    mine = or_(row_of_them, membership_of_them, _change.c.actor == key, *named)
    values = {
        "key": case((row_of_them, gone), else_=_change.c.key),
        "person_key": case((membership_of_them, gone), else_=_change.c.person_key),
        **dict.fromkeys(("actor", "before", "after")),
    }
    connection.execute(update(_change).where(_change.c.body == body, mine).values(**values))
