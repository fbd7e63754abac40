"""Bad input on its way to a mail: a clear end for the one message, and the others flow."""

import pytest
from sqlalchemy import text

from tests.helpers.council import Council
from tests.helpers.smtp import smtp_server
from vorgang.notifications.delivery import Drained
from vorgang.notifications.outbox import Wanted
from vorgang.notifications.smtp import SmtpMailer
from vorgang.states.database import Database

INJECTION = "Frist\r\nBcc: alle@hagen.example\r\n\r\nGelesen?"


@pytest.fixture
def council(sqlite_database: Database) -> Council:
    return Council(sqlite_database)


def rename(council: Council, name: str) -> None:
    with council.database.writing() as connection:
        connection.execute(text("UPDATE vorgang_person SET name = :name WHERE key = 'severcan'"), {"name": name})
    council.workflow.directory.forget()


@pytest.mark.parametrize(
    "address",
    [
        "hakan@hagen.example\r\nBcc: alle@hagen.example",
        "hakan@hagen.example>\r\nRCPT TO:<alle@hagen.example",
        "müller@hagen.example",
        "hakan@hagen@example",
        "hakan hagen@hagen.example",
        "h" * 65 + "@hagen.example",
        "@hagen.example",
        "hakan@" + "a" * 64 + ".example",
        "\x01@hagen.example",
    ],
)
def test_an_address_that_cannot_be_delivered_to_ends_its_message_and_no_other(council: Council, address: str) -> None:
    council.move("severcan", address)
    council.ask()
    council.ask(fragesteller="gs-integrationsrat")
    with smtp_server() as post:
        assert council.drain(SmtpMailer(post.server)) == Drained(sent=1, dead=1)
    (dead,) = council.outbox.entries(Wanted(status="dead"))
    assert str(dead.error).startswith("[mail_address_invalid]")
    assert str(dead.error).isprintable()
    assert [mail.recipients for mail in post.handler.taken] == [("integrationsrat@hagen.example",)]


def test_a_domain_of_umlauts_is_written_to(council: Council) -> None:
    council.move("severcan", "hakan@köln.example")
    council.ask()
    with smtp_server() as post:
        assert council.drain(SmtpMailer(post.server)) == Drained(sent=1)
    assert post.handler.taken[0].recipients == ("hakan@xn--kln-sna.example",)


def test_no_name_can_add_a_header_or_a_recipient(council: Council) -> None:
    rename(council, f'Hakan" <x@y.example>, {INJECTION}')
    council.ask()
    with smtp_server() as post:
        assert council.drain(SmtpMailer(post.server)) == Drained(sent=1)
    (mail,) = post.handler.taken
    assert mail.recipients == ("hakan.severcan@hagen.example",)
    assert [address.addr_spec for address in mail.message["To"].addresses] == ["hakan.severcan@hagen.example"]
    assert mail.message["Bcc"] is None


def test_a_subject_of_ten_thousand_characters_is_cut_and_sent(council: Council) -> None:
    council.ask("Frist " * 1700)
    with smtp_server() as post:
        assert council.drain(SmtpMailer(post.server)) == Drained(sent=1)
    subject = post.handler.taken[0].message["Subject"]
    assert len(subject) <= 200
    assert subject.endswith("…")


def test_no_subject_can_add_a_header(council: Council) -> None:
    case = council.ask()
    with council.database.writing() as connection:  # whatever way led there
        change = text("UPDATE vorgang_paper SET name = :name")
        connection.execute(change, {"name": INJECTION})
        facts = text("UPDATE vorgang_case SET facts = json_set(facts, '$.betreff', :name) WHERE id = :id")
        connection.execute(facts, {"name": INJECTION, "id": case})
    with smtp_server() as post:
        assert council.drain(SmtpMailer(post.server)) == Drained(sent=1)
    (mail,) = post.handler.taken
    assert mail.message["Bcc"] is None
    assert len(mail.recipients) == 1
