"""What an event does to the clocks of a case: start, stop, pause, resume, move. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ..config.errors import Reason
from .columns import instant_text, parse_instant
from .deadlines import Due, compute, extended, fixed, moved, resumed
from .lifecycle import DeadlineSpec
from .plans import Plan, Terms, make_plan, next_step, told_at_start
from .step import ClockChange, ClockStatus, Facts, NewClock, RunningClock, Situation

if TYPE_CHECKING:
    from ..config.rules import RuleSet
    from .decide import Stage
    from .program import CompiledEvent


class ClockEffects(NamedTuple):
    """The clocks an event starts and changes, and the next due day that results."""

    started: tuple[NewClock, ...]
    changed: tuple[ClockChange, ...]
    due_on: date | None


def opening_clocks(stage: "Stage", compiled: "CompiledEvent", facts: Facts) -> ClockEffects:
    """The clocks that start when a case is opened."""
    started = _started(stage, compiled.starts, facts, occurrence=1)
    return ClockEffects(started, (), _earliest(clock.plan.due_on for clock in started))


def clock_effects(
    stage: "Stage", situation: Situation, compiled: "CompiledEvent", target: str, facts: Facts
) -> ClockEffects:
    """The clocks that `compiled` starts and changes on its way into `target`."""
    final = stage.program.lifecycle.states[target].final
    starting = {spec.name for spec in compiled.starts if _begins(spec, facts)}
    changed: list[ClockChange] = []
    running: list[date] = []
    for clock in situation.clocks:
        if clock.name in compiled.stops:
            change: ClockChange | None = settled(clock, "met" if _in_time(stage, clock, compiled) else "late")
        elif final or clock.name in starting:
            change = settled(clock, "cancelled")
        else:
            change = _change(stage, clock, compiled, target, facts)
        if change:
            changed.append(change)
        if (change.status if change else clock.status) == "running":
            running.append(change.due_on if change else clock.due_on)
    occurrence = situation.case.log_seq + 1
    started = _started(stage, compiled.starts, facts, occurrence=occurrence) if starting and not final else ()
    return ClockEffects(started, tuple(changed), _earliest([*running, *(c.plan.due_on for c in started)]))


def _earliest(days: Iterable[date]) -> date | None:
    return min(days, default=None)


def _begins(spec: DeadlineSpec, facts: Facts) -> bool:
    return spec.date is None or facts.get(spec.date) is not None


def _started(stage: "Stage", specs: tuple[DeadlineSpec, ...], facts: Facts, *, occurrence: int) -> tuple[NewClock, ...]:
    rules = stage.town.rules_on(stage.today)
    now = instant_text(stage.now)
    return tuple(
        _new(spec, rules, stage.today, plan, told_at_start(plan, now), occurrence)
        for spec in specs
        if _begins(spec, facts)
        for plan in [_plan(stage, spec, rules, _due(stage, spec, facts))]
    )


def _new(spec: DeadlineSpec, rules: "RuleSet", today: date, plan: Plan, told: int, occurrence: int) -> NewClock:
    rule = rules.rule(spec.rule)
    return NewClock(spec.name, occurrence, rule.id, rules.id, rules.version, rule.basis, today, plan, told)


def _due(stage: "Stage", spec: DeadlineSpec, facts: Facts) -> Due:
    rules = stage.town.rules_on(stage.today)
    rule = rules.rule(spec.rule)
    if spec.date is not None:
        return fixed(date.fromisoformat(facts[spec.date]), rule=rule, calendar=rules.calendar)
    counts_from = facts.get(spec.counts_from) if spec.counts_from else None
    event_day = date.fromisoformat(counts_from) if counts_from else stage.today
    return compute(rule, event_day=event_day, calendar=rules.calendar)


def _plan(stage: "Stage", spec: DeadlineSpec, rules: "RuleSet", due: Due) -> Plan:
    return make_plan(due, Terms(rules.rule(spec.rule), rules.calendar, stage.town.zone, spec.expired))


def _in_time(stage: "Stage", clock: RunningClock, compiled: "CompiledEvent") -> bool:
    """Whether a clock is stopped before it was missed: one that stands still, or whose own timer rings, was not."""
    spec = stage.program.lifecycle.deadlines.get(clock.name)
    if spec is not None and spec.expired == compiled.event.name:
        return True
    if clock.paused_on is not None:
        return clock.paused_on <= clock.due_on
    return stage.now < clock.lapses_at


def settled(clock: RunningClock, status: ClockStatus) -> ClockChange:
    """The end of a clock."""
    return ClockChange(clock.id, clock.name, status, clock.due_on, clock.lapses_at, None, clock.told)


def _change(
    stage: "Stage", clock: RunningClock, compiled: "CompiledEvent", target: str, facts: Facts
) -> ClockChange | None:
    spec = stage.program.lifecycle.deadlines.get(clock.name)
    if spec is None:
        return None
    if clock.name in compiled.extends:
        return _standing_or(stage, clock, target, _extended(stage, clock, spec, target))
    field = compiled.moves.get(clock.name)
    if field is not None and facts.get(field) is not None:
        change = _replanned(
            stage, clock, spec, moved(clock.due, date.fromisoformat(facts[field]), reason=compiled.event.label)
        )
        return _standing_or(stage, clock, target, change)
    return paused_or_resumed(stage, clock, target)


def _standing_or(stage: "Stage", clock: RunningClock, target: str, change: ClockChange) -> ClockChange:
    """The change, of a clock that stands still in `target`: it gets its new day, but does not run."""
    if clock.name not in stage.program.pauses[target]:
        return change
    return change._replace(status="paused", next_at=None, paused_on=clock.paused_on or stage.today)


def _extended(stage: "Stage", clock: RunningClock, spec: DeadlineSpec, target: str) -> ClockChange:
    terms = clock.known_terms()
    rules = stage.town.rules_pinned(terms.ruleset, terms.ruleset_version)
    rule, calendar, due = rules.rule(terms.rule), rules.calendar, clock.due
    if clock.paused_on is not None and clock.name not in stage.program.pauses[target]:
        due = resumed(due, paused_from=clock.paused_on, paused_to=stage.today, rule=rule, calendar=calendar)
    return _replanned(stage, clock, spec, extended(due, rule=rule, calendar=calendar, granted=stage.today))


def extension_refused(stage: "Stage", situation: Situation, compiled: "CompiledEvent", facts: Facts) -> Reason | None:
    """Why the event may not extend the deadlines that it would extend: no such rule, used up, or nobody agreed."""
    for clock in situation.clocks:
        field = compiled.extends.get(clock.name)
        if field is None:
            continue
        terms = clock.known_terms()
        rule = stage.town.rules_pinned(terms.ruleset, terms.ruleset_version).rule(terms.rule)
        named: dict[str, object] = {"deadline": clock.name, "rules": terms.ruleset}
        if rule.extension is None:
            return Reason("extension_not_provided", named)
        if clock.paused_on is None and stage.now >= clock.lapses_at:
            return Reason("extension_too_late", {**named, "day": clock.due_on.isoformat()})
        if clock.due.extensions >= rule.extension.most:
            return Reason("extension_used_up", {**named, "most": rule.extension.most})
        allowed = {party for role in rule.extension.by for party in stage.town.holders(role, facts)}
        if facts.get(field) not in allowed:
            roles = f"{', '.join(rule.extension.by)} ({', '.join(sorted(allowed)) or '–'})"
            return Reason("extension_not_agreed", {**named, "field": field, "roles": roles})
    return None


def paused_or_resumed(stage: "Stage", clock: RunningClock, target: str) -> ClockChange | None:
    """What the state `target` means for a clock that runs or stands still; None: it goes on as it is."""
    pausing = clock.name in stage.program.pauses[target]
    if pausing and clock.status == "running":
        return ClockChange(
            clock.id, clock.name, "paused", clock.due_on, clock.lapses_at, None, clock.told, paused_on=stage.today
        )
    spec = stage.program.lifecycle.deadlines.get(clock.name)
    if pausing or spec is None or clock.paused_on is None:
        return None
    terms = clock.known_terms()
    rules = stage.town.rules_pinned(terms.ruleset, terms.ruleset_version)
    rule, calendar = rules.rule(terms.rule), rules.calendar
    due = resumed(clock.due, paused_from=clock.paused_on, paused_to=stage.today, rule=rule, calendar=calendar)
    return _replanned(stage, clock, spec, due)


def _replanned(stage: "Stage", clock: RunningClock, spec: DeadlineSpec, due: Due) -> ClockChange:
    """The clock with another due day; the rules are those under which it started. The same day is not told again."""
    terms = clock.known_terms()
    plan = _plan(stage, spec, stage.town.rules_pinned(terms.ruleset, terms.ruleset_version), due)
    told = clock.told if plan.due_on == clock.due_on else told_at_start(plan, instant_text(stage.now))
    following = next_step(plan.ladder, told)
    next_at = parse_instant(following) if following else None
    return ClockChange(clock.id, clock.name, "running", plan.due_on, plan.lapses_at, next_at, told, plan=plan)
