"""``extends``: lays one parsed file over another, so that a municipality writes down only what differs."""

from collections.abc import Mapping

from ..config.reader import Source
from .loader_removals import EVENT_HEAD, without_the_removed
from .loader_tables import is_table, known

#: The keys that say over what a file is laid.
BASES = frozenset({"extends", "parts"})
#: Tables of named tables: here ``name = false`` takes the table away.
NAMED = ("state", "event", "field", "deadline", "child")


def merged(table: Mapping[str, object], base: Mapping[str, object], source: Source) -> dict[str, object]:
    """`table` over `base`: tables merge, everything else is replaced, ``false`` takes away, and what it takes along."""
    for kind in NAMED:
        _report_vain_removals(kind, table.get(kind), base.get(kind), source)
    return without_the_removed(_over({key: value for key, value in table.items() if key not in BASES}, base), table)


def _over(table: Mapping[str, object], base: Mapping[str, object]) -> dict[str, object]:
    result = dict(base)
    for key, value in table.items():
        below = base.get(key)
        if value is False and below is not None and not isinstance(below, bool):
            del result[key]
        elif is_table(value) and is_table(below):
            result[key] = _over(value, below)
        elif is_table(value) and isinstance(below, list) and EVENT_HEAD.issuperset(value):
            result[key] = _with_head(value, below)
        else:
            result[key] = value
    return result


def _with_head(head: Mapping[str, object], ways: list[object]) -> list[object]:
    """An event with several ways gets another label, role or input; its ways stay."""
    rows = [way if is_table(way) else {} for way in ways]
    plain: list[object] = [{key: value for key, value in row.items() if key not in head} for row in rows[1:]]
    return [_over(head, rows[0]), *plain]


def _report_vain_removals(kind: str, over: object, base: object, source: Source) -> None:
    names = base if is_table(base) else {}
    for name, value in over.items() if is_table(over) else ():
        if value is False:
            known(source, "lifecycle_removes_nothing", f"{kind}.{name}", name=name, names=names)
