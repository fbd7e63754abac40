"""Sessions as entries for a calendar (RFC 5545): mailed to members as a request (RFC 5546), or listed in a file.

* UID is the case of the session; SEQUENCE counts how often it was moved, called off or confirmed, or got another
  agenda. So whatever brings the entry (the invitation, a later mail, a file of all sessions) changes the same one.
* REQUEST, for members are asked to come; no answer is asked for (RSVP=FALSE), for none would be read.
* Without a clock time it is an event of the whole day; with a beginning alone it has no end, for nobody has said one.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from ..config.text import Lang, Text
from ..states.session_queries import SessionRow
from .calendar_zones import add_zones
from .drafting import Attachment
from .plain import file_name, one_line
from .recipients import Recipient, Sender

#: What a lifecycle says in ``attach``: the invitation and the entry, the entry alone, or what takes it back.
INVITATION, APPOINTMENT, WITHDRAWAL = "einladung", "sitzungstermin", "absage"
OF_SESSIONS = frozenset({INVITATION, APPOINTMENT, WITHDRAWAL})
_PRODUCT = "-//Vorgang//Vorgang//DE"
_FILES = {"REQUEST": Text("Sitzung", "Session"), "CANCEL": Text("Absage", "Cancellation")}
_LONGEST_SUMMARY = 120


class Entry(NamedTuple):
    """A session as an entry."""

    session: SessionRow
    #: What it is called.
    name: str
    #: See `session_queries.changes_of`.
    changes: int
    link: str
    #: It is planned, and nobody has been invited.
    tentative: bool = False


class Hand(NamedTuple):
    """Who writes, and where."""

    sender: Sender
    #: What stands behind the @ of every UID.
    domain: str
    zone: ZoneInfo
    lang: Lang = "de"


def request(entry: Entry, hand: Hand, to: Recipient, written_at: datetime) -> Attachment:
    """The entry for one member; of a session that does not take place, what takes it back."""
    method: Literal["REQUEST", "CANCEL"] = "CANCEL" if entry.session.cancelled else "REQUEST"
    event = session_event(entry, hand, written_at)
    attendee = vCalAddress(f"mailto:{to.address}")
    attendee.params["CN"] = one_line(to.name)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("ATTENDEE", attendee)
    number = f"{entry.session.organisation}-{entry.session.day}"
    name = file_name(_FILES[method].in_(hand.lang), number, ".ics")
    return Attachment(name, "text/calendar", calendar_of([event], method), (("method", method), ("charset", "utf-8")))


def session_event(entry: Entry, hand: Hand, stamped: datetime) -> Event:
    """A session as an event; the same session gives the same event."""
    session, event = entry.session, Event()
    event.add("UID", f"{session.id}@{hand.domain}")
    event.add("SEQUENCE", entry.changes)
    event.add("DTSTAMP", stamped)
    event.add("SUMMARY", one_line(entry.name, _LONGEST_SUMMARY))
    if session.location:
        event.add("LOCATION", one_line(session.location))
    event.add("DESCRIPTION", entry.link)
    event.add("URL", entry.link)
    organizer = vCalAddress(f"mailto:{hand.sender.address}")
    organizer.params["CN"] = one_line(hand.sender.name)
    event.add("ORGANIZER", organizer)
    event.add("STATUS", "CANCELLED" if session.cancelled else "TENTATIVE" if entry.tentative else "CONFIRMED")
    _add_time(event, session, hand.zone)
    return event


def _add_time(event: Event, session: SessionRow, zone: ZoneInfo) -> None:
    if session.begins is None:
        event.add("DTSTART", session.day)
        event.add("DTEND", session.day + timedelta(days=1))
        return
    event.add("DTSTART", _at(session.day, session.begins, zone))
    if session.ends is not None:
        event.add("DTEND", _at(session.day, session.ends, zone))


def _at(day: date, clock: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=zone)


def calendar_of(events: Iterable[Event], method: str, *, name: str | None = None) -> bytes:
    """A calendar with these entries and the time zones that they need; the same entries give the same bytes."""
    calendar, listed = Calendar(), list(events)
    for key, value in (("PRODID", _PRODUCT), ("VERSION", "2.0"), ("CALSCALE", "GREGORIAN"), ("METHOD", method)):
        calendar.add(key, value)
    if name is not None:
        calendar.add("X-WR-CALNAME", one_line(name))
    for event in listed:
        calendar.add_component(event)
    add_zones(calendar, listed)
    found: bytes = calendar.to_ical()
    return found


class DueDay(NamedTuple):
    """A running deadline as an entry; `clock`: until when on the day, None: until its end."""

    case_id: str
    name: str
    summary: str
    day: date
    clock: time | None
    #: The line of the log that last changed it.
    changed: int
    stamped: datetime
    link: str


def due_event(due: DueDay, hand: Hand) -> Event:
    """A due day as an event: the same one that the mails about it bring (see `calendar_entries`)."""
    event = Event()
    event.add("UID", f"{due.case_id}.{due.name}@{hand.domain}")
    event.add("SEQUENCE", due.changed)
    event.add("DTSTAMP", due.stamped)
    event.add("SUMMARY", one_line(due.summary, _LONGEST_SUMMARY))
    event.add("DESCRIPTION", due.link)
    event.add("URL", due.link)
    event.add("TRANSP", "TRANSPARENT")
    if due.clock is None:
        event.add("DTSTART", due.day)
        event.add("DTEND", due.day + timedelta(days=1))
    else:
        event.add("DTSTART", datetime.combine(due.day, due.clock, tzinfo=hand.zone))
    return event
