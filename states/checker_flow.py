"""How a case may run through its lifecycle: every single move, and which facts are there in which state. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from .lifecycle import NEXT_DAY, NOTES, NOTES_ALL, PENDING, Event, Lifecycle, Way
from .telling import INVITES

Names: TypeAlias = frozenset[str]
#: Shipped effects whose first argument is a fact that is there afterwards.
SETTERS = frozenset(
    {
        "set",
        NOTES,
        NOTES_ALL,
        "equate",
        "keep_words",
        "plan_steps",
        "ask_steps",
        "note_asking",
        "note_row",
        "append_row",
        "log_row",
        PENDING,
        "gather",
        "take_over",
        "note_before",
        "prepare_report",
        "note_function",
        "mark",
        "take_number",
        "day_of",
        INVITES,
    }
)


@dataclass(frozen=True, slots=True)
class Move:
    """One way of an event out of one state; `source` None opens the case."""

    event: Event
    way: Way
    key: str
    source: str | None
    target: str


class Flow:
    """The moves of a lifecycle and what follows from them."""

    def __init__(self, lifecycle: Lifecycle) -> None:
        self.lifecycle = lifecycle
        self.moves = tuple(_moves(lifecycle))
        #: Facts that are there in each reachable state whatever came before, and those that may be there.
        self.sure = _spread(self.moves, _surely_after, frozenset.intersection)
        self.possible = _spread(self.moves, _possibly_after, frozenset.union)

    @property
    def reachable(self) -> Names:
        """The states that a case can come to."""
        return frozenset(self.sure)

    @property
    def final(self) -> Names:
        """The final states that a case can come to."""
        return frozenset(name for name in self.reachable if self.lifecycle.states[name].final)

    @property
    def ending(self) -> Names:
        """The states from which a final state can be reached, the final ones included."""
        found = {name for name, state in self.lifecycle.states.items() if state.final}
        while grown := {move.source for move in self.moves if move.target in found and move.source} - found:
            found |= grown
        return frozenset(found)

    def from_on(self, starts: Iterable[str]) -> Names:
        """The states that can follow one of `starts`, these included."""
        found = set(starts)
        while grown := {move.target for move in self.moves if move.source in found} - found:
            found |= grown
        return frozenset(found)

    def of(self, event: str) -> tuple[Move, ...]:
        """The moves of an event that can happen."""
        return tuple(m for m in self.moves if m.event.name == event and (m.source is None or m.source in self.sure))

    def surely(self, move: Move) -> Names:
        """The facts that are there right after `move`."""
        return _surely_after(move, self.sure.get(move.source, frozenset()) if move.source else frozenset())

    def possibly(self, move: Move) -> Names:
        """The facts that may be there right after `move`."""
        return _possibly_after(move, self.possible.get(move.source, frozenset()) if move.source else frozenset())


def way_key(event: Event, number: int) -> str:
    """The dotted key of the way at index `number`, as the readers count: from 0, and only if there are several."""
    return f"event.{event.name}[{number}]" if len(event.ways) > 1 else f"event.{event.name}"


def _moves(lifecycle: Lifecycle) -> Iterable[Move]:
    for event in lifecycle.events.values():
        for number, way in enumerate(event.ways):
            for source in (None,) if event.opens else way.sources:
                yield Move(event, way, way_key(event, number), source, way.to or source or lifecycle.initial)


def _spread(
    moves: Iterable[Move], after: Callable[[Move, Names], Names], join: Callable[[Names, Names], Names]
) -> dict[str, Names]:
    """Follow the moves until nothing changes; states that no case comes to are missing from the result."""
    found: dict[str, Names] = {}
    changed = True
    while changed:
        changed = False
        for move in moves:
            if move.source is None or move.source in found:
                result = after(move, found[move.source] if move.source else frozenset())
                joined = join(found[move.target], result) if move.target in found else result
                changed |= found.get(move.target) != joined
                found[move.target] = joined
    return found


def _surely_after(move: Move, before: Names) -> Names:
    required = {field.name for field in move.event.ask if field.required}
    guarded = {call.args[0] for call in move.way.needs if call.name == "fact" and call.args and not call.negated}
    return _with_effects(move, before | required | guarded)


def _possibly_after(move: Move, before: Names) -> Names:
    asked = {field.name for field in move.event.ask}
    perhaps = {call.args[0] for call in move.way.do if call.name == NEXT_DAY and call.args}
    return _with_effects(move, (before | asked) - absent(move.way)) | perhaps


def absent(way: Way) -> Names:
    """The facts that are certainly missing when `way` is taken."""
    return frozenset(call.args[0] for call in way.needs if call.name == "fact" and len(call.args) == 1 and call.negated)


def _with_effects(move: Move, facts: Names) -> Names:
    for call in move.way.do:
        if call.name in SETTERS and call.args:
            facts |= {call.args[0]}
        elif call.name == "clear" and call.args:
            facts -= {call.args[0]}
    return facts
