"""Which children an event opens. Pure."""

from typing import Any

from .lifecycle import ChildSpec
from .program import CompiledEvent
from .step import Facts, Opening, Situation


def openings(situation: Situation, compiled: CompiledEvent, facts: Facts) -> tuple[Opening, ...]:
    """The children that an event opens, in a new round of their kind."""
    return tuple(
        opening
        for spec in compiled.opens
        for opening in child_openings(spec, facts, _last_round(situation, spec.name) + 1, 0)
    )


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
