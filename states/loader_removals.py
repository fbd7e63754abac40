"""What ``NAME = false`` takes along: the lists of the file below lose the name, and what only it kept going goes too.

So a file that takes a state away need not name every event that led out of it, nor the deadlines that only those events
started. What the file writes down itself, and every single name (``to``, ``expired``, ``all_end`` …), stays: where it
means nothing any more, the reader finds it.
"""

from collections.abc import Mapping
from typing import TypeAlias

from .loader_tables import is_table

Rows: TypeAlias = Mapping[str, object]
#: What belongs to an event as a whole; the rest belongs to one of its ways.
EVENT_HEAD = frozenset({"label", "by", "ask", "opens", "by_link"})
_SIGNATURE = "signature"
#: By the kind of table: the lists of states in it, the lists and tables of events, and those without which it goes.
_STATES = {"deadline": ("pauses", "open_in", "only_in")}
_EVENTS = {
    "deadline": ("starts", "stops", "moves", "extends", "measured", "handed_back", "undone"),
    "child": ("opens_on", "withdrawn_on", "passes_on"),
}
_LIFE = {"deadline": frozenset({"starts", "open_in"}), "child": frozenset({"opens_on"})}


def without_the_removed(whole: Rows, own: Rows) -> dict[str, object]:
    """`whole` (a file laid over its base), without what goes with the states and events that the file `own` removes."""
    states, events = _removed(own, "state"), _removed(own, "event")
    before = _tables(whole, "event")
    kept = {name: event for name, table in before.items() if (event := _event(table, _own(own, "event", name), states))}
    events |= before.keys() - kept.keys()
    result = {**whole, "event": kept}
    for kind in ("deadline", "child"):
        gone = dict.fromkeys(_STATES.get(kind, ()), states) | dict.fromkeys(_EVENTS[kind], events)
        tables = {name: _pruned(table, _own(own, kind, name), gone) for name, table in _tables(whole, kind).items()}
        result[kind] = {name: table for name, table in tables.items() if not _is_dead(table, _LIFE[kind])}
    return {key: value for key, value in result.items() if key in whole and not (key == _SIGNATURE and value is False)}


def _removed(own: Rows, kind: str) -> frozenset[str]:
    return frozenset(name for name, value in _tables(own, kind).items() if value is False)


def _tables(table: Rows, kind: str) -> Rows:
    found = table.get(kind)
    return found if is_table(found) else {}


def _own(own: Rows, kind: str, name: str) -> object:
    return _tables(own, kind).get(name)


def _event(table: object, own: object, states: frozenset[str]) -> object:
    """The event without the ways that only led out of removed states; nothing if none is left."""
    if isinstance(own, list):
        return table
    gone = {"from": states}
    if not isinstance(table, list):
        pruned = _pruned(table, own, gone)
        return None if _is_dead(pruned, frozenset(gone)) else pruned
    ways = [way for way in (_pruned(way, own, gone) for way in table) if not _is_dead(way, frozenset(gone))]
    head = {key: value for key, value in table[0].items() if key in EVENT_HEAD} if is_table(table[0]) else {}
    return [{**head, **ways[0]}, *ways[1:]] if ways and is_table(ways[0]) else ways


def _pruned(table: object, own: object, gone: Mapping[str, frozenset[str]]) -> object:
    """The table, its inherited lists without the names that are gone."""
    if not is_table(table):
        return table
    mine = own if is_table(own) else {}
    return {key: _left(value, gone[key]) if key in gone and key not in mine else value for key, value in table.items()}


def _left(value: object, gone: frozenset[str]) -> object:
    if is_table(value):
        return {name: each for name, each in value.items() if name not in gone}
    names = value if isinstance(value, list) else [value]
    return value if gone.isdisjoint(filter(_is_word, names)) else [name for name in names if name not in gone]


def _is_word(name: object) -> bool:
    return isinstance(name, str)


def _is_dead(table: object, life: frozenset[str]) -> bool:
    """Whether nothing keeps it going any more, which something did."""
    return is_table(table) and any(table.get(key) == [] for key in life)
