"""The outbox on both databases: who may deliver, what is counted, and what a late holder can no longer do."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from tests.helpers.council import START, Council
from vorgang.config.errors import NotFoundError, RefusedError
from vorgang.notifications.outbox import (
    MOST_ATTEMPTS,
    OUTAGE_WAIT,
    RETRIES,
    Leased,
    Outbox,
    Outcome,
    Receipt,
    Wanted,
    failed,
    pause_after,
    put_back,
    sent,
)
from vorgang.states.database import Database
from vorgang.states.ids import new_id

LEASE = timedelta(minutes=5)
RECEIPT = Receipt("hakan.severcan@hagen.example", "Eingangsbestätigung", "0" * 64)


@pytest.fixture
def council(database: Database) -> Council:
    return Council(database)


def claimed(council: Council, limit: int = 100) -> list[Leased]:
    return council.outbox.claim(council.clock.now(), limit=limit, lease=LEASE)


def test_what_an_event_causes_can_be_claimed_once(council: Council) -> None:
    case = council.ask()
    (message,) = claimed(council)
    assert (message.case_id, message.recipient, message.template) == (case, "severcan", "eingang")
    assert (message.attempts, message.token) == (1, 1)
    assert claimed(council) == []


def test_a_claim_takes_no_more_than_it_asks_for(council: Council) -> None:
    for _ in range(5):
        council.ask()
    assert [len(claimed(council, 2)) for _ in range(4)] == [2, 2, 1, 0]


def test_a_lease_that_lapsed_goes_to_the_next_and_the_attempt_counts(council: Council) -> None:
    council.ask()
    (first,) = claimed(council)
    council.wait(LEASE)
    (second,) = claimed(council)
    assert (second.id, second.attempts, second.token) == (first.id, 2, 2)


def test_who_lost_the_lease_can_settle_nothing(council: Council) -> None:
    council.ask()
    (stale,) = claimed(council)
    council.wait(LEASE)
    (holder,) = claimed(council)
    now = council.clock.now()
    late = (sent(stale, now, RECEIPT), failed(stale, now, "x"), Outcome(stale, "dead", {"error": "x"}))
    assert council.outbox.settle([*late, put_back(stale, now, "x")]) == ["lost"] * 4
    assert council.outbox.settle([sent(holder, now, RECEIPT)]) == ["sent"]
    assert council.outbox.settle([sent(holder, now, RECEIPT)]) == ["lost"]
    (entry,) = council.outbox.entries()
    assert (entry.status, entry.sent_at, entry.subject) == ("sent", now, "Eingangsbestätigung")


def test_failed_attempts_wait_longer_and_longer_and_end(council: Council) -> None:
    council.ask()
    for number, least in enumerate(RETRIES, start=1):
        (message,) = claimed(council)
        wait = pause_after(message.id, number)
        assert least <= wait <= 1.2 * least
        assert message.attempts == number
        assert council.outbox.settle([failed(message, council.clock.now(), "451")]) == ["deferred"]
        council.wait(wait - timedelta(seconds=1))
        assert claimed(council) == []
        council.wait(timedelta(seconds=1))
    (message,) = claimed(council)
    assert council.outbox.settle([failed(message, council.clock.now(), "451")]) == ["dead"]
    (entry,) = council.outbox.entries(Wanted(status="dead"))
    assert (entry.attempts, entry.error) == (MOST_ATTEMPTS, "451")
    assert council.outbox.next_due() is None


def test_what_failed_together_is_not_tried_together() -> None:
    waits = {pause_after(new_id(START), 1) for _ in range(50)}
    assert len(waits) == 50  # each its own


def test_what_could_not_be_tried_does_not_count(council: Council) -> None:
    council.ask()
    for _ in range(3 * MOST_ATTEMPTS):
        (message,) = claimed(council)
        assert message.attempts == 1
        council.outbox.settle([put_back(message, council.clock.now() + OUTAGE_WAIT, "nicht erreichbar")])
        council.wait(timedelta(minutes=1))


def test_what_is_held_waits_until_it_is_released(council: Council) -> None:
    council.ask()
    council.ask()
    (one, _) = council.outbox.entries()
    assert council.outbox.hold(one.id) == 1
    assert len(claimed(council)) == 1
    assert council.outbox.release() == 1
    assert [message.id for message in claimed(council)] == [one.id]


def test_everything_that_waits_can_be_held_at_once(council: Council) -> None:
    council.ask()
    council.ask()
    assert council.outbox.hold() == 2
    assert claimed(council) == []
    assert council.outbox.counts() == {"held": 2}
    assert council.outbox.next_due() is None


def test_a_dead_message_starts_anew(council: Council) -> None:
    council.ask()
    (message,) = claimed(council)
    council.outbox.settle([Outcome(message, "dead", {"error": "keine Adresse"})])
    assert council.outbox.retry(council.clock.now()) == 1
    (again,) = claimed(council)
    assert (again.id, again.attempts, again.token) == (message.id, 1, 2)


def test_what_was_cancelled_never_goes(council: Council) -> None:
    council.ask()
    (entry,) = council.outbox.entries()
    council.outbox.cancel(entry.id)
    assert claimed(council) == []
    assert council.outbox.retry(council.clock.now()) == 0
    assert council.outbox.counts() == {"cancelled": 1}


def test_a_step_that_is_not_possible_says_why(council: Council) -> None:
    council.ask()
    (message,) = claimed(council)
    council.outbox.settle([sent(message, council.clock.now(), RECEIPT)])
    for step in (council.outbox.hold, council.outbox.release, council.outbox.cancel):
        with pytest.raises(RefusedError, match="gesendet"):
            step(message.id)
    for unknown in (new_id(START), "keine-id"):
        with pytest.raises(NotFoundError, match=unknown):
            council.outbox.hold(unknown)


def test_lists_are_filtered_and_go_on(council: Council) -> None:
    cases = [council.ask() for _ in range(3)]
    entries = council.outbox.entries()
    assert {entry.case_id for entry in entries} == set(cases)
    assert [entry.case_id for entry in council.outbox.entries(Wanted(case_id=cases[0]))] == cases[:1]
    rest = council.outbox.entries(Wanted(limit=2, before=entries[0].id))
    assert rest == entries[1:]
    assert council.outbox.entries(Wanted(body="kiel")) == []


def test_a_sweep_shows_abandoned_messages_as_waiting(council: Council) -> None:
    council.ask()
    claimed(council)
    assert council.outbox.sweep(council.clock.now()) == 0
    council.wait(LEASE)
    assert council.outbox.sweep(council.clock.now()) == 1
    assert council.outbox.counts() == {"deferred": 1}
    assert [message.attempts for message in claimed(council)] == [2]


def test_many_claim_at_once_and_nobody_gets_what_another_has(database_url: str) -> None:
    database = Database(database_url)
    council = Council(database)
    for _ in range(60):
        council.ask()
    workers = 4
    found: list[str] = []
    barrier = Barrier(workers)

    def work() -> None:
        own = Database(database_url)
        barrier.wait()
        while batch := Outbox(own).claim(START, limit=3, lease=LEASE):
            found.extend(message.id for message in batch)
        own.close()

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    assert len(found) == len(set(found)) == 60
