"""Time passes: who is told what, once, whoever looks and however late."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from tests.helpers.council import START, Council
from vorgang.notifications.heartbeat import last_beats
from vorgang.notifications.reminders import Scanned, next_due, scan_deadlines
from vorgang.states.database import Database

#: Told on 2 January 2024 at 8 in Hagen: one working day before the third, the last of five for the admissibility check.
FIRST_RUNG = datetime(2024, 1, 2, 7, tzinfo=UTC)


#: The first working morning after a month of darkness.
MONDAY = datetime(2024, 1, 22, 7, tzinfo=UTC)


@pytest.fixture
def council(database: Database) -> Council:
    return Council(database)


def reminders(council: Council) -> list[tuple[str, str]]:
    templates = {"erinnerung", "ueberfaellig"}
    return [(e.template, e.recipient) for e in reversed(council.outbox.entries()) if e.template in templates]


def test_a_reminder_is_told_at_its_instant_and_once(council: Council) -> None:
    council.ask()
    council.wait(FIRST_RUNG - timedelta(seconds=1))
    assert council.scan() == Scanned()
    council.wait(timedelta(seconds=1))
    assert council.scan() == Scanned(ticked=1)
    assert council.scan() == Scanned()
    assert reminders(council) == [("erinnerung", "gs-integrationsrat")]


def test_after_a_month_of_darkness_everyone_is_told_the_latest_step_once(council: Council, tmp_path: Path) -> None:
    council.ask(nummer="1062/2023")
    council.drain(tmp_path)
    council.wait(timedelta(days=30))
    council.scan()
    council.scan()
    assert sorted(reminders(council)) == [
        ("ueberfaellig", "gs-integrationsrat"),
        ("ueberfaellig", "verwaltungsleitung"),
    ]
    council.drain(tmp_path)
    assert not [*tmp_path.glob("*ueberfaellig*")]  # it is a Sunday
    council.wait(MONDAY)
    council.drain(tmp_path)
    (mail, _) = [path.read_text() for path in sorted(tmp_path.glob("*ueberfaellig*"))]
    assert "Stufe 3 von 3" in mail
    assert "Die Stufen 1 und 2 sind entfallen" in mail


def test_what_is_overdue_is_told_again_every_week_until_it_is_done(council: Council) -> None:
    case = council.ask()
    for day in range(8, 41):  # January and the first days of February; the check was to be done by the 3rd
        council.wait(datetime(2024, 1, 1, 9, tzinfo=UTC) + timedelta(days=day))
        council.scan()
    told = [entry for entry in council.outbox.entries() if entry.occasion.startswith("zulassung#")]
    days = {entry.created_at.date().isoformat() for entry in told if entry.recipient == "verwaltungsleitung"}
    assert sorted(days) == ["2024-01-09", "2024-01-16", "2024-01-23", "2024-01-30", "2024-02-06"]
    council.wait(timedelta(days=365))  # off for a year: once, and then as before
    council.scan()
    council.scan()
    assert len(reminders(council)) - len(told) > 0
    council.act(case, "zurueckziehen", "severcan")
    before = reminders(council)
    council.wait(timedelta(days=30))
    council.scan()
    assert reminders(council) == before


def test_after_an_outage_of_the_mail_server_everyone_is_told_the_latest_step_once(
    council: Council, tmp_path: Path
) -> None:
    council.ask(nummer="1062/2023")
    council.drain(tmp_path)
    council.outbox.hold()
    for day in range(2, 9):  # while nothing goes out, each step is due in its time
        council.wait(datetime(2024, 1, day, 9, tzinfo=UTC))
        council.scan()
        council.outbox.hold()
    council.outbox.release()
    council.drain(tmp_path / "after")
    told = sorted(path.name.split("_")[1] for path in (tmp_path / "after").iterdir())
    assert told == ["gs-integrationsrat", "verwaltungsleitung"]
    (clerk, mayor) = [path.read_text() for path in sorted((tmp_path / "after").iterdir())]
    assert "Stufe 3 von 3" in clerk
    assert "Die Stufen 1 und 2 sind entfallen" in clerk
    assert "entfallen" not in mayor  # who was never to be told the others
    overtaken = [entry for entry in council.outbox.entries() if entry.status == "cancelled"]
    assert ["[mail_step_overtaken]" in str(entry.error) for entry in overtaken] == [True, True]


def test_one_broken_case_stops_no_other(council: Council) -> None:
    broken, whole = council.ask(), council.ask()
    with council.database.writing() as connection:
        change = text("UPDATE vorgang_case SET lifecycle_version = 99 WHERE id = :id")
        connection.execute(change, {"id": broken})
    council.wait(FIRST_RUNG)
    assert council.scan() == Scanned(ticked=1, failed=1)
    assert [e.case_id for e in council.outbox.entries() if e.template == "erinnerung"] == [whole]


def test_more_broken_cases_than_fit_on_a_page_hide_nobody(council: Council) -> None:
    for _ in range(5):
        council.ask()
    with council.database.writing() as connection:
        connection.execute(text("UPDATE vorgang_case SET lifecycle_version = 99"))
    council.ask()
    council.wait(FIRST_RUNG)
    scanned = scan_deadlines(council.database, council.workflow.engine, council.clock, limit=2)
    assert scanned == Scanned(ticked=1, failed=5)


def test_two_scanners_at_once_tell_everyone_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(2)]
    councils = [Council(database) for database in databases]
    for _ in range(20):
        councils[0].ask()
    barrier = Barrier(2)

    def work(council: Council) -> None:
        council.wait(FIRST_RUNG)
        barrier.wait()
        assert council.scan().failed == 0

    threads = [Thread(target=work, args=(council,)) for council in councils]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    councils[0].scan()
    assert len(reminders(councils[0])) == 20
    for database in databases:
        database.close()


def test_it_is_known_when_something_must_happen_next(council: Council, tmp_path: Path) -> None:
    assert next_due(council.database) is None
    council.ask()
    assert next_due(council.database) == START
    council.drain(tmp_path)
    assert next_due(council.database) == FIRST_RUNG


def test_whoever_can_tick_can_be_scanned_with(council: Council) -> None:
    """A host hands in its workflow, so that its hooks run for what time does too."""
    ticked: list[str] = []

    class Counting:
        def tick(self, case_id: str) -> bool:
            ticked.append(case_id)
            return False

    case = council.ask()
    council.wait(FIRST_RUNG)
    assert scan_deadlines(council.database, Counting(), council.clock) == Scanned()
    assert ticked == [case]
    assert last_beats(council.database) == {"scan_deadlines": FIRST_RUNG}


def test_a_scan_leaves_its_mark_for_those_who_watch(council: Council) -> None:
    council.wait(FIRST_RUNG)
    council.scan()
    assert last_beats(council.database) == {"scan_deadlines": FIRST_RUNG}
    council.wait(timedelta(hours=1))
    council.scan()
    assert last_beats(council.database) == {"scan_deadlines": FIRST_RUNG + timedelta(hours=1)}
