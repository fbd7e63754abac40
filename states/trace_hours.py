"""The trace of hours and times of day, in words; also where the clocks change. `counting` decides what is counted."""

from datetime import date, datetime, time

from ..config.rules import period
from ..config.text import Text
from .trace import TraceLine, english, german

HOURS_NORM = "§ 31 Abs. 6 VwVfG"
_NO_NOTE = Text("", "")


def clock(at: datetime | time) -> str:
    """12:00, or 12:00:30."""
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def instant_line(event: Text, at: datetime, left_out: time | None = None) -> TraceLine:
    """From which instant (in local time) hours are counted; `left_out`: what was given, if there is no such time."""
    note = _which_of_two(at) if left_out is None else _no_such_time(left_out, Text("an diesem Tag", "on this day"))
    return TraceLine(
        "start",
        f"{event.de} am {german(at.date())}, {clock(at)} Uhr; die Stunden zählen von diesem Zeitpunkt an{note.de}.",
        f"{event.en} on {english(at.date())}, {clock(at)}; the hours count from this instant{note.en}.",
        day=at.date(),
    )


_EDGES = {True: Text("Ende", "end"), False: Text("Beginn", "beginning")}
_WAYS = {True: Text("zurück", "back "), False: Text("an", "")}


def day_line(event: Text, day: date, *, from_end: bool, backward: bool) -> TraceLine:
    """From which day hours are counted where its time of day is not known: from its end or its beginning."""
    edge, way = _EDGES[from_end], _WAYS[backward]
    return TraceLine(
        "start",
        f"{event.de} am {german(day)}; die Stunden zählen vom {edge.de} dieses Tages {way.de}.",
        f"{event.en} on {english(day)}; the hours count {way.en}from the {edge.en} of this day.",
        day=day,
    )


def hours_line(length: int, at: datetime, *, backward: bool = False) -> TraceLine:
    """Where so many hours end (`at` in local time); weekends and holidays count."""
    long = period(length, "stunden")
    verb = Text("davor:", "before:") if backward else Text("enden am", "end on")
    if length == 1 and not backward:
        verb = Text("endet am", "ends on")
    day, note = at.date(), _which_of_two(at)
    return TraceLine(
        "end",
        f"{long.de} {verb.de} {german(day)}, {clock(at)} Uhr; auch die am Wochenende zählen (vgl. {HOURS_NORM})"
        f"{note.de}.",
        f"{long.en} {verb.en} {english(day)}, {clock(at)}; those of weekends count too (cf. {HOURS_NORM}){note.en}.",
        HOURS_NORM,
        day,
    )


def cutoff_line(day: date, at: datetime, wanted: time) -> TraceLine:
    """Until when on the last day (`at` in local time); `wanted` is what the rule says, be there such a time or not."""
    note = _which_of_two(at)
    if (at.hour, at.minute, at.second) != (wanted.hour, wanted.minute, wanted.second):
        note = _no_such_time(wanted, Text("an ihm", "on it"))
    return TraceLine(
        "cutoff",
        f"An diesem Tag bis {clock(at)} Uhr Ortszeit{note.de}.",
        f"On this day until {clock(at)} local time{note.en}.",
        day=day,
    )


def cutoff_unused_line(day: date, wanted: time) -> TraceLine:
    """A period in hours ends at its hour, whatever time of day is the last to act."""
    return TraceLine(
        "cutoff",
        f"Eine Frist in Stunden endet zu ihrer Stunde; die Uhrzeit {clock(wanted)} gilt für sie nicht.",
        f"A period in hours ends at its hour; the time of day {clock(wanted)} does not apply to it.",
        day=day,
    )


def _no_such_time(wanted: time, there: Text) -> Text:
    return Text(
        f"; {clock(wanted)} Uhr gibt es {there.de} nicht, weil die Uhr vorgestellt wird",
        f"; there is no {clock(wanted)} {there.en}, as the clocks go forward",
    )


def instant_text(at: datetime) -> Text:
    """Freitag, 22.12.2023, 12:00 Uhr."""
    return Text(f"{german(at.date())}, {clock(at)} Uhr", f"{english(at.date())}, {clock(at)}")


def _which_of_two(at: datetime) -> Text:
    """Of a local time that occurs twice, as the clocks go back: which one it is."""
    if at.replace(fold=1 - at.fold).utcoffset() == at.utcoffset():
        return _NO_NOTE
    offset = at.isoformat()[-6:]
    which = Text("zweite", "second") if at.fold else Text("erste", "first")
    return Text(
        f"; diese Uhrzeit kommt zweimal vor, es ist die {which.de} ({offset})",
        f"; this time occurs twice, it is the {which.en} one ({offset})",
    )
