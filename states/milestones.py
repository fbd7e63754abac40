"""The milestones of a case: clocks counted back from a session. Pure.

A milestone runs whenever the session is known and the case stands where the step is still to be done. So there is
nothing to start or stop: every event leaves the milestones as they must be, whatever it did.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from .clock_plans import Begin, begun, plan_of, planned, rules_of, settled, with_plan
from .clock_records import ClockChange, NewClock, RunningClock
from .columns import instant_text
from .deadlines import Due, compute
from .lifecycle import DeadlineSpec
from .repeating import going_on
from .slips import Slip, View, aim_of, is_lost_in, slip_of
from .step import Facts, Situation
from .trace import SLIPS, session_line, stage_line

if TYPE_CHECKING:
    from ..config.rules import Rule, RuleSet
    from .decide import Stage
    from .program import CompiledEvent


class MilestoneEffects(NamedTuple):
    """The milestones that start and change, the due days of those that run then, and what was late."""

    started: tuple[NewClock, ...]
    changed: tuple[ClockChange, ...]
    running: tuple[date, ...]
    slips: tuple[Slip, ...]


class _Milestone(NamedTuple):
    """A milestone of the case: its rule and plan of rules, its session, and what becomes of it."""

    spec: DeadlineSpec
    rules: "RuleSet"
    rule: "Rule"
    session: date
    due: Due
    clock: RunningClock | None
    #: Whether its due day is new to the case.
    new: bool


def milestone_effects(
    stage: "Stage", situation: Situation, compiled: "CompiledEvent", target: str, facts: Facts
) -> MilestoneEffects:
    """What an event on its way into `target` does to the milestones of the case."""
    specs = stage.program.milestones
    clocks = {clock.name: clock for clock in situation.clocks if clock.name in specs}
    state = stage.program.lifecycle.states[target]
    open_ = {name for name, spec in specs.items() if _is_open(spec, target, facts) and not state.final}
    ended = [
        _ended(stage, clock, compiled, facts, final=state.final) for name, clock in clocks.items() if name not in open_
    ]
    ahead = [
        found
        for name in specs
        if name in open_ and (found := _ahead(stage, situation, specs[name], clocks.get(name), facts))
    ]
    ahead.sort(key=lambda one: one.due.due_on)
    late = {change.name for change in ended if change.status == "late"}
    slips = _slips(stage, [clocks[name] for name in clocks if name in late], situation, ahead)
    return _written(stage, situation, ended, (ahead, slips))


def _is_open(spec: DeadlineSpec, target: str, facts: Facts) -> bool:
    return target in spec.open_in and facts.get(spec.before or "") is not None


def _ended(stage: "Stage", clock: RunningClock, compiled: "CompiledEvent", facts: Facts, *, final: bool) -> ClockChange:
    """A milestone that is no longer ahead: met in time or too late, or given up with the case or the session."""
    spec = stage.program.milestones[clock.name]
    given_up = facts.get(spec.before or "") is None or (final and clock.name not in compiled.stops)
    return settled(clock, "cancelled" if given_up else "met" if stage.now < clock.lapses_at else "late")


def _ahead(
    stage: "Stage", situation: Situation, spec: DeadlineSpec, clock: RunningClock | None, facts: Facts
) -> _Milestone | None:
    """A milestone that is still ahead; None: the rules of the town know none."""
    field = spec.before or ""
    if clock is not None:
        rules, rule = rules_of(stage, clock)
    elif (found := stage.town.rules_on(stage.today).rules.get(spec.rule)) is not None:
        rules, rule = stage.town.rules_on(stage.today), found
    else:
        return None
    session = date.fromisoformat(facts[field])
    before = situation.known.get(field)
    if clock is not None and before == facts[field]:
        return _Milestone(spec, rules, rule, session, clock.due, clock, new=False)
    due = compute(rule, event_day=session, calendar=rules.calendar)
    if (stages := _stages_after(spec, facts)) and rule.milestone:
        due = _earlier(due, stages * rule.milestone.at_least, stage, rules)
    if clock is not None and before is not None:
        due = replace(due, trace=(*due.trace, session_line(date.fromisoformat(before), session, clock.due_on)))
    return _Milestone(spec, rules, rule, session, due, clock, new=True)


def _stages_after(spec: DeadlineSpec, facts: Facts) -> int:
    """The stages of a chain that need days of their own after this one."""
    return int(facts.get(spec.stages) or 0) if spec.stages else 0


def _earlier(due: Due, days: int, stage: "Stage", rules: "RuleSet") -> Due:
    """So many working days before the day of the last stage, but never in the past."""
    wanted = rules.calendar.add_working_days(due.due_on, -days)
    day = max(wanted, min(stage.today, due.due_on))
    return replace(due, due_on=day, trace=(*due.trace, stage_line(days, due.due_on, day, late=wanted < day)))


def _slips(
    stage: "Stage", late: Sequence[RunningClock], situation: Situation, ahead: Sequence[_Milestone]
) -> tuple[Slip, ...]:
    """What was met too late just now; and where the plan is new, the first milestone that is over already."""
    running = [one.rule.id for one in ahead]
    found = [slip for clock in late if (slip := _slip(stage, clock, situation, running))]
    first = ahead[0] if ahead else None
    if first and first.new and first.due.due_on < stage.today and not found:
        found = [slip_of(_view(stage, first.spec, (first.rules, first.rule), first.session), first.rule, running[1:])]
    return tuple(found)


def _slip(stage: "Stage", clock: RunningClock, situation: Situation, running: Sequence[str]) -> Slip | None:
    spec = stage.program.milestones[clock.name]
    session = situation.known.get(spec.before or "")
    rules, rule = rules_of(stage, clock)
    if session is None or rule.milestone is None or _stages_after(spec, situation.known):
        return None  # a stage before the last has days of its own, which the plan does not know
    view = _view(stage, spec, (rules, rule), date.fromisoformat(session))
    return slip_of(view, rule, running, met_on=stage.today)


def _view(stage: "Stage", spec: DeadlineSpec, place: "tuple[RuleSet, Rule]", session: date) -> View:
    rules, rule = place
    plan = rules.plan(rule.milestone.plan if rule.milestone else rule.id)
    return View(plan, session, rules.calendar, stage.today, aim_of(stage.program.lifecycle, spec))


def missed(stage: "Stage", situation: Situation, clock: RunningClock) -> tuple[Slip, ClockChange | None] | None:
    """What it means that a milestone has passed undone, and the milestone that has to make up for it, if one runs."""
    spec = stage.program.milestones[clock.name]
    session = situation.known.get(spec.before or "")
    rules, rule = rules_of(stage, clock)
    early = _stages_after(spec, situation.known)
    if session is None or rule.milestone is None or stage.now < clock.lapses_at or early:
        return None
    others = {
        rules_of(stage, one)[1].id: one
        for one in situation.clocks
        if one.name in stage.program.milestones and one.id != clock.id and one.status == "running"
    }
    slip = slip_of(_view(stage, spec, (rules, rule), date.fromisoformat(session)), rule, list(others))
    following = others.get(slip.following.id) if slip.following else None
    return slip, _told_of(stage, following, slip) if following else None


def is_news(stage: "Stage", situation: Situation, slip: Slip) -> bool:
    """Whether a slip loses the session, and nobody has said so yet. A session is never out of reach of itself.

    A case whose milestones all lie before the next one (a co-signature) leaves it to the case above, which has that.
    """
    if stage.program.lifecycle.record == "meeting":
        return False
    specs = stage.program.milestones
    concerns = slip.following is None or any(spec.rule == slip.following.id for spec in specs.values())
    traces = (clock.due.trace for clock in situation.clocks if clock.name in specs)
    return not slip.reachable and concerns and not any(map(is_lost_in, traces))


def _told_of(stage: "Stage", clock: RunningClock, slip: Slip) -> ClockChange:
    due = _with_slip(clock.due, slip)
    return with_plan(clock, plan_of(stage, clock, due), clock.told)


def _with_slip(due: Due, slip: Slip) -> Due:
    """The due day with the newest word on that slip; what was said of it before is replaced."""
    kept = tuple(line for line in due.trace if line.step not in SLIPS or line.day != slip.due_on)
    return replace(due, trace=(*kept, slip.line))


def _written(
    stage: "Stage",
    situation: Situation,
    ended: Sequence[ClockChange],
    after: tuple[Sequence[_Milestone], tuple[Slip, ...]],
) -> MilestoneEffects:
    ahead, slips = after
    by_rule: Mapping[str, list[Slip]] = {
        one.rule.id: [slip for slip in slips if slip.following and slip.following.id == one.rule.id] for one in ahead
    }
    started: list[NewClock] = []
    changed = list(ended)
    for one in ahead:
        due = one.due
        for slip in by_rule[one.rule.id]:
            due = _with_slip(due, slip)
        if one.clock is None:
            plan = planned(stage, one.spec, one.rules, due)
            told = _past(plan.ladder, stage)
            begin = Begin(stage.today, situation.case.log_seq + 1, told)
            started.append(begun(one.spec, one.rules, going_on(stage, plan, told), begin))
        elif one.new or due is not one.due:
            plan = plan_of(stage, one.clock, due)
            told = one.clock.told if plan.due_on == one.clock.due_on else _past(plan.ladder, stage)
            changed.append(with_plan(one.clock, going_on(stage, plan, told), told))
    running = tuple(one.due.due_on for one in ahead)
    return MilestoneEffects(tuple(started), tuple(changed), running, slips)


def _past(ladder: Iterable[Mapping[str, object]], stage: "Stage") -> int:
    """The steps of a ladder that are over: a plan made late says so once, and sends no reminders of days gone by."""
    now = instant_text(stage.now)
    return sum(1 for step in ladder if str(step["at"]) <= now)
