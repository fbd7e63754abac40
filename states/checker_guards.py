"""Guards that contradict each other within one way, and ways that an earlier way of the same event always takes over.

Of several ways on, the first whose guards hold is taken. Compared is what follows from the names alone, without
knowing the facts of a case; ``fact(name, value)`` is understood, every other guard either holds or does not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from ..config.errors import Finding
from .checker_findings import found
from .checker_flow import way_key
from .lifecycle import Call, Event, Lifecycle, Way

_VALUED = 2


def check_guards(lifecycle: Lifecycle) -> Iterator[Finding]:
    """All contradictory and hidden ways."""
    lists = frozenset(field.name for field in lifecycle.fields.values() if field.many)
    for event in lifecycle.events.values():
        for number, way in enumerate(event.ways):
            for one, other in _contradictions(way, lists):
                yield found(
                    lifecycle,
                    "lifecycle_guards_contradict",
                    f"{way_key(event, number)}.needs",
                    one=str(one),
                    other=str(other),
                )
        yield from _hidden(lifecycle, event, lists)


def _hidden(lifecycle: Lifecycle, event: Event, lists: frozenset[str]) -> Iterator[Finding]:
    for (first, earlier), (second, later) in combinations(enumerate(event.ways), 2):
        shared = [source for source in later.sources if source in earlier.sources]
        if not shared or not all(_implied(call, later.needs, lists) for call in earlier.needs):
            continue
        same = all(_implied(call, earlier.needs, lists) for call in later.needs)
        code = "lifecycle_ways_same_guards" if same else "lifecycle_way_hidden"
        places = {"earlier": way_key(event, first), "states": ", ".join(shared)}
        yield found(lifecycle, code, way_key(event, second), event=event.name, **places)


def _contradictions(way: Way, lists: frozenset[str]) -> list[tuple[Call, Call]]:
    return [
        (one, other)
        for one, other in combinations(way.needs, 2)
        if _implied(_opposite(other), [one], lists) or _implied(_opposite(one), [other], lists)
    ]


def _opposite(call: Call) -> Call:
    return replace(call, negated=not call.negated)


def _implied(call: Call, by: Iterable[Call], lists: frozenset[str]) -> bool:
    """Does `call` hold whenever all of `by` hold?"""
    return any(call == other or _follows(call, other, lists) for other in by)


def _follows(call: Call, other: Call, lists: frozenset[str]) -> bool:
    """``fact(x, a)`` means ``fact(x)`` and, no list, ``not fact(x, b)``; ``not fact(x)`` means ``not fact(x, a)``."""
    if not call.name == other.name == "fact" or call.args[:1] != other.args[:1]:
        return False
    valued, other_valued = len(call.args) == _VALUED, len(other.args) == _VALUED
    if not call.negated:
        return not other.negated and not valued and other_valued
    if other.negated:
        return valued and not other_valued
    return valued and other_valued and call.args[0] not in lists and call.args[1] != other.args[1]
