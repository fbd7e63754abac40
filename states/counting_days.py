"""Counting a period of days, weeks or months, forward and backward, to its end and on to the next Werktag. Pure."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise

from ..config.calendars import Calendar
from ..config.rules import Span, Unit
from . import trace_counting as trace
from . import trace_rolls
from .period import End, Period
from .stops import Stops, stops_of
from .trace import TraceLine

_DAY = timedelta(days=1)
#: Units that are so many months, and so many days; Werktage and Arbeitstage are counted day by day.
MONTHS = {"monate": 1, "quartale": 3, "halbjahre": 6, "jahre": 12}
DAYS = {"kalendertage": 1, "wochen": 7, "halbmonate": 15}


def days_end(period: Period, stops: Stops, start: date, span: Span, *, again: bool = False) -> End:
    """The end of a length of days, weeks or months; `again`: counted on from an end (§ 190 BGB)."""
    first = start if period.inclusive and not again else start - _DAY if period.backward else start + _DAY
    counts = _working(period.calendar, span.unit)
    if counts is not None:
        end, skipped = _nth(counts, stops, first, span.n + bool(_margin(period)), backward=period.backward)
        lines = _working_lines(period, span, skipped, end)
    else:
        nominal, shortened = _nominal(first, start, span, period)
        end = stops.stretched(first, nominal, backward=period.backward) if stops.closed else nominal
        how = trace.How(period.backward, full_days=bool(_margin(period)), shortened=shortened)
        lines = (trace.end_line(span.n, span.unit, nominal, how), *_within(period, stops, first, end))
    stops.require_running(max(first, end))
    if stopped := stops.closed and stops.passed(first, end):
        lines = (*lines, trace.stopped_line(stopped, end))
    due, rolls = rolled(period, end, stops, since=start)
    return End(due, None, (*lines, *rolls))


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


def _working_lines(period: Period, span: Span, skipped: Sequence[date], end: date) -> tuple[TraceLine, ...]:
    how = trace.How(period.backward, full_days=bool(_margin(period)))
    passed = (trace.skipped_line(period.calendar, skipped, span.unit),) if skipped else ()
    return (*passed, trace.end_line(span.n, span.unit, end, how))


_Counts = Callable[[date], bool]


def _working(calendar: Calendar, unit: Unit) -> _Counts | None:
    if unit == "arbeitstage":
        return calendar.is_working_day
    return calendar.is_werktag if unit == "werktage" else None


def _nth(counts: _Counts, stops: Stops, day: date, n: int, *, backward: bool) -> tuple[date, list[date]]:
    """The n-th day that counts, `day` being the first that may; and the days passed over, which do not (in order)."""
    step = -_DAY if backward else _DAY
    stands = not backward and stops.open_since is not None
    stopped = stops if stops.closed else ()
    passed = []
    while True:
        if stands:
            stops.require_running(day)
        if not counts(day):
            passed.append(day)
        elif day not in stopped:
            n -= 1
            if n == 0:
                return day, passed[::-1] if backward else passed
        day += step


def _within(period: Period, stops: Stops, first: date, end: date) -> tuple[TraceLine, ...]:
    low, high = min(first, end), max(first, end)
    holidays = [one for one in period.calendar.holidays_between(low, high) if one[0] != end]
    if stops.closed:
        holidays = [one for one in holidays if one[0] not in stops]
    moves = period.rolls == "next"
    return (trace.within_line(holidays, may_move=moves),) if holidays else ()


def rolled(
    period: Period, end: date, stops: Stops | None = None, *, since: date | None = None
) -> tuple[date, tuple[TraceLine, ...]]:
    """The due day for an end of `period`, with the lines that say why it moved or did not.

    `since`: from which day it runs. Rolled back, it may end before that day where only the weekend lies between; not
    because it stood still meanwhile: then it rolls to the next Werktag.
    """
    stops = stops or stops_of(period)
    calendar = period.calendar
    closed = calendar.closed_text(end) if calendar.closing else None
    if calendar.may_end(end) and not (closed and period.closing_roll):
        return end, (trace_rolls.closed_line(closed, end),) if closed else ()
    if period.rolls == "none":
        return end, (trace_rolls.unrolled_line(calendar, end),)
    passed, due = _days_off(period, end, stops, -_DAY if period.rolls == "previous" else _DAY)
    said = trace_rolls.Rolled(period.rolls == "previous")
    if since is not None and not period.backward and due < since:
        said = said._replace(back=True, note=trace_rolls.BEFORE_EVENT)
        if any(day in stops for day in passed):
            passed, due = _days_off(period, end, stops, _DAY)
            said = said._replace(back=False, note=trace_rolls.NOT_BEFORE_EVENT)
    elif since is not None and period.backward and due >= since:
        said = said._replace(note=trace_rolls.NOT_BEFORE_SESSION)
    resting = [day for day in passed if day in stops] if stops.closed else []
    return due, _roll_lines(period, passed, due, said._replace(resting=resting))


def _roll_lines(period: Period, passed: Sequence[date], due: date, how: trace_rolls.Rolled) -> tuple[TraceLine, ...]:
    """A line for each reason in turn: § 193 BGB for the days it names, the town's own rule for its closing days."""
    calendar = period.calendar
    if not (period.closing_roll and calendar.closing):
        return (trace_rolls.roll_line(calendar, passed, due, how),)
    turns = [(own, list(days)) for own, days in groupby(passed, lambda day: _closed_only(calendar, day))]
    lines = []
    for (own, days), (_, [to, *_]) in pairwise([*turns, (False, [due])]):
        step = how if to == due else how._replace(note=trace_rolls.NO_NOTE, goes_on=True)
        if own:
            lines.append(trace_rolls.closing_roll_line(calendar, days, to, step.note))
        else:
            lines.append(trace_rolls.roll_line(calendar, days, to, step))
    return tuple(lines)


def _closed_only(calendar: Calendar, day: date) -> bool:
    """Whether a period could end on `day`, were the administration not closed."""
    return calendar.may_end(day) and calendar.closed_text(day) is not None


def _days_off(period: Period, end: date, stops: Stops, step: timedelta) -> tuple[list[date], date]:
    """The days from `end` on a period may not end on, and the first on which it may."""
    calendar, passed, due = period.calendar, [], end
    while not calendar.may_end(due) or due in stops or (period.closing_roll and calendar.closed_text(due)):
        passed.append(due)
        due += step
        stops.require_running(due)
    return passed, due
