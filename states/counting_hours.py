"""Counting hours: real ones, through weekends and the nights in which the clocks change. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..config.rules import Span
from . import trace_counting as trace
from . import trace_hours
from .counting_days import rolled
from .period import End, Period
from .stops import Stops

_DAY = timedelta(days=1)


def begin_of_hours(period: Period) -> datetime:
    """The instant from which hours run: that of the event, or where only the day is known, its end (its beginning)."""
    if period.instant is not None:
        return period.instant
    return local_time(period.start + (0 if period.inclusive != period.backward else 1) * _DAY, time(), period.zone)


def hours_end(period: Period, stops: Stops, begin: datetime, span: Span) -> End:
    step = -1 if period.backward else 1
    nominal = begin.astimezone(UTC) + step * span.n * timedelta(hours=1)
    end = _without_stopped_hours(begin.astimezone(UTC), nominal, period, stops)
    due = _day_of(end, period.zone)
    stops.require_running(due)
    at = end.astimezone(period.zone)
    lines = [trace_hours.hours_line(span.n, at, backward=period.backward)]
    first = begin.astimezone(period.zone).date()
    stopped = stops.passed(first, due)
    if stopped and end != nominal:
        lines.append(trace.stopped_line(stopped, due))
    if period.rolls == "none":
        return End(due, at, tuple(lines))
    day, rolls = rolled(period, due, stops, since=first)
    return End(day, moved_by(at, day - due, period.zone), (*lines, *rolls))


def _without_stopped_hours(begin: datetime, end: datetime, period: Period, stops: Stops) -> datetime:
    """Where the hours end when those of stopped days are not counted (instants in UTC)."""
    forward = end >= begin
    for first, last in stops.closed if forward else reversed(stops.closed):
        since, until = (local_time(day, time(), period.zone).astimezone(UTC) for day in (first, last + _DAY))
        if forward and since < end and until > begin:
            end += until - max(since, begin)
        elif not forward and until > end and since < begin:
            end -= min(until, begin) - since
    return end


def moved_by(at: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """The same local time so many days later (midnight, the end of a day, stays the end of one)."""
    local = at.astimezone(zone)
    return local_time(local.date() + by, local.time(), zone) if by else at


def _day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The last day of a period that ends at `instant`: at midnight, the day that is over then."""
    return (instant - timedelta(microseconds=1)).astimezone(zone).date()


def local_time(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time on a day. One that the change to summer time leaves out counts from the offset before."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC).astimezone(zone)
