"""Due days in a calendar: what a calendar program reads, and that an entry moves with its day."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from vorgang.config.text import Lang
from vorgang.notifications.calendar_entries import Occasion, cancellations, entries
from vorgang.notifications.drafting import Attachment
from vorgang.notifications.mail import Letter, build
from vorgang.notifications.recipients import Recipient, Sender
from vorgang.notifications.samples import samples
from vorgang.notifications.templates import NEUTRAL, Templates

WRITTEN = datetime(2024, 1, 12, 7, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SENDER = Sender("Stadt Münster, Büro", "vorgang@stadt.example", None)
LATE, BARE, IN_TIME = samples("de")


def occasion(lang: Lang = "de") -> Occasion:
    return Occasion(SENDER, "stadt.example", WRITTEN, BERLIN, lang)


def known(**changes: Any) -> dict[str, Any]:
    """A context with one deadline, changed so."""
    return {**IN_TIME, "deadlines": [{**IN_TIME["deadline"], **changes}]}


def attached(context: Any = IN_TIME, *names: str, lang: Lang = "de") -> Attachment:
    found = entries(names or ("antwort",), context, occasion(lang))
    assert found is not None
    return found


def events(file: Attachment, method: str = "PUBLISH") -> list[Any]:
    calendar = Calendar.from_ical(file.content)
    assert isinstance(calendar, Calendar)
    assert not calendar.errors
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", method)
    assert calendar.get_missing_tzids() == set()
    return list(calendar.events)


def test_a_due_day_is_an_event_of_that_day_which_blocks_nothing() -> None:
    (event,) = events(attached())
    assert event.start == date(2024, 1, 19)
    assert event.end == date(2024, 1, 20)
    assert str(event["SUMMARY"]).startswith("Antwort auf die Anfrage: [1062/2023] Aktueller Sachstand")
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["ORGANIZER"] == "mailto:vorgang@stadt.example"
    assert event["ORGANIZER"].params["CN"] == "Stadt Münster, Büro"
    assert event["URL"] == IN_TIME["link"]
    assert event["DTSTAMP"].dt == WRITTEN
    assert event.walk("VALARM") == []


def test_a_cut_off_time_is_told_in_the_zone_of_the_town() -> None:
    file = attached(known(at="12:00", due_on="2024-07-02"))
    (event,) = events(file)
    assert event.start == datetime(2024, 7, 2, 12, tzinfo=BERLIN)
    assert event.start.utcoffset() == timedelta(hours=2)
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in file.content
    assert b"DTSTART;TZID=Europe/Berlin:20240702T120000" in file.content


def test_an_extension_moves_the_entry_of_the_first_mail() -> None:
    (first,) = events(attached())
    (moved,) = events(attached(known(due_on="2024-02-16", changed=4)))
    (again,) = events(attached(known(since=5, changed=5)))
    assert first["UID"] == moved["UID"] == again["UID"]
    assert first["SEQUENCE"] < moved["SEQUENCE"] < again["SEQUENCE"]
    (other,) = events(attached(known(name="annahme"), "annahme"))
    assert other["UID"] != first["UID"]


def test_a_deadline_that_ended_before_its_day_is_cancelled_in_a_file_of_its_own() -> None:
    ended = {**IN_TIME["deadline"], "changed": 7}
    context = {**IN_TIME, "deadlines": [], "ended": [ended, {**ended, "name": "andere"}]}
    assert entries(("antwort",), context, occasion()) is None
    file = cancellations(("antwort",), context, occasion())
    assert file is not None
    assert (file.name, dict(file.parameters)["method"]) == ("Absage_1062-2023.ics", "CANCEL")
    (event,) = events(file, "CANCEL")
    (before,) = events(attached())
    assert event["UID"] == before["UID"]
    assert event["SEQUENCE"] > before["SEQUENCE"]
    assert event["STATUS"] == "CANCELLED"
    assert event["ORGANIZER"] == before["ORGANIZER"]
    assert event["DTSTAMP"].dt == WRITTEN
    assert event.start == before.start
    assert cancellations(("antwort",), {**context, "ended": [{**ended, "overdue": True}]}, occasion()) is None
    assert cancellations((), context, occasion()) is None


def test_the_same_message_gives_the_same_file() -> None:
    assert attached() == attached()


def test_several_deadlines_are_several_entries_of_one_file() -> None:
    assert len(events(attached(IN_TIME, "antwort", "annahme", "gibt_es_nicht"))) == 2


@pytest.mark.parametrize("context", [{**LATE, "deadlines": [LATE["deadline"]]}, BARE, known(name="andere")])
def test_a_day_that_has_passed_or_no_longer_holds_is_no_entry(context: Any) -> None:
    assert entries(("antwort",), context, occasion()) is None


@pytest.mark.parametrize(
    "title", ["Ä" * 400, "a, b; c\\ d\r\nBEGIN:VALARM\nX:y", 'Käse: "Brot" ' * 30, "\u202eumgedreht\u2028neu"]
)
def test_whatever_a_case_is_called_the_file_stays_valid(title: str) -> None:
    file = attached({**IN_TIME, "case": {**IN_TIME["case"], "title": title}})
    (event,) = events(file)
    assert str(event["SUMMARY"]).isprintable()
    assert all(len(line) <= 75 for line in file.content.split(b"\r\n"))
    assert file.content.count(b"\r\nBEGIN:") == 1


def test_in_the_mail_it_is_a_calendar_file_beside_the_text() -> None:
    words = Templates().render("auftrag", "de", IN_TIME)
    file = attached(IN_TIME, *words.calendar)
    recipient = Recipient("amt01", "01 Hauptamt", "office", "fb01@stadt.example", "de")
    letter = Letter("id", "case", "auftrag", WRITTEN, "stadt.example", SENDER, recipient, words, (file,))
    message = message_from_bytes(build(letter).content, policy=policy.default)
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == "PUBLISH"
    assert part["Content-Type"].params["charset"] == "utf-8"
    assert part.get_filename() == "Termin_1062-2023.ics"
    assert part.get_payload(decode=True) == file.content
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content_type() == "text/plain"


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("auftrag", ("antwort", "annahme", "plan_entwurf")),
        ("erinnerung", ("antwort",)),
        ("vertagt", ("sitzung",)),
        ("zwischenbescheid", ("antwort",)),
        ("zur_kenntnis", ("vorpruefung",)),
        ("zurueckgezogen", ("vorpruefung",)),
        ("eingang", ()),
        ("ueberfaellig", ()),
    ],
)
def test_the_template_says_which_days_go_with_it(name: str, days: tuple[str, ...]) -> None:
    assert Templates().render(name, "de", IN_TIME).calendar == days
    assert Templates().render(name, "en", samples("en")[2]).calendar == days


def test_what_is_not_public_brings_no_entry() -> None:
    assert Templates().render(NEUTRAL, "de", IN_TIME).calendar == ()
