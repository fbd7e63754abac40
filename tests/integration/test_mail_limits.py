"""Limits on what goes out: nothing more than they allow, nothing lost, nothing counted as a failure."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from tests.helpers.council import Council
from tests.helpers.faults import Fault, faulty_server, slowly
from vorgang.notifications.delivery import Drained
from vorgang.notifications.limits import Limits
from vorgang.notifications.smtp import SmtpMailer
from vorgang.states.database import Database

MINUTE = timedelta(minutes=1)
ELSEWHERE = "gs-integrationsrat"


@pytest.fixture
def council(database: Database) -> Council:
    council = Council(database)
    council.move(ELSEWHERE, "ir@Partei.example")
    return council


def ask(council: Council, number: int, **more: str) -> None:
    for _ in range(number):
        council.ask(**more)


def test_no_more_goes_out_in_a_minute_than_may(council: Council, tmp_path: Path) -> None:
    ask(council, 12)
    post = council.post(tmp_path, limits=Limits(per_minute=5))
    sent = []
    for _ in range(4):
        sent.append(post.drain().sent)
        assert post.drain() == Drained()  # within the same minute
        council.wait(MINUTE)
    assert sent == [5, 5, 2, 0]
    assert {entry.attempts for entry in council.outbox.entries()} == {1}


def test_the_minute_slides(council: Council, tmp_path: Path) -> None:
    ask(council, 3)
    post = council.post(tmp_path, limits=Limits(per_minute=4))
    assert post.drain().sent == 3
    council.wait(MINUTE / 2)
    ask(council, 5)
    assert post.drain().sent == 1
    council.wait(MINUTE / 2)  # the first three are a minute old, the fourth is not
    assert post.drain().sent == 3


def test_a_domain_that_has_had_enough_holds_up_no_other(
    council: Council, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ask(council, 7)
    ask(council, 2, fragesteller=ELSEWHERE)
    post = council.post(tmp_path, limits=Limits(domain_per_minute=2))
    with caplog.at_level("INFO", "vorgang.mail"):
        assert post.drain() == Drained(sent=4, deferred=5)
    assert [record.getMessage() for record in caplog.records if "limit" in record.getMessage()] == [
        "the limit of messages a minute is reached (hagen.example); the others wait"
    ]
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]
    waiting = [entry for entry in council.outbox.entries() if entry.status == "deferred"]
    assert {entry.attempts for entry in waiting} == {0}
    assert all("[mail_limit]" in str(entry.error) for entry in waiting)
    assert len({entry.due_at for entry in waiting}) == 5  # they come back one after the other
    sent = []
    for _ in range(3):
        council.wait(MINUTE)
        sent.append(post.drain().sent)
    assert sum(sent) == 5
    assert max(sent) <= 2


def test_several_deliverers_together_stay_within_the_limit(database_url: str, tmp_path: Path) -> None:
    databases = [Database(database_url) for _ in range(3)]
    councils = [Council(database) for database in databases]
    ask(councils[0], 40)
    barrier = Barrier(len(councils))
    done: list[Drained] = []

    def work(own: Council) -> None:
        post = own.post(tmp_path, limits=Limits(per_minute=10))
        barrier.wait()
        done.append(post.drain())

    threads = [Thread(target=work, args=(council,)) for council in councils]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.sent for each in done) == 10
    assert not any(each.dead or each.lost for each in done)
    for database in databases:
        database.close()


def test_no_more_go_to_a_domain_at_once_than_may(council: Council) -> None:
    ask(council, 12)
    ask(council, 6, fragesteller=ELSEWHERE)
    with faulty_server() as faulty:
        faulty.fault = Fault("content", slowly("250 taken", 0.005))
        server = faulty.server()._replace(connections=6)
        post = council.post(SmtpMailer(server), limits=Limits(domain_at_once=2))
        assert post.drain() == Drained(sent=18)
    assert faulty.busiest == Counter({"hagen.example": 2, "partei.example": 2})
