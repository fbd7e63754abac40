"""What the end of a child means for its parent. Pure."""

from typing import NamedTuple

from .chains import progress
from .child_spec import ChildSpec
from .openings import child_openings, waits
from .program import Program
from .step import Case, Opening, Situation


class AfterChild(NamedTuple):
    """What follows for the parent: the next children in order, and events, one after the other."""

    openings: tuple[Opening, ...] = ()
    events: tuple[str, ...] = ()


def after_child(program: Program, parent: Situation, child: Case) -> AfterChild:
    """What the parent does now that `child` has ended (the counts in `parent` include that end)."""
    spec = program.lifecycle.children.get(child.child or "")
    if spec is None:
        return AfterChild()
    return (_in_chain if spec.chain else _in_round)(program, parent, child, spec)


def _in_round(program: Program, parent: Situation, child: Case, spec: ChildSpec) -> AfterChild:
    mine = [count for count in parent.children if count.child == spec.name and count.round == child.round]
    if spec.any_refuse and child.outcome == "refuse" and _newest(parent, spec) == child.round:
        return _events(program, parent, spec.any_refuse)
    following = _next_in_order(program, parent, child, sum(count.how_many for count in mine))
    if following:
        return AfterChild((following,))
    if spec.all_agree and mine and all(c.closed and c.outcome != "refuse" for c in mine):
        return _events(program, parent, spec.all_agree)
    none_open = all(c.closed for c in parent.children if c.child == spec.name)
    return _events(program, parent, *dict.fromkeys((*spec.each_end, *(spec.all_end if none_open else ()))))


def _in_chain(program: Program, parent: Situation, child: Case, spec: ChildSpec) -> AfterChild:
    if parent.case.closed_at is not None or not waits(program, spec, parent.case.state):
        return AfterChild()
    if spec.any_refuse and child.outcome == "refuse":
        return _events(program, parent, spec.any_refuse)
    after = progress(spec, parent.known, parent.members)
    return AfterChild(after.openings, (spec.all_agree,) if after.complete and spec.all_agree else ())


def _newest(parent: Situation, spec: ChildSpec) -> int:
    return max((count.round for count in parent.children if count.child == spec.name), default=0)


def _next_in_order(program: Program, parent: Situation, child: Case, opened: int) -> Opening | None:
    """The next child where they run in order; not after a refusal, or once the parent no longer waits for them."""
    spec, facts = program.lifecycle.children[child.child or ""], parent.case.facts
    in_order = spec.order is not None and facts.get(spec.order) == "reihe"
    if (
        not in_order
        or not waits(program, spec, parent.case.state)
        or child.outcome == "refuse"
        or parent.case.closed_at is not None
    ):
        return None
    remaining = child_openings(spec, facts, child.round, opened)
    return remaining[0] if remaining else None


def _events(program: Program, parent: Situation, *events: str) -> AfterChild:
    """Those that are possible where the parent stands; for the others it has moved on and its own clocks see to it."""
    return AfterChild(events=tuple(event for event in events if parent.case.state in program.events[event].sources))
