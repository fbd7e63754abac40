"""The trace of hours and times of day, in words; also where the clocks change. `counting` decides what is counted."""

from datetime import date, datetime, time

from ..config.rules import period
from ..config.text import Text
from .trace import TraceLine, english, german

HOURS_NORM = "§ 31 Abs. 6 VwVfG"
_NO_NOTE = Text("", "")


def instant_line(event: Text, at: datetime) -> TraceLine:
    """From which instant (in local time) hours are counted."""
    note = _which_of_two(at)
    return TraceLine(
        "start",
        f"{event.de} am {german(at.date())}, {at:%H:%M} Uhr; die Stunden zählen von diesem Zeitpunkt an{note.de}.",
        f"{event.en} on {english(at.date())}, {at:%H:%M}; the hours count from this instant{note.en}.",
        day=at.date(),
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
        f"{long.de} {verb.de} {german(day)}, {at:%H:%M} Uhr; auch die am Wochenende zählen (vgl. {HOURS_NORM})"
        f"{note.de}.",
        f"{long.en} {verb.en} {english(day)}, {at:%H:%M}; those of weekends count too (cf. {HOURS_NORM}){note.en}.",
        HOURS_NORM,
        day,
    )


def cutoff_line(day: date, at: datetime, wanted: time) -> TraceLine:
    """Until when on the last day (`at` in local time); `wanted` is what the rule says, be there such a time or not."""
    note = _which_of_two(at)
    if (at.hour, at.minute, at.second) != (wanted.hour, wanted.minute, wanted.second):
        note = Text(
            f"; {wanted:%H:%M} Uhr gibt es an ihm nicht, weil die Uhr vorgestellt wird",
            f"; there is no {wanted:%H:%M} on it, as the clocks go forward",
        )
    return TraceLine(
        "cutoff",
        f"An diesem Tag bis {at:%H:%M} Uhr Ortszeit{note.de}.",
        f"On this day until {at:%H:%M} local time{note.en}.",
        day=day,
    )


def cutoff_unused_line(day: date, wanted: time) -> TraceLine:
    """A period in hours ends at its hour, whatever time of day is the last to act."""
    return TraceLine(
        "cutoff",
        f"Eine Frist in Stunden endet zu ihrer Stunde; die Uhrzeit {wanted:%H:%M} gilt für sie nicht.",
        f"A period in hours ends at its hour; the time of day {wanted:%H:%M} does not apply to it.",
        day=day,
    )


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
