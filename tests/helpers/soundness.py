"""What holds in every database of Vorgang at any moment, whatever happened to it."""

from sqlalchemy import Connection, func, or_, select, true

from vorgang.states.audit import verify
from vorgang.states.database import Database
from vorgang.states.records import Organization, Person
from vorgang.states.tables import CaseRow, DeadlineRow, KeyRow, MessageRow, TransitionRow, table_of

_case, _line, _deadline, _message, _key = (
    table_of(row) for row in (CaseRow, TransitionRow, DeadlineRow, MessageRow, KeyRow)
)
_organization, _person = table_of(Organization), table_of(Person)


def assert_sound(database: Database) -> None:
    """No event is half there, and nothing was left lying."""
    report = verify(database)
    assert report.ok, report.findings
    with database.reading() as connection:
        _logs_are_whole(connection)
        _nothing_was_left_lying(connection)
        _owners_are_there(connection)
        _every_row_has_its_line(connection)
        _families_are_whole(connection)


def _logs_are_whole(connection: Connection) -> None:
    lines = select(_line.c.case_id, func.count().label("n")).group_by(_line.c.case_id).subquery()
    rows = connection.execute(
        select(_case.c.id, _case.c.log_seq, lines.c.n).outerjoin(lines, lines.c.case_id == _case.c.id)
    )
    assert all(seq == count for _, seq, count in rows)
    last = select(_case.c.state, _line.c.target, _case.c.log_hash, _line.c.hash).where(
        _line.c.case_id == _case.c.id, _line.c.seq == _case.c.log_seq
    )
    assert all(state == target and log == line for state, target, log, line in connection.execute(last))


def _nothing_was_left_lying(connection: Connection) -> None:
    is_open = _case.c.closed_at.is_(None)
    lying = is_open & (_case.c.owner.is_(None) | (_case.c.due_on.is_(None) & ~_case.c.unattended))
    assert not connection.execute(select(_case.c.id).where(lying)).all()
    next_due = (
        select(func.min(_deadline.c.due_on))
        .where(_deadline.c.case_id == _case.c.id, _deadline.c.status == "running")
        .scalar_subquery()
    )
    wrong = connection.execute(select(_case.c.id).where(is_open, _case.c.due_on.is_distinct_from(next_due))).all()
    assert not wrong
    closed_and_running = select(_deadline.c.id).where(
        _deadline.c.case_id == _case.c.id, ~is_open, _deadline.c.status.in_(("running", "paused"))
    )
    assert not connection.execute(closed_and_running).all()


def assert_deadlines_are_watched(database: Database) -> None:
    """Every deadline ahead will be looked at: by the shipped rules each has a ladder, or an event at its end.

    Of what is overdue at least one is, again and again.
    """
    with database.reading() as connection:
        last = connection.execute(select(func.max(_line.c.at))).scalar_one()
        forgotten = select(_deadline.c.case_id, _deadline.c.name, _deadline.c.due_on).where(
            _deadline.c.status == "running", _deadline.c.next_at.is_(None), _deadline.c.due_on > last.date()
        )
        assert not connection.execute(forgotten).all()
        watched = select(_deadline.c.case_id).where(_deadline.c.next_at.is_not(None))
        silent = select(_deadline.c.case_id, _deadline.c.name, _deadline.c.due_on).where(
            _deadline.c.status == "running", _deadline.c.case_id.not_in(watched)
        )
        assert not connection.execute(silent).all()


def _owners_are_there(connection: Connection) -> None:
    """Open cases lie with parties of their town that have not ended on the day of the last line."""
    last = connection.execute(select(func.max(_line.c.at))).scalar_one()
    ends = or_(_organization.c.end_date.is_(None), _organization.c.end_date >= last.date() if last else true())
    places = select(_organization.c.body, _organization.c.key).where(ends)
    people = select(_person.c.body, _person.c.key)
    known = {tuple(row) for query in (places, people) for row in connection.execute(query)}
    lies = select(_case.c.body, _case.c.owner).where(_case.c.closed_at.is_(None)).distinct()
    assert {tuple(row) for row in connection.execute(lies)} <= known


def _every_row_has_its_line(connection: Connection) -> None:
    for table, seq in ((_deadline, "occurrence"), (_message, "occurrence"), (_key, "seq")):
        orphans = (
            select(table.c.case_id)
            .outerjoin(_line, (_line.c.case_id == table.c.case_id) & (_line.c.seq == table.c[seq]))
            .where(_line.c.seq.is_(None))
        )
        assert not connection.execute(orphans).all(), table.name
    announced = {
        (case_id, seq): list(changes.get("messages", []))
        for case_id, seq, changes in connection.execute(select(_line.c.case_id, _line.c.seq, _line.c.changes))
    }
    kept = connection.execute(
        select(_message.c.case_id, _message.c.occurrence, _message.c.occasion, _message.c.template)
    )
    found: dict[tuple[str, int], list[list[str]]] = {key: [] for key in announced}
    for case_id, seq, occasion, template in kept:
        found[case_id, seq].append([occasion, template])
    assert {key: sorted(rows) for key, rows in found.items()} == {key: sorted(rows) for key, rows in announced.items()}


def _families_are_whole(connection: Connection) -> None:
    """Every child that a line announces is there, once, and nobody else's."""
    announced = [
        (case_id, *child)
        for case_id, changes in connection.execute(select(_line.c.case_id, _line.c.changes))
        for child in changes.get("children", [])
    ]
    columns = (_case.c.parent_id, _case.c.child, _case.c.round, _case.c.position)
    there = [tuple(row) for row in connection.execute(select(*columns).where(_case.c.parent_id.is_not(None)))]
    opened = [row for row in there if row[2] > 0]  # what has found its parent by itself is in no round
    assert len(set(opened)) == len(opened)
    assert set(announced) <= set(opened)
