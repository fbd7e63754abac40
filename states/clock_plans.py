"""What all clocks of a case have in common: begun under rules, planned anew under those, settled. Pure."""

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from .clock_records import ClockChange, ClockStatus, NewClock, RunningClock
from .columns import instant_text, parse_instant
from .deadlines import Due
from .lifecycle import DeadlineSpec
from .plans import Plan, Terms, make_plan, next_step, told_at_start

if TYPE_CHECKING:
    from ..config.rules import Rule, RuleSet
    from .decide import Stage


class Begin(NamedTuple):
    """When a clock starts: the day, the line of the log, and how many steps of its ladder are passed over."""

    day: date
    occurrence: int
    told: int


def begun(spec: DeadlineSpec, rules: "RuleSet", plan: Plan, begin: Begin) -> NewClock:
    """A clock that starts."""
    rule, (day, occurrence, told) = rules.rule(spec.rule), begin
    return NewClock(spec.name, occurrence, rule.id, rules.id, rules.version, rule.basis, day, plan, told)


def planned(stage: "Stage", spec: DeadlineSpec, rules: "RuleSet", due: Due) -> Plan:
    """The plan of a deadline for a due day."""
    rule = rules.rule(spec.rule)
    return make_plan(due, Terms(rule, rules.calendar, stage.town.zone, lapse_events(spec, rule), spec.nears))


def lapse_events(spec: DeadlineSpec, rule: "Rule") -> tuple[str, ...]:
    """The events that the timer fires when the deadline has passed.

    Silence is consent, and what is late comes on the next agenda, only where the rule says so.
    """
    event = spec.silence if spec.silence and rule.silence_is_consent else spec.expired
    placed = spec.agenda if rule.on_next_agenda else None
    return tuple(one for one in (event, placed) if one)


def settled(clock: RunningClock, status: ClockStatus) -> ClockChange:
    """The end of a clock."""
    return ClockChange(clock.id, clock.name, status, clock.due_on, clock.lapses_at, None, clock.told)


def rules_of(stage: "Stage", clock: RunningClock) -> "tuple[RuleSet, Rule]":
    """The rules under which a clock started, and its own among them."""
    terms = clock.known_terms()
    rules = stage.town.rules_pinned(terms.ruleset, terms.ruleset_version)
    return rules, rules.rule(terms.rule)


def due_so_far(stage: "Stage", clock: RunningClock, rule: "Rule") -> Due:
    """The due day with its explanation; with the instant, where `rule` counts hours."""
    due = clock.due
    counts_hours = rule.unit == "stunden" or (rule.extension is not None and rule.extension.span.unit == "stunden")
    if not counts_hours or due.is_set:
        return due
    return replace(due, at=clock.lapses_at.astimezone(stage.town.zone))


def plan_of(stage: "Stage", clock: RunningClock, due: Due) -> Plan:
    """The plan of a clock for another due day, under the rules under which it started.

    The same day keeps its ladder: it holds what has been told again.
    """
    rules, rule = rules_of(stage, clock)
    spec, terms = stage.program.lifecycle.deadlines[clock.name], clock.known_terms()
    plan = make_plan(due, Terms(rule, rules.calendar, stage.town.zone, lapse_events(spec, rule), spec.nears))
    if plan.lapses_at != clock.lapses_at:
        return plan
    return plan._replace(ladder=terms.ladder, ladder_json=terms.ladder_json)


def replanned(stage: "Stage", clock: RunningClock, due: Due, since: datetime | None = None) -> ClockChange:
    """The clock with another due day; the rules are those under which it started. The same day is not told again.

    `since`: see `told_at_start`.
    """
    plan = plan_of(stage, clock, due)
    begin = instant_text(since) if since else None
    told = clock.told if plan.lapses_at == clock.lapses_at else told_at_start(plan, instant_text(stage.now), begin)
    return with_plan(clock, plan, told)


def with_plan(clock: RunningClock, plan: Plan, told: int) -> ClockChange:
    """The clock, running on under another plan of which so many steps have been told."""
    following = next_step(plan.ladder, told)
    next_at: datetime | None = parse_instant(following) if following else None
    return ClockChange(clock.id, clock.name, "running", plan.due_on, plan.lapses_at, next_at, told, plan=plan)
