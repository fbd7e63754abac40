"""Mail that comes back: the message is a task of the council office, the address is not written to again."""

import gc
import mailbox
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, text

from tests.helpers.bounces import (
    RETURN_PATH,
    SECRET,
    WRITTEN_TO,
    Imap,
    dsn,
    exim,
    imap_server,
    qmail,
    unsigned,
    vacation,
)
from tests.helpers.command_line import Vorgang
from tests.helpers.house import START, House
from tests.helpers.smtp import smtp_server
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import DeliveryError, InvalidInputError
from vorgang.config.settings import Settings
from vorgang.notifications import bounces as bounces_module
from vorgang.notifications import heartbeat
from vorgang.notifications.bounce_imap import Account, from_imap
from vorgang.notifications.bounce_sources import READ, from_folder, from_paths
from vorgang.notifications.bounces import UNCLEAR_BOUNCES, UNCLEAR_DAYS
from vorgang.notifications.outbox import Entry, Wanted
from vorgang.notifications.return_path import return_path
from vorgang.notifications.scheduler import Intervals
from vorgang.notifications.suppression import Suppressions
from vorgang.states.database import Database
from vorgang.states.ids import new_id
from vorgang.states.installation_secrets import secret_of
from vorgang.states.mail_tables import SecretRow
from vorgang.states.queries import CaseSummary
from vorgang.states.tables import table_of
from vorgang.workflow.office import Office
from vorgang.workflow.returns import READ_BOUNCES, Returned

OFFICE = "gs-integrationsrat"
ADDRESS = WRITTEN_TO
DAY = timedelta(days=1)


@pytest.fixture
def office(house: House, tmp_path: Path) -> Office:
    keep_secret(house.database)
    return Office(house.workflow, Settings(mail_folder=tmp_path / "mails", return_path=RETURN_PATH))


def keep_secret(database: Database) -> None:
    """Return paths are signed as the helpers sign them."""
    values = {"name": "return_path", "value": SECRET.hex(), "made_at": START}
    with database.writing() as connection:
        connection.execute(insert(table_of(SecretRow)).values(values))


def sent(house: House, office: Office) -> Entry:
    """A message that was handed over."""
    house.ask()
    office.drain()
    return office.outbox.entries(Wanted(status="sent"))[0]


def came_back(office: Office, tmp_path: Path, *mails: bytes) -> list[Returned]:
    """These mails are read, as files."""
    for number, mail in enumerate(mails):
        (tmp_path / f"back-{number}.eml").write_bytes(mail)
    read = list(office.read_bounces(from_paths([tmp_path / f"back-{n}.eml" for n in range(len(mails))])))
    office.report()
    return read


def tasks(house: House) -> list[CaseSummary]:
    return [one for one in house.workflow.worklist(house.body, OFFICE) if one.lifecycle == "zustellung"]


# --- what follows ---


def test_a_mail_that_comes_back_becomes_a_task_and_its_address_is_not_written_to(
    house: House, office: Office, tmp_path: Path
) -> None:
    message = sent(house, office)
    (read,) = came_back(office, tmp_path, dsn(message.id))
    assert (read.effect, read.message, read.address, read.suppressed) == ("bounced", message.id, ADDRESS, True)
    (entry,) = office.outbox.entries(Wanted(status="bounced"))
    assert entry.id == message.id
    assert entry.sent_at == message.sent_at
    assert "5.1.1" in str(entry.error)
    (task,) = tasks(house)
    assert task.facts["nachricht"] == message.id
    assert "kam zurück" in task.facts["grund"]

    house.ask()
    assert office.drain().dead == 1
    dead = office.outbox.entries(Wanted(status="dead"))[0]
    assert "[mail_address_suppressed]" in str(dead.error)
    assert len(tasks(house)) == 2
    assert_sound(house.database)


def test_read_twice_it_does_nothing_twice(house: House, office: Office, tmp_path: Path) -> None:
    message = sent(house, office)
    effects = [came_back(office, tmp_path, dsn(message.id))[0].effect for _ in range(3)]
    assert effects == ["bounced", "known", "known"]
    assert len(tasks(house)) == 1
    house.fire(tasks(house)[0].id, "erledigen", "randt", ergebnis="anders_mitgeteilt")
    came_back(office, tmp_path, dsn(message.id), qmail(message.id))  # and another server says the same
    assert tasks(house) == []


def test_another_address_mends_it_and_so_does_taking_it_off_the_list(
    house: House, office: Office, tmp_path: Path
) -> None:
    message = sent(house, office)
    came_back(office, tmp_path, dsn(message.id))
    with house.database.writing() as connection:
        change = "UPDATE vorgang_person SET email = 'h.severcan@hagen.example' WHERE key = 'severcan'"
        connection.execute(text(change))
    house.workflow.directory.forget()
    assert office.outbox.retry(house.wall.now(), message.id) == 1
    assert office.drain().sent >= 1
    (entry,) = [one for one in office.outbox.entries() if one.id == message.id]
    assert (entry.status, entry.address, entry.attempts) == ("sent", "h.severcan@hagen.example", 1)


def test_sent_again_and_come_back_again_it_is_another_task(house: House, office: Office, tmp_path: Path) -> None:
    message = sent(house, office)
    came_back(office, tmp_path, dsn(message.id, status="5.7.1"))
    (first,) = tasks(house)
    office.outbox.retry(house.wall.now(), message.id)
    office.drain()
    came_back(office, tmp_path, dsn(message.id, status="5.2.2"))
    about = [one for one in tasks(house) if one.facts["nachricht"] == message.id]
    assert [one.id == first.id for one in about] == [False]


@pytest.mark.parametrize(
    ("status", "suppressed"),
    [
        *((status, True) for status in ("5.1.1", "5.1.10", "5.2.1")),
        *((status, False) for status in ("4.4.7", "5.2.2", "5.3.4", "5.7.1", "5.1.8", "5.0.0")),
    ],
)
def test_an_address_is_suppressed_only_for_reasons_that_lie_in_it(
    house: House, office: Office, tmp_path: Path, status: str, *, suppressed: bool
) -> None:
    message = sent(house, office)
    (read,) = came_back(office, tmp_path, dsn(message.id, status=status))
    assert (read.effect, read.suppressed) == ("bounced", suppressed)


@pytest.mark.parametrize(
    "write",
    [
        lambda message: qmail(message, words="mailbox is full (#5.2.2)"),
        lambda message: dsn(message, status="5.0.0", words="552 mailbox full"),
        lambda message: dsn(message, status="5.0.0", words="554 Message rejected as spam"),
        lambda message: exim(message, words="552 Das Postfach ist voll"),
    ],
)
def test_a_full_mailbox_is_a_task_however_often_and_closes_no_address(
    house: House, office: Office, tmp_path: Path, write: Callable[[str], bytes]
) -> None:
    for _ in range(UNCLEAR_BOUNCES + 1):
        (read,) = came_back(office, tmp_path, write(sent(house, office).id))
        assert (read.effect, read.suppressed) == ("bounced", False)
    assert len(tasks(house)) == UNCLEAR_BOUNCES + 1


@pytest.mark.parametrize(("pause", "suppressed"), [(UNCLEAR_DAYS / 2, True), (UNCLEAR_DAYS / 2 + DAY, False)])
def test_where_no_reason_is_told_several_messages_must_come_back(
    house: House, office: Office, tmp_path: Path, pause: timedelta, *, suppressed: bool
) -> None:
    def back() -> bool:
        house.wall.instant += pause
        message = sent(house, office)
        first, again = came_back(office, tmp_path, exim(message.id), exim(message.id) + b"said twice")
        assert (first.effect, again.effect, again.suppressed) == ("bounced", "noted", False)
        return first.suppressed

    assert UNCLEAR_BOUNCES == 3
    assert [back() for _ in range(3)] == [False, False, suppressed]


def test_one_of_several_behind_an_address_does_not_close_it(house: House, office: Office, tmp_path: Path) -> None:
    message = sent(house, office)
    (read,) = came_back(office, tmp_path, dsn(message.id, recipient="somebody@else.example"))
    assert (read.effect, read.suppressed) == ("bounced", False)


def test_a_delay_is_noted_and_changes_nothing(house: House, office: Office, tmp_path: Path) -> None:
    message = sent(house, office)
    (read,) = came_back(office, tmp_path, dsn(message.id, action="delayed", status="4.4.1"))
    assert read.effect == "noted"
    assert tasks(house) == []
    assert office.outbox.entries(Wanted(status="sent"))[0] == message
    with house.database.reading() as connection:
        (noted,) = bounces_module.entries(connection, body=house.body, limit=10)
    assert (noted.kind, noted.status, noted.message, noted.proven) == ("delayed", "4.4.1", message.id, True)


# --- what proves it ---


@pytest.mark.parametrize("to", ["vorgang@hagen.example", "unsigned", "forged"])
def test_who_only_knows_the_message_id_makes_a_task_and_closes_no_address(
    house: House, office: Office, tmp_path: Path, to: str
) -> None:
    message = sent(house, office)
    known = {"unsigned": unsigned(message.id), "forged": return_path(RETURN_PATH, b"guessed").of(message.id)}
    forged = dsn(message.id, to=known.get(to, to))
    read = came_back(office, tmp_path, forged, forged + b"once more")
    assert [(one.effect, one.suppressed) for one in read] == [("doubtful", False), ("known", False)]
    (entry,) = office.outbox.entries(Wanted(status="sent"))
    assert (entry.id, entry.sent_at) == (message.id, message.sent_at)
    assert "[mail_bounce_doubtful]" in str(entry.error)
    (task,) = tasks(house)
    assert task.facts["nachricht"] == message.id
    assert "kann gefälscht sein" in task.facts["grund"]
    assert Suppressions(house.database).entries() == []
    with house.database.reading() as connection:
        (noted,) = bounces_module.entries(connection, body=house.body, limit=10)
    assert (noted.kind, noted.proven) == ("failed", False)
    assert office.report() == 0
    assert_sound(house.database)


def test_a_proven_bounce_after_a_doubtful_one_counts(house: House, office: Office, tmp_path: Path) -> None:
    message = sent(house, office)
    read = came_back(office, tmp_path, dsn(message.id, to=unsigned(message.id)), dsn(message.id))
    assert [(one.effect, one.suppressed) for one in read] == [("doubtful", False), ("bounced", True)]
    assert len(tasks(house)) == 1


def test_a_message_sent_again_is_no_longer_doubtful(house: House, office: Office, tmp_path: Path) -> None:
    message = sent(house, office)
    came_back(office, tmp_path, dsn(message.id, to=unsigned(message.id)))
    came_back(office, tmp_path, dsn(message.id, status="5.7.1"))
    office.outbox.retry(house.wall.now(), message.id)
    office.drain()
    before = len(tasks(house))
    assert office.report() == 0
    assert len(tasks(house)) == before


def test_a_message_id_of_another_house_names_nothing(house: House, office: Office, tmp_path: Path) -> None:
    message = sent(house, office)
    ours = dsn(message.id, to="vorgang@hagen.example")
    foreign = ours.replace(b"@hagen.example>\nSubject", b"@evil.example>\nSubject")
    assert foreign != ours
    assert [one.effect for one in came_back(office, tmp_path, foreign)] == ["unknown"]
    assert tasks(house) == []


def test_without_a_return_path_a_quote_counts_but_closes_no_address(house: House, tmp_path: Path) -> None:
    office = Office(house.workflow, Settings(mail_folder=tmp_path / "mails"))
    message = sent(house, office)
    (read,) = came_back(office, tmp_path, dsn(message.id, to="vorgang@hagen.example"))
    assert (read.effect, read.suppressed) == ("bounced", False)
    assert len(tasks(house)) == 1


def test_the_secret_is_made_once(house: House) -> None:
    first = secret_of(house.database, "return_path", START)
    assert secret_of(house.database, "return_path", START) == first
    assert len(first) == 32
    assert secret_of(house.database, "another", START) != first


def test_what_is_forged_or_no_bounce_changes_nothing_and_is_told(house: House, office: Office, tmp_path: Path) -> None:
    message = sent(house, office)
    house.ask()
    (queued,) = office.outbox.entries(Wanted(status="queued"))
    forged = [
        dsn(new_id(house.wall.now())),  # never was
        dsn(queued.id),  # never left
        dsn("ffffffff-ffff-ffff-ffff-ffffffffffff"),
        dsn(message.id, to="vorgang@hagen.example", quoted=False),  # names nothing
    ]
    read = came_back(office, tmp_path, *forged, vacation(message.id), b"", b"\0" * 1000)
    assert [one.effect for one in read] == ["unknown"] * 4 + ["other"] * 3
    assert office.outbox.counts() == {"sent": 1, "queued": 1}
    assert tasks(house) == []


def test_a_bounce_that_is_faster_than_our_own_note_is_read_again(house: House, office: Office, tmp_path: Path) -> None:
    house.ask()
    (message,) = office.outbox.entries()
    folder = tmp_path / "zurueck"
    folder.mkdir()
    (folder / "1.eml").write_bytes(dsn(message.id))
    with house.database.writing() as connection:
        leased = "status = 'leased', token = 1, leased_until = due_at"
        connection.execute(text(f"UPDATE vorgang_message SET {leased}"))  # noqa: S608  # ours
    assert [one.effect for one in office.read_bounces(from_folder(folder))] == ["early"]
    with house.database.writing() as connection:
        change = "status = 'sent', leased_until = NULL, sent_at = due_at, address = 'x@hagen.example'"
        connection.execute(text(f"UPDATE vorgang_message SET {change}"))  # noqa: S608  # ours
    assert [one.effect for one in office.read_bounces(from_folder(folder))] == ["bounced"]
    assert list(office.read_bounces(from_folder(folder))) == []


def test_the_envelope_leads_back_to_the_message_and_the_sender_stays(house: House, office: Office) -> None:
    house.ask()
    with smtp_server() as post:
        settings = Settings(
            mail_to="smtp",
            smtp_host=post.server.host,
            smtp_port=post.server.port,
            smtp_starttls="never",
            return_path=RETURN_PATH,
        )
        Office(house.workflow, settings).drain()
    (mail,) = post.handler.taken
    (entry,) = office.outbox.entries()
    secret = secret_of(house.database, "return_path", START)
    assert mail.sender == return_path(RETURN_PATH, secret).of(entry.id)
    assert mail.message["From"].addresses[0].addr_spec == "vorgang@hagen.example"


# --- where they lie ---


def test_files_mbox_folders_and_maildirs_are_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for mail in (dsn(), qmail()):
        box.add(mail)
    box.close()
    maildir = mailbox.Maildir(tmp_path / "maildir")
    maildir.add(dsn())
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "1.eml").write_bytes(dsn())
    (folder / ".hidden").write_bytes(dsn())
    found = list(from_paths([tmp_path / "box", tmp_path / "maildir", folder]))
    assert [one.name for one in found][:2] == [f"{tmp_path}/box:1", f"{tmp_path}/box:2"]
    assert len(found) == 4
    assert all(b"Recipient address rejected" in one.content or b"qmail-send" in one.content for one in found)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"fehlt\.eml"):
        list(from_paths([tmp_path / "fehlt.eml"]))
    with pytest.raises(InvalidInputError, match="fehlt"):
        list(from_folder(tmp_path / "fehlt"))


@pytest.mark.parametrize("kind", ["folder", "maildir"])
def test_a_folder_that_is_watched_is_read_once(house: House, office: Office, tmp_path: Path, kind: str) -> None:
    message = sent(house, office)
    folder = tmp_path / "zurueck"
    if kind == "maildir":
        mailbox.Maildir(folder).add(dsn(message.id))
    else:
        folder.mkdir()
        (folder / "1.eml").write_bytes(dsn(message.id))
    watching = Office(house.workflow, Settings(mail_folder=tmp_path / "mails", bounces_folder=folder))
    assert [watching.read_unread_bounces() for _ in range(2)] == [1, 0]
    assert len(tasks(house)) == 1
    left = [path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()]
    assert left == [READ if kind == "folder" else "cur"]


def test_the_running_office_reads_what_comes_back(house: House, office: Office, tmp_path: Path) -> None:
    message = sent(house, office)
    folder = tmp_path / "zurueck"
    folder.mkdir()
    (folder / "1.eml").write_bytes(dsn(message.id))
    watching = Office(house.workflow, Settings(mail_folder=tmp_path / "mails", bounces_folder=folder))
    watching.start(Intervals(3600, 3600, 3600, 3600))
    for _ in range(2000):
        if heartbeat.last_beats(house.database).get(READ_BOUNCES):
            break
        Event().wait(0.01)
    watching.stop()
    assert len(tasks(house)) == 1


# --- a mailbox ---


def account(server: Imap, **more: Any) -> Account:
    return Account("127.0.0.1", server.port, "post", "geheim", "never")._replace(**more)


def test_a_mailbox_is_read_and_what_was_read_is_marked(house: House, office: Office) -> None:
    message = sent(house, office)
    with imap_server(dsn(message.id), vacation(message.id), b"x" * (1 << 20)) as server:
        effects = [one.effect for one in office.read_bounces(from_imap(account(server)))]
        assert effects == ["bounced", "other", "other"]
        assert server.unseen() == 0
        assert list(office.read_bounces(from_imap(account(server)))) == []
        assert not [command for command in server.commands if "EXPUNGE" in command]


def test_what_was_read_can_be_moved_away(house: House, office: Office) -> None:
    message = sent(house, office)
    with imap_server(dsn(message.id)) as server:
        assert len(list(office.read_bounces(from_imap(account(server, read_folder="Gelesen"))))) == 1
        assert (len(server.folders["INBOX"]), len(server.folders["Gelesen"])) == (0, 1)


def test_a_bounce_whose_reading_failed_stays_unread(house: House, office: Office) -> None:
    message = sent(house, office)
    with imap_server(dsn(message.id)) as server:
        reading = office.read_bounces(from_imap(account(server)))
        with house.database.writing() as connection:
            connection.execute(text("ALTER TABLE vorgang_bounce RENAME TO vorgang_gone"))
        with pytest.raises(Exception, match="vorgang"):
            list(reading)
        assert server.unseen() == 1
        with house.database.writing() as connection:
            connection.execute(text("ALTER TABLE vorgang_gone RENAME TO vorgang_bounce"))
        assert [one.effect for one in office.read_bounces(from_imap(account(server)))] == ["bounced"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"password": "falsch"}, "AUTHENTICATIONFAILED"),
        ({"password": "müßig"}, "ascii"),
        ({"folder": "Nirgends"}, "no such"),
        ({"security": "tls"}, "SSL"),
    ],
)
def test_a_mailbox_that_cannot_be_read_says_why(change: dict[str, str], reason: str) -> None:
    with imap_server() as server, pytest.raises(DeliveryError) as caught:
        list(from_imap(account(server, **change)))
    assert caught.value.code == "bounce_imap_failed"
    assert reason in str(caught.value)
    assert "geheim" not in str(caught.value)
    del caught
    with warnings.catch_warnings():
        # `imaplib` leaves the socket of a handshake that failed to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_a_mailbox_that_is_not_there_says_so() -> None:
    with imap_server() as server:
        gone = account(server)
    with pytest.raises(DeliveryError, match="bounce_imap_failed"):
        list(from_imap(gone))


# --- by hand ---


def test_bounces_and_addresses_by_the_command_line(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VORGANG_RETURN_PATH", RETURN_PATH)
    database = Database(f"sqlite:///{vorgang.database}")
    keep_secret(database)
    database.close()
    vorgang.opened()
    vorgang("run", "--once")
    (message,) = vorgang.json("outbox", "list")["messages"]
    (tmp_path / "back.eml").write_bytes(dsn(message["id"]))
    answer = vorgang.json("bounces", "read", tmp_path / "back.eml")
    assert [one["effect"] for one in answer["mails"]] == ["bounced"]
    assert answer["tasks"] == 1
    again = vorgang("bounces", "read", tmp_path / "back.eml").out
    assert "1 Mail gelesen: 0 Nachrichten kamen zurück, 0 Adressen gesperrt" in again
    assert vorgang.json("outbox", "list", "--status", "bounced")["counts"]["bounced"] == 1
    assert "nicht angekommen" in vorgang("bounces", "list").out
    (listed,) = vorgang.json("bounces", "list")["bounces"]
    assert listed["message"] == message["id"]

    (suppressed,) = vorgang.json("outbox", "suppressed")["addresses"]
    assert suppressed["address"] == ADDRESS
    assert vorgang.json("outbox", "unsuppress", ADDRESS.upper()) == {"removed": True}
    assert vorgang.fails(5, "outbox", "unsuppress", ADDRESS)["code"] == "suppression_unknown"
    assert vorgang.json("outbox", "suppress", "Hakan.Severcan@Hagen.Example", "--reason", "weg") == {"new": True}
    assert vorgang.json("outbox", "suppress", ADDRESS)["new"] is False
    assert "weg" in vorgang("outbox", "suppressed").out
    assert vorgang.fails(2, "outbox", "suppress", "kein at")["code"] == "suppression_address"


def test_an_address_that_is_listed_gets_the_new_reason_and_keeps_its_day(vorgang: Vorgang) -> None:
    def listed() -> tuple[str, str]:
        (one,) = vorgang.json("outbox", "suppressed")["addresses"]
        return one["reason"], one["since"]

    assert "wird nicht mehr geschrieben" in vorgang("outbox", "suppress", ADDRESS).out
    reason, since = listed()
    assert reason == "–"
    day = f"{datetime.fromisoformat(since).astimezone(ZoneInfo('Europe/Berlin')):%d.%m.%Y}"

    again = vorgang("outbox", "suppress", ADDRESS.upper(), "--reason", "ausgeschieden").out
    assert f"seit {day} nicht geschrieben. Der Grund ist jetzt „ausgeschieden“ (bisher „–“)." in " ".join(again.split())
    assert listed() == ("ausgeschieden", since)

    for options in ([], ["--reason", "ausgeschieden"], ["--reason", " "]):
        unchanged = vorgang("outbox", "suppress", ADDRESS, *options).out
        assert f"schon seit {day} nicht geschrieben (ausgeschieden)" in " ".join(unchanged.split())
    answer = vorgang.json("outbox", "suppress", ADDRESS, "--reason", "verzogen")
    assert answer == {"new": False, "since": since, "reason": "verzogen", "reason_before": "ausgeschieden"}
    assert listed() == ("verzogen", since)


def test_reading_bounces_says_what_it_lacks(vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch) -> None:
    assert vorgang.fails(2, "bounces", "read")["code"] == "bounce_nothing_named"
    assert vorgang.fails(2, "bounces", "read", "--imap")["code"] == "bounce_imap_unset"
    monkeypatch.setenv("VORGANG_IMAP_HOST", "localhost")
    assert "VORGANG_IMAP_PASSWORD" in str(vorgang.fails(2, "bounces", "read"))
    assert vorgang.fails(2, "bounces", "read", "fehlt.eml")["code"] == "bounce_source_missing"


def test_the_doctor_notices_that_nobody_reads_what_comes_back(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[str]:
        checks = vorgang("doctor", "--json").document["checks"]
        return [one["status"] for one in checks if one["check"] == "bounces"]

    assert told() == []
    monkeypatch.setenv("VORGANG_BOUNCES_FOLDER", str(tmp_path))
    assert told() == ["warning"]
