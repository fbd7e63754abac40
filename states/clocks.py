"""What an event does to the clocks of a case: start, stop, pause, resume, move. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from ..config.errors import Reason
from .ahead import limited
from .chains import version
from .clock_plans import Begin, begun, due_so_far, plan_of, planned, replanned, rules_of, settled
from .clock_records import ClockChange, NewClock, RunningClock
from .columns import instant_text
from .deadlines import Due, compute, extended, fixed, moved, resumed
from .lifecycle import DeadlineSpec
from .milestones import MilestoneEffects, milestone_effects
from .plans import told_at_start
from .slips import Slip
from .step import Facts, Situation
from .trace import TraceLine, consent_line

if TYPE_CHECKING:
    from ..config.rules import Rule
    from .decide import Stage
    from .program import CompiledEvent


#: The field of an extension that says why.
REASON = "grund"


class ClockEffects(NamedTuple):
    """The clocks an event starts and changes, and the next due day that results."""

    started: tuple[NewClock, ...]
    changed: tuple[ClockChange, ...]
    due_on: date | None
    #: Milestones that were late, and what that means for the session.
    slips: tuple[Slip, ...] = ()


def opening_clocks(stage: "Stage", compiled: "CompiledEvent", facts: Facts, seed: Situation) -> ClockEffects:
    """The clocks that start when a case is opened."""
    started = clocks_begun(stage, compiled.starts, facts, occurrence=1)
    effects = ClockEffects(started, (), _earliest(clock.plan.due_on for clock in started))
    if stage.program.sessions.isdisjoint(facts):
        return effects
    return _with_plan(effects, milestone_effects(stage, seed, compiled, stage.program.lifecycle.initial, facts))


def _with_plan(effects: ClockEffects, plan: MilestoneEffects) -> ClockEffects:
    due_on = _earliest([*plan.running, *([effects.due_on] if effects.due_on else [])])
    return ClockEffects((*effects.started, *plan.started), (*effects.changed, *plan.changed), due_on, plan.slips)


def clock_effects(
    stage: "Stage", situation: Situation, compiled: "CompiledEvent", target: str, facts: Facts
) -> ClockEffects:
    """The clocks that `compiled` starts and changes on its way into `target`."""
    final, milestones = stage.program.lifecycle.states[target].final, stage.program.milestones
    every = (*compiled.starts, *_anew(stage, situation, facts))
    stays = _staying(situation, compiled, facts)
    starts = tuple(one for one in every if (not one.only_in or target in one.only_in) and one.name not in stays)
    starting = {spec.name for spec in starts if _begins(stage, spec, facts)}
    changed: list[ClockChange] = []
    running: list[date] = []
    has_plan = False
    for clock in situation.clocks:
        if clock.name in milestones:
            has_plan = True
            continue
        if clock.name in compiled.stops and clock.name not in stays:
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
    started = clocks_begun(stage, starts, facts, occurrence=occurrence) if starting and not final else ()
    due_on = _earliest([*running, *(clock.plan.due_on for clock in started)])
    effects = ClockEffects(started, tuple(changed), due_on)
    if not has_plan and stage.program.sessions.isdisjoint(facts):
        return effects
    return _with_plan(effects, milestone_effects(stage, situation, compiled, target, facts))


def _staying(situation: Situation, compiled: "CompiledEvent", facts: Facts) -> frozenset[str]:
    """The deadlines on a given day that the event would both end and begin anew on the same day: they go on."""
    again = {spec.name: spec.date for spec in compiled.starts if spec.date and spec.name in compiled.stops}
    return frozenset(
        clock.name for clock in situation.clocks if facts.get(again.get(clock.name) or "") == clock.due_on.isoformat()
    )


def _anew(stage: "Stage", situation: Situation, facts: Facts) -> tuple[DeadlineSpec, ...]:
    """The running deadlines whose silence would be consent to a draft that is another one now: they begin anew."""
    signed = stage.program.lifecycle.signature
    if not stage.program.is_silent or signed is None:
        return ()
    if version(facts.get(signed.draft)) == version(situation.known.get(signed.draft)):
        return ()
    running = (stage.program.lifecycle.deadlines.get(clock.name) for clock in situation.clocks)
    rules = stage.town.rules_on(stage.today)
    return tuple(spec for spec in running if spec and spec.silence and rules.rule(spec.rule).silence_is_consent)


def _earliest(days: Iterable[date]) -> date | None:
    return min(days, default=None)


def _begins(stage: "Stage", spec: DeadlineSpec, facts: Facts) -> bool:
    if spec.is_optional and spec.rule not in stage.town.rules_on(stage.today).rules:
        return False
    return spec.date is None or facts.get(spec.date) is not None


def clocks_begun(
    stage: "Stage", specs: tuple[DeadlineSpec, ...], facts: Facts, *, occurrence: int
) -> tuple[NewClock, ...]:
    """The clocks of these kinds, begun today."""
    rules = stage.town.rules_on(stage.today)
    now = instant_text(stage.now)
    return tuple(
        begun(spec, rules, plan, Begin(stage.today, occurrence, told_at_start(plan, now)))
        for spec in specs
        if _begins(stage, spec, facts)
        for plan in [planned(stage, spec, rules, _due(stage, spec, facts))]
    )


def _due(stage: "Stage", spec: DeadlineSpec, facts: Facts) -> Due:
    rules = stage.town.rules_on(stage.today)
    rule = rules.rule(spec.rule)
    if spec.date is not None:
        return fixed(date.fromisoformat(facts[spec.date]), rule=rule, calendar=rules.calendar)
    counts_from = facts.get(spec.counts_from) if spec.counts_from else None
    event_day = date.fromisoformat(counts_from) if counts_from else stage.today
    if rule.unit != "stunden":
        return limited(stage, spec, facts, compute(rule, event_day=event_day, calendar=rules.calendar))
    since = None if counts_from else stage.now
    return compute(rule, event_day=event_day, calendar=rules.calendar, since=since, zone=stage.town.zone)


def _in_time(stage: "Stage", clock: RunningClock, compiled: "CompiledEvent") -> bool:
    """Whether a clock is stopped before it was missed: one that stands still, or whose own timer rings, was not."""
    spec = stage.program.lifecycle.deadlines.get(clock.name)
    if spec is not None and compiled.event.name in {spec.expired, spec.silence}:
        return True
    if clock.paused_on is not None:
        return clock.paused_on <= clock.due_on
    return stage.now < clock.lapses_at


def _change(
    stage: "Stage", clock: RunningClock, compiled: "CompiledEvent", target: str, facts: Facts
) -> ClockChange | None:
    spec = stage.program.lifecycle.deadlines.get(clock.name)
    if spec is None:
        return None
    if clock.name in compiled.extends:
        return _standing_or(
            stage, clock, target, _extended(stage, clock, target, _consent(stage, clock, compiled, facts))
        )
    field = compiled.moves.get(clock.name)
    if field is not None and facts.get(field) is not None:
        due = moved(clock.due, date.fromisoformat(facts[field]), reason=compiled.event.label)
        return _standing_or(stage, clock, target, replanned(stage, clock, due))
    return paused_or_resumed(stage, clock, target)


def _standing_or(stage: "Stage", clock: RunningClock, target: str, change: ClockChange) -> ClockChange:
    """The change, of a clock that stands still in `target`: it gets its new day, but does not run."""
    if clock.name not in stage.program.pauses[target]:
        return change
    return change._replace(status="paused", next_at=None, paused_on=clock.paused_on or stage.today)


def _consent(stage: "Stage", clock: RunningClock, compiled: "CompiledEvent", facts: Facts) -> TraceLine:
    """Who agreed to the extension, and the reason where the event demands one."""
    party = facts.get(compiled.extends[clock.name])
    named = stage.town.parties.get(str(party))
    has_reason = any(field.name == REASON and field.required for field in compiled.event.ask)
    return consent_line(named.name if named else "–", facts.get(REASON) if has_reason else None, stage.today)


def _extended(stage: "Stage", clock: RunningClock, target: str, consent: TraceLine) -> ClockChange:
    rules, rule = rules_of(stage, clock)
    calendar, due = rules.calendar, due_so_far(stage, clock, rule)
    if clock.paused_on is not None and clock.name not in stage.program.pauses[target]:
        due = resumed(due, paused_from=clock.paused_on, paused_to=stage.today, rule=rule, calendar=calendar)
    due = extended(due, rule=rule, calendar=calendar, granted=stage.today, lapsed=_has_lapsed(stage, clock))
    return replanned(stage, clock, replace(due, trace=(*due.trace, consent)))


def extension_refused(stage: "Stage", situation: Situation, compiled: "CompiledEvent", facts: Facts) -> Reason | None:
    """Why the event may not extend or move the deadlines that it would: no such rule, used up, too far, not agreed."""
    for clock in situation.clocks:
        rule = rules_of(stage, clock)[1] if clock.name in {*compiled.extends, *compiled.moves} else None
        if rule is None:
            continue
        named: dict[str, object] = {"deadline": clock.name, "rules": clock.known_terms().ruleset}
        if clock.name in compiled.extends:
            reason = _not_extendable(stage, clock, rule, named) or _not_agreed(stage, compiled, clock, rule, facts)
        else:
            reason = _moved_too_far(stage, clock, rule, facts.get(compiled.moves[clock.name]))
        if reason is not None:
            return replace(reason, params={**named, **reason.params})
    return None


def _not_extendable(stage: "Stage", clock: RunningClock, rule: "Rule", named: dict[str, object]) -> Reason | None:
    if rule.extension is None:
        return Reason("extension_not_provided", named)
    if (reason := _lapsed_for_good(stage, clock, rule)) is not None:
        return reason
    if _used(clock, rule) >= rule.extension.most:
        return Reason("extension_used_up", {"most": rule.extension.most})
    return None


def _has_lapsed(stage: "Stage", clock: RunningClock) -> bool:
    """What stands still has not, whatever day it is."""
    return clock.paused_on is None and stage.now >= clock.lapses_at


def _lapsed_for_good(stage: "Stage", clock: RunningClock, rule: "Rule") -> Reason | None:
    """Why a clock that has lapsed is not extended: the rules allow it not, or it would have lapsed all the same."""
    if not _has_lapsed(stage, clock):
        return None
    if rule.extension is None or not rule.extension.retroactive:
        return Reason("extension_too_late", {"day": clock.due_on.isoformat()})
    due, calendar = due_so_far(stage, clock, rule), rules_of(stage, clock)[0].calendar
    longer = extended(due, rule=rule, calendar=calendar, granted=stage.today)
    if plan_of(stage, clock, longer).lapses_at > stage.now:
        return None
    return Reason("extension_still_past", {"day": clock.due_on.isoformat(), "until": longer.due_on.isoformat()})


def _used(clock: RunningClock, rule: "Rule") -> int:
    """How many extensions a clock has had; where they cap promised days, those count as such."""
    capped = rule.extension is not None and rule.extension.caps_moves
    return clock.due.extensions + (sum(line.step == "moved" for line in clock.due.trace) if capped else 0)


def _not_agreed(
    stage: "Stage", compiled: "CompiledEvent", clock: RunningClock, rule: "Rule", facts: Facts
) -> Reason | None:
    field, by = compiled.extends[clock.name], rule.extension.by if rule.extension else ()
    allowed = {party for role in by for party in stage.town.holders(role, facts)}
    if facts.get(field) in allowed:
        return None
    roles = f"{', '.join(by)} ({', '.join(sorted(allowed)) or '–'})"
    return Reason("extension_not_agreed", {"field": field, "roles": roles})


def _moved_too_far(stage: "Stage", clock: RunningClock, rule: "Rule", day: str | None) -> Reason | None:
    """Where the rule says so, a promised day is an extension: no later than one allows, and no more often."""
    if rule.extension is None or not rule.extension.caps_moves or day is None:
        return None
    if (reason := _not_extendable(stage, clock, rule, {})) is not None:
        return reason
    calendar = rules_of(stage, clock)[0].calendar
    latest = extended(due_so_far(stage, clock, rule), rule=rule, calendar=calendar, granted=stage.today).due_on
    if date.fromisoformat(day) > latest:
        return Reason("promise_too_late", {"day": day, "latest": latest.isoformat()})
    return None


def paused_or_resumed(stage: "Stage", clock: RunningClock, target: str) -> ClockChange | None:
    """What the state `target` means for a clock that runs or stands still; None: it goes on as it is."""
    pausing = clock.name in stage.program.pauses[target]
    if pausing and clock.status == "running":
        return ClockChange(
            clock.id, clock.name, "paused", clock.due_on, clock.lapses_at, None, clock.told, paused_on=stage.today
        )
    if pausing or clock.paused_on is None or clock.name not in stage.program.lifecycle.deadlines:
        return None
    rules, rule = rules_of(stage, clock)
    days = {"paused_from": clock.paused_on, "paused_to": stage.today}
    due = resumed(due_so_far(stage, clock, rule), **days, rule=rule, calendar=rules.calendar)
    morning = datetime.combine(stage.today, time(), tzinfo=stage.town.zone).astimezone(UTC)
    return replanned(stage, clock, due, since=morning)
