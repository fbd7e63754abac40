"""The time zones in a calendar file (RFC 5545, 3.6.5)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event


def add_zones(calendar: Calendar, events: Sequence[Event]) -> None:
    """Add the time zones that the entries need, for the years in which they lie."""
    days = [date(event.start.year, event.start.month, event.start.day) for event in events]
    if not days:
        return
    calendar.add_missing_timezones(min(days).replace(month=1, day=1), max(days) + timedelta(days=366))
    for zone in calendar.timezones:
        for observance in zone.subcomponents:
            _correct(observance, ZoneInfo(str(zone["TZID"])))


def _correct(observance: Any, zone: ZoneInfo) -> None:
    """Its onsets are told in the time that was in use before them: in spring 02:00, where icalendar says 03:00."""
    change = observance.TZOFFSETTO - observance.TZOFFSETFROM

    def onset(told: datetime) -> datetime:
        just_before = (told - observance.TZOFFSETFROM).replace(tzinfo=UTC) - timedelta(seconds=1)
        is_over = change and just_before.astimezone(zone).utcoffset() == observance.TZOFFSETTO
        return told - change if is_over else told

    observance.DTSTART = onset(observance.DTSTART)
    if "RDATE" in observance:
        later = [onset(one.dt) for one in observance.pop("RDATE").dts]
        observance.add("RDATE", later)
