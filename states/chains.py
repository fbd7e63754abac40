"""Children that hang together: what of a chain has been done, what opens next, and what is still missing. Pure.

The plan is a record list of the parent; each item is one step. Nothing of the chain is kept besides the plan and the
children themselves: every answer is worked out anew from both, so whatever happens in whatever order leaves the chain
as it must be (steps inserted, skipped, asked again, a draft changed in between).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from ..config.errors import Reason
from .child_spec import ChainSpec, ChildSpec
from .step import Facts, Member, Opening

#: How a step of the plan stands.
Standing: TypeAlias = Literal[
    "planned",  # nobody has been asked
    "open",  # asked, no answer yet
    "done",  # agreed to the present version
    "outdated",  # agreed, but to another version
    "again",  # to be asked once more, however it has ended
    "refused",
    "withdrawn",  # asked, and the question taken back
    "skipped",
]
#: What has ended well, for the present version.
DONE: frozenset[Standing] = frozenset({"done", "skipped"})
#: What is asked as soon as its stage comes; what has been refused or withdrawn waits until the plan asks for it again.
_NEXT: frozenset[Standing] = frozenset({"planned", "outdated", "again"})
#: What holds nothing up; a question taken back by hand does not, but the agreement is still missing.
_ENDED: frozenset[Standing] = DONE | {"withdrawn"}
#: How a child that did not agree has left its step.
_ENDS: Mapping[str, Standing] = {"refuse": "refused", "neutral": "withdrawn", "waive": "skipped"}
#: Why an agreement is missing.
_LACKS: Mapping[Standing, str] = {
    "planned": "chain_planned",
    "open": "chain_open",
    "outdated": "chain_outdated",
    "again": "chain_again",
    "refused": "chain_refused",
    "withdrawn": "chain_withdrawn",
}


class Item(NamedTuple):
    """One step of a plan."""

    #: What tells it from the others: the office.
    key: Any
    position: int
    stage: int
    #: Whether it holds up what comes after it.
    blocks: bool
    #: Why it is skipped; None: it is not.
    skipped: str | None
    #: How often it must have been asked before its answer counts.
    least: int
    facts: Facts


class Stand(NamedTuple):
    """A step of the plan, how it stands, and the child that was asked last."""

    item: Item
    how: Standing
    member: Member | None


class Progress(NamedTuple):
    """What follows: the children to open, and whether every step that counts has ended."""

    openings: tuple[Opening, ...]
    complete: bool


def items_of(spec: ChildSpec, facts: Facts) -> tuple[Item, ...]:
    """The steps of the plan, in its order. The first of two with the same key counts."""
    chain, named = chain_of(spec), facts.get(spec.for_each or "") or ()
    first = {row.get(spec.item): _item(spec, chain, n, row) for n, row in reversed(list(enumerate(named)))}
    return tuple(sorted(first.values(), key=lambda item: item.position))


def _item(spec: ChildSpec, chain: ChainSpec, position: int, row: Mapping[str, Any]) -> Item:
    return Item(
        key=row.get(spec.item),
        position=position,
        stage=_stage(chain, row),
        blocks=not any(row.get(part) == value for part, value in chain.beside.items()),
        skipped=row.get(chain.skipped) if chain.skipped else None,
        least=(row.get(chain.count) or 0) if chain.count else 0,
        facts={name: value for name, value in row.items() if name != chain.skipped},
    )


def _stage(chain: ChainSpec, row: Mapping[str, Any]) -> int:
    given: int | None = row.get(chain.stage) if chain.stage else None
    return 1 if given is None else given


def chain_of(spec: ChildSpec) -> ChainSpec:
    """The chain that these children form, which must be one."""
    if spec.chain is None:
        raise LookupError(spec.name)
    return spec.chain


def stands_of(spec: ChildSpec, facts: Facts, members: Sequence[Member]) -> tuple[Stand, ...]:
    """How every step of the plan stands."""
    latest = latest_of(spec, members)
    return tuple(
        Stand(item, _standing(chain_of(spec), item, latest.get(item.key), facts), latest.get(item.key))
        for item in items_of(spec, facts)
    )


def latest_of(spec: ChildSpec, members: Iterable[Member]) -> dict[Any, Member]:
    """By key the child that was asked last."""
    mine = [member for member in members if member.child == spec.name]
    return {member.facts.get(spec.item): member for member in sorted(mine, key=lambda one: (one.round, one.id))}


def _standing(chain: ChainSpec, item: Item, member: Member | None, facts: Facts) -> Standing:
    if item.skipped:
        return "skipped"
    if member is None:
        return "planned"
    if not member.closed:
        return "open"
    if member.round <= item.least:
        return "again"
    ended = _ENDS.get(member.outcome or "")
    if ended is not None:
        return ended
    covered = not item.blocks or version(member.facts.get(chain.bound_to)) in valid_versions(chain, facts)
    return "done" if covered else "outdated"


def version(value: Any) -> Any:
    """What tells one version of a fact from another: of a file, its content."""
    return value.get("sha256") if isinstance(value, Mapping) else value


def valid_versions(chain: ChainSpec, facts: Facts) -> list[Any]:
    """The present version, and those that count as the same."""
    same = facts.get(chain.same or "") or ()
    return [version(facts.get(chain.bound_to)), *(version(one) for one in same)]


def progress(spec: ChildSpec, facts: Facts, members: Sequence[Member]) -> Progress:
    """What opens now, and whether nothing is left to wait for."""
    chain, stands = chain_of(spec), stands_of(spec, facts, members)
    stage = min((one.item.stage for one in stands if one.item.blocks and one.how not in _ENDED), default=None)
    due = [one for one in stands if one.how in _NEXT and (stage is None or one.item.stage <= stage)]
    stages = sorted({one.item.stage for one in stands if one.item.blocks and one.how != "skipped"})
    return Progress(tuple(_opening(spec, chain, one, stages, facts) for one in due), stage is None)


def _opening(spec: ChildSpec, chain: ChainSpec, one: Stand, stages: Sequence[int], facts: Facts) -> Opening:
    asked = one.member.round if one.member else 0
    counted = {chain.count: asked} if chain.count else {}
    after = {chain.after: sum(stage > one.item.stage for stage in stages)} if chain.after else {}
    shared = {name: facts[name] for name in spec.copy if name in facts}
    data = {**shared, **one.item.facts, **counted, **after}
    return Opening(spec.lifecycle, spec.name, asked + 1, one.item.position, data)


def missing(spec: ChildSpec, facts: Facts, members: Sequence[Member]) -> tuple[Reason, ...]:
    """Whose agreement to the present version is missing, one reason each: never asked, still open, another version."""
    chain = chain_of(spec)
    present = shown(version(facts.get(chain.bound_to)))
    return tuple(
        Reason(_LACKS[one.how], {"who": one.item.key, "present": present, "version": _seen(chain, one)})
        for one in stands_of(spec, facts, members)
        if one.item.blocks and one.how not in DONE
    )


def _seen(chain: ChainSpec, one: Stand) -> str:
    return shown(version(one.member.facts.get(chain.bound_to))) if one.member else "–"


def shown(value: Any) -> str:
    """A version as people compare it: the beginning of its hash."""
    return str(value)[:12] if value is not None else "–"
