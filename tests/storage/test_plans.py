"""What is asked again and again finds its rows by an index, however many cases there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.helpers.council import START, Council
from vorgang.notifications.delivery import LEASE
from vorgang.notifications.queries import due_cases, next_clock
from vorgang.notifications.undeliverable import report_undeliverable
from vorgang.states.database import Database

DEADLINES, MESSAGES = "ix_vorgang_deadline_next", "ix_vorgang_message_due"
#: The same rows, by whom they are for; PostgreSQL may take it for a look at a handful of rows.
OF_RECIPIENT = "ix_vorgang_message_recipient"
UNREPORTED = "ix_vorgang_message_unreported"


@pytest.fixture
def council(database: Database) -> Council:
    """A council with one inquiry, one running deadline and one waiting message."""
    council = Council(database)
    council.ask()
    return council


@contextmanager
def asked(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are run meanwhile, with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if "vorgang_" in statement:
            found.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def plans(database: Database, statements: list[tuple[str, Any]]) -> list[str]:
    """How the database would run them, if a table were too long to be read."""
    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    with database.writing() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        return [str(connection.exec_driver_sql(explain + text, values).all()) for text, values in statements]


def test_a_scan_walks_along_the_deadlines_that_are_due(council: Council) -> None:
    with asked(council.database) as statements, council.database.reading() as connection:
        due_cases(connection, START, limit=10, after=None)
        due_cases(connection, START, limit=10, after=(START, "00000000-0000-7000-8000-000000000000"))
        next_clock(connection)
    found = plans(council.database, statements)
    assert len(found) == 3
    assert [plan for plan in found if DEADLINES not in plan] == []


def test_a_deliverer_walks_along_the_messages_that_wait(council: Council) -> None:
    with asked(council.database) as statements:
        assert council.outbox.claim(START, limit=10, lease=LEASE)
        council.outbox.next_due()
        council.outbox.sweep(START + LEASE)
    found = plans(council.database, statements)
    assert len(found) == 5
    assert [plan for plan in found if MESSAGES not in plan and OF_RECIPIENT not in plan] == []


def test_what_reached_nobody_is_found_without_a_walk_over_what_was_sent(council: Council) -> None:
    with asked(council.database) as statements:
        assert report_undeliverable(council.database, council.workflow) == 0
    given_up, doubtful = plans(council.database, statements)
    assert UNREPORTED in given_up
    assert "SCAN vorgang_message" not in doubtful
