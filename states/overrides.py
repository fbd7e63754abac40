"""Overrides: a case set by hand into another state. Recorded like any event, with a reason and a role of its own."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from ..config.errors import Refusal
from .child_spec import ChildSpec
from .clock_plans import lapse_events, settled
from .clock_records import ClockChange, NewClock, RunningClock
from .clocks import paused_or_resumed
from .columns import instant_text
from .deadlines import fixed
from .decide import Stage
from .deputies import without_mandate
from .lifecycle import BY_HAND, Lifecycle
from .plans import Terms, make_plan, told_at_start
from .registry import Moment
from .signatures import noted_by_hand, signed_state
from .step import NOTHING, Actor, Case, Facts, Situation, Step
from .visibility import PUBLIC

#: The role that may override.
ROLE = "aufsicht"


class Override(NamedTuple):
    """Set the case to `to`, because of `reason`; `due` starts clocks of the lifecycle on given days."""

    case_id: str
    to: str
    reason: str
    actor: Actor
    due: Mapping[str, date] = MappingProxyType({})
    #: Facts to set besides, such as the lead office of a state that needs one.
    data: Facts = NOTHING
    #: The version of the case that the caller saw; None: whatever it is now.
    expected_version: int | None = None


def decide_override(stage: Stage, situation: Situation, override: Override) -> Step | Refusal:
    """The step of an override, or why it is refused. An open case keeps an owner and a due date even so."""
    refusal = without_mandate(stage.town, override.actor, stage.today) or _asked_wrongly(stage, override)
    if refusal:
        return refusal
    facts = stage.program.facts_by_hand(override.data, stage.town)
    if isinstance(facts, tuple):
        return Refusal("input_invalid", {"event": BY_HAND}, facts)
    facts = {**facts, **_noted(stage, situation, override, facts)}
    taken_back = _taken_back(stage, situation, override, facts)
    if isinstance(taken_back, Refusal):
        return taken_back
    return _set_into(stage, situation, override, taken_back, facts)


class _TakenBack(NamedTuple):
    """What the effects of a state change that a case is set into by hand."""

    facts: Facts
    #: Columns of its typed record.
    record: Facts
    public: bool


def _taken_back(stage: Stage, situation: Situation, override: Override, facts: Facts) -> _TakenBack | Refusal:
    at, town = (stage.today, stage.now), stage.town
    moment = Moment(situation, situation.known, facts, override.actor, *at, town.numbers, town)
    checks = stage.program.by_hand_needs[override.to]
    failed = tuple(reason for _, check in checks if (reason := check(moment)) is not None)
    if failed:
        return Refusal("guards_fail", {"event": BY_HAND, "state": situation.case.state}, failed)
    changes: dict[str, Any] = {}
    for act in stage.program.by_hand[override.to]:
        changes |= act(moment)
    columns = stage.program.kept
    return _TakenBack(
        {name: value for name, value in changes.items() if name not in columns},
        {columns[name]: value for name, value in changes.items() if name in columns},
        bool(changes.get(PUBLIC, situation.case.public)),
    )


def _set_into(
    stage: Stage, situation: Situation, override: Override, taken_back: _TakenBack, facts: Facts
) -> Step | Refusal:
    """The step into the state, where the case has somebody who owns it and a day on which it is due."""
    lifecycle, case = stage.program.lifecycle, situation.case
    state = lifecycle.states[override.to]
    started = tuple(_clock(stage, case, name, day) for name, day in override.due.items())
    changed, kept = _running(stage, situation.clocks, override)
    due_on = min([*kept, *(clock.plan.due_on for clock in started)], default=None)
    holders = stage.town.holders(state.owner or "geschaeftsstelle", {**situation.known, **facts})
    owner = None if state.final else next(iter(holders), None)
    if not state.final and owner is None:
        return Refusal("owner_missing", {"state": override.to, "role": state.owner or "–"})
    if not state.final and due_on is None and state.unattended is None:
        return Refusal("override_needs_due", {"state": override.to, "known": ", ".join(lifecycle.deadlines)})
    return Step(
        case=case,
        event=BY_HAND,
        target=override.to,
        role=ROLE,
        actor=override.actor,
        at=stage.now,
        data=_said(override, facts),
        facts={name: v for name, v in {**case.facts, **taken_back.facts, **facts}.items() if v is not None},
        owner=owner,
        due_on=None if state.final else due_on,
        unattended=state.unattended is not None,
        closed=state.final,
        public=taken_back.public,
        outcome=state.outcome if state.final else None,
        reason=override.reason,
        record=taken_back.record,
        started=() if state.final else started,
        changed=changed,
        withdrawals=_withdrawals(lifecycle, None if state.final else case.state, override.to),
    )


def _noted(stage: Stage, situation: Situation, override: Override, facts: Facts) -> Facts:
    """What follows when a draft is put there by hand: whose it is, and that no signature under another one counts."""
    lifecycle, actor = stage.program.lifecycle, override.actor
    chains = [child.chain for child in lifecycle.children.values() if child.chain and child.chain.bound_to in facts]
    stale: dict[str, list[Facts]] = {chain.same: [] for chain in chains if chain.same}
    return {**noted_by_hand(lifecycle, situation.known, facts, actor), **stale}


def _said(override: Override, facts: Facts) -> Facts:
    """What the log keeps of the override besides its reason."""
    due = {"due": {name: day.isoformat() for name, day in override.due.items()}} if override.due else {}
    return {**due, **facts}


def _withdrawals(lifecycle: Lifecycle, left: str | None, to: str) -> tuple[tuple[str, str], ...]:
    """Children that an event would withdraw must not outlive a case that is closed by hand either.

    Nor those that came with the very step that is undone: the events that open them all lead to the state that is left.
    """
    return tuple(
        (child.name, child.withdraw_event)
        for child in lifecycle.children.values()
        if child.withdraw_event and (left is None or (left != to and _led_to(lifecycle, child) == {left}))
    )


def _led_to(lifecycle: Lifecycle, child: ChildSpec) -> set[str | None]:
    """The states to which the events lead that open such children."""
    return {way.to for name in child.opens_on for way in lifecycle.events[name].ways}


def _asked_wrongly(stage: Stage, override: Override) -> Refusal | None:
    lifecycle = stage.program.lifecycle
    holders = stage.town.holders(ROLE, {})
    actor = override.actor
    elsewhere = actor.body not in (None, stage.town.key)
    if elsewhere or (ROLE not in actor.roles and actor.parties.isdisjoint(holders)):
        return Refusal("role_missing", {"event": BY_HAND, "roles": f"{ROLE} ({', '.join(holders)})"})
    if override.to not in lifecycle.states:
        return Refusal("state_unknown", {"state": override.to, "known": ", ".join(lifecycle.states)})
    if signed_state(lifecycle, override.to):
        return Refusal("override_signs", {"state": override.to})
    if not override.reason.strip():
        return Refusal("reason_missing", {"event": BY_HAND})
    unknown = sorted(set(override.due) - set(lifecycle.deadlines))
    if unknown:
        return Refusal("deadline_unknown", {"deadline": unknown[0], "known": ", ".join(lifecycle.deadlines)})
    return None


def _clock(stage: Stage, case: Case, name: str, day: date) -> NewClock:
    spec = stage.program.lifecycle.deadlines[name]
    rules = stage.town.rules_on(stage.today)
    rule = rules.rule(spec.rule)
    plan = make_plan(
        fixed(day, rule=rule, calendar=rules.calendar),
        Terms(rule, rules.calendar, stage.town.zone, lapse_events(spec, rule), spec.nears),
    )
    told = told_at_start(plan, instant_text(stage.now))
    return NewClock(name, case.log_seq + 1, rule.id, rules.id, rules.version, rule.basis, stage.today, plan, told)


def _running(
    stage: Stage, clocks: tuple[RunningClock, ...], override: Override
) -> tuple[tuple[ClockChange, ...], list[date]]:
    """What becomes of the clocks, as by any event that leads there; and the due days of those that run on.

    A clock that never runs in the new state ends: no event there could meet it, and it would chase the owner for ever.
    """
    may_run = stage.program.clocks_in(override.to)
    changed: list[ClockChange] = []
    running: list[date] = []
    for clock in clocks:
        change = paused_or_resumed(stage, clock, override.to)
        if clock.name not in may_run or clock.name in override.due:
            change = settled(clock, "cancelled")
        if change:
            changed.append(change)
        if (change or clock).status == "running":
            running.append((change or clock).due_on)
    return tuple(changed), running
