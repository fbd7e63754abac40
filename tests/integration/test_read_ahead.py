"""What messages are about is read for many of them at once, and read again for one whose turn comes too late."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.helpers.council import Council
from tests.helpers.statements import asked
from vorgang.notifications.delivery import FRESH, Drained
from vorgang.notifications.limits import Limits
from vorgang.notifications.mail import Mail
from vorgang.notifications.mailer import FolderMailer
from vorgang.states.database import Database

LATER = FRESH + timedelta(seconds=1)


@pytest.fixture
def council(database: Database) -> Council:
    return Council(database)


class Slow(FolderMailer):
    """Takes its time over the first mail, while something happens to the case of the other."""

    def __init__(self, folder: Path, council: Council, happens: Callable[[], None], connections: int = 1) -> None:
        super().__init__(folder)
        self.connections = connections
        self._council, self._happens, self._sent = council, happens, 0

    async def send(self, mail: Mail) -> None:
        await super().send(mail)
        self._sent += 1
        if self._sent == 1:
            for _ in range(3):  # until the other, if it goes out on a lane of its own, waits for its domain
                await asyncio.sleep(0)
            self._happens()
            self._council.wait(LATER)


def test_what_is_no_longer_true_when_its_turn_comes_is_not_sent(council: Council, tmp_path: Path) -> None:
    first, second = council.ask(), council.ask()
    council.drain(tmp_path / "before")
    for case in (first, second):
        council.act(case, "zulassen", "randt")
        council.act(case, "zuweisen", "randt", federfuehrung="amt01")
    council.drain(Slow(tmp_path / "after", council, lambda: council.act(second, "zurueckziehen", "randt")))
    entries = {(entry.case_id, entry.template): entry.status for entry in council.outbox.entries()}
    assert entries[first, "auftrag"] == "sent"
    assert entries[second, "auftrag"] == "cancelled"
    assert entries[second, "zurueckgezogen"] == "sent"


def test_what_has_waited_for_its_domain_is_written_anew(council: Council, tmp_path: Path) -> None:
    first, second = council.ask(), council.ask("Geheime Sache")
    council.drain(tmp_path / "before")
    for case in (first, second):
        council.act(case, "zulassen", "randt")
        council.act(case, "zuweisen", "randt", federfuehrung="amt01")

    def becomes_secret() -> None:
        with council.database.writing() as connection:
            change = text("UPDATE vorgang_case SET public = :public WHERE id = :id")
            connection.execute(change, {"id": second, "public": False})

    slow = Slow(tmp_path / "after", council, becomes_secret, connections=2)
    post = council.post(slow, limits=Limits(domain_at_once=1))
    assert post.drain() == Drained(sent=2)
    (secret,) = [path.read_text() for path in (tmp_path / "after").iterdir() if second in path.read_text()]
    assert "Geheime Sache" not in secret


def test_a_case_that_cannot_be_read_holds_up_no_other(council: Council, tmp_path: Path) -> None:
    broken, *_others = (council.ask() for _ in range(4))
    with council.database.writing() as connection:
        change = text("UPDATE vorgang_case SET lifecycle_version = 99 WHERE id = :id")
        connection.execute(change, {"id": broken})
    assert council.drain(tmp_path) == Drained(sent=3, deferred=1)
    (waiting,) = [entry for entry in council.outbox.entries() if entry.status == "deferred"]
    assert waiting.case_id == broken
    assert "99" in str(waiting.error)


def test_a_case_below_itself_holds_up_no_other(council: Council, tmp_path: Path) -> None:
    broken, _other = council.ask(), council.ask()
    with council.database.writing() as connection:
        change = text("UPDATE vorgang_case SET parent_id = id, child = 'zusage', round = 1 WHERE id = :id")
        connection.execute(change, {"id": broken})
    assert council.drain(tmp_path) == Drained(sent=1, deferred=1)
    (waiting,) = [entry for entry in council.outbox.entries() if entry.status == "deferred"]
    assert "[case_unknown]" in str(waiting.error)


def test_so_many_mails_do_not_need_so_many_looks_into_the_database(council: Council, tmp_path: Path) -> None:
    def looks(number: int) -> int:
        for _ in range(number):
            council.ask()
        with asked(council.database) as statements:
            assert council.drain(tmp_path).sent == number
        return len([statement for statement, _ in statements if statement.startswith("SELECT")])

    assert looks(15) - looks(5) < 10
