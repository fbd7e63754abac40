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

from datetime import date, datetime, time, timedelta

from ..config.errors import InvalidInputError
from ..config.rules import EVENT, LONGEST, SESSION, Span
from ..config.text import Text
from . import trace_counting as trace
from . import trace_hours
from .counting_days import days_end
from .counting_hours import begin_of_hours, hours_end, local_time, moved_by
from .period import Counted, End, Extension, Period
from .stops import Standing, Stops, stops_of
from .trace import TraceLine, numeric

_DAY = timedelta(days=1)


def count(period: Period, *, event: Text | None = None, head: tuple[TraceLine, ...] = ()) -> Counted:
    """Count `period`. `event` names what it counts from, `head` are lines to stand before the others.

    Raises:
        InvalidInputError: the length is none, the period is contradictory, or it leaves the calendar.
    """
    _require_sound(period)
    stops = stops_of(period)
    try:
        due, at, lines = _counted(period, stops)
        interim, said = _interim(period, stops, event)
        if due and interim and interim > due:
            said = (*said, trace.interim_late_line(interim, due))
    except OverflowError:
        raise InvalidInputError("period_out_of_range", day=numeric(period.start)) from None
    return Counted(due, at, interim, (*head, _start_line(period, event), *lines, *_remarks(period, due), *said))


def _remarks(period: Period, due: date | None) -> tuple[TraceLine, ...]:
    """What was asked for and means nothing here."""
    useless = period.full_days and (period.span.unit == "stunden" or not period.backward)
    return (trace.full_days_unused_line(due),) if useless else ()


def _start_line(period: Period, event: Text | None) -> TraceLine:
    named = event or (SESSION if period.backward else EVENT)
    if period.span.unit == "stunden":
        if period.instant is not None:
            return trace_hours.instant_line(named, period.instant, period.left_out)
        from_end = begin_of_hours(period).date() > period.start
        return trace_hours.day_line(named, period.start, from_end=from_end, backward=period.backward)
    return trace.start_line(named, period.start, inclusive=period.inclusive, backward=period.backward)


def _require_sound(period: Period) -> None:
    _require_length(period.span, "n")
    for number, one in enumerate(period.extensions):
        _require_length(one.span, "extensions[{}].n", number)
    if period.interim:
        _require_length(period.interim, "interim.n")
    for first, last in (*period.suspensions, *period.pauses):
        if last is not None and last < first:
            raise InvalidInputError("deadline_pause_backwards", since=numeric(first), until=numeric(last))
    if period.backward and any(one.agreed for one in period.extensions):
        raise InvalidInputError("period_extended_backward")


def _require_length(span: Span, field: str, number: int = 0) -> None:
    if not 1 <= span.n <= LONGEST:
        raise InvalidInputError("period_length", field=field.format(number), value=span.n, most=LONGEST)


def _counted(period: Period, stops: Stops) -> tuple[date | None, datetime | None, tuple[TraceLine, ...]]:
    lines: list[TraceLine] = []
    try:
        end = _first_end(period, stops)
        lines += end.lines
        for extension in period.extensions:
            if not extension.agreed:
                lines.append(trace.not_granted_line(*extension.span))
                continue
            end = _extended(period, stops, extension, end)
            lines += end.lines
    except Standing as standing:
        return None, None, (*lines, trace.standing_line(standing.since))
    at = end.at
    if period.cutoff is not None and at is not None:
        lines.append(trace_hours.cutoff_unused_line(end.due, period.cutoff))
    elif period.cutoff is not None:
        at = local_time(end.due, period.cutoff, period.zone)
        lines.append(trace_hours.cutoff_line(end.due, at, period.cutoff))
    return end.due, at, tuple(lines)


def _first_end(period: Period, stops: Stops) -> End:
    """The end of the period itself, without extensions."""
    if period.span.unit == "stunden":
        return hours_end(period, stops, begin_of_hours(period), period.span)
    return days_end(period, stops, period.start, period.span)


def _extended(period: Period, stops: Stops, extension: Extension, former: End) -> End:
    """The new end, counted from the end of the former period, as it had moved (§ 190 BGB; BGH, VII ZB 87/08)."""
    said = trace.extension_line(*extension.span, extension.granted, former.due, late=extension.is_late(former.due))
    if extension.span.unit == "stunden":
        begin = former.at or local_time(former.due + _DAY, time(), period.zone)
        end = hours_end(period, stops, begin, extension.span)
    else:
        end = days_end(period, stops, former.due, extension.span, again=True)
        if former.at is not None:
            end = end._replace(at=moved_by(former.at, end.due - former.due, period.zone))
    return end._replace(lines=(said, *end.lines))


def extend(period: Period, former: End, extension: Extension) -> End:
    """The new end of a period of the kind of `period` that ended with `former`."""
    _require_sound(period._replace(extensions=(extension,)))
    try:
        return _extended(period, stops_of(period), extension, former)
    except OverflowError:
        raise InvalidInputError("period_out_of_range", day=numeric(former.due)) from None


def _interim(period: Period, stops: Stops, event: Text | None) -> tuple[date | None, tuple[TraceLine, ...]]:
    """The interim reply: counted from the same event in the same way, but not extended."""
    if period.interim is None:
        return None, ()
    own = period._replace(
        span=period.interim, extensions=(), interim=None, cutoff=None, full_days=period.backward and period.full_days
    )
    due, at, lines = _counted(own, stops)
    steps = tuple(map(trace.interim_step, (_start_line(own, event), *lines)))
    if due is None:
        return None, steps
    return due, (*steps, trace.interim_line(*period.interim, due, at))
