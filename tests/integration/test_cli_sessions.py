"""``vorgang session`` and ``vorgang calendar export`` as the office, members and the public meet them."""

import json
import shlex
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
from tests.helpers.pages import ROOT, blocks
from tests.helpers.rosters import file
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
    session = scheduled(clerk, TODAY, "--place", "Ratssaal")
    case = before_it(house)
    assert "0001/2024" in clerk("session", "show", BODY).out  # it waits
    shown = clerk("session", "agenda", BODY)
    assert "Nur ein Vorschlag" in shown.out
    assert "Anfrage 0001/2024: Sache 0001/2024 (Hakan Severcan)" in shown.out
    fixed = clerk.json("session", "agenda", BODY, "--set")
    assert "0001/2024: Sache 0001/2024" in [item["title"] for item in fixed["items"]]
    assert "Nummer: Ö 4 · Beratung: 0001/2024 · Sache 0001/2024" in clerk("case", "show", session).out
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
    late = ("--title", "Eilsache", "--because", "Frist", "--yes", "2", "--abstain", "1")
    assert clerk.json("session", "urgent", BODY, *late)["agenda"][-1]["urgency_votes"] == {
        "ja": 2,
        "nein": 0,
        "enthaltungen": 1,
    }
    assert "Eilsache (dringlich: Frist; Ja:Nein:Enth. 2:0:1)" in clerk("session", "show", BODY).out
    held = clerk("session", "held", BODY, "--present", "9")
    assert held.code == 0, held
    nobody = clerk.fails(3, "session", "held", BODY, TODAY.isoformat(), "--present", "0")
    assert nobody["reasons"][0]["code"] == "nobody_present"
    again = clerk.json("session", "held", BODY, TODAY.isoformat(), "--present", "8")
    assert again["event"] == "anwesenheit_berichtigen"
    (note,) = again["notes"]
    assert "Gezählt sind 8, eingetragen sind stimmberechtigte Mitglieder: 1" in note["de"]


def test_the_page_about_sessions_can_be_followed_from_its_first_command(
    clerk: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = "\n".join(blocks(ROOT / "docs" / "sessions.md", "sh")).replace("2027-", f"{TODAY.year + 1}-")
    for line in shown.replace("$today", TODAY.isoformat()).splitlines():
        if line.startswith("vorgang") and "init" not in line:
            answer = clerk(*shlex.split(line)[1:])
            assert answer.code == 0, (line, answer)
    assert {path.name for path in tmp_path.iterdir()} >= {"integrationsrat.ics", "auszug.pdf"}


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
    shown = clerk("case", "show", case).out
    assert shown.count("Beratungsfolge") == 1, shown  # what was asked for first no longer holds


def test_a_day_on_which_the_body_has_no_session_is_told_where_a_paper_is_scheduled(
    clerk: Vorgang, house: House
) -> None:
    case = house.at("beantwortet", gremium=BODY, nummer="0001/2024")
    call = ("case", "fire", case, "auf_tagesordnung_setzen", "-s")
    stops = [
        f'beratungsfolge={{"gremium": "{BODY}", "sitzung": "{day}", "rolle": "{role}"}}'
        for day, role in ((LATER, "kenntnisnahme"), (TODAY, "anhoerung"))
    ]
    words = f"Am {LATER:%d.%m.%Y} ist hier keine Sitzung angesetzt"
    assert words in clerk(*call, stops[0]).out
    assert words in clerk("case", "show", case).out
    assert words not in clerk("case", "show", case, "--public").out
    scheduled(clerk, LATER)
    scheduled(clerk)
    assert words not in clerk("case", "show", case).out
    assert clerk.json(*call, stops[1])["without_session"] == []


@pytest.mark.parametrize(
    ("result", "body"), [(("postponed", "--to"), BODY), (("referred", "--to", "rat", "--on"), "rat")]
)
def test_a_day_without_a_session_is_told_to_who_postpones_or_refers_a_paper_to_it(
    clerk: Vorgang, house: House, result: tuple[str, ...], body: str
) -> None:
    scheduled(clerk)
    before_it(house, "0001/2024")
    before_it(house, "0002/2024")
    call = ("session", "result", BODY, TODAY.isoformat())
    (note,) = clerk.json(*call, "0001/2024", *result, LATER.isoformat())["notes"]
    assert f"Am {LATER:%d.%m.%Y} ist hier keine Sitzung angesetzt" in note["de"]
    clerk.json("session", "schedule", body, LATER.isoformat())
    assert clerk.json(*call, "0002/2024", *result, LATER.isoformat())["notes"] == []


def test_a_decision_before_its_preliminary_consultation_is_told(clerk: Vorgang, house: House) -> None:
    case = house.at("beantwortet", nummer="0001/2024")
    stops = [
        {"gremium": "rat", "sitzung": LATER.isoformat(), "rolle": "vorberatung"},
        {"gremium": BODY, "sitzung": TODAY.isoformat(), "rolle": "entscheidung"},
    ]
    given = [word for stop in stops for word in ("-s", f"beratungsfolge={json.dumps(stop)}")]
    words = f"entscheidet schon am {TODAY:%d.%m.%Y}, vor der Beratung am {LATER:%d.%m.%Y} (Rat"
    fired = clerk.json("case", "fire", case, "auf_tagesordnung_setzen", *given)
    (late,) = fired["decided_before"]
    assert (late["body_key"], late["decided_on"]) == ("rat", TODAY.isoformat())
    assert words in clerk("case", "show", case).out
    assert "entscheidet schon" not in clerk("case", "show", case, "--public").out


def test_more_votes_than_members_are_entered_are_told(clerk: Vorgang, house: House) -> None:
    scheduled(clerk)
    before_it(house, role="entscheidung")
    done = clerk("session", "result", BODY, TODAY.isoformat(), "0001/2024", "adopted", "--yes", "1", "--no", "0")
    assert (done.code, "voting_seats" in done.out) == (0, False)
    before_it(house, "0002/2024", role="entscheidung")
    done = clerk("session", "result", BODY, TODAY.isoformat(), "0002/2024", "adopted", "--yes", "12", "--no", "3")
    assert (done.code, "voting_seats" in done.out) == (0, True)


def test_a_stop_is_named_by_its_body_and_day(clerk: Vorgang, house: House) -> None:
    case = house.at("beantwortet", nummer="0001/2024")
    days = [("rat", TODAY, "kenntnisnahme"), (BODY, TODAY, "anhoerung"), (BODY, LATER, "kenntnisnahme")]
    stops = [{"gremium": body, "sitzung": day.isoformat(), "rolle": role} for body, day, role in days]
    house.fire(case, "auf_tagesordnung_setzen", beratungsfolge=stops)
    council, today, later = (one.id for one in house.children(case, "beratung"))
    clerk("case", "fire", council, "zurueckziehen", "-s", "grund=so")
    named = ("rat", f"{BODY}/{TODAY}", f"{LATER}")
    found = [clerk.json("case", "show", f"0001/2024/beratung/{words}")["case"]["id"] for words in named]
    assert found == [council, today, later]
    assert clerk.fails(5, "case", "show", f"0001/2024/beratung/{BODY}")["code"] == "case_ambiguous"


def test_a_session_that_cannot_be_is_refused_in_words(clerk: Vorgang) -> None:
    scheduled(clerk, LATER, "--from", "16:00", "--place", "Ratssaal")
    past = (TODAY - timedelta(days=1)).isoformat()
    for call, words in (
        (("schedule", BODY, past), "in der Vergangenheit"),
        (("schedule", BODY, LATER.isoformat()), "schon eine Sitzung"),
        (("schedule", "rat", LATER.isoformat(), "--from", "17:00", "--place", "ratssaal"), "16:00 bis 24:00"),
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
        (("move", BODY), "session_move_what", 2),
        (("result", BODY, "Ö", "4", "angenommen"), "session_result_unknown", 2),
        (("series", BODY, "--first", "2099-01-01", "--every", "oft", "--until", "2099-02-01"), "session_rhythm", 2),
    ],
)
def test_what_is_not_meant_so_is_named(clerk: Vorgang, call: tuple[str, ...], code: str, exit_code: int) -> None:
    error = clerk.fails(exit_code, "session", *call)
    assert error["code"] == code
    assert error["remedy_de"]


@pytest.mark.parametrize("what", [{"classification": "Fraktion"}, {"organization_type": "Institution"}])
def test_only_bodies_of_the_council_have_sessions(clerk: Vorgang, house: House, what: dict[str, str]) -> None:
    table = table_of(Organization)
    with house.database.writing() as connection:
        connection.execute(update(table).where(table.c.key == "rat").values(**what))
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
    clerk.json("session", "move", BODY, day, "--to", LATER.isoformat())
    assert said in " ".join(clerk("session", "move", BODY, LATER.isoformat(), "--to", day).out.split())
    assert clerk.json("session", "move", BODY, day, "--place", "Ratssaal")["notes"] == []


def test_a_session_of_which_only_the_end_is_known_is_not_said_to_begin_then(clerk: Vorgang) -> None:
    scheduled(clerk, LATER, "--until", "17:00")
    for command in ("show", BODY), ("list",):
        assert "bis 17:00" in clerk("session", *command).out


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
    again = clerk.fails(3, "session", *call, "--yes")
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
    assert (first["SEQUENCE"], first["STATUS"], first["ATTENDEE"]) == (
        1,
        "CONFIRMED",
        "mailto:hakan.severcan@hagen.example",
    )
    clerk.json("session", "move", BODY, "--to", (LATER + timedelta(days=1)).isoformat(), "--reason", "Saal belegt")
    told, attached = mailed("sitzung-verlegt")
    assert f"Bisher vorgesehen war: {german(LATER)}" in told
    moved = entry(attached, "REQUEST")
    assert (moved["UID"], moved["SEQUENCE"]) == (first["UID"], 2)
    assert moved.start.date() == LATER + timedelta(days=1)
    clerk.json("session", "cancel", BODY, "--reason", "kein Stoff")
    gone = entry(mailed("sitzung-entfaellt")[1], "CANCEL")
    assert (gone["UID"], gone["SEQUENCE"], gone["STATUS"]) == (first["UID"], 3, "CANCELLED")


def test_an_invitation_that_reaches_nobody_says_so(clerk: Vorgang, tmp_path: Path) -> None:
    table = "key;name;type;email\nkultur;Kulturausschuss;Gremium;\n"
    clerk.json("org", "import", file(tmp_path, "o.csv", table), "--yes")
    clerk.json("session", "schedule", "kultur", LATER.isoformat())
    clerk.json("session", "agenda", "kultur", "--item", "Bericht", "--set")
    nobody, silent = clerk.json("session", "invite", "kultur", "--short-notice", "Es eilt.")["notes"]
    assert ("niemand Mitglied" in nobody["de"], "Kulturausschuss" in silent["de"]) == (True, True)
    scheduled(clerk, LATER)
    clerk.json("session", "agenda", BODY, "--item", "Bericht", "--set")
    assert clerk.json("session", "invite", BODY)["notes"] == []


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
    assert entry_in(mail) == ("REQUEST", 2)
    clerk.json("session", "move", BODY, "--to", LATER.isoformat())
    clerk.json("session", "cancel", BODY, "--reason", "kein Stoff")
    clerk("run", "--once")
    (last,) = {*folder.glob("*_severcan_*.eml")} - {mail}
    assert entry_in(last) == ("CANCEL", 4)
    day = (LATER + timedelta(days=7)).isoformat()
    scheduled(clerk, LATER + timedelta(days=7))
    clerk.json("session", "agenda", BODY, day, "--set")
    clerk.json("session", "invite", BODY, day)
    clerk.json("session", "agenda", BODY, day, "--item", "Bericht", "--set")
    clerk("run", "--once")
    (changed,) = {*folder.glob("*_severcan_*.eml")} - {mail, last}
    read: Any = message_from_bytes(changed.read_bytes(), policy=policy.default)
    assert "tagesordnung-geaendert" in changed.name
    assert "wir laden Sie ein zur Sitzung" in read.get_body(("plain",)).get_content()


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
    assert (
        "1 Eintrag" in clerk("calendar", "export", "--sessions", BODY, "--public", "--out", tmp_path / "eine.ics").out
    )
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


def test_what_nobody_entered_by_hand_is_told_so(clerk: Vorgang, house: House) -> None:
    scheduled(clerk)
    case = before_it(house)
    assert clerk("session", "cancel", BODY, TODAY.isoformat(), "--reason", "kein Saal").code == 0
    (row,) = [line for line in clerk("case", "show", case).out.splitlines() if "Sitzung entfallen" in line]
    assert "Automatik" in row
