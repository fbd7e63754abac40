"""A lifecycle as plain data and back. Running cases are pinned to this form, so it outlives the file and the program.

Lists instead of tables keep the order of states, events and fields even where a database sorts keys. What has its
default value is left out: a later program with more fields reads old content and finds the same digest.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from dataclasses import Field as DataclassField
from hashlib import sha256
from typing import Any

from ..config.errors import AuthorError, Finding
from ..config.text import Text
from .child_spec import AheadSpec, ChainSpec, ChildSpec
from .ledger import canonical
from .lifecycle import Call, DeadlineSpec, Event, Field, Lifecycle, SignatureSpec, State, Tell, Way
from .link_spec import LinkSpec, ParentSpec, QueueSpec

#: Where it was read and its own digest are no content; nor is what is only counted afterwards: no case runs otherwise.
_NOT_CONTENT = frozenset({"source", "digest", "measured", "handed_back", "undone"})


def dump(lifecycle: Lifecycle) -> dict[str, Any]:
    """The whole content as JSON-ready data."""
    content: dict[str, Any] = _plain(lifecycle)
    return content


def with_digest(lifecycle: Lifecycle) -> Lifecycle:
    """The same lifecycle, its digest computed from its content."""
    return replace(lifecycle, digest=sha256(canonical(dump(lifecycle)).encode()).hexdigest())


def load_resolved(content: Mapping[str, Any], source: str = "<pinned>") -> Lifecycle:
    """The lifecycle that `dump` wrote down."""
    try:
        return with_digest(replace(_lifecycle(content), source=source))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise AuthorError([Finding(code="lifecycle_pinned_unreadable", file=source, key=str(error))]) from error


def _plain(value: object) -> Any:
    if isinstance(value, Text):
        return {"de": value.de, "en": value.en}
    if is_dataclass(value):
        shown = [item for item in fields(value) if item.name not in _NOT_CONTENT]
        pairs = [(item, getattr(value, item.name)) for item in shown]
        return {item.name: _plain(content) for item, content in pairs if content != _default(item)}
    if isinstance(value, Mapping):
        named = [is_dataclass(entry) for entry in value.values()]
        return [_plain(entry) for entry in value.values()] if all(named) else dict(value)
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value


def _default(item: "DataclassField[Any]") -> object:
    if item.default_factory is not MISSING:
        return item.default_factory()
    return item.default


def _lifecycle(content: Mapping[str, Any]) -> Lifecycle:
    named: dict[str, Callable[[Mapping[str, Any]], Any]] = {
        "states": _state,
        "events": _event,
        "deadlines": _deadline,
        "children": _child,
        "links": _link,
        "unasked": _field,
    }
    read = {key: {row["name"]: make(row) for row in content.get(key, ())} for key, make in named.items()}
    signature = content.get("signature")
    signed = {"signature": SignatureSpec(**_tuples(signature)) if signature else None}
    queue = content.get("queue")
    waiting = {"queue": QueueSpec(**_tuples(queue)) if queue else None}
    parent = content.get("parent")
    above = {"parent": ParentSpec(**parent) if parent else None}
    return Lifecycle(**{**content, "label": Text(**content["label"]), **read, **signed, **waiting, **above})


def _state(row: Mapping[str, Any]) -> State:
    texts = {name: Text(**row[name]) if row.get(name) else None for name in ("public", "undisclosed")}
    calls = {key: tuple(Call(**_tuples(call)) for call in row.get(key, ())) for key in ("by_hand", "by_hand_needs")}
    return State(**{**row, "label": Text(**row["label"]), **texts, **calls})


def _event(row: Mapping[str, Any]) -> Event:
    ask, ways = tuple(map(_field, row["ask"])), tuple(map(_way, row["ways"]))
    return Event(**{**row, "label": Text(**row["label"]), "by": tuple(row["by"]), "ask": ask, "ways": ways})


def _field(row: Mapping[str, Any]) -> Field:
    parts = tuple(map(_field, row.get("parts", ())))
    choices, words = tuple(row.get("choices", ())), tuple(Text(**one) for one in row.get("words", ()))
    return Field(**{**row, "label": Text(**row["label"]), "choices": choices, "words": words, "parts": parts})


def _way(row: Mapping[str, Any]) -> Way:
    needs, do = (tuple(Call(**_tuples(call)) for call in row.get(key, ())) for key in ("needs", "do"))
    sources, signs = tuple(row["sources"]), row.get("signs")
    return Way(sources=sources, to=row["to"], needs=needs, do=do, tell=_tells(row), signs=signs)


def _tells(row: Mapping[str, Any]) -> tuple[Tell, ...]:
    return tuple(Tell(**_tuples(message)) for message in row.get("tell", ()))


def _deadline(row: Mapping[str, Any]) -> DeadlineSpec:
    return DeadlineSpec(**{**_tuples(row), "label": Text(**row["label"]), "tell": _tells(row)})


def _child(row: Mapping[str, Any]) -> ChildSpec:
    chain = row.get("chain")
    ahead = row.get("ahead")
    parts = {
        "chain": ChainSpec(**_tuples(chain)) if chain else None,
        "ahead": AheadSpec(**_tuples(ahead)) if ahead else None,
    }
    return ChildSpec(**{**_tuples(row), **parts})


def _link(row: Mapping[str, Any]) -> LinkSpec:
    return LinkSpec(**row)


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
