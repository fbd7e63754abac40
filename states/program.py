"""A lifecycle made ready to run: the machine, and everything that a step needs looked up beforehand."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from transitions import Machine

from ..config.errors import Reason
from .bound_calls import acts, checks, compiled
from .checker_deadlines import deadlines_in
from .checker_flow import Flow
from .child_spec import ChildSpec
from .clock_records import RunningClock
from .inputs import Validator, compile_fields
from .lifecycle import AUTOMATIC, BY_HAND, DeadlineSpec, Event, Lifecycle
from .link_spec import LinkSpec
from .machine import build_machine
from .records import RECORDS
from .registry import Registry
from .statements import table_name
from .step import Command
from .town import Town
from .visibility import PUBLISHED, WITHDRAWN

#: Columns of typed records that no event asks for, by the names under which effects write them.
_OWN: Mapping[str, Mapping[str, str]] = {
    "paper": {name: name for name in (PUBLISHED, WITHDRAWN)},
    "consultation": {"ergebnis": "result"},
    "meeting": {"entfaellt": "cancelled"},
}


class CompiledEvent(NamedTuple):
    """An event with everything that it touches."""

    event: Event
    validate: Validator
    #: As `validate`, for those who ask: nobody who has ended gets work. What the engine hands on may name them.
    asked: Validator
    columns: Mapping[str, str]
    sources: frozenset[str]
    starts: tuple[DeadlineSpec, ...]
    stops: frozenset[str]
    moves: Mapping[str, str]
    extends: Mapping[str, str]
    opens: tuple[ChildSpec, ...]
    withdraws: tuple[tuple[str, str], ...]
    #: Events to fire on open children: name of the child, its event, the facts handed down.
    passes_on: tuple[tuple[str, str, tuple[str, ...]], ...]
    #: Chains of children that must be complete before it.
    needs: tuple[ChildSpec, ...] = ()
    #: Cases beside that are told of it.
    links: tuple[LinkSpec, ...] = ()
    #: Whether somebody signs by it.
    signs: bool = False

    def checked(self, command: Command, town: Town) -> dict[str, Any] | tuple[Reason, ...]:
        """The input of the event as `command` gives it, or the reasons against it."""
        return (self.validate if command.actor.kind in {"engine", "timer"} else self.asked)(command.data, town)


class Program:
    """One lifecycle version, compiled once and shared by all its cases."""

    def __init__(self, lifecycle: Lifecycle, registry: Registry) -> None:
        self.lifecycle = lifecycle
        self.machine: Machine = build_machine(lifecycle)
        self.columns = {f.name: f.column for f in lifecycle.fields.values() if f.column}
        #: Where effects write: the same, and the columns that only effects know.
        self.kept = {**(_OWN.get(lifecycle.record or "", {})), **self.columns}
        self._truths = frozenset(f.name for f in lifecycle.fields.values() if f.type == "bool")
        self.events = {event.name: self._compile(event) for event in lifecycle.events.values()}
        self.triggers = {name: self.machine.events[name].trigger for name in self.machine.events}
        ways = (way for event in lifecycle.events.values() for way in event.ways)
        self.ways = {id(way): compiled(way, registry, lifecycle) for way in ways}
        #: The guards and effects of setting a case into a state by hand.
        self.by_hand_needs = {n: checks(s.by_hand_needs, registry, lifecycle) for n, s in lifecycle.states.items()}
        self.by_hand = {name: acts(state.by_hand, registry) for name, state in lifecycle.states.items()}
        specs = lifecycle.deadlines.values()
        self.pauses = {one: frozenset(s.name for s in specs if one in s.pauses) for one in lifecycle.states}
        #: Deadlines counted back from a session, and the fields that name it.
        self.milestones = {name: spec for name, spec in lifecycle.deadlines.items() if spec.before}
        self.sessions = frozenset(spec.before for spec in self.milestones.values() if spec.before)
        #: Whether a timer signs for those who are silent, where the rules allow it.
        self.is_silent = any(spec.silence for spec in lifecycle.deadlines.values())
        self.may_pause = any(self.pauses.values())
        self.opening = lifecycle.opening
        #: Kinds of children that form a chain.
        self.chains = frozenset(name for name, child in lifecycle.children.items() if child.chain)
        self._members = {name: _looked_at(event, registry) for name, event in lifecycle.events.items()}
        #: Links at whose cases the guards of an event look; None: of whatever event.
        self.looked_up = _looked_up(lifecycle, registry)
        self.queue = lifecycle.queue
        #: The field with the body in one of whose sessions a case has its place; None: it has none there.
        self.place_in = _place_in(lifecycle)
        #: Events that look at the sessions of the town, or change what others look at there.
        self.at_sessions = self._looking_at_sessions(registry)
        #: Whether the event that opens a case looks at others of its kind that the same office leads.
        self.looks_alike = any(registry.guard_named(call.name).alike for call in self.opening.ways[0].needs)
        #: Events that look at what is above and beside the case, or after which others beside it may move up.
        self.beside = self._looking_beside(registry)
        self.record_table = table_name(RECORDS[lifecycle.record]) if lifecycle.record else None
        self.reads_record = self._reads_record()

    def _compile(self, event: Event) -> CompiledEvent:
        specs = tuple(self.lifecycle.deadlines.values())
        kinds = tuple(self.lifecycle.children.values())
        return CompiledEvent(
            event=event,
            validate=compile_fields(event.ask),
            asked=compile_fields(event.ask, there=True),
            columns={f.name: f.column for f in event.ask if f.column},
            sources=frozenset(source for way in event.ways for source in way.sources),
            starts=tuple(d for d in specs if event.name in d.starts),
            stops=frozenset(d.name for d in specs if event.name in d.stops),
            moves={d.name: d.moves[event.name] for d in specs if event.name in d.moves},
            extends={d.name: d.extends[event.name] for d in specs if event.name in d.extends},
            opens=tuple(c for c in kinds if event.name in c.opens_on),
            withdraws=tuple(
                (c.name, c.withdraw_event) for c in kinds if event.name in c.withdrawn_on and c.withdraw_event
            ),
            passes_on=tuple(
                (c.name, c.passes_on[event.name], (*c.copy, *(f.name for f in event.ask)))
                for c in kinds
                if event.name in c.passes_on
            ),
            needs=tuple(c for c in kinds if c.chain and event.name in c.chain.needed_for),
            links=tuple(link for link in self.lifecycle.links.values() if event.name in link.passes_on),
            signs=any(way.signs for way in event.ways),
        )

    def extends_chain(self, event: str) -> bool:
        """Whether `event` sends out a chain, or carries it on: nobody else may change the case meanwhile."""
        compiled = self.events.get(event)
        return bool(self.chains) and compiled is not None and any(child.chain for child in compiled.opens)

    def members_for(self, event: str | None) -> frozenset[str]:
        """The kinds of children that deciding `event` needs to know one by one; None: of whatever event."""
        guarded = frozenset[str]().union(*self._members.values()) if event is None else self._members.get(event)
        return (guarded or frozenset()) | (self.chains if event is None or self.looks_at_chain(event) else frozenset())

    def looks_at_chain(self, event: str) -> bool:
        """Whether deciding `event` needs to know the children of a chain one by one."""
        compiled = self.events.get(event)
        return bool(self.chains) and compiled is not None and bool(compiled.needs or self.extends_chain(event))

    def _looking_beside(self, registry: Registry) -> frozenset[str]:
        looking = {
            event.name
            for event in self.lifecycle.events.values()
            for way in event.ways
            if any(registry.guard_named(call.name).beside for call in way.needs)
            or any(registry.effect_named(call.name).beside for call in way.do)
        }
        placing = self.at_sessions if self.place_in else ()
        return frozenset(looking.union(placing, self.queue.after if self.queue else ()))

    def _looking_at_sessions(self, registry: Registry) -> frozenset[str]:
        looking = (
            event.name
            for event in self.lifecycle.events.values()
            for way in event.ways
            if any(registry.guard_named(call.name).sessions for call in way.needs)
            or any(registry.effect_named(call.name).sessions for call in way.do)
        )
        told = (BY_HAND, *(name for link in self.lifecycle.links.values() for name in link.passes_on))
        return frozenset((*looking, *(told if self.lifecycle.record == "meeting" else ())))

    def _reads_record(self) -> bool:
        """Whether deciding needs the typed record: a guard, effect, role or child looks at a field kept there."""
        calls = [call for e in self.lifecycle.events.values() for w in e.ways for call in (*w.needs, *w.do)]
        calls += [call for state in self.lifecycle.states.values() for call in (*state.by_hand_needs, *state.by_hand)]
        named = {arg for call in calls for arg in call.args}
        named |= {name for child in self.lifecycle.children.values() for name in child.copy}
        named |= {name for one in self.lifecycle.links.values() for name in (*one.where.values(), *one.copy.values())}
        for deadline in self.lifecycle.deadlines.values():
            named |= {name for name in (deadline.counts_from, deadline.date, deadline.before) if name}
            named |= {role for tell in deadline.tell for role in tell.to}
        named |= {role for event in self.lifecycle.events.values() for role in event.by}
        named |= {role for e in self.lifecycle.events.values() for w in e.ways for tell in w.tell for role in tell.to}
        named |= {state.owner for state in self.lifecycle.states.values() if state.owner}
        return bool(named & set(self.columns))

    def fields_of(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The values of a typed record by the names of the fields that land there; nothing for what is empty."""
        values = {name: record.get(column) for name, column in self.columns.items()}
        # SQLite hands a truth value over as a number.
        return {n: bool(v) if n in self._truths else v for n, v in values.items() if v is not None}

    def finds_by_record(self, fields: Iterable[str]) -> bool:
        """Whether cases are found by these fields in columns of their typed record; else by their facts."""
        return self.record_table is not None and self.columns.keys() >= set(fields)

    def facts_by_hand(self, data: Mapping[str, Any], town: Town) -> dict[str, Any] | tuple[Reason, ...]:
        """Facts that an override sets, checked as by an event: any field that no typed record holds.

        Not who has drafted something: that follows from who did.
        """
        kept = {*self.lifecycle.noted, *(self.lifecycle.signature.author if self.lifecycle.signature else ())}
        free = (f for f in self.lifecycle.fields.values() if f.name not in self.kept and f.name not in kept)
        fields = tuple(replace(f, required=False) for f in free)
        return compile_fields(fields)(data, town)

    def clocks_in(self, state: str) -> frozenset[str]:
        """The deadlines that may run or be paused in `state`; none in a final one."""
        if self.lifecycle.states[state].final:
            return frozenset()
        return frozenset((*deadlines_in(Flow(self.lifecycle))[state], *self.pauses[state]))

    def moves_up(self, event: str) -> bool:
        """Whether cases beside this one may move up after `event`."""
        return self.queue is not None and event in self.queue.after

    def needs_terms(self, event: str, clocks: tuple[RunningClock, ...]) -> bool:
        """Whether deciding `event` looks into the terms of running clocks."""
        if self.milestones and any(clock.name in self.milestones for clock in clocks):
            return True
        compiled = self.events.get(event)
        return self.may_pause or (compiled is not None and bool(compiled.moves or compiled.extends))

    def event_names_from(self, state: str) -> tuple[str, ...]:
        """The events that somebody may trigger in `state`, in the order of the file."""
        return tuple(
            name
            for name, compiled in self.events.items()
            if state in compiled.sources and set(compiled.event.by) != {AUTOMATIC}
        )


def _place_in(lifecycle: Lifecycle) -> str | None:
    where = lifecycle.parent.where if lifecycle.parent and lifecycle.parent.named is None else {}
    return next((name for name in where.values() if lifecycle.fields[name].type == "body"), None)


def _looked_at(event: Event, registry: Registry) -> frozenset[str]:
    entries = [(call, registry.guard_named(call.name)) for way in event.ways for call in way.needs]
    entries += [(call, registry.effect_named(call.name)) for way in event.ways for call in way.do]
    return frozenset(call.args[0] for call, entry in entries if entry.one_by_one)


def _looked_up(lifecycle: Lifecycle, registry: Registry) -> Mapping[str | None, tuple[LinkSpec, ...]]:
    known: dict[str | None, tuple[LinkSpec, ...]] = {None: _linked_at(lifecycle.events.values(), lifecycle, registry)}
    return known | {name: _linked_at([event], lifecycle, registry) for name, event in lifecycle.events.items()}


def _linked_at(events: Iterable[Event], lifecycle: Lifecycle, registry: Registry) -> tuple[LinkSpec, ...]:
    """The links of whose cases a guard or effect of these events wants to know the states."""
    ways = [way for event in events for way in event.ways]
    calls = [call for way in ways for call in way.needs if registry.guard_named(call.name).linked]
    calls += [call for way in ways for call in way.do if registry.effect_named(call.name).linked]
    return tuple(link for name, link in lifecycle.links.items() if any(name in call.args for call in calls))
