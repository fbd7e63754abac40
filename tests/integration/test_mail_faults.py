"""Each fault of a mail server ends as the table in docs/mail.md says, and nothing is lost."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.helpers.council import Council
from tests.helpers.faults import Fault, FaultyServer, drop, faulty_server, hang, no_tls, slowly
from tests.helpers.pages import ROOT, section, words
from tests.helpers.smtp import certified
from vorgang.notifications.failures import Outage
from vorgang.notifications.outbox import RETRIES, Entry
from vorgang.notifications.smtp import Server, SmtpMailer
from vorgang.states.database import Database

VICTIM, OTHER = "hakan.severcan@hagen.example", "integrationsrat@hagen.example"

#: Faults of the conversation, by their key in the table.
FAULTS = {
    "greylisting": Fault("RCPT", "450 4.7.1 greylisted, come back later", VICTIM),
    "451": Fault("content", "451 4.3.0 try later", VICTIM),
    "452": Fault("RCPT", "452 4.2.2 mailbox full", VICTIM),
    "421": Fault("RCPT", "421 4.3.2 shutting down", VICTIM),
    "421_connect": Fault("connect", "421 4.3.2 too many connections"),
    "550": Fault("content", "550 5.7.1 looks like spam", VICTIM),
    "partial": Fault("RCPT", "550 5.1.1 unknown", VICTIM),
    "552": Fault("RCPT", "552 5.2.2 mailbox full", VICTIM),
    "552_size": Fault("MAIL", "552 5.3.4 too large"),
    "sender_refused": Fault("MAIL", "550 5.7.1 not you"),
    "stranger": Fault("MAIL", "530 5.7.0 Authentication required"),
    "stranger_once": Fault("RCPT", "530 5.7.0 Authentication required", VICTIM),
    "hang": Fault("RCPT", hang, VICTIM),
    "hang_after_data": Fault("content", hang, VICTIM),
    "half_open": Fault("connect", hang),
    "drop": Fault("RCPT", drop, VICTIM),
    "drop_after_data": Fault("content", drop, VICTIM),
    "slow": Fault("content", slowly("250 taken", 0.01), VICTIM),
    "tls_broken": Fault("STARTTLS", no_tls),
    "login": Fault("AUTH", "535 5.7.8 wrong"),
    "no_smtp": Fault("connect", "HTTP/1.1 400 Bad Request"),
}


class Row(NamedTuple):
    """What the table says of a fault."""

    status: str
    code: str | None
    attempts: int
    others: str


def table() -> dict[str, Row]:
    """The table of the handbook."""
    lines = [line for line in section(ROOT / "docs" / "mail.md", "## Störungen").splitlines() if line[:3] == "| `"]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {key.strip("`"): _row(rest) for key, _, *rest in cells}


def _row(cells: list[str]) -> Row:
    status, code, attempts, others = cells
    return Row(status.strip("`"), next(iter(words(code)), None), int(attempts), others.strip("`"))


@pytest.fixture
def council(sqlite_database: Database) -> Council:
    council = Council(sqlite_database)
    council.ask()
    for _ in range(3):
        council.ask(fragesteller="gs-integrationsrat")
    return council


def by_recipient(council: Council) -> tuple[Entry, list[Entry]]:
    entries = council.outbox.entries()
    (victim,) = [entry for entry in entries if entry.recipient == "severcan"]
    return victim, [entry for entry in entries if entry.recipient != "severcan"]


def _code(error: str | None) -> str | None:
    return error.partition("]")[0].removeprefix("[") if error else None


@contextmanager
def misbehaving(key: str, tmp_path: Path) -> Iterator[tuple[FaultyServer, Server]]:
    """A server with the fault of that key, and how Vorgang is told to reach it."""
    tls = certified(tmp_path)
    secure = key.startswith("tls") or key == "ca_file"
    with faulty_server(tls=tls, offers_tls=secure and key != "tls_missing") as faulty:
        faulty.fault = FAULTS.get(key)
        server = faulty.server("required" if secure else "never")
        if key == "ca_file":
            server = server._replace(ca_file=tmp_path / "nowhere.pem")
        if key == "login":
            server = server._replace(username="vorgang", password="falsch")
        if key == "unreachable":
            server = server._replace(port=1)
        yield faulty, server


def mended(key: str, faulty: FaultyServer, tmp_path: Path) -> Server:
    """The fault is over; how the server is reached now."""
    faulty.fault = None
    if key.startswith("tls") or key == "ca_file":
        faulty.offers_tls = True
        return faulty.server("required")._replace(ca_file=tmp_path / "ca.pem")
    return faulty.server()


def test_the_table_names_every_fault_that_is_played() -> None:
    assert table().keys() == FAULTS.keys() | {"tls_untrusted", "tls_missing", "ca_file", "unreachable"}


def test_what_a_held_connection_may_have_taken_is_not_sent_again_at_once(council: Council) -> None:
    with faulty_server() as faulty:
        faulty.fault = Fault("content", drop, OTHER, times=1)
        council.drain(SmtpMailer(faulty.server()._replace(connections=1)))
        _victim, others = by_recipient(council)
        assert sorted(entry.status for entry in others) == ["deferred", "sent", "sent"]
        assert {_code(entry.error) for entry in others if entry.error} == {"mail_connection_lost"}
        assert len({mail.message_id for mail in faulty.taken}) == len(faulty.taken) == 4


def test_a_held_connection_that_the_server_has_had_enough_of_costs_no_attempt(council: Council) -> None:
    with faulty_server() as faulty:
        faulty.fault = Fault("MAIL", "421 4.3.2 enough for one connection", OTHER, times=1)  # before the next one
        council.drain(SmtpMailer(faulty.server()._replace(connections=1)))
        assert {(entry.status, entry.attempts) for entry in council.outbox.entries()} == {("sent", 1)}
        assert faulty.connections == 2


@pytest.mark.parametrize("key", table())
def test_a_fault_ends_as_the_table_says_and_loses_nothing(key: str, council: Council, tmp_path: Path) -> None:
    expected = table()[key]
    with misbehaving(key, tmp_path) as (faulty, server):
        council.drain(SmtpMailer(server))
        victim, others = by_recipient(council)
        assert (victim.status, victim.attempts) == (expected.status, expected.attempts)
        assert _code(victim.error) == expected.code
        assert {entry.status for entry in others} == {expected.others}
        assert victim.due_at > council.clock.now() or victim.status != "deferred"

        council.wait(timedelta(seconds=1.2 * RETRIES[0].total_seconds()))
        council.drain(SmtpMailer(mended(key, faulty, tmp_path)))
        victim, others = by_recipient(council)
        assert victim.status == ("dead" if expected.status == "dead" else "sent")
        assert {entry.status for entry in others} == {"dead" if expected.others == "dead" else "sent"}
        told = {(mail.recipient, mail.message_id) for mail in faulty.taken}
        sent = [entry for entry in (victim, *others) if entry.status == "sent"]
        assert told == {(entry.address, f"<{entry.id}@hagen.example>") for entry in sent}
        twice = key in {"drop_after_data", "hang_after_data"}
        assert len(faulty.taken) == len(sent) + twice


def test_a_wrong_password_is_shown_by_one_connection_only_in_each_way_it_offers(
    council: Council, tmp_path: Path
) -> None:
    with misbehaving("login", tmp_path) as (faulty, server):
        faulty.mechanisms = "LOGIN PLAIN"
        council.drain(SmtpMailer(server))
        assert (faulty.connections, faulty.logins) == (1, ["PLAIN", "LOGIN"])


@pytest.mark.parametrize("key", table())
def test_trying_a_server_out_fails_as_a_delivery_that_cannot_begin_and_gives_it_no_mail(
    key: str, tmp_path: Path
) -> None:
    expected = table()[key]
    begins = expected.attempts == 1 or key == "stranger"  # what comes after the login is not tried out
    with misbehaving(key, tmp_path) as (faulty, server):
        assert _tried_out(server) == (None if begins else expected.code)
        assert (faulty.taken, faulty.recipients) == ([], 0)


def _tried_out(server: Server) -> str | None:
    try:
        asyncio.run(SmtpMailer(server).reach())
    except Outage as outage:
        return outage.code
    return None


def test_a_connection_takes_no_longer_than_was_said() -> None:
    with faulty_server() as faulty:
        faulty.fault = Fault("connect", hang)
        assert _tried_out(faulty.server()._replace(timeout=600, connecting=0.2)) == "mail_server_unreachable"


def test_a_server_that_wants_a_login_says_what_to_set(council: Council, tmp_path: Path) -> None:
    with misbehaving("stranger", tmp_path) as (_, server):
        council.drain(SmtpMailer(server))
    for entry in council.outbox.entries():
        for said in ("530", "Authentication required", "VORGANG_SMTP_USERNAME", "VORGANG_SMTP_PASSWORD"):
            assert said in (entry.error or "")


def test_a_server_that_takes_few_connections_gets_everything_over_those(council: Council) -> None:
    with faulty_server() as faulty:
        faulty.most = 1
        for _ in range(20):
            council.ask()
        assert council.drain(SmtpMailer(faulty.server())).sent == 24
    assert {entry.attempts for entry in council.outbox.entries()} == {1}


def test_a_mail_that_takes_long_holds_up_its_own_connection_only(council: Council) -> None:
    for _ in range(40):
        council.ask(fragesteller="gs-integrationsrat")
    with faulty_server() as faulty:
        faulty.fault = Fault("content", faulty.when_taken(43), VICTIM)  # the slow one ends when all others have
        drained = council.drain(SmtpMailer(faulty.server()))
        assert drained.sent == 44
        assert faulty.taken[-1].recipient == VICTIM
