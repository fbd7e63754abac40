"""A running deadline computed anew, because rules or calendar have changed meanwhile. Pure.

A changed rule never moves a running deadline by itself. Somebody asks what would change, and if it shall, does it as a
recorded event: the old clock ends with its trace as it was told, a new one begins under the rules of today, and whoever
the deadline names is told the new day. The due day is a function of what happened: the day from which it counts, the
extensions that were granted, and the pauses.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from ..config.errors import Refusal
from ..config.rules import Rule, RuleSet
from .clock_plans import lapse_events, rules_of, settled
from .clock_records import NewClock, RunningClock
from .columns import instant_text
from .deadlines import Due, compute, extended, resumed
from .decide import Stage
from .deputies import without_mandate
from .plans import Plan, Terms, make_plan, told_at_start
from .step import Actor, Situation, Step
from .telling import Moves, Occasion, messages_of
from .ticks import LAPSED, REMINDED
from .trace import TraceLine

#: The event under which the log shows it, and who may do it.
EVENT = "frist_neu_berechnen"
ROLES = ("geschaeftsstelle", "aufsicht")


class Happened(NamedTuple):
    """A line of the log as far as deadlines are concerned: which, when, why, and name, status, due day of each."""

    seq: int
    at: datetime
    event: str
    deadlines: Sequence[Sequence[str]]


class Recomputation(NamedTuple):
    """Compute the deadline `name` of a case anew, because of `reason`."""

    case_id: str
    name: str
    reason: str
    actor: Actor
    expected_version: int | None = None


class Difference(NamedTuple):
    """What computing anew would change: due day, rule set and trace before and after."""

    name: str
    before: date
    after: date
    rules_before: str
    rules_after: str
    trace_before: tuple[Mapping[str, Any], ...]
    trace_after: tuple[Mapping[str, Any], ...]

    @property
    def changes(self) -> bool:
        """Whether the due day would be another one."""
        return self.before != self.after


def difference(stage: Stage, clock: RunningClock, happened: Sequence[Happened]) -> Difference | Refusal:
    """What computing `clock` anew would change. `happened` is the log of the case."""
    terms = clock.known_terms()
    rules = stage.town.rules_on(stage.today)
    due = _computed(clock, rules, happened, stage)
    if isinstance(due, Refusal):
        return due
    before = (terms.ruleset, terms.ruleset_version)
    return Difference(
        name=clock.name,
        before=clock.due_on,
        after=due.due_on,
        rules_before=" ".join(before),
        rules_after=f"{rules.id} {rules.version}",
        trace_before=tuple(json.loads(terms.trace_json)),
        trace_after=due.trace_rows,
    )


def decide_recomputation(
    stage: Stage, situation: Situation, wanted: Recomputation, happened: Sequence[Happened]
) -> Step | Refusal:
    """The step that ends the clock and starts it under the rules of today, or why it is refused."""
    refusal, clock = _asked(stage, situation, wanted)
    if refusal or clock is None:
        return refusal or Refusal("deadline_unknown", {"deadline": wanted.name, "known": "–"})
    rules = stage.town.rules_on(stage.today)
    due = _computed(clock, rules, happened, stage)
    if isinstance(due, Refusal):
        return due
    if due.due_on == clock.due_on:
        return Refusal("recompute_no_change", {"deadline": wanted.name, "day": clock.due_on.isoformat()})
    case, state = situation.case, stage.program.lifecycle.states[situation.case.state]
    started = _new(stage, clock, rules, due, situation.case.log_seq + 1)
    others = [one.due_on for one in situation.clocks if one.status == "running" and one.id != clock.id]
    due_on, ended = min([*others, due.due_on]), settled(clock, "cancelled")
    occasion = Occasion(EVENT, situation.known, case.owner, due_on)
    return Step(
        case=case,
        event=EVENT,
        target=case.state,
        role=next(role for role in ROLES if _holds(stage, wanted.actor, role)),
        actor=wanted.actor,
        at=stage.now,
        data={"deadline": wanted.name, "before": clock.due_on.isoformat(), "after": due.due_on.isoformat()},
        facts=case.facts,
        owner=case.owner,
        due_on=due_on,
        unattended=state.unattended is not None,
        closed=False,
        public=case.public,
        outcome=None,
        reason=wanted.reason,
        started=(started,),
        changed=(ended,),
        messages=messages_of(stage, (), occasion, Moves(situation.clocks, (started,), (ended,))),
    )


def _asked(
    stage: Stage, situation: Situation, wanted: Recomputation
) -> tuple[Refusal, None] | tuple[None, RunningClock]:
    if (refusal := without_mandate(stage.town, wanted.actor, stage.today)) is not None:
        return refusal, None
    elsewhere = wanted.actor.body not in (None, stage.town.key)
    if elsewhere or not any(_holds(stage, wanted.actor, role) for role in ROLES):
        holders = ", ".join(party for role in ROLES for party in stage.town.holders(role, {}))
        return Refusal("role_missing", {"event": EVENT, "roles": f"{', '.join(ROLES)} ({holders})"}), None
    if not wanted.reason.strip():
        return Refusal("reason_missing", {"event": EVENT}), None
    for clock in situation.clocks:
        if clock.name == wanted.name:
            return None, clock
    known = ", ".join(clock.name for clock in situation.clocks) or "–"
    return Refusal("deadline_not_running", {"deadline": wanted.name, "known": known}), None


def _holds(stage: Stage, actor: Actor, role: str) -> bool:
    return role in actor.roles or not actor.parties.isdisjoint(stage.town.holders(role, {}))


def _computed(clock: RunningClock, rules: RuleSet, happened: Sequence[Happened], stage: Stage) -> Due | Refusal:
    """The due day under `rules`, from the event, the extensions and the pauses that the old trace and the log tell."""
    if clock.status == "paused":
        return Refusal("recompute_paused", {"deadline": clock.name})
    name, old = clock.known_terms().rule, clock.due
    if name not in rules.rules:
        return Refusal("recompute_rule_gone", {"deadline": clock.name, "rule": name, "rules": rules.id})
    rule = rules.rule(name)
    if "stunden" in {rule.unit, rules_of(stage, clock)[1].unit}:
        return Refusal("recompute_hours", {"deadline": clock.name})
    start = next((line.day for line in old.trace if line.step == "start"), None)
    if rule.is_fixed or start is None or any(line.step in {"fixed", "moved", "stage"} for line in old.trace):
        return Refusal("recompute_set", {"deadline": clock.name})
    calendar, granting = rules.calendar, _granting(clock, rule, stage)
    due = compute(rule, event_day=start, calendar=calendar)
    consents = _consents(old)
    for kind, first, last in _since(clock, happened, old, stage):
        if kind == "pause":
            due = resumed(due, paused_from=first, paused_to=last, rule=rule, calendar=calendar)
        elif granting.extension is None:
            return Refusal("recompute_set", {"deadline": clock.name})
        else:
            due = extended(due, rule=granting, calendar=calendar, granted=first)
            due = replace(due, trace=(*due.trace, *consents.pop(0)))
    return due


def _consents(old: Due) -> list[list[TraceLine]]:
    """For each extension, who agreed to it, as far as the old trace says so."""
    found: list[list[TraceLine]] = []
    for line in old.trace:
        if line.step == "extension":
            found.append([])
        elif line.step == "consent" and found:
            found[-1].append(line)
    return found


def _granting(clock: RunningClock, rule: Rule, stage: Stage) -> Rule:
    """`rule` with the extension under which was granted: it stands, whatever the rules of today provide."""
    old = rules_of(stage, clock)[1]
    return replace(rule, extension=old.extension or rule.extension)


def _since(clock: RunningClock, happened: Sequence[Happened], old: Due, stage: Stage) -> list[tuple[str, date, date]]:
    """Pauses (first and last day) and extensions (the day they were granted) in the order in which they happened."""
    found: list[tuple[str, date, date]] = []
    granted = [line.day for line in old.trace if line.step == "extension" and line.day]
    paused: date | None = None
    root = _root(clock, happened)
    for one in happened:
        statuses = [status for deadline, status, _due in one.deadlines if deadline == clock.name]
        if one.seq <= root or one.event in {REMINDED, LAPSED} or statuses not in (["running"], ["paused"]):
            continue
        day = stage.town.today(one.at)
        if granted[:1] == [day] and (statuses == ["running"]) == (paused is None):
            granted.pop(0)
            found.append(("extension", day, day))
        elif statuses == ["paused"]:
            paused = paused or day
        elif paused is not None:
            found.append(("pause", paused, day))
            paused = None
    lost = [("extension", day, day) for day in granted]  # resumed by the very event that extended
    return sorted([*found, *lost], key=lambda one: one[2])


def _root(clock: RunningClock, happened: Sequence[Happened]) -> int:
    """The line with which the deadline began, before any recomputation."""
    root = clock.occurrence
    starts = [
        one for one in happened if any(entry[0] == clock.name and entry[1] == "started" for entry in one.deadlines)
    ]
    for one in reversed(starts):
        if one.seq == root and one.event == EVENT:
            root = max((before.seq for before in starts if before.seq < one.seq), default=one.seq)
    return root


def _new(stage: Stage, clock: RunningClock, rules: RuleSet, due: Due, occurrence: int) -> NewClock:
    rule = rules.rule(clock.known_terms().rule)
    spec = stage.program.lifecycle.deadlines.get(clock.name)
    fired = (lapse_events(spec, rule), spec.nears) if spec else ((), None)
    plan: Plan = make_plan(due, Terms(rule, rules.calendar, stage.town.zone, *fired))
    told = told_at_start(plan, instant_text(stage.now))
    return NewClock(clock.name, occurrence, rule.id, rules.id, rules.version, rule.basis, stage.today, plan, told)
