"""When a digest is due: on the next working day, in the next week or month, at the hour of digests. Pure."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from ..config.calendars import Calendar

Frequency: TypeAlias = Literal["sofort", "taeglich", "woechentlich", "monatlich", "nie"]
AT_ONCE: Frequency = "sofort"
NEVER: Frequency = "nie"

_DAY = timedelta(days=1)


def digest_instant(frequency: Frequency, since: datetime, *, at: time, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) not before `since` at which a digest of that frequency goes out.

    Daily: each working day at the local time `at`; weekly: the first working day of a week; monthly: of a month; after
    a quiet recess where they fall into one. At once: `since` itself.
    """
    if frequency == AT_ONCE:
        return since
    starts = _STARTS[frequency]
    day = starts(since.astimezone(zone).date())
    while (instant := _instant(calendar.next_loud_day(day), at, zone)) < since:
        day = starts(_NEXT[frequency](day))
    return instant


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


_STARTS: dict[str, Callable[[date], date]] = {
    "taeglich": lambda day: day,
    "woechentlich": lambda day: day - day.weekday() * _DAY,
    "monatlich": lambda day: day.replace(day=1),
}
_NEXT: dict[str, Callable[[date], date]] = {
    "taeglich": lambda day: day + _DAY,
    "woechentlich": lambda day: day + 7 * _DAY,
    "monatlich": lambda day: (day.replace(day=28) + 4 * _DAY).replace(day=1),
}
