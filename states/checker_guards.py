"""Guards that contradict each other within one way; ways of one event that an earlier one takes over, or may take over.

Of several ways on, the first whose guards hold is taken. Compared is what follows from the names alone, without
knowing the facts of a case; guards on facts and days are understood, every other guard either holds or does not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from ..config.errors import Finding
from .checker_findings import found
from .checker_flow import way_key
from .lifecycle import Call, Event, Lifecycle, Way

_VALUED = 2
#: Of the same day, one is the opposite of the other.
_PASSED, _AHEAD = "day_passed", "not_before_today"


def check_guards(lifecycle: Lifecycle) -> Iterator[Finding]:
    """All contradictory, hidden and overlapping ways."""
    lists = frozenset(field.name for field in lifecycle.fields.values() if field.many)
    for event in lifecycle.events.values():
        for number, way in enumerate(event.ways):
            for one, other in _contradictions(combinations(way.needs, 2), lists):
                yield found(
                    lifecycle,
                    "lifecycle_guards_contradict",
                    f"{way_key(event, number)}.needs",
                    one=str(one),
                    other=str(other),
                )
        yield from _competing(lifecycle, event, lists)


def _competing(lifecycle: Lifecycle, event: Event, lists: frozenset[str]) -> Iterator[Finding]:
    """Two ways from the same state: is the later one never taken, or do both fit and only their order decides?"""
    for (first, earlier), (second, later) in combinations(enumerate(event.ways), 2):
        shared = [source for source in later.sources if source in earlier.sources]
        code = _conflict(earlier, later, lists) if shared else None
        if code:
            params = {"earlier": way_key(event, first), "states": ", ".join(shared), "event": event.name}
            if code == "lifecycle_guards_overlap":
                params["guard"] = str(_opposite(earlier.needs[0]))
            yield found(lifecycle, code, way_key(event, second), **params)


def _conflict(earlier: Way, later: Way, lists: frozenset[str]) -> str | None:
    if all(_implied(call, later.needs, lists) for call in earlier.needs):
        same = all(_implied(call, earlier.needs, lists) for call in later.needs)
        return "lifecycle_ways_same_guards" if same else "lifecycle_way_hidden"
    # Nothing in `later` is "otherwise"; and what excludes itself is never open (a finding of its own).
    if not later.needs or _contradictions(combinations((*earlier.needs, *later.needs), 2), lists):
        return None
    return "lifecycle_guards_overlap"


def _contradictions(pairs: Iterable[tuple[Call, Call]], lists: frozenset[str]) -> list[tuple[Call, Call]]:
    return [
        (one, other)
        for one, other in pairs
        if _implied(_opposite(other), [one], lists) or _implied(_opposite(one), [other], lists)
    ]


def _opposite(call: Call) -> Call:
    return replace(call, negated=not call.negated)


def _implied(call: Call, by: Iterable[Call], lists: frozenset[str]) -> bool:
    """Does `call` hold whenever all of `by` hold?"""
    return any(call == other or _follows(call, other, lists) for other in by)


def _follows(call: Call, other: Call, lists: frozenset[str]) -> bool:
    """``fact(x, a)`` means ``fact(x)`` and, no list, ``not fact(x, b)``; ``not fact(x)`` means ``not fact(x, a)``.

    ``day_passed(x)`` means ``fact(x)`` and ``not not_before_today(x)``.
    """
    if call.args[:1] != other.args[:1]:
        return False
    if other.name == _PASSED and not other.negated:
        return call == Call(name="fact", args=other.args) or call == Call(name=_AHEAD, args=other.args, negated=True)
    if not call.name == other.name == "fact":
        return False
    valued, other_valued = len(call.args) == _VALUED, len(other.args) == _VALUED
    if not call.negated:
        return not other.negated and not valued and other_valued
    if other.negated:
        return valued and not other_valued
    return valued and other_valued and call.args[0] not in lists and call.args[1] != other.args[1]
