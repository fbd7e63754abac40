"""Cases that wait for their turn: can they move up at all, only when there is room, and does it come to rest?"""

from collections.abc import Iterator

from ..config.errors import Finding
from .checker_automatic import fireable
from .checker_findings import found, unknown
from .checker_flow import way_key
from .known import Known
from .lifecycle import Lifecycle
from .link_spec import QueueSpec


def check_queue(lifecycle: Lifecycle, known: Known) -> Iterator[Finding]:
    """Everything about ``[queue]``."""
    queue = lifecycle.queue
    if queue is None:
        return
    yield from fireable(lifecycle, queue.event, lifecycle, "queue.event")
    yield from _check_ways(lifecycle, queue)
    if queue.event in queue.after:
        yield found(lifecycle, "lifecycle_queue_circle", "queue.after", event=queue.event)
    if queue.order is not None:
        numbers = {name for name, field in lifecycle.fields.items() if field.type == "number" and not field.many}
        names = {*numbers, *_taken(lifecycle)}
        yield from unknown(lifecycle, "lifecycle_unknown_field", "queue.order", name=queue.order, names=names)
    if not any(child.lifecycle == lifecycle.id for one in known.lifecycles.values() for child in one.children.values()):
        yield found(lifecycle, "lifecycle_queue_alone", "queue", name=lifecycle.id)


def _check_ways(lifecycle: Lifecycle, queue: QueueSpec) -> Iterator[Finding]:
    event = lifecycle.events[queue.event]
    ways = [(number, way) for number, way in enumerate(event.ways) if queue.waits in way.sources]
    if not ways:
        params = {"event": event.name, "states": queue.waits}
        yield found(lifecycle, "lifecycle_ending_impossible", "queue.event", **params)
    for number, way in ways:
        key = way_key(event, number)
        if way.to is None or way.to == queue.waits:
            yield found(lifecycle, "lifecycle_queue_stays", f"{key}.to", event=event.name, state=queue.waits)
        if not way.needs:
            yield found(lifecycle, "lifecycle_queue_unguarded", f"{key}.needs", event=event.name)


def _taken(lifecycle: Lifecycle) -> set[str]:
    """Numbers that an effect gives out."""
    calls = [call for event in lifecycle.events.values() for way in event.ways for call in way.do if call.args]
    return {call.args[0] for call in calls if call.name == "take_number"}
