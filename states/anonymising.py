"""What remains of the facts of a case once its time of keeping is over. Pure.

What stays is named, what goes is not: days, numbers, choices, offices and bodies stay; every text, person, file and
case named goes, and whatever a lifecycle does not know.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .blackening import Private, blackout
from .lifecycle import Field, Lifecycle
from .private_addresses import said_in
from .search_index import SUBJECT
from .step import Facts
from .town import Town
from .visibility import PRIVATE

#: Types of fields that can hold nothing personal.
_PLAIN = frozenset({"date", "number", "bool", "choice", "office", "body"})


def remaining(lifecycle: Lifecycle, facts: Facts, private: Private) -> dict[str, Any]:
    """The facts that stay; the subject without the names in `private` and whatever looks personal."""
    kept = {name: _plain(lifecycle.fields.get(name), value) for name, value in facts.items()}
    subject = facts.get(SUBJECT)
    if isinstance(subject, str):
        kept[SUBJECT] = without(subject, private)
    return {name: value for name, value in kept.items() if value not in (None, [], {})}


def without(text: str, private: Private) -> str:
    """The text without these names and whatever looks personal."""
    return blackout(private).text(text)


def _plain(field: Field | None, value: Any) -> Any:
    if field is None:
        return None
    if field.type == "record":
        rows = value if isinstance(value, list) else [value]
        return [row for row in (_row(field, one) for one in rows if isinstance(one, Mapping)) if row]
    return value if field.type in _PLAIN else None


def _row(field: Field, row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {part.name: _plain(part, row.get(part.name)) for part in field.parts}
    return {name: value for name, value in kept.items() if value not in (None, [], {})}


def private_in(values: Iterable[Any], facts: Iterable[Facts], town: Town) -> Private:
    """Everybody whom these values name by key, and whoever the facts say is private."""
    keys = frozenset(key for key in texts_in(values) if key in town.parties and town.parties[key].kind == "person")
    said, streets = said_in(facts, PRIVATE, town)
    also = [name for key in keys for name in town.parties[key].also_called]
    names = {*(town.names[key] for key in keys), *said, *also}
    return Private(tuple(sorted(names)), keys, streets=tuple(sorted(streets)))


def texts_in(values: Iterable[Any]) -> Iterator[str]:
    """Every text in plain values."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from texts_in(value.values())
        elif isinstance(value, list | tuple):
            yield from texts_in(value)
