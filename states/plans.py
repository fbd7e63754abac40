"""A deadline ready to be stored: the due day with its trace, and the ladder of what happens by itself until then."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ..config.calendars import Calendar
from ..config.rules import Rule
from .columns import instant_text
from .deadlines import Due, lapse_instant, out_of_range, plan_ladder
from .ledger import canonical

#: Marks the step of a ladder that fires an event although the day is still ahead.
AHEAD = "ahead"
#: Says of the last step of a ladder after how many working days it is told again.
EVERY = "every"


class Plan(NamedTuple):
    """What is frozen on the case: due day, instant at which it is over, ladder and trace (objects and JSON text)."""

    due_on: date
    lapses_at: datetime
    ladder: tuple[Mapping[str, Any], ...]
    ladder_json: str
    trace: tuple[Mapping[str, Any], ...]
    trace_json: str


class Terms(NamedTuple):
    """Under which a ladder is planned: the rule, the town's calendar and zone, and the events that a lapse fires."""

    rule: Rule
    calendar: Calendar
    zone: ZoneInfo
    expired: tuple[str, ...]
    #: The event that is fired with the first step before the day.
    nears: str | None = None


def make_plan(due: Due, terms: Terms) -> Plan:
    """The plan for a due day."""
    lapses_at, ladder, ladder_json = _ladder(due.due_on, due.at, terms)
    return Plan(due.due_on, lapses_at, ladder, ladder_json, due.trace_rows, due.trace_json)


@lru_cache(maxsize=4096)
def _ladder(due_on: date, at: datetime | None, terms: Terms) -> tuple[datetime, tuple[Mapping[str, Any], ...], str]:
    """Lapse and ladder, as objects and JSON text. Cached: all cases due on a day under one rule share them.

    `at`: the instant of the lapse, where it follows from no day.
    """
    try:
        lapses_at = at.astimezone(UTC) if at else lapse_instant(due_on, terms.zone, terms.rule.cutoff)
        rungs = plan_ladder(terms.rule, due_on, terms.calendar, terms.zone, lapses_at)
        happens_at = _after_grace(due_on, lapses_at, terms)
    except OverflowError:
        raise out_of_range(terms.rule, due_on) from None
    steps: list[dict[str, Any]] = [
        {"at": instant_text(rung.at), "rung": rung.number, "to": list(rung.to), "template": rung.template}
        | ({"exact": True} if rung.exact else {})
        | ({EVERY: rung.every} if rung.every else {})
        for rung in rungs
    ]
    if terms.nears and rungs and rungs[0].at < lapses_at:
        steps.append({"at": instant_text(rungs[0].at), "event": terms.nears, AHEAD: True})
    steps += [{"at": instant_text(happens_at), "event": event} for event in terms.expired]
    if terms.rule.milestone:
        steps.append({"at": instant_text(lapses_at), "missed": True})
    steps.sort(key=lambda step: step["at"])
    return lapses_at, tuple(steps), canonical(steps)


def _after_grace(due_on: date, lapses_at: datetime, terms: Terms) -> datetime:
    """When what the lapse does happens."""
    if not terms.rule.grace:
        return lapses_at
    return lapse_instant(terms.calendar.add_working_days(due_on, terms.rule.grace), terms.zone)


def next_step(ladder: tuple[Mapping[str, Any], ...], told: int) -> str | None:
    """When the scan must look at the ladder again (instant text), or None when all is told."""
    return ladder[told]["at"] if told < len(ladder) else None


def told_at_start(plan: Plan, now: str, since: str | None = None) -> int:
    """How many steps are passed over when a clock starts: those already past, unless the day itself is past.

    A deadline entered late, but not too late, must not send the reminders of days gone by; one that starts overdue
    keeps its ladder, so that the next scan tells the latest step. One that stood still is told what fell due `since`
    then: on a day that has just become its own, nobody can have been told. What is done by itself before the day is
    done at once.
    """
    if instant_text(plan.lapses_at) <= now:
        return 0
    past = [step for step in plan.ladder if step["at"] <= now and (since is None or step["at"] < since)]
    return next((number for number, step in enumerate(past) if AHEAD in step), len(past))
