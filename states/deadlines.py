"""Fristberechnung: from a rule, a day and a calendar to the due day and its explanation. Pure, and cached.

Periods are counted under §§ 187 to 193 BGB: the day of the event does not count (§ 187 Abs. 1); days end with the last
day, weeks and months with the day of the same name or number (§ 188 Abs. 1, 2), or with the last of a month that has no
such day (§ 188 Abs. 3); an end on a Saturday, Sunday or public holiday at the place moves to the next Werktag (§ 193).
Working days are those of the administration. A due day is inclusive: it lapses when the day is over.

A Termin is a given day and never moves by itself (cf. § 31 Abs. 5 VwVfG).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ..config.calendars import Calendar
from ..config.errors import InvalidInputError
from ..config.rules import Rule
from ..config.rules import period as length_in_words
from ..config.text import Text
from . import trace
from .counting import count, extend
from .counting_days import rolled
from .counting_hours import moved_by
from .ledger import canonical
from .period import BERLIN, End, Extension, Interval, Period
from .trace import ENDINGS, ORIGINS, TraceLine
from .trace_hours import cutoff_line
from .trace_rolls import fixed_stay_line

_DAY = timedelta(days=1)
_NATIONWIDE = Calendar()


@dataclass(frozen=True)
class Due:
    """A due day (inclusive) and how it came about. Usable as a cache key."""

    due_on: date
    trace: tuple[TraceLine, ...]
    #: The instant (in local time) at which it is over, where the day does not say so: a period in hours.
    at: datetime | None = None

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.due_on, self.trace, self.at))

    @property
    def end_on(self) -> date:
        """The end of the period before it moved to a Werktag; a pause is added there, not after the move."""
        return next((line.day for line in reversed(self.trace) if line.step in ENDINGS and line.day), self.due_on)

    @property
    def extensions(self) -> int:
        """How often the deadline has been extended."""
        return sum(line.step == "extension" for line in self.trace)

    @property
    def is_set(self) -> bool:
        """Whether the day was given by somebody, not counted: a Termin, or a deadline that was moved."""
        return next((line.step for line in reversed(self.trace) if line.step in ORIGINS), "end") != "end"

    @cached_property
    def trace_rows(self) -> tuple[Mapping[str, Any], ...]:
        """The trace as it is stored: step, de, en, norm, day."""
        return tuple(line.row for line in self.trace)

    @cached_property
    def trace_json(self) -> str:
        """`trace_rows` as JSON text."""
        return canonical(self.trace_rows)

    @classmethod
    def stored(cls, due_on: date, rows: Iterable[Mapping[str, Any]]) -> "Due":
        """The due day that was stored with the trace `rows`."""
        return cls(due_on, tuple(TraceLine.from_row(row) for row in rows))


class Rung(NamedTuple):
    """One step of the ladder of a deadline: its place in the ladder (from 1), instant (UTC), roles, template."""

    number: int
    at: datetime
    to: tuple[str, ...]
    template: str
    #: Counted in hours: told at its instant, whatever the day.
    exact: bool = False
    #: Told again after so many working days; 0: once.
    every: int = 0


def compute(
    rule: Rule, *, event_day: date, calendar: Calendar, since: datetime | None = None, zone: ZoneInfo = BERLIN
) -> Due:
    """The end of the period that begins with the event of `event_day`; of a milestone, `event_day` is the session's.

    `since` and `zone` concern hours: the instant of the event, if it is known (else they run from the end of its day).

    Raises:
        InvalidInputError: the rule has no length, or the days lie outside the calendar.
    """
    if rule.unit == "stunden" and rule.length is not None:
        instant = since.astimezone(zone) if since else None
        return _counted(rule, _period(rule, event_day, calendar)._replace(instant=instant, zone=zone))
    return _compute(rule, event_day, calendar)


def fixed(day: date, *, rule: Rule, calendar: Calendar = _NATIONWIDE) -> Due:
    """A Termin on `day`, which never moves by itself. The calendar serves the explanation only."""
    return _fixed(rule, day, calendar)


def moved(due: Due, new_day: date, *, reason: Text | str = "") -> Due:
    """The deadline set to another day by somebody: from now on a Termin."""
    why = reason if isinstance(reason, Text) else Text(reason, reason)
    return Due(new_day, (*due.trace, trace.moved_line(due.due_on, new_day, why)))


def resumed(due: Due, *, paused_from: date, paused_to: date, rule: Rule, calendar: Calendar) -> Due:
    """The deadline after a pause between the day of the event that stopped the clock and of the one that resumed it.

    The days after the first up to and including the second are added at the end, so that the day of the resumption,
    like that of any event, does not count (§ 187 Abs. 1 BGB). The end is then rolled again as the rule says. The days
    are added to the end before its former roll (`Due.end_on`), so `due` must carry its trace (`Due.stored`). Hours end
    as many whole days later, at the same local time: what is kept of a pause are its days.
    """
    if paused_to < paused_from:
        days = {"since": trace.numeric(paused_from), "until": trace.numeric(paused_to)}
        raise InvalidInputError("deadline_pause_backwards", **days)
    paused = (paused_from, paused_to)
    if rule.is_fixed or due.is_set or paused_from > due.due_on:
        return _unmoved(due, paused)
    if due.at is not None and rule.unit == "stunden":
        return _resumed_at(due, paused, due.at)
    try:
        end, added = _after_pause(due.end_on, paused, rule, calendar)
        due_on, lines = rolled(_period(rule, end, calendar), end)
    except OverflowError:
        raise out_of_range(rule, paused_to) from None
    return Due(due_on, (*due.trace, trace.pause_line(paused, added, end), *lines))


def extended(due: Due, *, rule: Rule, calendar: Calendar, granted: date, lapsed: bool | None = None) -> Due:
    """The deadline extended once by what `rule` allows, counted from its end as it had moved (§ 190 BGB).

    `lapsed`: whether it was over by then, so that this is a retroactive one (§ 31 Abs. 7 Satz 2 VwVfG); None: as the
    days say.

    Raises:
        InvalidInputError: the rule allows none, or the days lie outside the calendar.
    """
    if rule.extension is None:
        raise InvalidInputError("deadline_not_extendable", rule=rule.id)
    zone = due.at.tzinfo if due.at else None
    period = _period(rule, due.due_on, calendar)._replace(zone=zone if isinstance(zone, ZoneInfo) else BERLIN)
    end = extend(period, End(due.due_on, due.at, ()), Extension(rule.extension.span, granted, lapsed))
    return Due(end.due, (*due.trace, *end.lines), end.at)


def plan_ladder(
    rule: Rule, due_on: date, calendar: Calendar, zone: ZoneInfo, lapses_at: datetime | None = None
) -> tuple[Rung, ...]:
    """The ladder of `rule` for a due day, in order of time. Every rung falls on a working day, at its local time.

    Only a rung in hours falls on its hour before or after the lapse (`lapses_at`; else that of the day), whatever day
    that is.

    Rung 0 of a due day that is no working day is told on the last working day before, and negative offsets count
    from there; positive offsets are the working days after the due day. What falls into a quiet recess is told on the
    first working day after it.
    """
    return _plan_ladder(rule, due_on, calendar, zone, lapses_at or lapse_instant(due_on, zone, rule.cutoff))


@lru_cache(maxsize=4096)
def lapse_instant(due_on: date, zone: ZoneInfo, cutoff: time | None = None) -> datetime:
    """The instant (UTC) at which it is too late: the start of the next day at the place, or the cut-off of the day."""
    return instant_of(due_on, cutoff, zone) if cutoff else instant_of(due_on + _DAY, time(), zone)


@lru_cache(maxsize=4096)
def _compute(rule: Rule, event_day: date, calendar: Calendar) -> Due:
    if rule.length is None:
        raise InvalidInputError("deadline_without_length", rule=rule.id)
    before = rule.milestone.before if rule.milestone else None
    if before is None:
        return _counted(rule, _period(rule, event_day, calendar))
    nearer = _compute(before, event_day, calendar)
    way = [line for line in nearer.trace if line.step == "before"]
    session = next(line for line in nearer.trace if line.step == "start")
    head = (trace.rule_line(rule), session, *way, trace.before_line(before, nearer.due_on))
    return _counted(replace(rule, event=before.label), _period(rule, nearer.due_on, calendar), head)


def _counted(rule: Rule, period: Period, head: tuple[TraceLine, ...] = ()) -> Due:
    try:
        counted = count(period, event=rule.event, head=head or (trace.rule_line(rule),))
    except OverflowError:
        raise out_of_range(rule, period.start) from None
    if counted.due is None:
        raise LookupError(rule.id)
    return Due(counted.due, counted.trace, counted.at if rule.unit == "stunden" else None)


def _period(rule: Rule, event_day: date, calendar: Calendar) -> Period:
    """The period of `rule` that begins (backward: ends) with the event of `event_day`."""
    recesses = tuple(Interval(one.first, one.last) for one in calendar.recesses) if rule.rests_in_recess else ()
    return Period(
        start=event_day,
        span=rule.span,
        calendar=calendar,
        roll=rule.roll,
        inclusive=rule.inclusive,
        backward=rule.direction == "backward",
        full_days=rule.full_days,
        cutoff=rule.cutoff,
        closing_roll=rule.closing_roll,
        suspensions=recesses,
        interim=rule.interim.span if rule.interim else None,
    )


@lru_cache(maxsize=4096)
def _fixed(rule: Rule, day: date, calendar: Calendar) -> Due:
    stays = () if calendar.may_end(day) else (fixed_stay_line(calendar, day),)
    return Due(day, (trace.fixed_line(rule, day), *stays))


@lru_cache(maxsize=8192)
def _plan_ladder(rule: Rule, due_on: date, calendar: Calendar, zone: ZoneInfo, lapses_at: datetime) -> tuple[Rung, ...]:
    at_latest = calendar.last_working_day(due_on)
    rungs = []
    for number, rung in enumerate(rule.ladder, start=1):
        if rung.hours is not None:
            rungs.append(Rung(number, lapses_at + timedelta(hours=rung.hours), rung.to, rung.template, exact=True))
            continue
        day = calendar.add_working_days(due_on if rung.offset > 0 else at_latest, rung.offset)
        day = calendar.next_loud_day(day)
        rungs.append(Rung(number, instant_of(day, rung.at, zone), rung.to, rung.template, every=rung.every))
    return tuple(sorted(rungs, key=lambda rung: (rung.at, rung.number)))


def _after_pause(end: date, paused: tuple[date, date], rule: Rule, calendar: Calendar) -> tuple[date, Text]:
    """The end after a pause, and what that adds: the days that were left when it began are counted after it."""
    counts = _counting(rule, calendar)
    # A clock stopped while its end had fallen on a weekend, but was not yet over, stood still from that end on.
    since, until = min(paused[0], end), paused[1]
    left = sum(counts(day) for day in _between(since, end + _DAY))
    day = until
    while left or not counts(day):  # nothing left: it ends on the day of the resumption, or the first that counts
        day += _DAY
        left -= bool(left) and counts(day)
    if rule.unit in {"werktage", "arbeitstage"}:
        return day, length_in_words(sum(counts(one) for one in _between(since, until + _DAY)), rule.unit)
    return day, length_in_words((day - end).days, "kalendertage")


def _resumed_at(due: Due, paused: tuple[date, date], at: datetime) -> Due:
    """Hours after a pause: the same local time, as many days later."""
    days = paused[1] - paused[0]
    end = due.due_on + days
    zone = at.tzinfo if isinstance(at.tzinfo, ZoneInfo) else BERLIN
    later = moved_by(at, days, zone)
    said = trace.pause_line(paused, length_in_words(days.days, "kalendertage"), end)
    lines = (said, cutoff_line(end, later, at.astimezone(zone).time()))
    return Due(end, (*due.trace, *lines), later)


def _counting(rule: Rule, calendar: Calendar) -> Callable[[date], bool]:
    """Whether a day counts under `rule`: by its unit, and not in a recess during which it rests."""
    kinds: Mapping[str, Callable[[date], bool]] = {
        "werktage": calendar.is_werktag,
        "arbeitstage": calendar.is_working_day,
    }
    kind = kinds.get(rule.unit)
    return lambda day: (kind is None or kind(day)) and not (rule.rests_in_recess and calendar.recess(day))


def _unmoved(due: Due, paused: tuple[date, date]) -> Due:
    fixed_day = Text("der Tag ist bestimmt und bleibt", "the day is fixed and stays")
    over = Text("die Frist war schon abgelaufen und bleibt", "the period had already lapsed and stays")
    why = over if paused[0] > due.due_on else fixed_day
    return Due(due.due_on, (*due.trace, trace.pause_without_effect_line(paused, due.end_on, why=why)), due.at)


def _between(first: date, last: date) -> Iterable[date]:
    """The days after `first` and before `last`."""
    return (first + n * _DAY for n in range(1, (last - first).days))


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a local time."""
    # An hour that the change to summer time leaves out counts from the offset before; one that occurs twice, the first.
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def out_of_range(rule: Rule, day: date) -> InvalidInputError:
    """The error for a day beyond the calendar."""
    return InvalidInputError("deadline_out_of_range", rule=rule.id, day=trace.numeric(day))
