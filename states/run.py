"""One event, one transaction: load, decide, apply, and whatever follows from it until nothing follows."""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from ..config.errors import (
    AuthorError,
    ConflictError,
    Finding,
    Reason,
    Refusal,
    RefusedError,
)
from ..config.text import Text
from .above import Places, belonging, beside_of, found_by
from .ahead import with_days
from .decide import ENGINE, TIMER, Stage, decide, decide_opening
from .families import after_child
from .ids import is_id
from .lifecycle import BY_HAND
from .link_spec import QueueSpec
from .overrides import Override, decide_override
from .program import Program
from .queues import waiting
from .recompute import Difference, Happened, Recomputation, decide_recomputation, difference
from .references import named_cases
from .requested import accepted, digest, require_seen, require_text
from .situations import Applied, Situations, World
from .step import NOTHING, Actor, Case, Command, Facts, Linked, Opening, Situation, Step
from .store import KnownKey, Transaction
from .ticks import decide_tick, without_doubles
from .writes import KeyWrite, Write, prepare

log = logging.getLogger("vorgang.engine")

#: How an automatic event is refused that comes where it is not its turn: guards say when, states where.
_EXPECTED = frozenset({"guards_fail", "event_not_now", "case_closed"})
#: Steps that may follow from one event before the engine takes it for an endless loop of a lifecycle file.
MOST_STEPS = 500


class Fired(NamedTuple):
    """What came of an event: the case after it and all that followed, and the log line of the event itself."""

    case: Case
    seq: int
    event: str
    source: str | None
    target: str
    #: True when an idempotency key answered and nothing was done again.
    replayed: bool = False


class OpenRequest(NamedTuple):
    """A wish to open a case of a lifecycle in a body."""

    lifecycle: str
    body: str
    actor: Actor
    data: Facts = NOTHING
    key: str | None = None
    #: The case to which it belongs, whatever its lifecycle says; the new one is about the same paper, and as public.
    parent_id: str | None = None


class Run(Situations):
    """One event and all that follows from it, inside one transaction."""

    def __init__(self, world: World, tx: Transaction) -> None:
        super().__init__(world, tx)
        self._steps = 0
        self._at = Places(tx, self._newest)

    def fire(self, command: Command) -> Fired:
        """See `Engine.fire`."""
        require_text("key", command.key)
        require_text("reason", command.reason)
        request = digest(command.case_id, command.event, command.data, command.actor) if command.key else ""
        if command.key and (known := self._tx.find_key(command.key)):
            return self._replayed(known, request)
        situation = self._seen(command)
        case = situation.case
        require_seen(command.expected_version, case)
        stage = self._stage(case, command.event)
        step = self._referring(stage, accepted(self._decide(stage, situation, command)))
        key = KeyWrite(command.key, request) if command.key else None
        return self._apply(stage, step, key)

    def fire_each(self, commands: Sequence[Command]) -> list[Fired]:
        """Fire one after the other; what follows from each is bounded on its own."""
        fired = []
        for command in commands:
            self._steps = 0
            fired.append(self.fire(command))
        return fired

    def open(self, request: OpenRequest) -> Fired:
        """See `Engine.open`."""
        require_text("key", request.key)
        asked = digest(request.body, request.lifecycle, request.data, request.actor) if request.key else ""
        if request.key and (known := self._tx.find_key(request.key)):
            return self._replayed(known, asked)
        program = self._world.program(self._tx, request.lifecycle, None)
        seed = self._seed(program, request.body)
        if request.parent_id is not None:
            seed = belonging(seed, self.situation(request.parent_id).case)
        stage = self._stage_of(program, request.body, program.opening.name)
        command = Command(seed.id, program.opening.name, request.actor, request.data)
        seed = self._at.placed(stage, seed, command)
        beside = beside_of(self._tx, seed) if program.opening.name in program.beside else None
        alike = self._alike(program, command, request.body) if program.looks_alike else ()
        step = self._referring(stage, accepted(decide_opening(stage, command, seed, beside, alike)))
        self._tx.begin()
        return self._apply(stage, step, KeyWrite(request.key, asked) if request.key else None)

    def override(self, override: Override) -> Fired:
        """See `Engine.override`."""
        require_text("reason", override.reason)
        situation = self._with_terms(self.situation(override.case_id))
        require_seen(override.expected_version, situation.case)
        stage = self._stage(situation.case, BY_HAND)
        step = accepted(decide_override(stage, situation, override))
        queues = self._queues_below(stage.program) if override.data and not step.closed else {}
        if queues:
            self._tx.begin()
        fired = self._apply(stage, step, None)
        for child, queue in queues.items():
            self._move_up(queue, fired.case.id, child)
        return fired

    def _queues_below(self, program: Program) -> dict[str, QueueSpec]:
        """Where children of a case wait for their turn, by the name of the child."""
        below = {name: self._newest(spec.lifecycle) for name, spec in program.lifecycle.children.items()}
        return {name: child.queue for name, child in below.items() if child.queue}

    def recompute(self, wanted: Recomputation) -> Fired:
        """See `Engine.recompute`."""
        require_text("reason", wanted.reason)
        situation = self._with_terms(self.situation(wanted.case_id))
        require_seen(wanted.expected_version, situation.case)
        stage = self._stage(situation.case)
        happened = self._happened(situation)
        return self._apply(stage, accepted(decide_recomputation(stage, situation, wanted, happened)), None)

    def differences(self, case_id: str) -> list[Difference | Refusal]:
        """What computing each running deadline of a case anew would change, or why it cannot be."""
        situation = self._with_terms(self.situation(case_id))
        stage, happened = self._stage(situation.case), self._happened(situation)
        return [difference(stage, clock, happened) for clock in situation.clocks]

    def _happened(self, situation: Situation) -> list[Happened]:
        lines = self._tx.happened(situation.case.id)
        return [Happened(seq, at, event, changes.get("deadlines", ())) for seq, at, event, changes in lines]

    def tick(self, case_id: str) -> bool:
        """See `Engine.tick`."""
        if is_id(case_id):
            self._tx.lock(case_id)
        told = False
        while step := self._due_step(self.situation(case_id)):
            self._apply(self._stage(step.case), step, None)
            told = True
        return told

    def _seen(self, command: Command) -> Situation:
        """What `command` is decided on. An event that carries on a chain waits for who changes it now."""
        situation = self.situation(command.case_id, command.event, command.data)
        case = situation.case
        if not self._world.program(self._tx, case.lifecycle, case.lifecycle_version).extends_chain(command.event):
            return situation
        self._tx.lock(case.id)
        return self.situation(case.id, command.event, command.data)

    def _newest(self, lifecycle: str) -> Program:
        return self._world.program(self._tx, lifecycle, None)

    def _decide(self, stage: Stage, situation: Situation, command: Command) -> Step | Refusal:
        if stage.program.needs_terms(command.event, situation.clocks):
            situation = self._with_terms(situation)
        decision = decide(stage, situation, command)
        return decision if isinstance(decision, Refusal) else self._at.moved(stage, decision)

    def _due_step(self, situation: Situation) -> Step | None:
        stage = self._stage(situation.case)
        situation = self._with_terms(situation)
        steps = (decide_tick(stage, situation, clock) for clock in situation.clocks)
        return next((step for step in steps if step), None)

    def _referring(self, stage: Stage, step: Step) -> Step:
        """The step, unless its input names a case that the body does not have."""
        asked = stage.program.events[step.event].event.ask
        for field, case_id in named_cases(asked, step.data):
            found = self._tx.load(case_id)
            if found is None or found.case.body != step.case.body:
                reason = Reason("field_unknown_case", {"field": field, "value": case_id})
                raise RefusedError(Refusal("input_invalid", {"event": step.event}, (reason,)))
        return step

    def _seed(self, program: Program, body: str) -> Case:
        lifecycle = program.lifecycle
        return Case.unopened((lifecycle.id, lifecycle.version), body, self._now)

    def _apply(self, stage: Stage, step: Step, key: KeyWrite | None) -> Fired:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise AuthorError([Finding(code="endless_loop", file=stage.program.lifecycle.source, key=step.event)])
        ends_child = step.ends and step.case.parent_id is not None
        follows = step.openings or step.withdrawals or step.passed_on or step.lapsed or step.follows or step.linked
        if follows or ends_child:
            self._tx.begin()
        if ends_child and step.case.parent_id:
            self._tx.lock(step.case.parent_id)
        write = prepare(step, record=stage.program.lifecycle.record, key=key)
        self._write(write)
        if self._world.observe:
            self._world.observe(Applied(self._tx, write))
        self._follow(step, write.case)
        queue = stage.program.queue
        if queue and step.moves_up and write.case.parent_id is not None:
            self._move_up(queue, write.case.parent_id, write.case.child or "")
        source = None if step.case.log_seq == 0 else step.case.state
        return Fired(write.case, write.line.seq, step.event, source, step.target)

    def _write(self, write: Write) -> None:
        if not self._tx.apply([write]):
            raise ConflictError("case_changed_meanwhile", case=write.case.id)

    def _follow(self, step: Step, case: Case) -> None:
        for child, event, data in step.passed_on:  # first: whoever is asked only now knows it anyway
            for child_id in self._tx.open_children(case.id, child):
                if self._pass_on(child_id, event, data):
                    break
        for opening in step.openings:
            self._open_child(case, opening, step.actor)
        for child, event in step.withdrawals:
            for child_id in self._tx.open_children(case.id, child):
                self.fire(Command(child_id, event, ENGINE))
        self._tell_linked(case, step.linked)
        for event in step.lapsed:
            self._fire_quietly(Command(case.id, event, TIMER), after=step)
        for event in step.follows:
            self._fire_quietly(Command(case.id, event, ENGINE))
        if step.ends and case.parent_id:
            self._tell_parent(case)

    def _move_up(self, queue: QueueSpec, parent_id: str, child: str) -> None:
        """Whoever waits moves up, one after the other, until somebody may not."""
        for member in waiting(queue, self._tx.members(parent_id, child)):
            situation = self.situation(member.id, queue.event)
            stage = self._stage(situation.case, queue.event)
            decision = self._decide(stage, situation, Command(member.id, queue.event, ENGINE))
            if isinstance(decision, Refusal):
                return
            self._apply(stage, decision, None)

    def _pass_on(self, child_id: str, event: str, data: Facts) -> bool:
        """Tell an open child what has changed above it, as far as its event asks for it.

        True: it was the turn of those who wait, and nothing is left to be told to the others.
        """
        case = self.situation(child_id).case
        program = self._world.program(self._tx, case.lifecycle, case.lifecycle_version)
        if program.queue and program.queue.event == event and case.parent_id is not None:
            self._move_up(program.queue, case.parent_id, case.child or "")
            return True
        compiled = program.events.get(event)
        asked = {field.name for field in compiled.event.ask} if compiled else set()
        known = {name: value for name, value in data.items() if name in asked}
        self._fire_quietly(Command(child_id, event, ENGINE, known))
        return False

    def _tell_linked(self, case: Case, linked: Sequence[Linked]) -> None:
        for one in linked:
            for case_id in found_by(self._tx, self._newest(one.lifecycle), case, one.where):
                self._pass_on(case_id, one.event, one.data)

    def _open_child(self, parent: Case, opening: Opening, actor: Actor) -> None:
        program = self._world.program(self._tx, opening.lifecycle, None)
        seed = belonging(self._seed(program, parent.body), parent)
        seed = seed._replace(child=opening.child, round=opening.round, position=opening.position)
        stage = self._stage_of(program, parent.body, program.opening.name)
        by_engine = ENGINE._replace(on_behalf_of=actor.key)
        command = Command(seed.id, program.opening.name, by_engine, opening.data)
        decision = decide_opening(stage, command, seed)
        if isinstance(decision, Refusal):
            raise RefusedError(_below(decision, program.lifecycle.label, opening.position + 1))
        self._apply(stage, decision, None)

    def _tell_parent(self, child: Case) -> None:
        parent = self.situation(child.parent_id or "")
        program = self._world.program(self._tx, parent.case.lifecycle, parent.case.lifecycle_version)
        after = after_child(program, parent, child)
        for opening in with_days(self._stage(parent.case), parent, after.openings) if after.openings else ():
            self._open_child(parent.case, opening, ENGINE)
        for event in after.events:
            self._fire_quietly(Command(parent.case.id, event, ENGINE))

    def _fire_quietly(self, command: Command, *, after: Step | None = None) -> None:
        """An automatic event that is refused leaves the case to its owner and its clocks; `after`: the tick it follows.

        Only its own refusal is passed over: once it has begun, whatever fails undoes the whole transaction.
        """
        situation = self.situation(command.case_id, command.event, command.data)
        stage = self._stage(situation.case, command.event)
        decision = self._decide(stage, situation, command)
        if isinstance(decision, Refusal):
            level = logging.DEBUG if decision.code in _EXPECTED else logging.WARNING
            log.log(level, "automatic event %s on case %s refused: %s", command.event, command.case_id, decision.code)
        else:
            self._apply(stage, without_doubles(after, decision) if after else decision, None)

    def _replayed(self, known: KnownKey, request: str) -> Fired:
        if known.request != request:
            raise ConflictError("key_reused")
        case = self.situation(known.case_id).case
        return Fired(case, known.seq, known.event, known.source, known.target, replayed=True)


def _below(refusal: Refusal, label: Text, place: int) -> Refusal:
    """Why a case below cannot be opened, for whoever fired an event above it: which of them it would be."""
    reasons = refusal.reasons or (Reason(refusal.code, refusal.params),)
    return Refusal("child_refused", {"kind": label, "place": place}, reasons)
