"""Sessions in a calendar: what a calendar program reads back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from vorgang.notifications.drafting import Attachment
from vorgang.notifications.recipients import Recipient, Sender
from vorgang.notifications.session_entries import Entry, Hand, request
from vorgang.states.session_queries import SessionRow

WRITTEN = datetime(2024, 2, 20, 7, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HAND = Hand(Sender("Stadt Münster, Büro", "vorgang@stadt.example", None), "stadt.example", BERLIN)
MEMBER = Recipient("severcan", "Hakan Severcan", "person", "hakan@stadt.example", "de")
ID = "0190a1b2-0000-7000-8000-000000000001"


def session(**changes: Any) -> SessionRow:
    values: dict[str, Any] = {
        **dict.fromkeys(SessionRow._fields),
        "id": ID,
        "body": "stadt",
        "organisation": "rat",
        "day": date(2024, 7, 2),
        "begins": "16:00",
        "ends": "18:30",
        "location": "Ratssaal, 1. OG",
        "cancelled": False,
        "public": True,
        "modified": WRITTEN,
    }
    return SessionRow(**{**values, **changes})


def attached(changes: int = 0, **of_session: Any) -> Attachment:
    return request(Entry(session(**of_session), "Rat", changes, "https://rat.example/1"), HAND, MEMBER, WRITTEN)


def read(file: Attachment, method: str = "REQUEST") -> Any:
    calendar = Calendar.from_ical(file.content)
    assert not calendar.errors
    assert (calendar["METHOD"], dict(file.parameters)["method"]) == (method, method)
    assert calendar.get_missing_tzids() == set()
    (event,) = calendar.events
    return event


def test_a_member_is_asked_to_come_at_a_time_in_the_zone_of_the_town() -> None:
    file = attached()
    event = read(file)
    assert (event.start, event.end) == (
        datetime(2024, 7, 2, 16, tzinfo=BERLIN),
        datetime(2024, 7, 2, 18, 30, tzinfo=BERLIN),
    )
    assert event.start.utcoffset() == timedelta(hours=2)
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in file.content
    assert b"DTSTART;TZID=Europe/Berlin:20240702T160000" in file.content
    assert (event["SUMMARY"], event["LOCATION"], event["UID"]) == ("Rat", "Ratssaal, 1. OG", f"{ID}@stadt.example")
    assert event["ORGANIZER"] == "mailto:vorgang@stadt.example"
    assert event["ATTENDEE"] == "mailto:hakan@stadt.example"
    assert {name: event["ATTENDEE"].params[name] for name in ("PARTSTAT", "ROLE", "RSVP")} == {
        "PARTSTAT": "NEEDS-ACTION",
        "ROLE": "REQ-PARTICIPANT",
        "RSVP": "FALSE",  # nobody reads an answer
    }


def test_the_zone_changes_at_the_hour_of_the_time_before() -> None:
    """RFC 5545, 3.6.5: an onset is told in the offset before it; at that moment the clocks change."""
    (berlin,) = Calendar.from_ical(attached().content).timezones
    onsets = {(part.name, part.DTSTART.isoformat()) for part in berlin.subcomponents}
    assert onsets >= {("DAYLIGHT", "2024-03-31T02:00:00"), ("STANDARD", "2024-10-27T03:00:00")}
    for zone, day in ((BERLIN, date(2024, 7, 2)), (ZoneInfo("Europe/Istanbul"), date(2014, 7, 2))):
        entry = Entry(session(day=day), "Rat", 0, "https://rat.example/1")
        (told,) = Calendar.from_ical(request(entry, HAND._replace(zone=zone), MEMBER, WRITTEN).content).timezones
        changing: list[Any] = [part for part in told.subcomponents if part.TZOFFSETTO != part.TZOFFSETFROM]
        assert len(changing) == 2
        for part in changing:
            for onset in (part.DTSTART, *(one.dt for one in (part["RDATE"].dts if "RDATE" in part else ()))):
                moment = (onset - part.TZOFFSETFROM).replace(tzinfo=UTC)
                around = [(moment - timedelta(seconds=1)).astimezone(zone), moment.astimezone(zone)]
                assert [one.utcoffset() for one in around] == [part.TZOFFSETFROM, part.TZOFFSETTO]


def test_in_winter_the_zone_is_another_hour() -> None:
    assert read(attached(day=date(2024, 12, 3))).start.utcoffset() == timedelta(hours=1)


def test_without_a_clock_time_it_is_the_whole_day() -> None:
    event = read(attached(begins=None, ends=None))
    assert (event.start, event.end) == (date(2024, 7, 2), date(2024, 7, 3))
    assert "DTEND" not in read(attached(ends=None))


def test_a_change_changes_the_entry_that_is_there() -> None:
    first, moved = read(attached()), read(attached(1, day=date(2024, 7, 9)))
    assert first["UID"] == moved["UID"]
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)


def test_a_session_that_is_called_off_takes_its_entry_back() -> None:
    file = attached(2, cancelled=True)
    event = read(file, "CANCEL")
    assert (event["STATUS"], event["SEQUENCE"], event["UID"]) == ("CANCELLED", 2, f"{ID}@stadt.example")
    assert file.name == "Absage_rat-2024-07-02.ics"


def test_the_same_mail_has_the_same_bytes() -> None:
    assert attached() == attached()
