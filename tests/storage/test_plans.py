"""What is asked again and again finds its rows by an index, however many cases there are."""

import pytest

from tests.helpers.council import START, Council
from tests.helpers.statements import asked, plans
from vorgang.notifications.delivery import LEASE
from vorgang.notifications.queries import due_cases, next_clock
from vorgang.notifications.undeliverable import report_undeliverable
from vorgang.states.database import Database
from vorgang.states.queries import Filter, cases

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


def test_what_mails_are_about_is_found_however_many_cases_there_are(council: Council) -> None:
    case = council.ask()
    council.assign(case)
    council.act(case, "zurueckziehen", "randt")
    leased, composer = council.outbox.claim(START, limit=10, lease=LEASE), council.composer()
    composer.scenes(leased)  # from now on the master data are known
    with asked(council.database) as statements:
        composer.scenes(leased)
    found = plans(council.database, statements)
    assert len(found) > 6
    assert [plan for plan in found if "SCAN vorgang_" in plan or "Seq Scan" in plan] == []


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Filter(lifecycle="zusage"), "kind"),
        (Filter(state="zugelassen"), "state"),
        (Filter(open=True), "open"),
        (Filter(public=True), "public"),
    ],
)
def test_a_list_of_what_is_rare_walks_along_it_alone(council: Council, wanted: Filter, index: str) -> None:
    with asked(council.database) as statements, council.database.reading() as connection:
        cases(connection, wanted._replace(body="hagen", after="00000000-0000-7000-8000-000000000000"))
    (plan,) = plans(council.database, statements)
    assert f"ix_vorgang_case_{index}" in plan
