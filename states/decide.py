"""Decide, then apply: the pure half. From what is known to a `Step`, or to a `Refusal` that explains itself.

Nothing here reads a clock, a file or a database; `apply` (see `store`) writes a step exactly as decided.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from ..config.errors import Reason, Refusal
from . import answers
from .ahead import with_days
from .bound_calls import CompiledWay
from .chains import missing
from .clocks import ClockEffects, clock_effects, extension_refused, opening_clocks
from .deputies import plain_role, told, without_mandate
from .lifecycle import AUTOMATIC, Way
from .links import linked
from .milestones import is_news
from .mornings import of_timer
from .not_possible import Hindrance, not_now, reasons_of, unknown_event
from .openings import Arrival, Opened, openings
from .program import CompiledEvent, Program
from .registry import Moment
from .signatures import Signer, not_signable, signature_of
from .slips import Slip
from .step import Actor, Beside, Case, Command, Facts, NewMessage, NewSignature, Situation, Step
from .telling import Moves, Occasion, messages_of
from .town import Town
from .visibility import PUBLIC, is_made_known

ENGINE = Actor("engine", "vorgang", roles=frozenset({AUTOMATIC}))
TIMER = Actor("timer", "vorgang", roles=frozenset({AUTOMATIC}))


class Stage(NamedTuple):
    """Where a decision takes place: the program of the case, the town, and the present instant."""

    program: Program
    town: Town
    now: datetime
    #: The day it is in the town.
    today: date

    @classmethod
    def at(cls, program: Program, town: Town, now: datetime) -> "Stage":
        """The stage of `program` in `town` at the instant `now`."""
        return cls(program, town, now, town.today(now))


class _Model:
    """What the machine moves: a state, and the question which way is open."""

    __slots__ = ("failed", "moment", "program", "state", "taken")

    def __init__(self, state: str, program: Program, moment: Moment) -> None:
        self.state = state
        self.program = program
        self.moment = moment
        self.taken: CompiledWay | None = None
        self.failed: list[Hindrance] = []

    def take(self, way: Way) -> bool:
        compiled = self.program.ways[id(way)]
        for guard, check in compiled.checks:
            reason = check(self.moment)
            if reason is not None:
                self.failed.append(Hindrance(guard, reason))
                return False
        self.taken = compiled
        return True


def decide(stage: Stage, situation: Situation, command: Command) -> Step | Refusal:
    """What firing `command` does to the case, or why it cannot be."""
    case, program = situation.case, stage.program
    compiled = program.events.get(command.event)
    if compiled is None or compiled.event.opens:
        return unknown_event(program, command.event)
    if case.state not in compiled.sources:
        return not_now(program, case, command.event)
    if (refusal := without_mandate(stage.town, command.actor, stage.today)) is not None:
        return refusal
    role = held_role(compiled, command.actor, situation.known, stage.town)
    if role is None:
        return forbidden(stage, compiled, situation.known)
    data = compiled.checked(command, stage.town)
    if isinstance(data, tuple):
        return Refusal("input_invalid", {"event": command.event}, data)
    return _move(stage, situation, _with(command, data), compiled, role)


def _with(command: Command, data: Facts) -> Command:
    """The command with its input validated (`_replace` would take three times as long)."""
    return Command(
        command.case_id,
        command.event,
        command.actor,
        data,
        command.expected_version,
        command.key,
        command.reason,
    )


def _move(stage: Stage, situation: Situation, command: Command, compiled: CompiledEvent, role: str) -> Step | Refusal:
    kept = _split(situation, command.data, compiled.columns)
    moment = Moment(
        situation, kept.seen, command.data, command.actor, stage.today, stage.now, stage.town.numbers, stage.town
    )
    model = _Model(situation.case.state, stage.program, moment)
    if not stage.program.triggers[command.event](model) or model.taken is None:
        ways = (way for way in compiled.event.ways if situation.case.state in way.sources)
        refused = reasons_of(ways, model.failed)
        return Refusal("guards_fail", {"event": command.event, "state": situation.case.state}, refused)
    kept = _acted(stage.program, model.taken, moment, kept)
    if compiled.needs and (reasons := chains_incomplete(compiled, situation, kept.seen)):
        return Refusal("guards_fail", {"event": command.event, "state": situation.case.state}, reasons)
    signer = Signer(command.actor, role, stage.town, stage.today)
    signature = signature_of(stage.program.lifecycle, model.taken.way, signer, (command.data, kept.seen))
    if isinstance(signature, Reason):
        return not_signable(signature, command.event, situation.case.state)
    if (compiled.extends or compiled.moves) and (reason := extension_refused(stage, situation, compiled, kept.seen)):
        return Refusal("guards_fail", {"event": command.event, "state": situation.case.state}, (reason,))
    kept = _noted(stage.program, moment, kept, signature)
    clocks = clock_effects(stage, situation, compiled, model.state, kept.seen)
    found = _Outcome(compiled, model.taken.way, model.state, role, kept, clocks, signature)
    return _assemble(stage, situation, command, found)


def chains_incomplete(compiled: CompiledEvent, situation: Situation, facts: Facts) -> tuple[Reason, ...]:
    """Whose agreement an event still lacks, one reason each."""
    return tuple(reason for spec in compiled.needs for reason in missing(spec, facts, situation.members))


class _Kept(NamedTuple):
    """What the case knows after the event: facts and columns of the typed record to write, and all that can be seen."""

    facts: Facts
    record: Facts
    seen: Facts


class _Outcome(NamedTuple):
    compiled: CompiledEvent
    way: Way
    target: str
    role: str
    kept: _Kept
    clocks: ClockEffects
    signature: NewSignature | None = None

    @property
    def seen(self) -> Facts:
        return self.kept.seen


def _assemble(stage: Stage, situation: Situation, command: Command, found: _Outcome) -> Step | Refusal:
    case = situation.case
    state = stage.program.lifecycle.states[found.target]
    owner = None if state.final else _owner(stage, state.owner, found.seen)
    refusal = _left_lying(stage, found, owner)
    if refusal:
        return refusal
    occasion = Occasion(command.event, found.seen, owner, found.clocks.due_on)
    moves = Moves(situation.clocks, found.clocks.started, found.clocks.changed)
    messages = messages_of(stage, found.way.tell, occasion, moves) + _warnings(stage, situation, found)
    arrival = Arrival(found.compiled, found.target, found.seen)
    opened = openings(stage.program, situation, arrival) if found.compiled.opens and not case.closed_at else Opened()
    return Step(
        case=case,
        event=command.event,
        target=found.target,
        role=found.role,
        actor=command.actor,
        at=stage.now,
        data=command.data,
        facts=found.kept.facts,
        owner=owner,
        due_on=None if state.final else found.clocks.due_on,
        unattended=state.unattended is not None,
        closed=state.final,
        public=bool(found.seen.get(PUBLIC, case.public)),
        outcome=state.outcome if state.final else None,
        reason=command.reason,
        record=found.kept.record,
        started=found.clocks.started,
        changed=found.clocks.changed,
        messages=of_timer(stage, command.actor, command.event, messages),
        openings=with_days(stage, situation, opened.openings),
        withdrawals=found.compiled.withdraws,
        passed_on=_passed_on(found.compiled, found.seen) if found.compiled.passes_on else (),
        slips=found.clocks.slips,
        follows=opened.follows,
        signature=found.signature,
        linked=linked(found.compiled, situation, found.seen) if found.compiled.links else (),
        moves_up=stage.program.moves_up(command.event),
    )


def _left_lying(stage: Stage, found: _Outcome, owner: str | None) -> Refusal | None:
    """Nichts bleibt liegen: an open case without owner or due day is refused, whatever the file says."""
    state = stage.program.lifecycle.states[found.target]
    if state.final:
        return None
    params = {"state": found.target, "role": state.owner or "–"}
    if owner is None:
        return Refusal("owner_missing", params)
    if found.clocks.due_on is None and state.unattended is None:
        return Refusal("due_date_missing", params)
    return None


def _owner(stage: Stage, role: str | None, facts: Facts) -> str | None:
    """The party that the state's owner role means here; a state without one falls to the council office."""
    holders = stage.town.holders(role or "geschaeftsstelle", facts)
    return holders[0] if holders else None


def decide_opening(
    stage: Stage, command: Command, seed: Case, beside: Beside | None = None, alike: tuple[str, ...] = ()
) -> Step | Refusal:
    """How a case starts. `seed` carries its identity (id, body, lifecycle, parent) and facts copied from the parent.

    `beside`: what is above and beside it, `alike`: see `Situation.alike`, where its guards look there.
    """
    compiled = stage.program.events[stage.program.opening.name]
    data = compiled.checked(command, stage.town)
    if isinstance(data, tuple):
        return Refusal("input_invalid", {"event": compiled.event.name}, data)
    if (refusal := without_mandate(stage.town, command.actor, stage.today)) is not None:
        return refusal
    role = AUTOMATIC if command.actor.kind == "engine" else held_role(compiled, command.actor, data, stage.town)
    if role is None:
        return forbidden(stage, compiled, data)
    situation = Situation(seed, beside=beside, alike=alike)
    kept = _split(situation, data, compiled.columns)
    command = command._replace(event=compiled.event.name, data=data)
    moment = Moment(situation, kept.seen, data, command.actor, stage.today, stage.now, stage.town.numbers, stage.town)
    return _open(stage, situation, command, _Opened(compiled, role, kept, moment))


class _Opened(NamedTuple):
    compiled: CompiledEvent
    role: str
    kept: _Kept
    moment: Moment


def _open(stage: Stage, situation: Situation, command: Command, opened: _Opened) -> Step | Refusal:
    way = opened.compiled.event.ways[0]
    ready = stage.program.ways[id(way)]
    failed = tuple(reason for _, check in ready.checks if (reason := check(opened.moment)) is not None)
    if failed:
        return Refusal("guards_fail", {"event": command.event, "state": "–"}, failed)
    kept = _acted(stage.program, ready, opened.moment, opened.kept)
    clocks = opening_clocks(stage, opened.compiled, kept.seen, situation)
    found = _Outcome(opened.compiled, way, stage.program.lifecycle.initial, opened.role, kept, clocks)
    return _assemble(stage, situation, command, found)


def held_role(compiled: CompiledEvent, actor: Actor, facts: Facts, town: Town) -> str | None:
    """The role by which `actor` may fire the event, or None. Keys mean nothing outside the actor's own body."""
    if actor.body not in (None, town.key):
        return None
    for role in compiled.event.by:
        if role == AUTOMATIC:
            if actor.kind in {"engine", "timer"}:
                return role
        elif compiled.signs and town.has_ended(facts.get(plain_role(role))):
            continue  # nobody signs in its place
        elif role in actor.roles or not actor.parties.isdisjoint(town.holders(role, facts)):
            return role
    return None


def _split(situation: Situation, data: Facts, columns: Mapping[str, str]) -> _Kept:
    """Input apart: what the typed record holds, and the facts with the rest added. An emptied field loses its fact."""
    facts = situation.case.facts
    if not data:
        return _Kept(facts, {}, situation.known)
    if not columns:
        facts = _changed(facts, data) if None in data.values() else {**facts, **data}
        return _Kept(facts, {}, {**situation.record, **facts} if situation.record else facts)
    record = {columns[name]: value for name, value in data.items() if name in columns}
    facts = _changed(facts, {name: value for name, value in data.items() if name not in columns})
    return _Kept(facts, record, {**situation.record, **facts, **data})


def _acted(program: Program, way: CompiledWay, moment: Moment, kept: _Kept) -> _Kept:
    """What the effects of the way change: a field with a column in the typed record, any other in the facts."""
    for act in way.acts:
        changes = act(moment)
        columns = {program.kept[name]: value for name, value in changes.items() if name in program.kept}
        facts = {name: value for name, value in changes.items() if name not in program.kept}
        kept = _Kept(_changed(kept.facts, facts), {**kept.record, **columns}, _changed(kept.seen, changes))
    return kept


def _noted(program: Program, moment: Moment, kept: _Kept, signature: NewSignature | None) -> _Kept:
    """What is kept of an answer that is signed or made known here, so that no other text passes for it."""
    made_known = is_made_known(moment.situation.case.facts, {**kept.facts, **kept.record}, moment.data)
    noted = answers.noted(program.lifecycle, kept.seen, signed=signature is not None, made_known=made_known)
    return kept._replace(facts=_changed(kept.facts, noted)) if noted else kept


def _changed(facts: Facts, changes: Mapping[str, Any]) -> Facts:
    return {name: value for name, value in {**facts, **changes}.items() if value is not None}


def _warnings(stage: Stage, situation: Situation, found: _Outcome) -> tuple[NewMessage, ...]:
    """Who must know that a session can no longer be reached: each once, however many steps were late."""
    if not found.clocks.slips:
        return ()
    event = found.compiled.event.name
    warnings = (
        warning
        for slip in found.clocks.slips
        if is_news(stage, situation, slip)
        for warning in slip_messages(stage, slip, event, found.seen)
    )
    return tuple({(one.recipient, one.template): one for one in warnings}.values())


def slip_messages(stage: Stage, slip: Slip, occasion: str, facts: Facts) -> tuple[NewMessage, ...]:
    """The messages that a session can no longer be reached: one to each party that its plan names."""
    plan, session, aim = slip.view.plan, slip.view.session, slip.view.aim
    params = {"session": session.isoformat(), "aim_de": aim.de, "aim_en": aim.en}
    meant = stage.town.meant(plan.warn, facts)
    return tuple(
        NewMessage(occasion, one.party, plan.template, None, one.added_to(params))
        for one in told(stage.town, meant, stage.today)
    )


def _passed_on(compiled: CompiledEvent, facts: Facts) -> tuple[tuple[str, str, Facts], ...]:
    return tuple((child, event, {name: facts.get(name) for name in copy}) for child, event, copy in compiled.passes_on)


def forbidden(stage: Stage, compiled: CompiledEvent, facts: Facts) -> Refusal:
    """The refusal that names the roles, and who holds them here."""
    roles = [
        f"{role} ({', '.join(holders)})" if (holders := stage.town.holders(role, facts)) else role
        for role in compiled.event.by
    ]
    return Refusal("role_missing", {"event": compiled.event.name, "roles": ", ".join(roles)})
