"""Due days as entries for a calendar (RFC 5545), attached to the mails that tell them. Knows icalendar, and alone does.

* Which days: the deadlines that the block ``calendar`` of a template names, as long as they run and have not passed.
* An all-day VEVENT, not a VTODO: Outlook and Gmail leave a VTODO in a mail aside, every calendar shows an event. It is
  transparent: a due day keeps nobody from making appointments. A deadline that ends at a time of day is an event at
  that time, in the zone of the town.
* PUBLISH, not REQUEST: there is nothing to accept, and no answer would reach anybody. As an attachment, not as an
  alternative to the text: Outlook would show the entry and hide what the mail says.
* UID is case and deadline, SEQUENCE the log line that last changed the deadline, so an extension moves the entry of the
  first mail, however often the day changes and back.
* A deadline that has ended before its day is cancelled (CANCEL, RFC 5546), in a file of its own: a calendar has one
  METHOD. Whoever does not know the UID leaves it aside.
* Words such as ``beginn..ende`` are an event that takes place (see `appointments`): it has the instants of these facts
  in UTC, keeps the time free of others, and its SEQUENCE is the last log line of its case.
* No VALARM: the ladder of the rule set reminds; a second one that nobody can see or stop would be noise.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from ..config.text import Lang, Text
from .appointments import Appointment, appointments
from .calendar_zones import add_zones
from .drafting import Attachment
from .plain import file_name, known_number, one_line
from .recipients import Sender

_PRODUCT = "-//Vorgang//Vorgang//DE"
Method: TypeAlias = Literal["PUBLISH", "CANCEL"]
_FILES: Mapping[Method, Text] = {"PUBLISH": Text("Termin", "Date"), "CANCEL": Text("Absage", "Cancellation")}
_LONGEST_SUMMARY = 120


class Occasion(NamedTuple):
    """What the entries of a message share: who writes, when, where and in which language."""

    sender: Sender
    #: What stands behind the @ of every UID: stays the same, whoever the sender is.
    domain: str
    written_at: datetime
    zone: ZoneInfo
    lang: Lang


def entries(names: Sequence[str], known: Mapping[str, Any], occasion: Occasion) -> Attachment | None:
    """The entries for the deadlines of these names, as a file; None: none of them is to come.

    `known` is what the template knew. The same message gives the same bytes.
    """
    wanted = [each for each in known["deadlines"] if each["name"] in names and not each["overdue"]]
    dates = appointments(names, known, occasion.written_at)
    events = [*(_event(each, known, occasion) for each in wanted), *(_meeting(one, known, occasion) for one in dates)]
    return _file("PUBLISH", events, known, occasion)


def cancellations(names: Sequence[str], known: Mapping[str, Any], occasion: Occasion) -> Attachment | None:
    """What takes the entries of deadlines of these names back that have ended before their day; None: none of them."""
    events = [_event(each, known, occasion) for each in known["ended"] if each["name"] in names and not each["overdue"]]
    dates = appointments(names, known, occasion.written_at, cancelled=True)
    events += [_meeting(one, known, occasion) for one in dates]
    for event in events:
        event.add("STATUS", "CANCELLED")
    return _file("CANCEL", events, known, occasion)


def _file(method: Method, events: Sequence[Event], known: Mapping[str, Any], occasion: Occasion) -> Attachment | None:
    if not events:
        return None
    calendar = Calendar()
    for name, value in (("PRODID", _PRODUCT), ("VERSION", "2.0"), ("CALSCALE", "GREGORIAN"), ("METHOD", method)):
        calendar.add(name, value)
    for event in events:
        calendar.add_component(event)
    add_zones(calendar, events)
    name = file_name(_FILES[method].in_(occasion.lang), known_number(known), ".ics")
    return Attachment(name, "text/calendar", calendar.to_ical(), (("method", method), ("charset", "utf-8")))


def _event(deadline: Mapping[str, Any], known: Mapping[str, Any], occasion: Occasion) -> Event:
    case, known_as = known["case"], known_number(known)
    number = f"[{known_as}] " if known_as else ""
    event = _entry(f"{deadline['label']}: {number}{case['title']}", known, occasion)
    event.add("UID", f"{case['id']}.{deadline['name']}@{occasion.domain}")
    event.add("SEQUENCE", deadline["changed"])
    event.add("TRANSP", "TRANSPARENT")
    _add_time(event, deadline, occasion.zone)
    return event


def _meeting(one: Appointment, known: Mapping[str, Any], occasion: Occasion) -> Event:
    """An event that takes place, in UTC: every calendar shows it in the zone of whoever looks."""
    case = known["case"]
    event = _entry(one.summary or case["title"], known, occasion)
    event.add("UID", f"{case['id']}.{one.name}@{occasion.domain}")
    event.add("SEQUENCE", case["changed"])
    event.add("DTSTART", one.begin)
    event.add("DTEND", one.end)
    if one.place:
        event.add("LOCATION", one_line(one.place, _LONGEST_SUMMARY))
    return event


def _entry(summary: str, known: Mapping[str, Any], occasion: Occasion) -> Event:
    """What every entry has. The address of the case, never a personal link: calendars are shared."""
    page = f"{known['base_url']}/vorgang/{known['case']['id']}" if known.get("personal") else known["link"]
    event = Event()
    event.add("DTSTAMP", occasion.written_at)
    event.add("SUMMARY", one_line(summary, _LONGEST_SUMMARY))
    event.add("DESCRIPTION", page)
    event.add("URL", page)
    event.add("ORGANIZER", _organizer(occasion.sender))
    return event


def _organizer(sender: Sender) -> vCalAddress:
    """Every published entry must have one (RFC 5546)."""
    organizer = vCalAddress(f"mailto:{sender.address}")
    organizer.params["CN"] = one_line(sender.name)
    return organizer


def _add_time(event: Event, deadline: Mapping[str, Any], zone: ZoneInfo) -> None:
    day = date.fromisoformat(deadline["due_on"])
    if deadline["at"] is None:
        event.add("DTSTART", day)
        event.add("DTEND", day + timedelta(days=1))
    else:
        event.add("DTSTART", datetime.combine(day, time.fromisoformat(deadline["at"]), tzinfo=zone))
