"""Cases beside one another that wait for their turn: who comes first. Pure."""

from collections.abc import Sequence

from .link_spec import QueueSpec
from .step import Member


def waiting(queue: QueueSpec, members: Sequence[Member]) -> list[Member]:
    """The members that wait, whoever comes first at the beginning; those without a number come last, as opened."""
    found = [one for one in members if one.state == queue.waits and not one.closed]
    if queue.order is None:
        return found
    last = float("inf")
    return sorted(found, key=lambda one: _number(one, queue.order or "", last))


def _number(member: Member, name: str, last: float) -> float:
    value = member.facts.get(name)
    return value if isinstance(value, int) else last
