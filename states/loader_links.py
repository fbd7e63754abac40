"""Reads ``[link.name]`` of a lifecycle file, and checks the names in it that the file itself knows."""

from ..config.reader import Source, Table
from .lifecycle import Lifecycle
from .link_spec import LinkSpec
from .loader_tables import known


def read_link(name: str, table: Table) -> LinkSpec:
    """``[link.name]``."""
    link = LinkSpec(
        name=name,
        lifecycle=table.string("lifecycle"),
        where=_words(table.table("where", required=True)),
        passes_on=_words(table.table("passes_on", required=True)),
        copy=_words(table.table("copy")),
    )
    table.close()
    return link


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
