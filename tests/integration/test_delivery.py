"""From an event to a mail: into a folder and to a real SMTP server that behaves, misbehaves, or goes away."""

import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, Envelope
from icalendar import Calendar
from sqlalchemy import text, update

from tests.helpers.council import BASE_URL, START, Council
from tests.helpers.house import BERLIN, DRAFT, MOTION
from tests.helpers.mailbox import text_of
from tests.helpers.smtp import smtp_server
from vorgang.config.errors import StoreError
from vorgang.config.profile_files import load_profiles
from vorgang.notifications.calendar_entries import Occasion
from vorgang.notifications.calendar_entries import entries as calendar_file
from vorgang.notifications.composer import Composer
from vorgang.notifications.context import Scene, context
from vorgang.notifications.delivery import LEASE, Desk, Drained, PostOffice
from vorgang.notifications.draft_parts import DOCX
from vorgang.notifications.kinds import load_kinds
from vorgang.notifications.mailer import FolderMailer
from vorgang.notifications.outbox import MOST_ATTEMPTS, RETRIES, Leased, Outbox, Outcome
from vorgang.notifications.queries import newest_message
from vorgang.notifications.recipients import Sender
from vorgang.notifications.smtp import Server, SmtpMailer
from vorgang.notifications.workshop import WORKSHOP
from vorgang.states.database import Database
from vorgang.states.files import keep_file
from vorgang.states.overrides import Override
from vorgang.states.tables import CaseRow, DeadlineRow, table_of
from vorgang.workflow.master_data import import_profile

SENDER = Sender("Stadt Hagen", "vorgang@hagen.example", None)
#: How often the database is away before it is back.
AWAY = 3


class Away(Outbox):
    """An outbox whose database is away when the mail has been handed over, and then comes back."""

    def __init__(self, database: Database, code: str) -> None:
        super().__init__(database)
        self.code = code
        self.tried = 0

    def settle(self, outcomes: Sequence[Outcome]) -> list[str]:
        self.tried += 1
        if self.tried <= AWAY:
            raise StoreError(self.code)
        return super().settle(outcomes)


SECRET = "Grundstueckskauf-Geheimwort"


@pytest.fixture
def council(database: Database) -> Council:
    return Council(database)


def mails(folder: Path) -> list[EmailMessage]:
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]


def entries(mail: EmailMessage) -> list[Any]:
    """The calendar entries that a mail brings."""
    files = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    return [event for part in files for event in Calendar.from_ical(part.get_content()).walk("VEVENT")]


def scene_of(composer: Composer, message: Leased) -> Scene:
    scene = composer.scenes([message])[message.id]
    assert isinstance(scene, Scene)
    return scene


# --- into a folder ---


def test_another_sender_changes_nothing_by_which_a_mail_is_recognised(council: Council) -> None:
    council.assign(council.ask(nummer="1062/2023"))

    def composed(sender: str | None = None) -> list[EmailMessage]:
        composer = council.composer(sender=sender)
        leased = council.outbox.claim(council.clock.now(), limit=20, lease=LEASE)
        council.wait(LEASE)
        contents = (composer.compose(scene_of(composer, message)).content for message in leased)
        return [message_from_bytes(content, policy=policy.default) for content in contents]

    def marks(mail: EmailMessage) -> list[str]:
        names = ("Message-ID", "References", "List-Id")
        return [*(str(mail[name]) for name in names), *(str(entry["UID"]) for entry in entries(mail))]

    before = [composed(), composed("Rathaus <rat@anders.example>")]
    import_profile(council.workflow, replace(load_profiles().get("hagen"), sender="Rathaus <rat@neu.example>"))
    after = composed()
    assert {mail["From"].addresses[0].domain for mail in after} == {"neu.example"}
    first, *others = ([marks(mail) for mail in several] for several in (*before, after))
    assert others == [first, first]
    assert len({len(one) for one in first}) > 1  # some have entries
    assert all("hagen.example" in mark for one in first for mark in one)


def test_a_town_without_a_sender_has_a_domain_that_stays(council: Council) -> None:
    nameless = replace(load_profiles().get("hagen"), key="namenlos", sender="")
    for profile in (nameless, replace(nameless, sender="rat@namen.example")):
        import_profile(council.workflow, profile)
        assert council.workflow.directory.town("namenlos").message_domain == "vorgang.invalid"


def test_an_event_becomes_a_mail_in_the_folder(council: Council, tmp_path: Path) -> None:
    case = council.ask(nummer="1062/2023")
    assert council.drain(tmp_path) == Drained(sent=1)
    (mail,) = mails(tmp_path)
    assert mail["Subject"] == "[1062/2023] Eingangsbestätigung: Sachstand Kartal"
    assert mail["To"] == "Hakan Severcan <hakan.severcan@hagen.example>"
    assert mail["From"] == "Stadt Hagen <vorgang@hagen.example>"
    assert "Prüfung der Zulässigkeit, bis Mittwoch, 03.01.2024" in text_of(mail)
    assert f"{BASE_URL}/vorgang/{case}" in text_of(mail)
    (entry,) = council.outbox.entries()
    assert (entry.status, entry.address) == ("sent", "hakan.severcan@hagen.example")
    assert entry.subject == mail["Subject"]
    assert council.drain(tmp_path) == Drained()


def test_the_lead_office_gets_task_deadline_with_its_reasons_and_a_draft(council: Council, tmp_path: Path) -> None:
    case = council.ask(nummer="1062/2023")
    council.assign(case)
    council.drain(tmp_path)
    (task,) = [mail for mail in mails(tmp_path) if "Stellungnahme erbeten" in mail["Subject"]]
    assert task["Subject"].startswith("[1062/2023] Stellungnahme erbeten bis 19.01.2024: ")
    assert task["To"].addresses[0].addr_spec == "fb01@hagen.example"
    assert "Eingang am Freitag, 22.12.2023; dieser Tag zählt nicht mit (§ 187 Abs. 1 BGB)." in text_of(task)
    assert "eine Rechtspflicht besteht nicht" in text_of(task)
    draft, days = task.iter_attachments()
    assert draft.get_filename() == "Stellungnahme_1062-2023.docx"
    assert days.get_filename() == "Termin_1062-2023.ics"
    assert sorted(event.start.isoformat() for event in entries(task)) == ["2023-12-29", "2024-01-19"]


def test_after_an_extension_the_next_reminder_moves_the_entry_in_the_calendar(council: Council, tmp_path: Path) -> None:
    case = council.ask()
    council.assign(case)
    council.act(case, "annehmen", "beispiel01")
    council.drain(tmp_path / "before")
    council.act(case, "frist_verlaengern", "randt", grund="Rückfrage", zustimmung_von="severcan")
    council.wait(timedelta(days=35))
    council.scan()
    council.drain(tmp_path / "after")
    (task,) = [mail for mail in mails(tmp_path / "before") if "Stellungnahme erbeten" in mail["Subject"]]
    (reminder,) = [mail for mail in mails(tmp_path / "after") if "Erinnerung" in mail["Subject"]]
    (first,) = [event for event in entries(task) if "Antwort" in event["SUMMARY"]]
    (moved,) = entries(reminder)
    assert first["UID"] == moved["UID"]
    assert first["SEQUENCE"] < moved["SEQUENCE"]
    assert (first.start.isoformat(), moved.start.isoformat()) == ("2024-01-19", "2024-02-02")


def answer_days(folder: Path) -> list[tuple[str, str, str]]:
    """Of each mail that brings an entry for the answer: to whom, its text, and the day of the entry."""
    found = [(mail, event) for mail in mails(folder) for event in entries(mail) if "Antwort" in event["SUMMARY"]]
    return [(str(mail["To"].addresses[0].addr_spec), text_of(mail), str(event.start)) for mail, event in found]


def test_a_moved_day_reaches_those_who_act_with_its_reason_and_moves_their_entries(
    council: Council, tmp_path: Path
) -> None:
    case = council.ask()
    council.assign(case)
    council.act(case, "annehmen", "beispiel01")
    council.drain(tmp_path / "before")
    council.act(case, "zwischenbescheid", "randt", grund="Gutachten fehlt", neuer_termin="2024-02-01")
    council.drain(tmp_path / "after")
    told = answer_days(tmp_path / "after")
    known = {to for to, _, _ in answer_days(tmp_path / "before")}
    assert len(told) == len({to for to, _, _ in told}) == 3
    assert known < {to for to, _, _ in told}
    for _, said, day in told:
        assert "Grund: Gutachten fehlt" in said
        assert "Donnerstag, 01.02.2024" in said
        assert day == "2024-02-01"


def test_of_several_changes_before_a_delivery_the_last_day_alone_is_told_with_all_reasons(
    council: Council, tmp_path: Path
) -> None:
    case = council.ask()
    council.assign(case)
    council.drain(tmp_path / "before")
    council.act(case, "zwischenbescheid", "randt", grund="Gutachten fehlt", neuer_termin="2024-01-25")
    council.act(case, "frist_verlaengern", "randt", grund="Ferien", zustimmung_von="severcan")
    council.act(case, "zwischenbescheid", "randt", grund="Unterlagen da", neuer_termin="2024-02-01")
    assert council.drain(tmp_path / "after").cancelled == 6
    told = answer_days(tmp_path / "after")
    assert len(told) == 3
    for _, said, day in told:
        assert "Grund: Unterlagen da" in said
        assert "Davor schon geändert (auf 25.01.2024): Gutachten fehlt" in said
        assert "): Ferien" in said
        assert "Donnerstag, 01.02.2024" in said
        assert day == "2024-02-01"
    overtaken = [entry for entry in council.outbox.entries() if entry.status == "cancelled"]
    assert {(entry.error or "").split("]")[0] for entry in overtaken} == {"[mail_day_overtaken"}
    council.act(case, "zwischenbescheid", "randt", grund="Doch nicht", neuer_termin="2024-02-08")
    council.drain(tmp_path / "last")
    assert {"Gutachten" in said for _, said, _ in answer_days(tmp_path / "last")} == {False}


def test_news_of_a_day_say_the_day_that_holds_when_they_are_written(council: Council, tmp_path: Path) -> None:
    case = council.ask()
    council.assign(case)
    council.drain(tmp_path / "before")
    council.act(case, "zwischenbescheid", "randt", grund="Gutachten fehlt", neuer_termin="2024-01-25")
    council.act(case, "zwischenbescheid", "randt", grund="dauert", neuer_termin="2024-02-01")
    later = max(entry.id for entry in council.outbox.entries() if entry.template == "zwischenbescheid")
    council.outbox.cancel(later)
    council.drain(tmp_path / "after")
    ((_, said, day),) = [one for one in answer_days(tmp_path / "after") if one[0].startswith("hakan.severcan")]
    assert "Neuer Termin: Donnerstag, 01.02.2024" in said
    assert day == "2024-02-01"


def test_a_moved_session_moves_the_entries_of_its_steps(council: Council, tmp_path: Path) -> None:
    case = council.ask()
    council.act(case, "zulassen", "randt")
    council.act(case, "zuweisen", "randt", federfuehrung="amt01", zielsitzung="2024-03-07")
    council.drain(tmp_path / "before")
    council.act(case, "zielsitzung_setzen", "randt", zielsitzung="2024-03-14")
    council.drain(tmp_path / "after")
    (first,) = [each for mail in mails(tmp_path / "before") for each in entries(mail) if "Entwurf" in each["SUMMARY"]]
    (moved,) = [each for mail in mails(tmp_path / "after") for each in entries(mail)]
    assert first["UID"] == moved["UID"]
    assert first.start < moved.start


def test_however_often_a_session_is_moved_each_entry_overrules_the_one_before(council: Council) -> None:
    case = council.ask()
    council.act(case, "zulassen", "randt")
    council.act(case, "zuweisen", "randt", federfuehrung="amt01", zielsitzung="2024-02-20")
    composer, told = council.composer(), []
    for session in ("2024-02-27", "2024-03-05", "2024-02-20", "2024-02-27"):
        council.act(case, "zielsitzung_setzen", "randt", zielsitzung=session, grund="verlegt")
        with council.database.reading() as connection:
            message = newest_message(connection, case, "rueckwaertsplan", "amt01")
        assert message is not None
        known = context(scene_of(composer, message), attached=False)
        told.append([known["deadlines"], *_sequence_and_day(known)])
        assert [known["deadlines"], *_sequence_and_day(known)] == told[-1]  # the same message, the same entry
    sequences, days = [one[1] for one in told], [one[2] for one in told]
    assert sequences == sorted(set(sequences))
    assert days[0] == days[3] != days[1]


def _sequence_and_day(known: Any) -> tuple[int, str]:
    """Of the entry for the first step of the plan."""
    file = calendar_file(("plan_entwurf",), known, Occasion(SENDER, "hagen.example", START, BERLIN, "de"))
    assert file is not None
    event: Any = Calendar.from_ical(file.content).walk("VEVENT")[0]
    return event["SEQUENCE"], event.start.isoformat()


def test_who_had_an_entry_gets_its_cancellation_with_the_end(council: Council, tmp_path: Path) -> None:
    case = council.ask(nummer="1062/2023")
    council.assign(case)
    council.drain(tmp_path / "before")
    council.act(case, "zurueckziehen", "severcan", grund="erledigt")
    council.drain(tmp_path / "after")
    (task,) = [mail for mail in mails(tmp_path / "before") if "Stellungnahme erbeten" in mail["Subject"]]
    (end,) = [mail for mail in mails(tmp_path / "after") if mail["To"] == task["To"]]
    (file,) = end.iter_attachments()
    assert file["Content-Type"].params["method"] == "CANCEL"
    assert file.get_filename() == "Absage_1062-2023.ics"
    known, ended = ({event["UID"]: event for event in entries(mail)} for mail in (task, end))
    assert ended.keys() == known.keys()
    assert {event["STATUS"] for event in ended.values()} == {"CANCELLED"}
    assert all(event["SEQUENCE"] > known[uid]["SEQUENCE"] for uid, event in ended.items())


def test_who_never_had_an_entry_gets_no_cancellation(council: Council, tmp_path: Path) -> None:
    case = council.ask()
    council.act(case, "zurueckweisen", "randt", grund="keine Zuständigkeit")
    council.drain(tmp_path)  # the asker, told nothing of the deadline of the check
    assert {message.template for message in council.outbox.entries()} == {"eingang", "zurueckgewiesen"}
    assert [entries(mail) for mail in mails(tmp_path)] == [[], []]


def test_what_only_cancels_is_no_entry_that_could_be_cancelled(council: Council) -> None:
    templates = council.composer().style.templates
    bringing = {name for name in templates.names() if templates.brings_days(name, "de")}
    assert {"auftrag", "erinnerung", "fristverlaengerung", "vertagt"} <= bringing
    assert not bringing & {"beantwortet", "zurueckgezogen", "abgeschlossen", "eingang"}


def test_everyone_is_written_to_in_their_own_language(council: Council, tmp_path: Path) -> None:
    hagen = load_profiles().get("hagen")
    people = tuple(replace(one, lang="en") if one.key == "severcan" else one for one in hagen.persons)
    import_profile(council.workflow, replace(hagen, persons=people))
    council.assign(council.ask())
    council.drain(tmp_path)
    languages = {str(mail["To"].addresses[0].addr_spec): mail["Content-Language"] for mail in mails(tmp_path)}
    assert languages.pop("hakan.severcan@hagen.example") == "en"
    assert set(languages.values()) == {"de"}
    (english,) = [mail for mail in mails(tmp_path) if mail["Content-Language"] == "en"]
    assert "Receipt confirmed" in english["Subject"]
    assert text_of(english).startswith("Dear Hakan Severcan,")


def test_each_office_reads_its_own_day_before_the_session(council: Council, tmp_path: Path) -> None:
    case = council.ask(nummer="1062/2023")
    council.act(case, "zulassen", "randt")
    session = {"zielsitzung": "2024-03-07"}
    council.act(case, "zuweisen", "randt", federfuehrung="amt01", beteiligt=["amt41"], **session)
    council.drain(tmp_path)
    council.act(case, "annehmen", "beispiel01")
    council.act(case, "entwurf_ablegen", "beispiel01", entwurf=DRAFT)
    council.act(case, "in_mitzeichnung_geben", "beispiel01")
    council.drain(tmp_path)
    council.act(case, "zielsitzung_setzen", "randt", zielsitzung="2024-03-14", grund="Sitzung entfällt")
    council.drain(tmp_path)

    def said(subject: str) -> list[str]:
        return [text_of(mail) for mail in mails(tmp_path) if subject in mail["Subject"]]

    (task,), (cosigning,) = said("Stellungnahme erbeten"), said("Mitzeichnung erbeten")
    assert "Damit es zur Sitzung am 07.03.2024 reicht:" in task
    assert "- Entwurf für die Sitzung: bis Donnerstag, 08.02.2024 (01 Fachbereich" in task
    assert "- Mitzeichnung für die Sitzung: bis Donnerstag, 15.02.2024" in cosigning
    moved = said("Antwort zur Sitzung am 14.03.2024")
    assert any("Grund: Sitzung entfällt" in text for text in moved)
    assert all("22.02.2024" in text for text in moved)


def test_what_is_not_public_leaves_the_house_only_as_a_link(council: Council, tmp_path: Path) -> None:
    case = council.ask(SECRET, nummer="0815/2023", fragen=[SECRET], oeffentlich=False)
    council.assign(case)
    council.act(case, "annehmen", "beispiel01")
    council.act(case, "zwischenbescheid", "beispiel01", grund=SECRET, neuer_termin="2024-02-01")
    council.act(case, "entwurf_ablegen", "beispiel01", entwurf=FILE)
    council.act(case, "in_mitzeichnung_geben", "beispiel01")
    council.wait(timedelta(days=60))
    council.scan()
    council.drain(tmp_path)
    sent = mails(tmp_path)
    assert len(sent) > 5
    for mail in sent:
        assert mail["Subject"] == "Nachricht zu einem nichtöffentlichen Vorgang"
        assert f"{BASE_URL}/vorgang/" in text_of(mail)
        assert list(mail.iter_attachments()) == []
    everything = b"".join(path.read_bytes() + path.name.encode() for path in tmp_path.iterdir())
    assert SECRET.encode() not in everything
    assert re.search(rb"0815\W+2023", everything) is None
    assert all(SECRET not in str(entry.subject) for entry in council.outbox.entries())


FILE = {"name": "Entwurf.docx", "media_type": "application/vnd.example", "sha256": "0" * 64, "size": 3}


def test_a_party_without_address_stops_nobody_and_does_not_get_lost(council: Council, tmp_path: Path) -> None:
    council.ask(fragesteller="integrationsrat")
    council.ask()
    assert council.drain(tmp_path) == Drained(sent=1, dead=1)
    (dead,) = [entry for entry in council.outbox.entries() if entry.status == "dead"]
    assert dead.recipient == "integrationsrat"
    assert "Integrationsrat der Stadt Hagen" in str(dead.error)
    with council.database.writing() as connection:
        change = "UPDATE vorgang_organization SET email = 'ir@hagen.example' WHERE key = 'integrationsrat'"
        connection.execute(text(change))
    council.workflow.directory.forget()
    council.outbox.retry(council.clock.now(), dead.id)
    assert council.drain(tmp_path) == Drained(sent=1)


def test_a_broken_template_delays_only_its_own_messages_until_it_is_mended(council: Council, tmp_path: Path) -> None:
    broken = tmp_path / "vorlagen" / "de" / "auftrag.j2"
    broken.parent.mkdir(parents=True)
    broken.write_text("{% block subject %}{{ x }}{% endblock %}{% block text %}{% endblock %}", "utf-8")
    post = council.post(tmp_path / "post", [tmp_path / "vorlagen"])
    council.assign(council.ask())
    assert post.drain() == Drained(sent=2, deferred=1)
    broken.unlink()
    council.wait(2 * RETRIES[0])
    assert post.drain() == Drained(sent=1)


def test_a_template_without_an_end_holds_up_nothing_and_loses_nothing(
    council: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WORKSHOP, "cpu_seconds", 0.5)
    endless = tmp_path / "vorlagen" / "de" / "auftrag.j2"
    endless.parent.mkdir(parents=True)
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    endless.write_text(f"{{% block subject %}}S{{% endblock %}}{{% block text %}}{loop}{{% endblock %}}", "utf-8")
    post = council.post(tmp_path / "post", [tmp_path / "vorlagen"])
    council.assign(council.ask())
    assert post.drain() == Drained(sent=2, deferred=1)
    (waiting,) = [entry for entry in council.outbox.entries() if entry.status == "deferred"]
    assert "[mail_template_time]" in str(waiting.error)
    endless.write_text(endless.read_text("utf-8").replace(loop, "wieder gut"), "utf-8")
    council.wait(2 * RETRIES[0])
    assert post.drain() == Drained(sent=1)
    assert any("wieder gut" in text_of(mail) for mail in mails(tmp_path / "post"))


def test_a_reminder_that_waited_is_not_sent_once_its_reason_is_gone(council: Council, tmp_path: Path) -> None:
    case = council.ask()
    council.wait(timedelta(days=60))
    council.scan()
    council.outbox.hold()
    council.act(case, "zurueckziehen", "randt")
    council.outbox.release()
    council.drain(tmp_path)
    assert not [mail for mail in mails(tmp_path) if "Erinnerung" in mail["Subject"]]
    overtaken = [entry for entry in council.outbox.entries() if entry.status == "cancelled"]
    assert overtaken
    assert all("überholt" in str(entry.error) for entry in overtaken)


def test_a_request_that_waited_is_not_sent_once_its_case_is_closed(council: Council, tmp_path: Path) -> None:
    case = council.ask()
    council.assign(case)
    council.act(case, "zurueckziehen", "randt")
    council.drain(tmp_path)
    entries = {entry.template: entry for entry in council.outbox.entries()}
    assert {name for name, entry in entries.items() if entry.status == "cancelled"} == {"auftrag", "beteiligung"}
    assert "geschlossen (zurückgezogen)" in str(entries["auftrag"].error)
    assert entries["zurueckgezogen"].status == entries["eingang"].status == "sent"


def to_signature(council: Council, case: str, **data: Any) -> str:
    """The inquiry is drafted, co-signed, and before the mayor; the case of the co-signature."""
    council.assign(case)
    council.act(case, "annehmen", "beispiel01")
    council.act(case, "entwurf_ablegen", "beispiel01", **{"entwurf": FILE, **data})
    council.act(case, "in_mitzeichnung_geben", "beispiel01")
    (child,) = [entry.case_id for entry in council.outbox.entries() if entry.template == "mitzeichnung"]
    council.act(child, "mitzeichnen", "beispiel41")
    return child


def statuses(council: Council) -> dict[str, str]:
    return {entry.template: entry.status for entry in council.outbox.entries()}


@pytest.mark.parametrize("way", ["sign", "return"])
def test_a_request_to_sign_that_waited_is_not_sent_once_the_mayor_has_acted(
    council: Council, tmp_path: Path, way: str
) -> None:
    case = council.ask()
    to_signature(council, case)
    if way == "sign":
        council.act(case, "unterzeichnen", "schulz")
        council.act(case, "sperren", "randt", gesperrt_bis="2024-01-31")
        council.act(case, "freigeben", "randt")  # from now on another deadline runs
    else:
        council.act(case, "zurueckgeben", "schulz", grund="Absatz 2")
    council.drain(tmp_path)
    found = statuses(council)
    assert found["unterschrift"] == "cancelled"
    assert not any("Zur Unterschrift" in mail["Subject"] for mail in mails(tmp_path))
    error = next(entry.error for entry in council.outbox.entries() if entry.template == "unterschrift")
    assert "ist überholt" in str(error)
    assert found["auftrag"] == ("cancelled" if way == "sign" else "sent")  # it lies with the office again


def test_a_request_that_waited_is_sent_as_long_as_it_lies_with_the_same_office(
    council: Council, tmp_path: Path
) -> None:
    case = council.ask()
    council.assign(case)
    council.act(case, "annehmen", "beispiel01")
    council.drain(tmp_path)
    assert statuses(council) == {"eingang": "sent", "auftrag": "sent", "beteiligung": "sent"}


def test_who_was_asked_before_somebody_else_is_asked_no_more(council: Council, tmp_path: Path) -> None:
    case = council.ask()
    council.assign(case)
    council.act(case, "zuweisen", "randt", federfuehrung="amt48")
    council.drain(tmp_path)
    to = {mail["To"].addresses[0].username for mail in mails(tmp_path) if "Stellungnahme erbeten" in mail["Subject"]}
    assert to == {"fb48"}


def test_a_request_says_nothing_of_a_day_that_began_only_after_it(council: Council) -> None:
    case = council.ask()
    to_signature(council, case)
    council.act(case, "unterzeichnen", "schulz")
    with council.database.reading() as connection:
        message = newest_message(connection, case, "unterschrift", None)
    assert message is not None
    letter = council.composer().preview(message)
    assert "bis" not in letter.words.subject  # the deadline of the publication runs, which the mayor is not asked for


def test_the_end_of_the_last_body_is_one_mail(council: Council, tmp_path: Path) -> None:
    case = council.ask()
    to_signature(council, case)
    council.act(case, "unterzeichnen", "schulz")
    council.act(case, "veroeffentlichen", "randt", veroeffentlichung="oeffentlich")
    stops = [
        {"gremium": "integrationsrat", "sitzung": "2024-01-23", "rolle": "kenntnisnahme"},
        {"gremium": "rat", "sitzung": "2024-02-01", "rolle": "kenntnisnahme", "top": "Ö 7"},
    ]
    council.act(case, "auf_tagesordnung_setzen", "randt", beratungsfolge=stops)
    council.drain(tmp_path / "before")
    (answered,) = [mail for mail in mails(tmp_path / "before") if "Antwort veröffentlicht" in mail["Subject"]]
    assert "Unterzeichnet am: 22.12.2023" in text_of(answered)  # which nobody has entered
    bodies = [child for child in council.workflow.case(case).children if child.child == "beratung"]
    for hour, child in enumerate(bodies, start=18):
        council.wait(datetime(2024, 2, 1, hour, tzinfo=BERLIN))
        council.act(child.id, "zur_kenntnis_nehmen", "randt", niederschrift="ohne Aussprache")
    council.drain(tmp_path / "after")
    told = mails(tmp_path / "after")
    assert ["Zur Kenntnis" in mail["Subject"] for mail in told] == [True, False]
    lines = text_of(told[-1]).splitlines()
    place = next(n for n, line in enumerate(lines) if line.endswith("01.02.2024, TOP Ö 7: zur Kenntnis genommen"))
    assert lines[place + 1] == "  Niederschrift: ohne Aussprache"


def test_a_result_that_was_taken_back_is_not_told_any_more(council: Council, tmp_path: Path) -> None:
    motion = council.workflow.open_case(
        "antrag",
        body="hagen",
        actor=council.actor("randt"),
        data={**MOTION, "schreiben_vom": "2023-12-05", "eingang": "2023-12-22"},
    ).case.id
    council.act(motion, "zulassen", "randt")
    before = [{"gremium": "integrationsrat", "sitzung": "2024-01-23", "rolle": "entscheidung"}]
    council.act(motion, "auf_tagesordnung_setzen", "randt", beratungsfolge=before)
    council.wait(datetime(2024, 1, 23, 18, tzinfo=BERLIN))
    council.drain(tmp_path / "before")
    (stop,) = (child.id for child in council.workflow.case(motion).children if child.child == "beratung")
    council.act(stop, "beschliessen", "randt", ja=12, nein=3)
    council.wait(timedelta(days=1))
    days = {"sitzung": date(2024, 1, 24)}
    council.workflow.override(Override(stop, "geplant", "Stimmen vertauscht", council.actor("aufsicht"), days))
    council.act(stop, "ablehnen", "randt", ja=3, nein=12)
    council.drain(tmp_path / "after")
    (mail,) = [one for one in mails(tmp_path / "after") if one["To"].addresses[0].username == "hakan.severcan"]
    assert "Ergebnis: abgelehnt" in text_of(mail)
    assert "3 Ja, 12 Nein" in text_of(mail)
    overtaken = [str(entry.error) for entry in council.outbox.entries() if entry.status == "cancelled"]
    assert all("[mail_end_taken_back]" in error for error in overtaken)
    assert overtaken


def draft_filed(council: Council, content: bytes) -> dict[str, Any]:
    """A draft as it was filed, with its content."""
    with council.database.writing() as connection:
        file = ("Entwurf.docx", "text/html", content)
        return keep_file(connection, "hagen", file, council.clock.now()).value()


@pytest.mark.parametrize("public", [True, False])
def test_requests_to_sign_bring_the_draft_as_it_was_filed(council: Council, tmp_path: Path, *, public: bool) -> None:
    case = council.ask(oeffentlich=public)
    to_signature(council, case, entwurf=draft_filed(council, b"PK fassung"))
    council.drain(tmp_path)
    asked = [mail for mail in mails(tmp_path) if mail["To"].addresses[0].username in {"fb41", "oberbuergermeister"}]
    files = [part for mail in asked for part in mail.iter_attachments() if part.get_content_type() != "text/calendar"]
    found = [(part.get_filename(), part.get_content_type(), part.get_content()) for part in files]
    assert found == [("Entwurf.docx", DOCX, b"PK fassung")] * (1 if public else 0)
    assert any("(hängt an)" in text_of(mail) for mail in asked) is public


def test_a_draft_too_large_for_a_mail_stays_in_the_case(
    council: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vorgang.notifications.filed.LARGEST", 3)
    to_signature(council, council.ask(), entwurf=draft_filed(council, b"PK fassung"))
    council.drain(tmp_path)
    (signing,) = [mail for mail in mails(tmp_path) if "Zur Unterschrift" in mail["Subject"]]
    assert "Entwurf: Entwurf.docx (im Vorgang abgelegt)" in text_of(signing)
    assert [part.get_content_type() for part in signing.iter_attachments()] == ["text/calendar"]


def test_of_a_case_under_embargo_nobody_is_mailed_more_than_a_link(council: Council, tmp_path: Path) -> None:
    case = council.ask(SECRET, nummer="0815/2023")
    cases, clocks = table_of(CaseRow), table_of(DeadlineRow)
    facts = {**council.workflow.case(case).case.facts, "gesperrt_bis": "2023-12-22"}
    with council.database.writing() as connection:  # whatever way led there
        connection.execute(update(cases).values(facts=facts))
        connection.execute(update(clocks).values(name="sperre"))
    council.drain(tmp_path)
    council.assign(case)
    council.drain(tmp_path)
    sent = mails(tmp_path)
    assert {mail["To"].addresses[0].addr_spec for mail in sent} > {"hakan.severcan@hagen.example"}  # and the offices
    assert {mail["Subject"] for mail in sent} == {"Nachricht zu einem nichtöffentlichen Vorgang"}
    assert not any(SECRET in mail.as_string() or "0815/2023" in mail.as_string() for mail in sent)
    assert all(case in text_of(mail) for mail in sent)


@pytest.mark.parametrize("public", [True, False])
def test_a_mail_of_the_parent_says_nothing_of_a_child_that_is_not_public(
    council: Council, tmp_path: Path, *, public: bool
) -> None:
    case = council.ask()
    child = to_signature(council, case)
    cases = table_of(CaseRow)
    with council.database.writing() as connection:
        connection.execute(update(cases).where(cases.c.id == child).values(public=public))
    council.drain(tmp_path)
    (signing,) = [mail for mail in mails(tmp_path) if "Zur Unterschrift" in mail["Subject"]]
    assert ("- 41 Kultur: mitgezeichnet" in text_of(signing)) is public


def test_a_full_or_forbidden_folder_delays_everything_and_uses_up_nothing(council: Council, tmp_path: Path) -> None:
    blocked = tmp_path / "post"
    blocked.write_text("a file where a folder should be")
    council.ask()
    assert council.drain(blocked) == Drained(deferred=1)
    (entry,) = council.outbox.entries()
    assert entry.attempts == 0
    blocked.unlink()
    council.wait(timedelta(minutes=1))
    assert council.drain(blocked) == Drained(sent=1)


def test_written_twice_there_is_still_one_file(council: Council, tmp_path: Path) -> None:
    council.ask()
    (message,) = council.outbox.claim(council.clock.now(), limit=1, lease=LEASE)
    council.wait(LEASE)
    council.drain(tmp_path)
    (before,) = [path.read_bytes() for path in tmp_path.iterdir()]
    council.outbox.settle([Outcome(message, "dead", {"error": "zu spät"})])
    with council.database.writing() as connection:
        connection.execute(text("UPDATE vorgang_message SET status = 'queued', sent_at = NULL"))
    council.drain(tmp_path)
    (after,) = [path.read_bytes() for path in tmp_path.iterdir()]
    assert after == before


# --- to a server ---


def test_many_mails_go_over_a_few_held_connections(council: Council) -> None:
    for _ in range(30):
        council.ask()
    with smtp_server() as post:
        assert council.drain(SmtpMailer(post.server)) == Drained(sent=30)
    assert len(post.handler.taken) == 30
    assert post.handler.connections <= post.server.connections
    assert {mail.recipients for mail in post.handler.taken} == {("hakan.severcan@hagen.example",)}
    assert {mail.sender for mail in post.handler.taken} == {"vorgang@hagen.example"}


def test_starttls_and_login(council: Council, tmp_path: Path) -> None:
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    council.ask()
    with smtp_server(tls, ("vorgang", "geheim")) as post:
        login = post.server._replace(username="vorgang", password="geheim")
        assert council.drain(SmtpMailer(login)) == Drained(deferred=1)  # nobody vouches for the certificate
        council.wait(timedelta(minutes=1))
        wrong = login._replace(ca_file=ca_file, password="falsch")
        assert council.drain(SmtpMailer(wrong)) == Drained(deferred=1)
        assert "Anmeldung" in str(council.outbox.entries()[0].error)
        council.wait(timedelta(minutes=1))
        assert council.drain(SmtpMailer(login._replace(ca_file=ca_file))) == Drained(sent=1)
    (mail,) = post.handler.received
    assert mail.encrypted
    (entry,) = council.outbox.entries()
    assert entry.attempts == 1


def test_starttls_is_not_given_up_when_the_server_does_not_offer_it(council: Council) -> None:
    council.ask()
    with smtp_server() as post:
        assert council.drain(SmtpMailer(post.server._replace(security="required"))) == Drained(deferred=1)
    assert post.handler.received == []


@pytest.mark.parametrize("fault", ["451 4.3.0 try later", "421 4.3.2 shutting down"])
def test_a_passing_refusal_is_tried_again_with_the_same_mail(council: Council, fault: str) -> None:
    council.ask()
    with smtp_server() as post:
        post.handler.answer = lambda _server, _envelope: fault
        assert council.drain(SmtpMailer(post.server)) == Drained(deferred=1)
        assert fault[:3] in str(council.outbox.entries()[0].error)
        post.handler.answer = lambda _server, _envelope: None
        assert council.drain(SmtpMailer(post.server)) == Drained()
        council.wait(2 * RETRIES[0])
        assert council.drain(SmtpMailer(post.server)) == Drained(sent=1)
    first, *_, last = post.handler.received
    assert first.content == last.content
    assert last.taken


def test_a_lasting_refusal_ends_the_message_and_no_other(council: Council) -> None:
    council.ask(fragesteller="gs-integrationsrat")
    council.ask()
    with smtp_server() as post:
        post.handler.refused = {"integrationsrat@hagen.example": "550 5.1.1 unknown"}
        assert council.drain(SmtpMailer(post.server)) == Drained(sent=1, dead=1)
    (dead,) = [entry for entry in council.outbox.entries() if entry.status == "dead"]
    assert "550 5.1.1 unknown" in str(dead.error)


def test_a_full_mailbox_is_tried_again(council: Council) -> None:
    council.ask()
    with smtp_server() as post:
        post.handler.refused = {"hakan.severcan@hagen.example": "452 4.2.2 mailbox full"}
        assert council.drain(SmtpMailer(post.server)) == Drained(deferred=1)


def test_a_connection_lost_after_the_mail_arrived_loses_nothing(council: Council) -> None:
    council.ask()

    def hang_up(server: SMTP, _envelope: Envelope) -> None:
        assert server.transport is not None
        server.transport.close()  # the mail is taken, but nobody learns of it

    with smtp_server() as post:
        post.handler.answer = hang_up
        assert council.drain(SmtpMailer(post.server)) == Drained(deferred=1)
        post.handler.answer = lambda _server, _envelope: None
        council.wait(2 * RETRIES[0])
        assert council.drain(SmtpMailer(post.server)) == Drained(sent=1)
    first, second = post.handler.taken
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.content == second.content


def test_a_server_that_falls_silent_is_left_for_now(council: Council) -> None:
    council.ask()
    given_up = Event()

    def silent(_server: SMTP, _envelope: Envelope) -> None:
        given_up.wait(20)

    with smtp_server() as post:
        post.handler.answer = silent
        assert council.drain(SmtpMailer(post.server._replace(timeout=2))) == Drained(deferred=1)
        given_up.set()
    (entry,) = council.outbox.entries()
    assert entry.attempts == 1


def test_a_server_that_is_down_delays_everything_and_uses_up_no_attempt(council: Council) -> None:
    for _ in range(20):
        council.ask()
    with smtp_server() as post:
        pass
    for _ in range(MOST_ATTEMPTS + 1):
        assert council.drain(SmtpMailer(post.server)).deferred > 0
        council.wait(timedelta(minutes=1))
    assert {entry.attempts for entry in council.outbox.entries()} == {0}
    assert "nicht erreichbar" in "".join(str(entry.error) for entry in council.outbox.entries())
    with smtp_server() as back:
        assert council.drain(SmtpMailer(back.server)) == Drained(sent=20)


def test_two_deliverers_at_once_send_each_mail_once(database_url: str) -> None:
    database = Database(database_url)
    council = Council(database)
    for _ in range(40):
        council.ask()
    done: list[Drained] = []
    barrier = Barrier(2)
    with smtp_server() as post:

        def work(own: Council) -> None:
            barrier.wait()
            done.append(own.drain(SmtpMailer(post.server)))

        other = Database(database_url)
        threads = [Thread(target=work, args=(each,)) for each in (council, Council(other))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    other.close()
    database.close()
    assert sum(each.sent for each in done) == 40
    ids = [mail.message["Message-ID"] for mail in post.handler.taken]
    assert len(ids) == len(set(ids)) == 40


KILLED = """
import os, signal, sys
from contextlib import asynccontextmanager
from tests.helpers.council import Council
from vorgang.notifications.smtp import Server, SmtpMailer
from vorgang.states.database import Database
from vorgang.states.overrides import Override
from vorgang.states.tables import CaseRow, DeadlineRow, table_of

class Dying(SmtpMailer):
    @asynccontextmanager
    async def session(self):
        async with super().session() as real:
            class Handover:
                async def send(self, mail):
                    await real.send(mail)
                    os.kill(os.getpid(), signal.SIGKILL)
            yield Handover()

Council(Database(sys.argv[1])).drain(Dying(Server("127.0.0.1", int(sys.argv[2]), "never")))
"""


def test_killed_between_sending_and_remembering_it_sends_the_same_mail_again(database_url: str) -> None:
    database = Database(database_url)
    council = Council(database)
    council.ask()
    with smtp_server() as post:
        command = [sys.executable, "-c", KILLED, database_url, str(post.server.port)]
        killed = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
        assert killed.returncode == -signal.SIGKILL
        assert council.drain(SmtpMailer(post.server)) == Drained()  # still leased by the dead
        council.wait(LEASE)
        assert council.drain(SmtpMailer(post.server)) == Drained(sent=1)
    database.close()
    first, second = post.handler.taken
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.content == second.content


def test_a_message_that_kills_its_deliverer_is_given_up_in_the_end(council: Council, tmp_path: Path) -> None:
    council.ask()
    for _ in range(MOST_ATTEMPTS):
        assert council.outbox.claim(council.clock.now(), limit=1, lease=LEASE)
        council.wait(LEASE)
    assert council.drain(tmp_path) == Drained(dead=1)
    assert list(tmp_path.iterdir()) == []


def test_one_message_can_be_delivered_by_itself(council: Council, tmp_path: Path) -> None:
    council.ask()
    council.ask()
    (first, _) = council.outbox.entries()
    assert council.post(tmp_path).deliver(first.id) == Drained(sent=1)
    assert council.outbox.counts() == {"queued": 1, "sent": 1}


def test_a_server_is_described_without_surprises() -> None:
    server: Any = Server("mail.hagen.example")
    assert (server.port, server.security) == (587, "required")


# --- the database goes away ---


def away(council: Council, folder: Path, code: str) -> tuple[PostOffice, Away]:
    desk = Desk.of(council.sources, council.composer(), load_kinds(()), council.policy)
    outbox = Away(council.database, code)
    return PostOffice(desk._replace(outbox=outbox), FolderMailer(folder), council.clock), outbox


def test_what_was_sent_is_written_down_once_the_database_is_back(council: Council, tmp_path: Path) -> None:
    council.ask()
    post, outbox = away(council, tmp_path, "store_unreachable")
    assert post.drain() == Drained(sent=1)
    assert outbox.tried == AWAY + 1
    council.wait(LEASE)
    assert council.drain(tmp_path) == Drained()
    assert len(mails(tmp_path)) == 1


def test_a_database_that_refuses_is_not_asked_again(council: Council, tmp_path: Path) -> None:
    council.ask()
    post, outbox = away(council, tmp_path, "store_forbidden")
    with pytest.raises(StoreError, match="store_forbidden"):
        post.drain()
    assert outbox.tried == 1


def test_of_a_publication_taken_back_and_given_back_only_the_last_word_is_sent(
    council: Council, tmp_path: Path
) -> None:
    case = council.ask()
    council.act(case, "zulassen", "randt")
    council.act(case, "zuweisen", "randt", federfuehrung="amt01")
    council.act(case, "annehmen", "beispiel01")
    council.act(case, "entwurf_ablegen", "beispiel01", entwurf=DRAFT)
    council.act(case, "zur_unterschrift_geben", "beispiel01")
    council.act(case, "unterzeichnen", "schulz")
    council.act(case, "veroeffentlichen", "randt", veroeffentlichung="oeffentlich")
    council.drain(tmp_path / "before")
    council.act(case, "veroeffentlichung_zuruecknehmen", "randt", grund="Namen von Anwohnern")
    council.act(case, "wieder_veroeffentlichen", "randt", grund="geschwärzt")
    council.drain(tmp_path / "after")
    sent = list(mails(tmp_path / "after"))
    assert [("Wieder veröffentlicht" in mail["Subject"], "geschwärzt" in text_of(mail)) for mail in sent] == [
        (True, True),
        (True, True),
    ]
    assert not any("Anwohnern" in text_of(mail) for mail in sent)
    cancelled = [entry for entry in council.outbox.entries() if "[mail_news_overtaken]" in str(entry.error)]
    assert [entry.template for entry in cancelled] == ["veroeffentlichung_geaendert"] * 2


def test_of_the_sessions_of_a_question_only_what_holds_is_told(council: Council, tmp_path: Path) -> None:
    def opened(lifecycle: str, **data: str) -> str:
        data = {"gremium": "integrationsrat", **data}
        return council.workflow.open_case(lifecycle, body="hagen", actor=council.actor("randt"), data=data).case.id

    days = ("2024-01-23", "2024-03-05")
    first, second = (opened("sitzung", tag=day) for day in days)
    opened("muendliche_frage", sitzung=days[0], fragesteller="severcan", betreff="Zaun", frage="Wann?")
    council.act(first, "absagen", "randt", grund="kein Stoff")
    council.act(second, "absagen", "randt", grund="Sturm")  # nothing has gone out yet
    council.drain(tmp_path)
    (mail,) = (one for one in mails(tmp_path) if "Hakan Severcan" in one["To"])
    assert mail["Subject"] == "Frage vorerst ohne Sitzung: Zaun"
    assert "Sturm" in text_of(mail)
