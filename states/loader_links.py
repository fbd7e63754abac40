"""Reads ``[link.name]`` and ``[parent]`` of a lifecycle file, and checks the names that the file itself knows."""

from ..config.reader import Source, Table
from .lifecycle import Lifecycle
from .link_spec import LinkSpec, ParentSpec
from .loader_tables import known


def read_link(name: str, table: Table) -> LinkSpec:
    """``[link.name]``."""
    link = LinkSpec(
        name=name,
        lifecycle=table.string("lifecycle"),
        where=_words(table.table("where")),
        given=bool(table.flag("given")),
        beside=bool(table.flag("beside")),
        says=_words(table.table("says")),
        passes_on=_words(table.table("passes_on")),
        copy=_words(table.table("copy")),
    )
    if link.passes_on and (link.given or link.beside or link.says):
        table.find("lifecycle_link_only_seen", "passes_on")
    table.close()
    return link


def read_parent(table: Table) -> ParentSpec:
    """``[parent]``."""
    parent = ParentSpec(
        named=table.optional("field"), lifecycle=table.optional("lifecycle"), where=_words(table.table("where"))
    )
    if parent.named is None and not (parent.lifecycle and parent.where):
        table.find("lifecycle_parent_unclear", "field")
    table.close()
    return parent


def check_parent(lifecycle: Lifecycle, source: Source) -> None:
    """Note every field of ``[parent]`` that this lifecycle does not have."""
    if lifecycle.parent is None:
        return
    ours = {f"where.{theirs}": ours for theirs, ours in lifecycle.parent.where.items()}
    ours |= {"field": lifecycle.parent.named} if lifecycle.parent.named else {}
    for key, name in ours.items():
        known(source, "lifecycle_unknown_field", f"parent.{key}", name=name, names=lifecycle.fields)


def check_links(lifecycle: Lifecycle, source: Source) -> None:
    """Note every event and field that this lifecycle does not have."""
    for link in lifecycle.links.values():
        key = f"link.{link.name}"
        for event in link.passes_on:
            known(source, "lifecycle_unknown_event", f"{key}.passes_on", name=event, names=lifecycle.events)
        for theirs, ours in link.where.items():
            known(source, "lifecycle_unknown_field", f"{key}.where.{theirs}", name=ours, names=lifecycle.fields)
        for theirs, ours in link.copy.items():
            known(source, "lifecycle_unknown_field", f"{key}.copy.{theirs}", name=ours, names=lifecycle.fields)


def _words(table: Table) -> dict[str, str]:
    return {key: table.string(key) for key in table.data}
