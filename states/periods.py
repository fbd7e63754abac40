"""How a period is counted: from a day (or an instant), a length and a calendar to the last day. Pure.

Everything a German rule of procedure may say about counting is here once, and the rule sets as well as the what-if
calculator come through here:

* The day of the event does not count (§ 187 Abs. 1 BGB), unless its beginning is what counts (§ 187 Abs. 2 BGB).
* Days end with the last of them, weeks and months with the day of the same name or number (§ 188 Abs. 1, 2 BGB), or
  with the last of a month that has no such day (§ 188 Abs. 3 BGB). A half month is 15 days, a quarter three months,
  half a year six (§ 189 BGB).
* Werktage are Monday to Saturday without public holidays; Arbeitstage Monday to Friday without public holidays and
  without the closing days of the administration. Hours are counted through, weekends included (§ 31 Abs. 6 VwVfG).
* An end on a Saturday, Sunday or public holiday moves to the next Werktag (§ 193 BGB), unless the rule says otherwise.
* Days on which the period does not run (recess, pauses) are not counted; the end moves on by as many.
* An extension is counted from the end of the former period (§ 190 BGB), as it had moved.
* Backward, the day of the session does not count, and the n-th day before it is the last on which to act.

A due day is inclusive.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..config.calendars import Calendar
from ..config.errors import InvalidInputError
from ..config.rules import EVENT, LONGEST, Roll, Span, Unit
from ..config.text import Text
from . import trace_counting as trace
from .trace import TraceLine, numeric

BERLIN = ZoneInfo("Europe/Berlin")
#: What is counted back from where nobody says.
SESSION = Text("Sitzung", "Session")

_DAY = timedelta(days=1)
#: Units that are so many months, and so many days; the others are counted day by day, or by the clock.
MONTHS = {"monate": 1, "quartale": 3, "halbjahre": 6, "jahre": 12}
DAYS = {"kalendertage": 1, "wochen": 7, "halbmonate": 15}


class Interval(NamedTuple):
    """Days on which a period does not run, both included; `last` None: it stands still for the time being."""

    first: date
    last: date | None


class Extension(NamedTuple):
    """An extension, counted from the end of the former period. `granted`: when it was agreed to, if that is known."""

    span: Span
    granted: date | None = None


class Period(NamedTuple):
    """A period to be counted."""

    start: date
    span: Span
    calendar: Calendar
    #: Where an end moves that falls on no Werktag. None: to the next one; backward, and counted in hours, nowhere.
    roll: Roll | None = None
    #: The day of the event counts (§ 187 Abs. 2 BGB).
    inclusive: bool = False
    #: Counted from `start` back, as from a session.
    backward: bool = False
    #: Backward: so many full days must lie between the last day to act and the session.
    full_days: bool = False
    #: The local time of the last day until which to act.
    cutoff: time | None = None
    #: Closing days of the administration move the end as public holidays do.
    closing_roll: bool = False
    suspensions: tuple[Interval, ...] = ()
    pauses: tuple[Interval, ...] = ()
    extensions: tuple[Extension, ...] = ()
    #: The interim reply due inside the period.
    interim: Span | None = None
    zone: ZoneInfo = BERLIN
    #: The instant of the event, for hours.
    instant: datetime | None = None

    @property
    def rolls(self) -> Roll:
        """Where an end moves that falls on no Werktag."""
        if self.roll is not None:
            return self.roll
        return "none" if self.backward or self.span.unit == "stunden" else "next"


class Counted(NamedTuple):
    """What came of it: the last day (None while it stands still), the instant of the cut-off, the interim reply."""

    due: date | None
    at: datetime | None
    interim: date | None
    trace: tuple[TraceLine, ...]


class _Standing(Exception):
    """The period stands still: a pause without an end began before it was over."""

    def __init__(self, since: date) -> None:
        super().__init__(since)
        self.since = since


class _Stops:
    """The days on which a period does not run: disjoint closed intervals in order, and since when it stands still."""

    __slots__ = ("closed", "open_since")

    def __init__(self, intervals: Iterable[Interval]) -> None:
        self.closed: list[tuple[date, date]] = []
        self.open_since: date | None = None
        for first, last in sorted(intervals, key=lambda one: one.first):
            if last is None:
                self.open_since = first
                break  # whatever begins later begins while it stands still
            if self.closed and first <= self.closed[-1][1] + _DAY:
                self.closed[-1] = (self.closed[-1][0], max(last, self.closed[-1][1]))
            else:
                self.closed.append((first, last))

    def __contains__(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.closed)

    def days(self, first: date, last: date) -> int:
        """How many days from `first` to `last`, both included, are stopped."""
        overlaps = ((min(last, end) - max(first, begin)).days + 1 for begin, end in self.closed)
        return sum(days for days in overlaps if days > 0)

    def passed(self, first: date, last: date) -> tuple[Interval, ...]:
        """The intervals that lie, at least partly, between two days (both included)."""
        low, high = min(first, last), max(first, last)
        return tuple(Interval(begin, end) for begin, end in self.closed if begin <= high and end >= low)

    def stretched(self, first: date, end: date, *, backward: bool) -> date:
        """Where a period from `first` to `end` ends when stopped days are not counted."""
        step = -1 if backward else 1
        missing = self.days(min(first, end), max(first, end))
        while missing:
            further = end + step * missing * _DAY
            missing = self.days(*sorted((end + step * _DAY, further)))
            end = further
        return end

    def require_running(self, day: date) -> None:
        """Raise `_Standing` if the period stood still before it ended on `day`."""
        if self.open_since is not None and self.open_since <= day:
            raise _Standing(self.open_since)


class _End(NamedTuple):
    """An end of a period as counted so far: the last day, the instant (of hours), and the lines that explain it."""

    due: date
    at: datetime | None
    lines: tuple[TraceLine, ...]


def count(period: Period, *, event: Text | None = None, head: tuple[TraceLine, ...] = ()) -> Counted:
    """Count `period`. `event` names what it counts from, `head` are lines to stand before the others.

    Raises:
        InvalidInputError: the length is none, the period is contradictory, or it leaves the calendar.
    """
    _require_sound(period)
    stops = _Stops((*period.suspensions, *period.pauses))
    try:
        due, at, lines = _counted(period, stops)
        interim, said = _interim(period, stops)
    except OverflowError:
        raise InvalidInputError("period_out_of_range", day=numeric(period.start)) from None
    return Counted(due, at, interim, (*head, _start_line(period, event), *lines, *said))


def _start_line(period: Period, event: Text | None) -> TraceLine:
    named = event or (SESSION if period.backward else EVENT)
    if period.span.unit == "stunden":
        return trace.instant_line(named, _begin_of_hours(period))
    return trace.start_line(named, period.start, inclusive=period.inclusive, backward=period.backward)


def _require_sound(period: Period) -> None:
    for span in (period.span, *(one.span for one in period.extensions), *([period.interim] if period.interim else [])):
        if not 1 <= span.n <= LONGEST:
            raise InvalidInputError("period_length", value=span.n, most=LONGEST)
    for first, last in (*period.suspensions, *period.pauses):
        if last is not None and last < first:
            raise InvalidInputError("deadline_pause_backwards", since=numeric(first), until=numeric(last))
    if period.backward and period.extensions:
        raise InvalidInputError("period_extended_backward")


def _counted(period: Period, stops: _Stops) -> tuple[date | None, datetime | None, tuple[TraceLine, ...]]:
    lines: list[TraceLine] = []
    try:
        end = _first_end(period, stops)
        lines += end.lines
        for extension in period.extensions:
            end = _extended(period, stops, extension, end)
            lines += end.lines
    except _Standing as standing:
        return None, None, (*lines, trace.standing_line(standing.since))
    at = end.at
    if period.cutoff is not None:
        at = _local(end.due, period.cutoff, period.zone)
        lines.append(trace.cutoff_line(end.due, period.cutoff))
    return end.due, at, tuple(lines)


def _first_end(period: Period, stops: _Stops) -> _End:
    """The end of the period itself, without extensions."""
    if period.span.unit == "stunden":
        return _hours_end(period, stops, _begin_of_hours(period), period.span)
    return _days_end(period, stops, period.start, period.span)


def _days_end(period: Period, stops: _Stops, start: date, span: Span, *, again: bool = False) -> _End:
    """The end of a length of days, weeks or months; `again`: counted on from an end (§ 190 BGB)."""
    first = start if period.inclusive and not again else start - _DAY if period.backward else start + _DAY
    counts = _working(period.calendar, span.unit)
    if counts is not None:
        end = _nth(counts, stops, first, span.n + bool(_margin(period)), backward=period.backward)
        lines = _working_lines(period, span, _passed_over(counts, first, end), end)
    else:
        nominal, shortened = _nominal(first, start, span, period)
        end = stops.stretched(first, nominal, backward=period.backward)
        how = trace.How(period.backward, full_days=bool(_margin(period)), shortened=shortened)
        lines = (trace.end_line(span.n, span.unit, nominal, how), *_within(period, stops, first, end))
    stops.require_running(max(first, end))
    stopped = stops.passed(first, end)
    if stopped:
        lines = (*lines, trace.stopped_line(stopped, end))
    due, rolls = rolled(period, end, stops)
    return _End(due, None, (*lines, *rolls))


def _nominal(first: date, start: date, span: Span, period: Period) -> tuple[date, bool]:
    """The end if the period never stood still, and whether the month has no such day (§ 188 Abs. 3 BGB)."""
    step = -1 if period.backward else 1
    if span.unit in DAYS:
        return first + step * (DAYS[span.unit] * span.n - 1) * _DAY - _margin(period), False
    months = start.year * 12 + start.month - 1 + step * span.n * MONTHS[span.unit]
    if first != start:
        end, shortened = _day_of_month(months, start.day)
        return end - _margin(period), shortened
    if period.backward:
        end, shortened = _day_of_month(months, start.day)
        return end + _DAY - _margin(period), shortened
    # With the first day counted, the last is the one before its namesake (§ 188 Abs. 2 BGB).
    return _day_of_month(months, start.day - 1) if start.day > 1 else (_day_of_month(months - 1, 31)[0], False)


def _day_of_month(months: int, number: int) -> tuple[date, bool]:
    """The day `number` of a month (counted from the year 0), or the last if it has no such day."""
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(number, last)), number > last


def _margin(period: Period) -> timedelta:
    """Backward over full days, the last day to act is the one before them."""
    return _DAY if period.full_days and period.backward else timedelta()


def _working_lines(period: Period, span: Span, skipped: tuple[date, ...], end: date) -> tuple[TraceLine, ...]:
    how = trace.How(period.backward, full_days=bool(_margin(period)))
    passed = (trace.skipped_line(period.calendar, skipped, span.unit),) if skipped else ()
    return (*passed, trace.end_line(span.n, span.unit, end, how))


_Counts = Callable[[date], bool]


def _working(calendar: Calendar, unit: Unit) -> _Counts | None:
    if unit == "arbeitstage":
        return calendar.is_working_day
    return calendar.is_werktag if unit == "werktage" else None


def _nth(counts: _Counts, stops: _Stops, day: date, n: int, *, backward: bool) -> date:
    """The n-th day that counts, `day` being the first that may."""
    step = -_DAY if backward else _DAY
    while True:
        if not backward:
            stops.require_running(day)
        if counts(day) and day not in stops:
            n -= 1
            if n == 0:
                return day
        day += step


def _passed_over(counts: _Counts, first: date, end: date) -> tuple[date, ...]:
    low, high = min(first, end), max(first, end)
    days = (low + n * _DAY for n in range((high - low).days + 1))
    return tuple(day for day in days if not counts(day))


def _within(period: Period, stops: _Stops, first: date, end: date) -> tuple[TraceLine, ...]:
    low, high = min(first, end), max(first, end)
    holidays = [day for day in period.calendar.holidays_between(low, high) if day != end and day not in stops]
    moves = period.rolls == "next"
    return (trace.within_line(period.calendar, holidays, may_move=moves),) if holidays else ()


def rolled(period: Period, end: date, stops: _Stops | None = None) -> tuple[date, tuple[TraceLine, ...]]:
    """The due day for an end of `period`, with the lines that say why it moved or did not."""
    stops = stops or _Stops((*period.suspensions, *period.pauses))
    calendar = period.calendar
    closed = calendar.closed_text(end)
    if calendar.may_end(end) and not (closed and period.closing_roll):
        return end, (trace.closed_line(closed, end),) if closed else ()
    if period.rolls == "none":
        return end, (trace.unrolled_line(calendar, end),)
    step = -_DAY if period.rolls == "previous" else _DAY
    passed = []
    due = end
    while not calendar.may_end(due) or due in stops or (period.closing_roll and calendar.closed_text(due)):
        passed.append(due)
        due += step
        stops.require_running(due)
    return due, (trace.roll_line(calendar, passed, due, backward=period.rolls == "previous"),)


def _extended(period: Period, stops: _Stops, extension: Extension, former: _End) -> _End:
    """The new end, counted from the end of the former period, as it had moved (§ 190 BGB; BGH, VII ZB 87/08)."""
    said = trace.extension_line(*extension.span, extension.granted, former.due)
    if extension.span.unit == "stunden":
        begin = former.at or _local(former.due + _DAY, time(), period.zone)
        end = _hours_end(period, stops, begin, extension.span)
    else:
        end = _days_end(period, stops, former.due, extension.span, again=True)
        if former.at is not None:
            end = end._replace(at=_moved(former.at, end.due - former.due, period.zone))
    return end._replace(lines=(said, *end.lines))


def extended(period: Period, former: date, extension: Extension) -> tuple[date, tuple[TraceLine, ...]]:
    """The new last day of a period of the kind of `period` that ended on `former`, and the lines that explain it."""
    _require_sound(period._replace(extensions=(extension,)))
    try:
        end = _extended(period, _Stops((*period.suspensions, *period.pauses)), extension, _End(former, None, ()))
    except OverflowError:
        raise InvalidInputError("period_out_of_range", day=numeric(former)) from None
    return end.due, end.lines


def _begin_of_hours(period: Period) -> datetime:
    """The instant from which hours run: that of the event, or where only the day is known, its end (its beginning)."""
    if period.instant is not None:
        return period.instant
    return _local(period.start + (0 if period.inclusive != period.backward else 1) * _DAY, time(), period.zone)


def _hours_end(period: Period, stops: _Stops, begin: datetime, span: Span) -> _End:
    step = -1 if period.backward else 1
    nominal = begin.astimezone(UTC) + step * span.n * timedelta(hours=1)
    end = _without_stopped_hours(begin.astimezone(UTC), nominal, period, stops)
    due = _day_of(end, period.zone)
    stops.require_running(due)
    at = end.astimezone(period.zone)
    lines = [trace.hours_line(span.n, at, backward=period.backward)]
    stopped = stops.passed(begin.astimezone(period.zone).date(), due)
    if stopped and end != nominal:
        lines.append(trace.stopped_line(stopped, due))
    if period.rolls == "none":
        return _End(due, at, tuple(lines))
    day, rolls = rolled(period, due, stops)
    return _End(day, _moved(at, day - due, period.zone), (*lines, *rolls))


def _without_stopped_hours(begin: datetime, end: datetime, period: Period, stops: _Stops) -> datetime:
    """Where the hours end when those of stopped days are not counted (instants in UTC)."""
    forward = end >= begin
    for first, last in stops.closed if forward else reversed(stops.closed):
        since, until = (_local(day, time(), period.zone).astimezone(UTC) for day in (first, last + _DAY))
        if forward and since < end and until > begin:
            end += until - max(since, begin)
        elif not forward and until > end and since < begin:
            end -= min(until, begin) - since
    return end


def _moved(at: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """The same local time so many days later (midnight, the end of a day, stays the end of one)."""
    local = at.astimezone(zone)
    return _local(local.date() + by, local.time(), zone) if by else at


def _day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The last day of a period that ends at `instant`: at midnight, the day that is over then."""
    return (instant - timedelta(microseconds=1)).astimezone(zone).date()


def _local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time on a day. One that the change to summer time leaves out counts from the offset before."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC).astimezone(zone)


def _interim(period: Period, stops: _Stops) -> tuple[date | None, tuple[TraceLine, ...]]:
    """The interim reply: counted from the same event in the same way, but not extended."""
    if period.interim is None:
        return None, ()
    own = period._replace(span=period.interim, extensions=(), interim=None, cutoff=None)
    due = _counted(own, stops)[0]
    return due, (trace.interim_line(*period.interim, due),) if due else ()
