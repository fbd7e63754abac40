"""Several messages for one recipient in one mail: above a number a day, or as the recipient wishes."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import bindparam, event, text, update

from tests.helpers.council import START, Council
from tests.helpers.smtp import smtp_server
from vorgang.config.errors import RefusedError
from vorgang.notifications.bundles import Address
from vorgang.notifications.delivery import Drained
from vorgang.notifications.kinds import load_kinds
from vorgang.notifications.mail import Mail
from vorgang.notifications.mailer import FolderMailer
from vorgang.notifications.outbox import Wanted
from vorgang.notifications.preferences import Preferences, Wish
from vorgang.notifications.smtp import SmtpMailer
from vorgang.notifications.sorting import PAUSE, Policy
from vorgang.states.database import Database
from vorgang.states.survey import oldest_waiting
from vorgang.states.tables import MessageRow, table_of

#: All reminders of the admissibility check are due then.
REMINDED = datetime(2024, 1, 2, 7, tzinfo=UTC)
CLERKS = Address("hagen", "gs-integrationsrat")
ASKER = Address("hagen", "severcan")


@pytest.fixture
def council(database: Database) -> Council:
    council = Council(database)
    council.policy = Policy(most=3)
    return council


def mails(folder: Path, template: str = "*") -> list[EmailMessage]:
    paths = sorted(folder.glob(f"*_{template}_*.eml"))
    return [message_from_bytes(path.read_bytes(), policy=default) for path in paths]


def words(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def remind(council: Council, folder: Path, number: int, subject: str = "Sachstand") -> list[str]:
    """So many inquiries whose reminder is due now; their first messages are gone."""
    council.policy = Policy(most=0)
    cases = [council.ask(f"{subject} {each}", nummer=f"{100 + each:04}/2023") for each in range(number)]
    council.drain(folder)
    council.policy = Policy(most=3)
    council.wait(REMINDED)
    council.scan()
    return cases


def statuses(council: Council, template: str = "erinnerung") -> dict[str, int]:
    found = [entry.status for entry in council.outbox.entries() if entry.template == template]
    return {status: found.count(status) for status in found}


def prefer(council: Council, address: Address, kind: str, frequency: str) -> None:
    Preferences(council.database, load_kinds()).set(address, Wish(kind, frequency), by="randt", now=council.clock.now())


def test_up_to_the_number_each_message_is_a_mail_of_its_own(council: Council, tmp_path: Path) -> None:
    remind(council, tmp_path, 3)
    assert council.drain(tmp_path) == Drained(sent=3)
    assert len(mails(tmp_path, "erinnerung")) == 3
    assert mails(tmp_path, "sammelmail") == []


def test_beyond_the_number_all_of_them_are_one_mail(council: Council, tmp_path: Path) -> None:
    cases = remind(council, tmp_path, 12)
    assert council.drain(tmp_path) == Drained(sent=12)
    (digest,) = mails(tmp_path, "sammelmail")
    assert mails(tmp_path, "erinnerung") == []
    assert digest["Subject"] == "Sammelmail vom 02.01.2024: 12 Nachrichten"
    assert digest["References"] is None  # it is about no single case
    assert "Bald fällig (12)" in words(digest)
    assert all(f"/vorgang/{case}" in words(digest) for case in cases)
    entries = [entry for entry in council.outbox.entries() if entry.template == "erinnerung"]
    assert {(entry.status, entry.subject) for entry in entries} == {("sent", digest["Subject"])}
    assert council.drain(tmp_path) == Drained()


def test_a_digest_says_what_is_overdue_first_and_apart(council: Council, tmp_path: Path) -> None:
    cases = remind(council, tmp_path, 2)
    council.drain(tmp_path)
    council.wait(datetime(2024, 1, 4, 8, tzinfo=UTC))
    cases += [council.ask(f"Später {each}") for each in range(2)]
    prefer(council, CLERKS, "erinnerung", "taeglich")
    prefer(council, CLERKS, "ueberfaellig", "taeglich")
    council.wait(datetime(2024, 1, 10, 7, 30, tzinfo=UTC))
    council.scan()
    council.drain(tmp_path)
    council.wait(datetime(2024, 1, 10, 8, tzinfo=UTC))
    council.drain(tmp_path)
    (digest,) = mails(tmp_path, "sammelmail")
    body = words(digest)
    overdue, _, due = body.partition("Bald fällig")
    assert "Überfällig (2)" in overdue
    assert [case in overdue for case in cases] == [True, True, False, False]
    assert [case in due for case in cases] == [False, False, True, True]
    assert "2 überfällig" in digest["Subject"]


def test_that_a_day_has_passed_stands_under_what_is_overdue_unless_it_is_secret(
    council: Council, tmp_path: Path
) -> None:
    council.policy = Policy(most=1)
    for each in range(3):
        council.assign(council.ask(f"Radweg {each}", oeffentlich=each != 1))
    council.drain(tmp_path / "before")
    council.wait(datetime(2024, 2, 5, 8, tzinfo=UTC))
    council.scan()
    lapsed = {entry.recipient for entry in council.outbox.entries() if entry.template == "fristablauf"}
    assert lapsed == {"gs-integrationsrat"}
    council.drain(tmp_path)
    told = [words(mail) for mail in mails(tmp_path, "sammelmail")]
    (digest,) = [text for text in told if "Termin verstrichen" in text]
    late, _, rest = digest.partition("Weitere Nachrichten")
    assert late.count("Termin verstrichen") == 2
    assert "Termin verstrichen" not in rest
    assert "nichtöffentlich" in rest
    assert "nichtöffentlich" not in late


def test_other_recipients_and_what_asks_for_an_act_are_not_bundled(council: Council, tmp_path: Path) -> None:
    for _ in range(5):
        council.assign(council.ask())
    drained = council.drain(tmp_path)
    assert drained.sent == 15  # to the asker, the lead office and the involved one
    assert len(mails(tmp_path, "sammelmail")) == 1  # the five receipts of the asker
    assert len(mails(tmp_path, "auftrag")) == len(mails(tmp_path, "beteiligung")) == 5


def test_what_brings_a_file_waits_for_no_digest(council: Council, tmp_path: Path) -> None:
    """The file would be lost in one: the answer as PDF, or what a town attaches to its own news."""
    prefer(council, ASKER, "nachricht", "woechentlich")
    for each in range(6):
        council.ask(f"Sachstand {each}")
    answered = council.outbox.entries()[0].id
    with council.database.writing() as connection:
        change = text("UPDATE vorgang_message SET template = 'abgeschlossen', attach = 'antwort' WHERE id = :id")
        connection.execute(change, {"id": answered})
    council.drain(tmp_path)
    assert len(mails(tmp_path)) == len(mails(tmp_path, "abgeschlossen")) == 1
    council.wait(timedelta(days=14))
    council.drain(tmp_path)
    (digest,) = mails(tmp_path, "sammelmail")
    assert digest["Subject"].endswith("5 Nachrichten")
    assert load_kinds().of("beantwortet").bundled is False


def test_after_the_mails_of_a_day_what_comes_more_waits_for_company(council: Council, tmp_path: Path) -> None:
    for _ in range(4):
        council.ask()
        council.drain(tmp_path)
    assert len(mails(tmp_path, "eingang")) == 4
    for _ in range(3):
        council.ask()
        assert council.drain(tmp_path) == Drained()
    council.wait(PAUSE)
    assert council.drain(tmp_path) == Drained(sent=3)
    assert len(mails(tmp_path, "sammelmail")) == 1
    council.wait(START + timedelta(days=5))
    council.ask()
    assert council.drain(tmp_path) == Drained(sent=1)


# --- wishes ---


def test_a_wish_is_kept_on_its_day_and_not_before(council: Council, tmp_path: Path) -> None:
    prefer(council, ASKER, "nachricht", "woechentlich")
    council.wait(START + timedelta(hours=1))  # a Friday
    council.ask()
    council.ask()
    council.drain(tmp_path)
    council.wait(datetime(2023, 12, 27, 7, 59, tzinfo=UTC))  # Monday and Tuesday are Christmas
    assert council.drain(tmp_path) == Drained()
    with council.database.reading() as connection:
        assert oldest_waiting(connection, council.clock.now()) is None  # nothing that doctor should warn of
        assert oldest_waiting(connection, council.clock.now() + timedelta(minutes=1)) is not None
    council.wait(timedelta(minutes=1))
    assert council.drain(tmp_path) == Drained(sent=2)
    (digest,) = mails(tmp_path, "sammelmail")
    assert "Weitere Nachrichten (2)" in words(digest)
    assert digest["Date"] == "Wed, 27 Dec 2023 08:00:00 +0000"


def test_a_digest_of_one_is_an_ordinary_mail(council: Council, tmp_path: Path) -> None:
    prefer(council, ASKER, "nachricht", "taeglich")
    council.wait(START + timedelta(hours=1))
    council.ask()
    assert council.drain(tmp_path) == Drained()
    council.wait(datetime(2023, 12, 27, 9, tzinfo=UTC))
    assert council.drain(tmp_path) == Drained(sent=1)
    assert len(mails(tmp_path, "eingang")) == 1


def test_a_reminder_waits_for_no_digest_after_its_day(council: Council, tmp_path: Path) -> None:
    prefer(council, CLERKS, "erinnerung", "taeglich")
    council.ask()  # to be checked by 3 January
    council.wait(datetime(2024, 1, 3, 8, 40, tzinfo=UTC))  # the digest of the day has gone out
    council.scan()
    council.drain(tmp_path)
    (mail,) = mails(tmp_path, "erinnerung")
    assert "fällig heute, Mittwoch, 03.01.2024" in words(mail)


def test_what_waited_for_its_digest_speaks_of_the_day_of_the_digest(council: Council, tmp_path: Path) -> None:
    council.policy = Policy(at=time(7))  # an hour before the step of the last day
    prefer(council, CLERKS, "erinnerung", "taeglich")
    council.ask()  # to be checked by 3 January
    council.wait(datetime(2024, 1, 2, 8, 40, tzinfo=UTC))
    council.scan()
    assert council.drain(tmp_path) == Drained(sent=1)  # the receipt
    council.wait(datetime(2024, 1, 3, 6, 10, tzinfo=UTC))
    council.drain(tmp_path)
    (mail,) = mails(tmp_path, "erinnerung")
    assert mail["Date"] == "Wed, 03 Jan 2024 06:00:00 +0000"
    assert "fällig heute, Mittwoch, 03.01.2024" in words(mail)


@pytest.mark.parametrize(("hour", "waits"), [(12, True), (22, False)])
def test_after_the_mails_of_a_day_a_last_reminder_waits_for_company_only_while_it_is_in_time(
    council: Council, tmp_path: Path, hour: int, *, waits: bool
) -> None:
    remind(council, tmp_path, 5)
    council.wait(datetime(2024, 1, 3, 7, tzinfo=UTC))  # the last day, which ends at 23 o'clock
    council.scan()
    last = council.outbox.entries()[0].id
    council.outbox.hold(last)
    council.policy = Policy(most=0)
    council.drain(tmp_path)
    council.outbox.release(last)
    council.policy = Policy(most=3)
    council.wait(datetime(2024, 1, 3, hour, 30, tzinfo=UTC))
    assert council.drain(tmp_path) == Drained(sent=0 if waits else 1)


def test_a_message_that_cannot_be_sorted_stops_no_other(council: Council, tmp_path: Path) -> None:
    prefer(council, ASKER, "nachricht", "taeglich")
    cases = [council.ask(f"Sachstand {each}") for each in range(3)]
    council.assign(cases[0])
    with council.database.writing() as connection:  # no calendar reaches so far back
        change = text("UPDATE vorgang_message SET created_at = :long_ago WHERE case_id = :id AND template = 'eingang'")
        long_ago = datetime(1800, 1, 1, tzinfo=UTC)
        known = {"id": bindparam("id"), "long_ago": bindparam("long_ago", type_=table_of(MessageRow).c.created_at.type)}
        connection.execute(change.bindparams(*known.values()), {"id": cases[1], "long_ago": long_ago})
    council.drain(tmp_path)
    assert len(mails(tmp_path, "auftrag")) == 1
    assert "leased" not in statuses(council)


def test_what_is_not_wished_is_not_sent_and_says_why(council: Council, tmp_path: Path) -> None:
    prefer(council, ASKER, "nachricht", "nie")
    council.ask()
    council.drain(tmp_path)
    (entry,) = council.outbox.entries()
    assert (entry.status, entry.template) == ("cancelled", "eingang")
    assert "mail_unwanted" in str(entry.error)


# --- failures ---


def test_one_broken_message_stops_no_other_and_is_tried_by_itself(council: Council, tmp_path: Path) -> None:
    cases = remind(council, tmp_path, 6)
    for broken in (cases[0], cases[3]):  # the first of them would lead the digest
        with council.database.writing() as connection:
            change = text("UPDATE vorgang_case SET lifecycle_version = lifecycle_version + 90 WHERE id = :id")
            connection.execute(change, {"id": broken})
    council.drain(tmp_path)
    (digest,) = mails(tmp_path, "sammelmail")
    assert [case in words(digest) for case in cases] == [False, True, True, False, True, True]
    assert statuses(council) == {"sent": 4, "deferred": 2}
    with council.database.writing() as connection:
        connection.execute(text("UPDATE vorgang_case SET lifecycle_version = lifecycle_version % 90"))
    council.wait(timedelta(minutes=5))
    assert council.drain(tmp_path) == Drained(sent=2)
    assert len(mails(tmp_path, "erinnerung")) == 2


def test_what_is_no_longer_true_is_left_out(council: Council, tmp_path: Path) -> None:
    cases = remind(council, tmp_path, 5)
    for case in cases[:2]:
        council.act(case, "zulassen", "randt")
    council.drain(tmp_path)
    (digest,) = mails(tmp_path, "sammelmail")
    assert [case in words(digest) for case in cases] == [False, False, True, True, True]
    assert statuses(council) == {"cancelled": 2, "sent": 3}


def test_what_a_server_refuses_for_now_goes_out_later_with_the_same_id(council: Council, tmp_path: Path) -> None:
    remind(council, tmp_path, 6)
    with smtp_server() as post:
        post.handler.answer = lambda _server, _envelope: "451 4.3.0 later"
        assert council.drain(SmtpMailer(post.server)) == Drained(deferred=1)
        assert statuses(council) == {"deferred": 1, "queued": 5}
        post.handler.answer = lambda _server, _envelope: None
        council.wait(timedelta(minutes=5))
        assert council.drain(SmtpMailer(post.server)) == Drained(sent=6)
        refused, taken = post.handler.received
        assert taken.content == refused.content
    assert statuses(council) == {"sent": 6}


def test_a_digest_to_nobody_is_dead_as_a_whole(council: Council, tmp_path: Path) -> None:
    remind(council, tmp_path, 6)
    with council.database.writing() as connection:
        connection.execute(text("UPDATE vorgang_organization SET email = NULL WHERE key = 'gs-integrationsrat'"))
    council.workflow.directory.forget()
    council.drain(tmp_path)
    assert statuses(council) == {"dead": 6}
    with council.database.writing() as connection:
        connection.execute(text("UPDATE vorgang_organization SET email = 'gs@hagen.example'"))
    council.workflow.directory.forget()
    council.outbox.retry(council.clock.now())
    assert council.drain(tmp_path) == Drained(sent=6)
    assert len(mails(tmp_path, "sammelmail")) == 1


def test_a_digest_held_and_released_by_hand_is_sorted_anew(council: Council, tmp_path: Path) -> None:
    prefer(council, CLERKS, "erinnerung", "taeglich")
    remind(council, tmp_path, 3)
    council.drain(tmp_path)
    waiting = [entry for entry in council.outbox.entries() if entry.template == "erinnerung"]
    leader = min(entry.id for entry in waiting)
    assert council.outbox.hold(leader) == 3
    council.wait(timedelta(days=1))
    assert council.drain(tmp_path) == Drained()
    assert council.outbox.release() == 3
    assert council.drain(tmp_path) == Drained(sent=3)
    assert len(mails(tmp_path, "sammelmail")) == 1


def test_nothing_secret_stands_in_a_digest(council: Council, tmp_path: Path) -> None:
    council.policy = Policy(most=1)
    for each in range(3):
        council.ask(f"Grundstück {each}", oeffentlich=each != 1)
    council.drain(tmp_path)
    (digest,) = mails(tmp_path, "sammelmail")
    assert "Grundstück 0" in words(digest)
    assert "Grundstück 1" not in words(digest)


def test_nor_that_something_secret_is_overdue(council: Council, tmp_path: Path) -> None:
    council.policy = Policy(most=0)
    for each in range(3):
        council.ask(f"Grundstück {each}", oeffentlich=False)
    council.drain(tmp_path)
    council.policy = Policy(most=1)
    council.wait(datetime(2024, 1, 5, 9, tzinfo=UTC))
    council.scan()
    council.drain(tmp_path)
    told = mails(tmp_path, "sammelmail")
    assert told
    assert all(mail["Subject"] == "Sammelmail vom 05.01.2024: 3 Nachrichten" for mail in told)
    assert all("fällig" not in words(mail) for mail in told)


# --- by hand ---


def refused_for_now(council: Council, number: int = 6) -> str:
    """A digest of so many that the server would not take for now; its leader."""
    with smtp_server() as post:
        post.handler.answer = lambda _server, _envelope: "451 4.3.0 later"
        assert council.drain(SmtpMailer(post.server)) == Drained(deferred=1)
    assert statuses(council) == {"deferred": 1, "queued": number - 1}
    (leader,) = council.outbox.entries(Wanted(status="deferred"))
    return leader.id


def message_ids(folder: Path) -> list[str]:
    return [str(mail["Message-ID"]) for mail in mails(folder, "sammelmail")]


@pytest.mark.parametrize("asked_for", ["all", "leader", "member"])
def test_a_deferred_digest_tried_again_tells_all_of_it(council: Council, tmp_path: Path, asked_for: str) -> None:
    remind(council, tmp_path, 6)
    leader = refused_for_now(council)
    member = council.outbox.entries(Wanted(status="queued"))[0].id
    asked = {"all": None, "leader": leader, "member": member}[asked_for]
    assert council.outbox.retry(council.clock.now(), asked) == 6
    assert council.outbox.next_due() == council.clock.now()
    assert council.drain(tmp_path) == Drained(sent=6)
    (id_,) = message_ids(tmp_path)
    assert id_.startswith(f"<{leader}@")  # it may have arrived the first time


def test_a_deferred_digest_held_and_released_is_the_same_digest(council: Council, tmp_path: Path) -> None:
    remind(council, tmp_path, 6)
    leader = refused_for_now(council)
    assert council.outbox.hold() == 6
    council.wait(timedelta(days=1))
    assert council.drain(tmp_path) == Drained()
    assert council.outbox.release(leader) == 6
    assert council.drain(tmp_path) == Drained(sent=6)
    assert message_ids(tmp_path)[0].startswith(f"<{leader}@")


def test_a_message_held_by_itself_leaves_its_digest(council: Council, tmp_path: Path) -> None:
    remind(council, tmp_path, 6)
    refused_for_now(council)
    member = council.outbox.entries(Wanted(status="queued"))[0].id
    assert council.outbox.hold(member) == 1
    council.wait(timedelta(minutes=5))
    assert council.drain(tmp_path) == Drained(sent=5)
    assert council.outbox.release(member) == 1
    assert council.drain(tmp_path) == Drained(sent=1)
    assert statuses(council) == {"sent": 6}


def test_a_cancelled_leader_takes_its_digest_along(council: Council, tmp_path: Path) -> None:
    remind(council, tmp_path, 6)
    assert council.outbox.cancel(refused_for_now(council)) == 6
    assert statuses(council) == {"cancelled": 6}


class Meddling(FolderMailer):
    """Does something while a mail is on its way."""

    def __init__(self, folder: Path, meddle: Callable[[], object]) -> None:
        super().__init__(folder)
        self._meddle = meddle

    async def send(self, mail: Mail) -> None:
        await asyncio.to_thread(self._meddle)
        await super().send(mail)


def test_a_digest_on_its_way_cannot_be_held(council: Council, tmp_path: Path) -> None:
    remind(council, tmp_path, 6)
    held: list[int] = []

    def hold() -> None:
        held.append(council.outbox.hold())
        for entry in council.outbox.entries(Wanted(status="queued")):
            with pytest.raises(RefusedError, match="in Zustellung"):
                council.outbox.hold(entry.id)

    assert council.drain(Meddling(tmp_path, hold)) == Drained(sent=6)
    assert held == [0]
    assert statuses(council) == {"sent": 6}
    council.outbox.release()
    assert council.drain(tmp_path) == Drained()
    assert len(message_ids(tmp_path)) == 1


def test_what_a_digest_has_told_is_told_whatever_was_written_meanwhile(council: Council, tmp_path: Path) -> None:
    remind(council, tmp_path, 6)

    def hold() -> None:
        with council.database.writing() as connection:  # as a program of before would
            held = "UPDATE vorgang_message SET status = 'held', bundle_id = NULL WHERE status = 'queued'"
            connection.execute(text(held))

    council.drain(Meddling(tmp_path, hold))
    assert statuses(council) == {"sent": 6}


# --- whatever the cause ---


@pytest.mark.parametrize("status", ["sent", "dead", "cancelled", "held", "deferred"])
def test_what_waits_for_a_leader_that_does_not_lead_is_told(
    council: Council, tmp_path: Path, status: str, caplog: pytest.LogCaptureFixture
) -> None:
    remind(council, tmp_path, 6)
    leader = refused_for_now(council)
    values = {"status": status, "sent_at": REMINDED if status == "sent" else None}
    values |= {"bundle_id": None} if status == "deferred" else {}
    message = table_of(MessageRow)
    with council.database.writing() as connection:
        connection.execute(update(message).where(message.c.id == leader).values(values))
    assert council.outbox.next_due() == REMINDED
    assert council.drain(tmp_path) == Drained(sent=5)
    assert statuses(council) == ({"sent": 6} if status == "sent" else {"sent": 5, status: 1})
    assert "digests that nobody leads" in caplog.text


def test_who_has_no_digests_is_not_counted_for_them(council: Council, tmp_path: Path) -> None:
    for _ in range(4):
        council.ask()
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted.append(statement)

    event.listen(council.database.engine, "before_cursor_execute", note)
    council.policy = Policy(most=0)
    council.drain(tmp_path)
    assert not [one for one in counted if "count(" in one]
