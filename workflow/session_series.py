"""The days of a series of sessions: every so many weeks, or on a weekday of each month. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from ..config.calendars import Calendar
from ..config.errors import InvalidInputError
from ..config.text import Text
from ..states.trace import WEEKDAYS, WEEKDAYS_EN
from .wording import sentence

#: More sessions are no series that anybody plans at once.
MOST = 200
_WEEKDAYS = (("mo", "mon"), ("di", "tue"), ("mi", "wed"), ("do", "thu"), ("fr", "fri"), ("sa", "sat"), ("so", "sun"))
_RHYTHM = re.compile(r"(?P<weeks>[1-9]\d?)w|monthly:(?P<nth>[1-5]|last)(?P<weekday>[a-z]{2,3})")

_SATURDAY, _FAR = 5, timedelta(days=3 * 365)

OnHoliday = Literal["move", "skip"]


class Rhythm(NamedTuple):
    """Every `weeks` weeks; else on the `nth` `weekday` of each month (nth 0: the last one)."""

    weeks: int | None = None
    nth: int = 0
    weekday: int = 0


class Planned(NamedTuple):
    """A day of a series."""

    #: As the rhythm has it.
    meant: date
    #: None: no session then.
    day: date | None
    #: Why it was moved or left out, or what speaks against it.
    why: Text | None = None


class Bad(NamedTuple):
    """What becomes of days on which nobody should meet."""

    on_holiday: OnHoliday = "move"
    skip_recess: bool = False


USUAL = Bad()


def rhythm_of(given: str) -> Rhythm:
    """``4w``, ``monthly:2tue`` (also ``monthly:2di``), ``monthly:lastthu``.

    Raises:
        InvalidInputError: it is none.
    """
    found = _RHYTHM.fullmatch("".join(given.split()).lower())
    names = {name: place for place, both in enumerate(_WEEKDAYS) for name in both}
    if found is None or (found["weekday"] and found["weekday"] not in names):
        raise InvalidInputError("session_rhythm", given=given)
    if found["weeks"]:
        return Rhythm(weeks=int(found["weeks"]))
    return Rhythm(nth=0 if found["nth"] == "last" else int(found["nth"]), weekday=names[found["weekday"]])


def planned(rhythm: Rhythm, first: date, until: date, calendar: Calendar, bad: Bad = USUAL) -> list[Planned]:
    """The days from `first` to `until`, both included, with what the calendar says of them.

    Raises:
        InvalidInputError: there is none, or too many.
    """
    found: list[Planned] = []
    for meant in _days(rhythm, first, until):
        if len(found) == MOST:
            raise InvalidInputError("session_series_long", most=MOST)
        found.append(_placed(meant, calendar, bad))
    if not found:
        raise InvalidInputError("session_series_empty", first=first, until=until)
    return found


def remarks(day: date, today: date, calendar: Calendar) -> list[Text]:
    """Notes of what speaks against a session on a day that somebody named; it is theirs to know better."""
    found = [calendar.holiday_text(day) or calendar.closed_text(day)]
    if day.weekday() >= _SATURDAY:
        found.append(Text(f"ein {WEEKDAYS[day.weekday()]}", f"a {WEEKDAYS_EN[day.weekday()]}"))
    if recess := calendar.recess(day):
        found.append(recess.label)
    if day > today + _FAR:
        found.append(Text("mehr als drei Jahre voraus", "more than three years ahead"))
    return [sentence("session_unusual", day=day, why=one) for one in found if one]


def _days(rhythm: Rhythm, first: date, until: date) -> Iterator[date]:
    if rhythm.weeks is not None:
        day = first
        while day <= until:
            yield day
            day += timedelta(weeks=rhythm.weeks)
        return
    year, month = first.year, first.month
    while date(year, month, 1) <= until:
        day_there = _nth(rhythm, year, month)
        if day_there is not None and first <= day_there <= until:
            yield day_there
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004  # December


def _nth(rhythm: Rhythm, year: int, month: int) -> date | None:
    start = date(year, month, 1)
    days = [start + timedelta(days=n) for n in range(31) if (start + timedelta(days=n)).month == month]
    fitting = [day for day in days if day.weekday() == rhythm.weekday]
    place = rhythm.nth - 1 if rhythm.nth else -1
    return fitting[place] if place < len(fitting) else None


def _placed(meant: date, calendar: Calendar, bad: Bad) -> Planned:
    if recess := calendar.recess(meant):
        return Planned(meant, None if bad.skip_recess else meant, recess.label)
    off = calendar.holiday_text(meant) or calendar.closed_text(meant)
    if off is None:
        return Planned(meant, meant)
    if bad.on_holiday == "skip":
        return Planned(meant, None, off)
    moved = calendar.next_working_day(meant)
    if bad.skip_recess and calendar.recess(moved):
        return Planned(meant, None, off)
    return Planned(meant, moved, off)
