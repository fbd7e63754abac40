"""Cases beside a case and above it: does their lifecycle have the fields by which they are found, and the events?"""

from collections.abc import Collection, Iterator

from ..config.errors import Finding
from .checker_findings import found, unknown
from .known import Known
from .lifecycle import AUTOMATIC, Lifecycle
from .link_spec import FOUND_BY, LinkSpec


def check_links(lifecycle: Lifecycle, known: Known) -> Iterator[Finding]:
    """Everything about the links of a lifecycle."""
    house = {**known.lifecycles, lifecycle.id: lifecycle}
    for link in lifecycle.links.values():
        key = f"link.{link.name}"
        if link.lifecycle not in house:
            yield from unknown(
                lifecycle, "lifecycle_unknown_lifecycle", f"{key}.lifecycle", name=link.lifecycle, names=house
            )
            continue
        other = house[link.lifecycle]
        by_facts = _indexed(other)
        wanted = {*link.where, *link.says}
        columns = by_facts if wanted and not link.beside and wanted.issubset(by_facts) else _columns(other)
        yield from _check_where(lifecycle, link, (other, columns), key)
        for event, fired in link.passes_on.items():
            yield from _check_fired(lifecycle, link, other, (f"{key}.passes_on.{event}", fired))


def check_parent(lifecycle: Lifecycle, known: Known) -> Iterator[Finding]:
    """Can the case above be found?"""
    parent, house = lifecycle.parent, known.lifecycles
    if parent is None or parent.lifecycle is None:
        return
    if parent.lifecycle not in house:
        yield from unknown(
            lifecycle, "lifecycle_unknown_lifecycle", "parent.lifecycle", name=parent.lifecycle, names=house
        )
        return
    link = LinkSpec(name="", lifecycle=parent.lifecycle, where=parent.where)
    other = house[parent.lifecycle]
    yield from _check_where(lifecycle, link, (other, _columns(other)), "parent")


def _columns(other: Lifecycle) -> Collection[str]:
    """The fields by which cases are found: columns of their typed record; without one the few with an index."""
    return other.columns if other.record else _indexed(other)


def _indexed(other: Lifecycle) -> list[str]:
    return [name for name in FOUND_BY if name in other.fields and name not in other.columns]


def _check_where(
    lifecycle: Lifecycle, link: LinkSpec, there: tuple[Lifecycle, Collection[str]], at: str
) -> Iterator[Finding]:
    other, columns = there
    for theirs in link.says:
        yield from unknown(lifecycle, "lifecycle_unknown_field", f"{at}.says.{theirs}", name=theirs, names=columns)
    for theirs, ours in link.where.items():
        key = f"{at}.where.{theirs}"
        if theirs not in columns:
            yield from unknown(lifecycle, "lifecycle_unknown_field", key, name=theirs, names=columns)
        elif other.fields[theirs].type != lifecycle.fields[ours].type:
            types = {"type": lifecycle.fields[ours].type, "wanted": other.fields[theirs].type}
            yield found(lifecycle, "lifecycle_child_input_type", key, child=other.id, name=theirs, **types)


def _check_fired(lifecycle: Lifecycle, link: LinkSpec, other: Lifecycle, fired: tuple[str, str]) -> Iterator[Finding]:
    key, event = fired
    if event not in other.events:
        yield from unknown(lifecycle, "lifecycle_unknown_event", key, name=event, names=other.events)
        return
    if AUTOMATIC not in other.events[event].by:
        yield found(lifecycle, "lifecycle_automatic_forbidden", key, event=event, lifecycle=other.id)
    asked = {field.name for field in other.events[event].ask}
    lacking = [field.name for field in other.events[event].ask if field.required and field.name not in link.copy]
    if lacking:
        yield found(
            lifecycle, "lifecycle_automatic_asks", key, event=event, lifecycle=other.id, fields=", ".join(lacking)
        )
    every = {field.name for name in link.passes_on.values() if name in other.events for field in other.events[name].ask}
    for name in link.copy.keys() - every:
        yield from unknown(lifecycle, "lifecycle_unknown_child_input", key, name=name, names=asked or every)
