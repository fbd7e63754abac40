"""What somebody can do to the log who owns the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update

from tests.helpers.logs import START, step_of
from vorgang.states.audit import AuditReport
from vorgang.states.audit_chains import line_from
from vorgang.states.database import Database
from vorgang.states.ledger import recomputed
from vorgang.states.statements import LINE as LINE_COLUMNS
from vorgang.states.step import Case
from vorgang.states.tables import CaseRow, HeadRow, TransitionRow, table_of
from vorgang.states.writes import prepare

LINE, HEAD, CASE = (table_of(row) for row in (TransitionRow, HeadRow, CaseRow))
Attack = Callable[[Connection, Case], None]


def found(report: AuditReport) -> list[tuple[str, int | None]]:
    """Code and place (line or head) of every finding."""
    assert report.found == len(report.findings)
    return [(finding.code, finding.head if finding.seq is None else finding.seq) for finding in report.findings]


@contextmanager
def attacking(database: Database) -> Iterator[Connection]:
    """The connection of somebody who owns the database: no trigger and no foreign key stands in the way."""
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        if database.dialect == "sqlite":
            driver.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            disarm(connection)
            yield connection
        if database.dialect == "sqlite":
            driver.execute("PRAGMA foreign_keys = ON")


def disarm(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    for table in (LINE, HEAD):
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
    connection.exec_driver_sql(f"ALTER TABLE {LINE.name} DROP CONSTRAINT IF EXISTS fk_vorgang_transition_case_id")


def at(case: Case, seq: int) -> Any:
    return (LINE.c.case_id == case.id) & (LINE.c.seq == seq)


def rewrite(connection: Connection, case: Case, first: int, **values: Any) -> None:
    """Change line `first` and give it and all lines after it the hashes they would have had, and the case its end."""
    connection.execute(update(LINE).where(at(case, first)).values(**values))
    last = ""
    for seq in range(first, case.log_seq + 1):
        if last:
            connection.execute(update(LINE).where(at(case, seq)).values(prev_hash=last))
        last = rehash(connection, case, seq)
    connection.execute(update(CASE).where(CASE.c.id == case.id).values(log_hash=last))


def rehash(connection: Connection, case: Case, seq: int) -> str:
    columns = [LINE.c[name] for name in LINE_COLUMNS]
    line = line_from(connection.execute(select(*columns).where(at(case, seq))).one())
    fresh = recomputed(line)
    connection.execute(update(LINE).where(at(case, seq)).values(hash=fresh))
    return fresh


def setting(seq: int, **values: Any) -> Attack:
    def attack(connection: Connection, case: Case) -> None:
        connection.execute(update(LINE).where(at(case, seq)).values(**values))

    return attack


def removing(*seqs: int) -> Attack:
    def attack(connection: Connection, case: Case) -> None:
        for seq in seqs:
            connection.execute(delete(LINE).where(at(case, seq)))

    return attack


def exchanging(seq: int) -> Attack:
    def attack(connection: Connection, case: Case) -> None:
        connection.execute(update(LINE).where(at(case, seq)).values(event="anders"))
        rehash(connection, case, seq)

    return attack


def setting_case(**values: Any) -> Attack:
    def attack(connection: Connection, case: Case) -> None:
        connection.execute(update(CASE).where(CASE.c.id == case.id).values(**values))

    return attack


def appending(connection: Connection, case: Case) -> None:
    """A fifth line, sound in itself, without telling the case."""
    line = prepare(step_of(case, "erfunden", case.state), record=None).line
    connection.execute(insert(LINE).values({**line._asdict(), "at": START}))
    connection.execute(update(LINE).where(at(case, 5)).values(at=START))
    rehash(connection, case, 5)


def deleting_the_case(connection: Connection, case: Case) -> None:
    connection.execute(delete(CASE).where(CASE.c.id == case.id))
