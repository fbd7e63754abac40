"""``vorgang session`` and ``vorgang calendar export`` as the office, members and the public meet them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader
from sqlalchemy import update

from tests.helpers.command_line import Vorgang
from tests.helpers.house import BERLIN, House
from vorgang.states.records import Organization
from vorgang.states.tables import table_of
from vorgang.states.trace import german

BODY = "integrationsrat"
TODAY = datetime.now(BERLIN).date()
LATER = TODAY + timedelta(days=28)


@pytest.fixture
def clerk(vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch) -> Vorgang:
    """The command line in the hands of the council office, today."""
    monkeypatch.setenv("VORGANG_ACTOR", "randt")
    return vorgang


@pytest.fixture
def house(vorgang: Vorgang) -> Iterator[House]:
    """The house on the database of the command line, where an Anfrage is answered quickly."""
    house = House(f"sqlite:///{vorgang.database}")
    yield house
    house.close()


def scheduled(clerk: Vorgang, day: date = TODAY, *more: str) -> str:
    return str(clerk.json("session", "schedule", BODY, day.isoformat(), *more)["session"]["id"])


def before_it(house: House, number: str = "0001/2024", role: str = "kenntnisnahme", day: date = TODAY) -> str:
    """An answered Anfrage that stands before the session of that day."""
    case = house.at("beantwortet", gremium=BODY, nummer=number, betreff=f"Sache {number}")
    stops = [{"gremium": BODY, "sitzung": day.isoformat(), "rolle": role}]
    house.fire(case, "auf_tagesordnung_setzen", beratungsfolge=stops)
    return case


def test_from_the_schedule_to_the_extract(clerk: Vorgang, house: House, tmp_path: Path) -> None:
    scheduled(clerk, TODAY, "--from", "16:00", "--until", "18:00", "--place", "Ratssaal")
    case = before_it(house)
    assert "0001/2024" in clerk("session", "show", BODY).out  # it waits
    shown = clerk("session", "agenda", BODY)
    assert "Nur ein Vorschlag" in shown.out
    assert clerk("session", "agenda", BODY, "--set").code == 0
    assert clerk.fails(3, "session", "invite", BODY)["reasons"][0]["code"] == "notice_too_short"
    assert "eingeladen" in clerk("session", "invite", BODY, "--short-notice", "Frist der Förderung").out
    assert clerk("session", "result", BODY, TODAY.isoformat(), "Ö", "4", "noted", "--minutes", "Aussprache.").code == 0
    shown = clerk("case", "show", case)
    (row,) = [line for line in shown.out.splitlines() if "Jessica Randt" in line and "Kenntnisnahme" in line]
    assert all(word in row for word in (f"{TODAY:%d.%m.%Y}", "Integrationsrat", "Ö 4", "zur Kenntnis genommen"))
    (stage,) = clerk.json("case", "show", case)["consultations"]
    assert (stage["result"], stage["item"], stage["noted_by"]) == ("zur_kenntnis_genommen", "Ö 4", "Jessica Randt")
    target = tmp_path / "auszug.docx"
    assert clerk("session", "extract", BODY, "Ö 4", "--out", target).code == 0
    assert target.read_bytes()[:2] == b"PK"
    held = clerk("session", "held", BODY, "--present", "9")
    assert held.code == 0, held


def test_the_public_is_told_who_dealt_with_a_paper_but_not_who_entered_it(clerk: Vorgang, house: House) -> None:
    scheduled(clerk)
    case = before_it(house)
    clerk.json("session", "agenda", BODY, "--set")
    answer = clerk("session", "result", BODY, "0001/2024", "vertagt", "--to", LATER.isoformat())
    assert f"vertagt auf {LATER:%d.%m.%Y}" in answer.out
    assert f"vertagt auf {LATER:%d.%m.%Y}" in clerk("session", "show", BODY, TODAY.isoformat()).out
    (first, second) = clerk.json("case", "show", case, "--public")["consultations"]
    assert (first["day"], first["result"], first["noted_by"]) == (TODAY.isoformat(), "vertagt", None)
    assert (second["day"], second["result"]) == (LATER.isoformat(), None)
    assert "vertagt" in clerk("case", "show", case, "--public").out


def test_a_session_that_cannot_be_is_refused_in_words(clerk: Vorgang) -> None:
    scheduled(clerk, LATER, "--from", "16:00", "--place", "Ratssaal")
    past = (TODAY - timedelta(days=1)).isoformat()
    for call, words in (
        (("schedule", BODY, past), "in der Vergangenheit"),
        (("schedule", BODY, LATER.isoformat()), "schon eine Sitzung"),
        (("schedule", "rat", LATER.isoformat(), "--from", "17:00", "--place", "ratssaal"), "ist am"),
        (("move", BODY, "--to", past), "in der Vergangenheit"),
        (("schedule", BODY, TODAY.isoformat(), "--from", "25:00"), "25:00"),
        (("held", BODY), LATER.strftime("%d.%m.%Y")),
        (("invite", BODY), "„Tagesordnung“"),
    ):
        answer = clerk("session", *call)
        assert (answer.code, words in answer.err) == (3, True), (call, answer)
    assert len(clerk.json("session", "list")["sessions"]) == 1


@pytest.mark.parametrize(
    ("call", "code", "exit_code"),
    [
        (("schedule", "stadtrat", "2099-01-01"), "session_body_unknown", 5),
        (("show", "2099-01-01"), "session_unknown", 5),
        (("schedule", BODY, "morgen"), "cli_day", 2),
        (("move", BODY), "session_call", 2),
        (("result", BODY, "Ö", "4", "angenommen"), "session_result_unknown", 2),
        (("series", BODY, "--first", "2099-01-01", "--every", "oft", "--until", "2099-02-01"), "session_rhythm", 2),
    ],
)
def test_what_is_not_meant_so_is_named(clerk: Vorgang, call: tuple[str, ...], code: str, exit_code: int) -> None:
    error = clerk.fails(exit_code, "session", *call)
    assert error["code"] == code
    assert error["remedy_de"]


def test_only_bodies_of_the_council_have_sessions(clerk: Vorgang, house: House) -> None:
    table = table_of(Organization)
    with house.database.writing() as connection:
        connection.execute(update(table).where(table.c.key == "rat").values(classification="Fraktion"))
    error = clerk.fails(5, "session", "schedule", "rat", "2099-01-01")
    assert (error["code"], error["de"]) == ("session_body_unknown", f"Es gibt kein Gremium „rat“. Gremien: {BODY}.")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2098-12-25", "Bitte den Tag prüfen (25.12.2098): Erster Weihnachtstag"),
        ("2098-12-20", "(20.12.2098): ein Samstag."),
        ("2098-12-16", "mehr als drei Jahre voraus"),
    ],
)
def test_an_unusual_day_of_a_session_is_told_not_refused(clerk: Vorgang, day: str, said: str) -> None:
    assert said in " ".join(clerk("session", "schedule", BODY, day).out.split())
    assert clerk.json("session", "list")["sessions"][0]["day"] == day


def test_a_recess_that_the_rules_do_not_know_cannot_be_left_out(clerk: Vorgang) -> None:
    call = ("--first", "2099-01-12", "--every", "monthly:2mon", "--until", "2099-03-31", "--skip-recess", "--dry-run")
    assert "kennt keine Sitzungspause" in " ".join(clerk("session", "series", BODY, *call).out.split())


def test_a_series_is_shown_tried_and_scheduled(clerk: Vorgang) -> None:
    year = TODAY.year + 1
    call = ("series", BODY, "--first", f"{year}-10-01", "--every", "monthly:1mon", "--until", f"{year}-12-31")
    tried = clerk.json("session", *call, "--dry-run")
    assert (len(tried["days"]), tried["scheduled"]) == (3, [])
    assert clerk.fails(2, "session", *call)["code"] == "cli_unconfirmed"
    assert clerk.json("session", "list")["sessions"] == []
    assert len(clerk.json("session", *call, "--yes")["scheduled"]) == 3
    assert len(clerk.json("session", "list", "--public")["sessions"]) == 3
    again = clerk.fails(2, "session", *call, "--yes")
    assert again["code"] == "session_series_refused"
    assert again["de"].count("hat am") == 3


def test_members_get_the_agenda_and_an_entry_that_later_mails_change(
    clerk: Vorgang, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mails"
    monkeypatch.setenv("VORGANG_MAIL_FOLDER", str(folder))
    case = scheduled(clerk, LATER, "--from", "16:00", "--until", "18:00")
    before_it(house, day=LATER)
    clerk.json("session", "agenda", BODY, "--set", "--closed-item", "Grundstückssache")

    def mailed(kind: str) -> tuple[str, dict[str, bytes]]:
        clerk("run", "--once")
        (path,) = folder.glob(f"*_severcan_{kind}_*.eml")
        mail: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
        files = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
        return mail.get_body(("plain",)).get_content(), files

    def entry(files: dict[str, bytes], method: str) -> Any:
        (content,) = (content for name, content in files.items() if name.endswith(".ics"))
        calendar = Calendar.from_ical(content)
        assert calendar["METHOD"] == method
        (event,) = calendar.events
        assert str(event["UID"]).startswith(case)
        return event

    clerk.json("session", "invite", BODY)
    text, files = mailed("einladung")
    assert "Ö 4  Anfrage 0001/2024: Sache 0001/2024 (Hakan Severcan)" in text
    assert "2 Punkte im nichtöffentlichen Teil" in text
    assert "die vollständige Einladung bekommen Sie von der Geschäftsstelle" in " ".join(text.split())
    (pdf,) = (content for name, content in files.items() if name.endswith(".pdf") and "ontroll" not in name)
    paper = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert "0001/2024: Sache 0001/2024" in paper
    assert "Grundstückssache" not in text + paper  # a mail is an open channel
    first = entry(files, "REQUEST")
    assert (first["SEQUENCE"], first["ATTENDEE"]) == (0, "mailto:hakan.severcan@hagen.example")
    clerk.json("session", "move", BODY, "--to", (LATER + timedelta(days=1)).isoformat(), "--reason", "Saal belegt")
    told, attached = mailed("sitzung-verlegt")
    assert f"Bisher vorgesehen war: {german(LATER)}" in told
    moved = entry(attached, "REQUEST")
    assert (moved["UID"], moved["SEQUENCE"]) == (first["UID"], 1)
    assert moved.start.date() == LATER + timedelta(days=1)
    clerk.json("session", "cancel", BODY, "--reason", "kein Stoff")
    gone = entry(mailed("sitzung-entfaellt")[1], "CANCEL")
    assert (gone["UID"], gone["SEQUENCE"], gone["STATUS"]) == (first["UID"], 2, "CANCELLED")


def test_who_has_not_got_the_invitation_yet_gets_one_mail_that_is_true_now(
    clerk: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mails"
    monkeypatch.setenv("VORGANG_MAIL_FOLDER", str(folder))
    scheduled(clerk, LATER, "--from", "16:00")
    clerk.json("session", "agenda", BODY, "--set")
    clerk.json("session", "invite", BODY)
    clerk.json("session", "move", BODY, "--to", (LATER + timedelta(days=1)).isoformat(), "--reason", "Saal belegt")
    clerk("run", "--once")
    (mail,) = folder.glob("*_severcan_*.eml")
    assert "sitzung-verlegt" in mail.name
    assert entry_in(mail) == ("REQUEST", 1)
    clerk.json("session", "move", BODY, "--to", LATER.isoformat())
    clerk.json("session", "cancel", BODY, "--reason", "kein Stoff")
    clerk("run", "--once")
    (last,) = {*folder.glob("*_severcan_*.eml")} - {mail}
    assert entry_in(last) == ("CANCEL", 3)


def entry_in(path: Path) -> tuple[str, int]:
    """Method and SEQUENCE of the entry that a mail brings."""
    mail: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
    (content,) = (one.get_payload(decode=True) for one in mail.iter_attachments() if one.get_filename()[-4:] == ".ics")
    calendar = Calendar.from_ical(content)
    event: Any = calendar.events[0]
    return str(calendar["METHOD"]), event["SEQUENCE"]


def test_a_calendar_is_written_for_a_body_or_an_office(clerk: Vorgang, tmp_path: Path) -> None:
    scheduled(clerk, LATER, "--from", "16:00")
    scheduled(clerk, TODAY, "--closed")
    target = tmp_path / "rat.ics"
    assert clerk.json("calendar", "export", "--sessions", BODY, "--public", "--out", target)["entries"] == 1
    assert b"X-WR-CALNAME:Stadt Hagen: Integrationsrat" in target.read_bytes()
    assert clerk.json("calendar", "export", "--sessions", "all", "--out", tmp_path / "alle.ics")["entries"] == 2
    clerk.opened()
    due = tmp_path / "gs.ics"
    assert clerk.json("calendar", "export", "--due", "gs-integrationsrat", "--out", due)["entries"] > 0
    assert b"BEGIN:VEVENT" in due.read_bytes()
    for wrong, exit_code, code in (
        ((), 2, "calendar_what"),
        (("--sessions", "all", "--due", "amt01"), 2, "calendar_what"),
        (("--due", "amt01", "--public"), 3, "calendar_due_inside"),
        (("--due", "nirgends"), 5, "party_unknown"),
    ):
        assert clerk.fails(exit_code, "calendar", "export", *wrong, "--out", target)["code"] == code
