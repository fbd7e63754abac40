"""The shape of the graph and the promise "nichts bleibt liegen" for owners: reachable, leading to an end, owned."""

from collections.abc import Iterator

from ..config.errors import Finding
from .checker_findings import found
from .checker_flow import Flow, way_key
from .checker_names import ROLE_TYPES
from .known import Known
from .lifecycle import AUTOMATIC, Event, Lifecycle, State


def check_states(flow: Flow) -> Iterator[Finding]:
    """States that no case comes to or that no case leaves, and ends that are none."""
    lifecycle, ending = flow.lifecycle, flow.ending
    if not any(state.final for state in lifecycle.states.values()):
        yield found(lifecycle, "lifecycle_no_final_state", "state")
    for name, state in lifecycle.states.items():
        if name not in flow.reachable:
            yield found(lifecycle, "lifecycle_unreachable", f"state.{name}", state=name, initial=lifecycle.initial)
        if not state.final and name not in ending:
            yield found(lifecycle, "lifecycle_dead_end", f"state.{name}", state=name)
    for event in lifecycle.events.values():
        yield from _ways_out_of_the_end(lifecycle, event)
        yield from _begins_after_the_end(lifecycle, event)


def check_owners(flow: Flow) -> Iterator[Finding]:
    """Open states on nobody's work list."""
    for name, state in flow.lifecycle.states.items():
        if not state.final and not state.unattended:
            yield from _check_owner(flow, name, state)


#: Events that a use case fires for the engine, in the transaction in which it does what they tell.
BY_USE_CASES = {"aussonderung": frozenset({"anonymisieren", "loeschen"})}


def check_fired(lifecycle: Lifecycle, known: Known) -> Iterator[Finding]:
    """Events that only the engine may fire and that nothing makes it fire."""
    clocks = lifecycle.deadlines.values()
    fired = {event for one in clocks for event in (one.expired, one.silence, one.agenda, one.nears)}
    for child in lifecycle.children.values():
        fired |= {child.all_agree, child.any_refuse, *child.all_end, *child.each_end}
    fired |= {lifecycle.queue.event} if lifecycle.queue else set()
    for parent in (lifecycle, *known.lifecycles.values()):
        for child in parent.children.values():
            fired |= {child.withdraw_event, *child.passes_on.values()} if child.lifecycle == lifecycle.id else set()
        for link in parent.links.values():
            fired |= set(link.passes_on.values()) if link.lifecycle == lifecycle.id else set()
    fired |= BY_USE_CASES.get(lifecycle.id, frozenset())
    for name, event in lifecycle.events.items():
        if event.by == (AUTOMATIC,) and not event.opens and name not in fired:
            yield found(lifecycle, "lifecycle_never_fired", f"event.{name}.by", event=name)


def _ways_out_of_the_end(lifecycle: Lifecycle, event: Event) -> Iterator[Finding]:
    for number, way in enumerate(event.ways):
        for source in way.sources:
            if lifecycle.states[source].final and way.to is not None:
                yield found(
                    lifecycle,
                    "lifecycle_way_from_final",
                    f"{way_key(event, number)}.from",
                    state=source,
                    event=event.name,
                )


def _begins_after_the_end(lifecycle: Lifecycle, event: Event) -> Iterator[Finding]:
    """What happens to a closed case leaves it closed: no deadline could run, and nobody would wait for a child."""
    if not any(lifecycle.states[source].final for way in event.ways for source in way.sources):
        return
    for name, deadline in lifecycle.deadlines.items():
        if event.name in deadline.starts:
            key = f"deadline.{name}.starts"
            yield found(lifecycle, "lifecycle_starts_after_end", key, event=event.name, deadline=name)
    for name, child in lifecycle.children.items():
        if event.name in child.opens_on:
            yield found(lifecycle, "lifecycle_opens_after_end", f"child.{name}.opens_on", event=event.name, child=name)


def _check_owner(flow: Flow, name: str, state: State) -> Iterator[Finding]:
    if not state.owner:
        yield found(flow.lifecycle, "lifecycle_owner_missing", f"state.{name}", state=name)
        return
    field = flow.lifecycle.fields.get(state.owner)
    # A role of the municipality always has a holder; one named by a field only once the field is filled.
    if field and field.type in ROLE_TYPES and name in flow.reachable and state.owner not in flow.sure[name]:
        yield found(flow.lifecycle, "lifecycle_owner_unsure", f"state.{name}.owner", state=name, owner=state.owner)
