"""The steps before a session as a message tells them: whose day it is, and how late they are on the day of the message.

What a trace says of slippage is how it looked when a step passed; here it is computed for the day of the message.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ..config.rules import Milestone, Rule
from ..states.lifecycle import DeadlineSpec
from ..states.queries import DeadlineView
from ..states.slips import Slip, View, aim_of, slip_of
from ..states.trace import SLIPS

if TYPE_CHECKING:
    from .context import Scene


class _Step(NamedTuple):
    """A deadline that is a step before a session, and its plan as it looks on the day of the message."""

    clock: DeadlineView
    spec: DeadlineSpec
    rule: Rule
    milestone: Milestone
    view: View


class _Late(NamedTuple):
    """What is late, and the step with which it is said: its own while it runs, then the one that makes up for it."""

    at: _Step
    slip: Slip


def steps(scene: "Scene", facts: Mapping[str, Any]) -> Mapping[str, dict[str, Any]]:
    """What a template may know of the running steps before a session, by the name of the deadline."""
    clocks = (clock for clock in scene.dossier.deadlines if clock.status == "running")
    running = list(_steps(scene, facts, clocks))
    late = [one for step in running for one in _late(scene, facts, step, running)]
    lost = {one.at.spec.before for one in late if not one.slip.reachable}
    return {step.clock.name: _told(scene, facts, step, late) | {"lost": step.spec.before in lost} for step in running}


def _told(scene: "Scene", facts: Mapping[str, Any], step: _Step, late: Sequence[_Late]) -> dict[str, Any]:
    who = [party for role in step.milestone.who for party in scene.town.holders(role, facts)]
    return {
        "milestone": True,
        "session": step.view.session.isoformat(),
        "aim": step.view.aim.in_(scene.lang),
        "until": f"{step.rule.cutoff:%H:%M}" if step.rule.cutoff else None,
        "who": list(dict.fromkeys(who)),
        "slips": [one.slip.figures.in_(scene.lang) for one in late if one.at is step],
    }


def _steps(scene: "Scene", facts: Mapping[str, Any], clocks: Iterable[DeadlineView]) -> Iterator[_Step]:
    lifecycle = scene.dossier.case.lifecycle
    for clock in clocks:
        spec = lifecycle.deadlines.get(clock.name)
        session = facts.get(spec.before or "") if spec else None
        rules = scene.town.rules_pinned(clock.ruleset, clock.ruleset_version)
        rule = rules.rules.get(clock.rule)
        if spec is not None and session is not None and rule is not None and rule.milestone is not None:
            plan, day = rules.plan(rule.milestone.plan), date.fromisoformat(session)
            view = View(plan, day, rules.calendar, scene.day, aim_of(lifecycle, spec))
            yield _Step(clock, spec, rule, rule.milestone, view)


def _late(scene: "Scene", facts: Mapping[str, Any], step: _Step, running: Sequence[_Step]) -> Iterator[_Late]:
    """What is said with `step`: that it is late itself, and which steps met too late it has to make up for."""
    ids = [one.rule.id for one in running if one.spec.before == step.spec.before]
    owed = {line["day"] for line in step.clock.trace if line["step"] in SLIPS}
    names = {one.clock.name for one in running}
    before = (one for one in scene.dossier.late if one.due_on.isoformat() in owed and one.name not in names)
    for one in _steps(scene, facts, before):
        yield _Late(step, slip_of(one.view, one.rule, ids, met_on=_met_on(scene, one.clock.settled_at)))
    if step.clock.lapses_at <= scene.message.written_at:
        yield _Late(step, slip_of(step.view, step.rule, ids))


def _met_on(scene: "Scene", settled_at: datetime | None) -> date | None:
    return scene.town.today(settled_at) if settled_at else None
