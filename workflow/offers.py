"""Which events are open to an actor now, and why the others are not. Pure."""

from dataclasses import replace

from ..config.errors import Reason, Refusal
from ..states.decide import Stage, chains_incomplete, forbidden, held_role
from ..states.deputies import without_mandate
from ..states.lifecycle import AUTOMATIC, Field, Way
from ..states.program import CompiledEvent
from ..states.registry import Moment
from ..states.signatures import Signer, own_draft
from ..states.step import Actor, Situation
from .views import Offer

#: Guards that ask whether a fact is known.
_KNOWS = frozenset({"fact", "given"})


def offers(stage: Stage, situation: Situation, actor: Actor) -> list[Offer]:
    """Every event that leads on from the present state, in the order of the file.

    A guard that looks at input of the event itself cannot be judged before the input is there and is left out.
    Events that only the engine fires are not offered.
    """
    names = stage.program.event_names_from(situation.case.state)
    events = [stage.program.events[name] for name in names]
    return [_offer(stage, situation, event, actor) for event in events if set(event.event.by) != {AUTOMATIC}]


def _offer(stage: Stage, situation: Situation, compiled: CompiledEvent, actor: Actor) -> Offer:
    event = compiled.event
    asked = _asked(stage, situation, compiled, actor)
    refusal = without_mandate(stage.town, actor, stage.today)
    if refusal is not None:
        return Offer(event.name, event.label, False, refusal, asked)
    if held_role(compiled, actor, situation.known, stage.town) is None:
        refusal = forbidden(stage, compiled, situation.known)
    else:
        ways = [way for way in event.ways if situation.case.state in way.sources]
        failed = [_failed(stage, situation, way, actor, compiled) for way in ways]
        if all(failed):
            reasons = tuple(reason for reason in failed if reason)
        else:
            reasons = chains_incomplete(compiled, situation, situation.known)
        if reasons:
            refusal = Refusal("guards_fail", {"event": event.name, "state": situation.case.state}, reasons)
    return Offer(event.name, event.label, refusal is None, refusal, asked)


def _asked(stage: Stage, situation: Situation, compiled: CompiledEvent, actor: Actor) -> tuple[Field, ...]:
    """What the event asks for; required is also what every way needs to know and nobody has said so far."""
    moment, event = _now(stage, situation, actor), compiled.event
    ways = [stage.program.ways[id(way)].checks for way in event.ways if situation.case.state in way.sources]
    missing = [
        {call.args[0] for call, check in way if call.name in _KNOWS and not call.negated and check(moment)}
        for way in ways
    ]
    needed = set.intersection(*missing) if missing else set[str]()
    return tuple(replace(field, required=True) if field.name in needed else field for field in event.ask)


def _now(stage: Stage, situation: Situation, actor: Actor) -> Moment:
    return Moment(situation, situation.known, {}, actor, stage.today, stage.now, stage.town.numbers, stage.town)


def _failed(stage: Stage, situation: Situation, way: Way, actor: Actor, compiled: CompiledEvent) -> Reason | None:
    asked = {field.name for field in compiled.event.ask}
    moment = _now(stage, situation, actor)
    spec, role = stage.program.lifecycle.signature, held_role(compiled, actor, situation.known, stage.town)
    if (
        way.signs
        and spec
        and role
        and (own := own_draft(spec, Signer(actor, role, stage.town, stage.today), situation.known))
    ):
        return own
    checks = stage.program.ways[id(way)].checks
    judged = (check(moment) for call, check in checks if asked.isdisjoint(call.args))
    return next((reason for reason in judged if reason), None)
