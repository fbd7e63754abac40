"""Whom an event concerns beside the case: what its links find. Pure."""

from typing import TYPE_CHECKING

from .step import Facts, Linked, Situation

if TYPE_CHECKING:
    from .program import CompiledEvent


def linked(compiled: "CompiledEvent", situation: Situation, facts: Facts) -> tuple[Linked, ...]:
    """Whom the event concerns besides: found by what was known before it, told what is known after it."""
    event, before = compiled.event.name, situation.known
    return tuple(
        Linked(
            link.lifecycle,
            {theirs: before.get(ours) for theirs, ours in link.where.items()},
            link.passes_on[event],
            {theirs: facts.get(ours) for theirs, ours in link.copy.items()},
        )
        for link in compiled.links
    )
