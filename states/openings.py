"""Which children an event opens. Pure."""

from typing import Any, NamedTuple

from .chains import progress
from .child_spec import ChildSpec
from .program import CompiledEvent, Program
from .step import Facts, Opening, Situation


class Opened(NamedTuple):
    """What an event opens, and the events of this very case that follow since a chain has nothing left to ask."""

    openings: tuple[Opening, ...] = ()
    follows: tuple[str, ...] = ()


class Arrival(NamedTuple):
    """Where an event has led: its name with all that it touches, the state after it, and what is known then."""

    compiled: CompiledEvent
    state: str
    facts: Facts


def openings(program: Program, situation: Situation, arrival: Arrival) -> Opened:
    """The children that an event opens: in a new round of their kind, or those whose turn it is in a chain."""
    found: list[Opening] = []
    follows: list[str] = []
    for spec in arrival.compiled.opens:
        if spec.chain is None:
            found += child_openings(spec, arrival.facts, _last_round(situation, spec.name) + 1, 0)
        elif waits(program, spec, arrival.state):
            after = progress(spec, arrival.facts, situation.members)
            found += after.openings
            follows += [spec.all_agree] if after.complete and spec.all_agree else []
    return Opened(tuple(found), tuple(follows))


def waits(program: Program, spec: ChildSpec, state: str) -> bool:
    """Whether a case in `state` still waits for these children to agree."""
    return spec.all_agree is None or state in program.events[spec.all_agree].sources


def child_openings(spec: ChildSpec, facts: Facts, round_: int, done: int) -> tuple[Opening, ...]:
    """The children to open now: all of them, or in order only the one after the `done` first ones."""
    named = facts.get(spec.for_each) if spec.for_each else {}
    items = list(named) if isinstance(named, list | tuple) else [] if named is None else [named]
    shared = {name: facts[name] for name in spec.copy if name in facts}
    in_order = spec.order is not None and facts.get(spec.order) == "reihe"
    numbered = list(enumerate(items))[done : done + 1] if in_order else list(enumerate(items))[done:]
    return tuple(
        Opening(spec.lifecycle, spec.name, round_, n, {**shared, **_item_facts(spec, item)}) for n, item in numbered
    )


def _item_facts(spec: ChildSpec, item: Any) -> Facts:
    return item if isinstance(item, dict) else {spec.as_ or "item": item}


def _last_round(situation: Situation, child: str) -> int:
    return max((count.round for count in situation.children if count.child == child), default=0)
