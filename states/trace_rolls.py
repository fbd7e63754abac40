"""The trace of where an end moves and why: over weekends, public holidays and, by a town's own rule, closing days.

§ 193 BGB names Saturdays, Sundays and public holidays only. That a closing day moves an end too is the town's own rule,
so it gets a line of its own and no norm. Only wording stands here; what moves is decided in `counting_days`.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from ..config.calendars import Calendar
from ..config.text import Text
from .trace import WEEKDAYS, WEEKDAYS_EN, TraceLine, english, german, numeric, short_english

ROLL_NORM = "§ 193 BGB"
FIXED_NORM = "§ 31 Abs. 5 VwVfG"
NO_NOTE = Text("", "")


class Rolled(NamedTuple):
    """How an end moves to a Werktag: to the one before (`back`) or the next; and what is strange about that."""

    back: bool = False
    note: Text = NO_NOTE
    #: The days on which the period rests.
    resting: Collection[date] = ()
    #: It does not end there, but moves on for another reason.
    goes_on: bool = False


#: The day before is one before the event, since only the weekend or holidays lie between.
BEFORE_EVENT = Text("; das ist vor dem Ereignis", "; that is before the event")
#: It would be one before the event, since the period rested meanwhile.
NOT_BEFORE_EVENT = Text(
    "; der Werktag davor läge vor dem Ereignis, weil die Frist dazwischen ruht",
    "; the Werktag before would lie before the event, since the period rests in between",
)
#: Counted back, the next Werktag is no longer before the session.
NOT_BEFORE_SESSION = Text("; das ist nicht mehr vor der Sitzung", "; that is no longer before the session")


_ENDS = {
    (False, False): Text("die Frist endet am nächsten Werktag", "the period ends on the next Werktag"),
    (False, True): Text("das Ende verschiebt sich auf den nächsten Werktag", "the end moves to the next Werktag"),
    (True, False): Text("nach dieser Regel ist der letzte Tag der Werktag davor", "the last day is the Werktag before"),
    (True, True): Text("nach dieser Regel verschiebt es sich auf den Werktag davor", "it moves to the Werktag before"),
}


def roll_line(calendar: Calendar, days: Iterable[date], to: date, how: Rolled) -> TraceLine:
    """Why the end moves over `days` to the next Werktag, or the one before."""
    why, note, ends = reasons(calendar, days, how.resting), how.note, _ENDS[how.back, how.goes_on]
    if how.back:
        return TraceLine(
            "roll",
            f"{why.de}; {ends.de}, {german(to)}{note.de}.",
            f"{why.en}; under this rule {ends.en}, {english(to)}{note.en}.",
            day=to,
        )
    return TraceLine(
        "roll",
        f"{why.de}; {ends.de}, {german(to)} ({ROLL_NORM}){note.de}.",
        f"{why.en}; {ends.en}, {english(to)} ({ROLL_NORM}){note.en}.",
        ROLL_NORM,
        to,
    )


def closing_roll_line(calendar: Calendar, days: Iterable[date], to: date, note: Text) -> TraceLine:
    """Why the end moves over closing days: not by § 193 BGB, but because the town says so."""
    why = reasons(calendar, days)
    return TraceLine(
        "roll",
        f"{why.de}; nach örtlicher Regel verschiebt sich das Ende auf {german(to)}{note.de}.",
        f"{why.en}; by the town's own rule the end moves to {english(to)}{note.en}.",
        day=to,
    )


def unrolled_line(calendar: Calendar, end: date) -> TraceLine:
    """The rule does not move the end, whatever day it falls on."""
    why = reasons(calendar, [end])
    return TraceLine(
        "stay",
        f"{why.de}; nach dieser Regel verschiebt sich das Ende nicht.",
        f"{why.en}; under this rule the end does not move.",
        day=end,
    )


def closed_line(closed: Text, end: date) -> TraceLine:
    """The office is closed on the last day, but the day is no holiday."""
    return TraceLine(
        "stay",
        f"Am {german(end)} ist die Verwaltung geschlossen ({closed.de}); kein Feiertag, die Frist endet trotzdem.",
        f"On {english(end)} the administration is closed ({closed.en}); this is no public holiday, the period ends.",
        ROLL_NORM,
        end,
    )


def fixed_stay_line(calendar: Calendar, day: date) -> TraceLine:
    """A Termin holds on a weekend or holiday too."""
    why = reasons(calendar, [day])
    return TraceLine(
        "stay",
        f"{why.de}; ein bestimmter Tag verschiebt sich nicht (vgl. {FIXED_NORM}).",
        f"{why.en}; a fixed day does not move (cf. {FIXED_NORM}).",
        FIXED_NORM,
        day,
    )


def reasons(calendar: Calendar, days: Iterable[date], resting: Collection[date] = ()) -> Text:
    """Why a period may not end on these days; on those of `resting` it rests."""
    land = Text(calendar.land, calendar.land) if calendar.land else Text("bundesweit", "nationwide")
    parts = [_reason(calendar, day, land, resting) for day in days]
    whole = Text(", ".join(part.de for part in parts), ", ".join(part.en for part in parts))
    return Text(whole.de[0].upper() + whole.de[1:], whole.en[0].upper() + whole.en[1:])


def _reason(calendar: Calendar, day: date, land: Text, resting: Collection[date]) -> Text:
    if holiday := calendar.holiday_text(day):
        return Text(
            f"{german(day)} ist Feiertag ({holiday.de}, {land.de})",
            f"{english(day)} is a public holiday ({holiday.en}, {land.en})",
        )
    if not calendar.may_end(day):
        return Text(
            f"der {numeric(day)} ist ein {WEEKDAYS[day.weekday()]}",
            f"{short_english(day)} is a {WEEKDAYS_EN[day.weekday()]}",
        )
    if day not in resting and (closed := calendar.closed_text(day)):
        return Text(
            f"am {numeric(day)} ist die Verwaltung geschlossen ({closed.de})",
            f"on {short_english(day)} the administration is closed ({closed.en})",
        )
    return Text(f"am {numeric(day)} ruht die Frist", f"on {short_english(day)} the period rests")
