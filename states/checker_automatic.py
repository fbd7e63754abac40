"""What the engine fires by itself, when a deadline passes or children end: may it, and does it come to rest?"""

from collections.abc import Iterator, Mapping

from ..config.errors import Finding
from .checker_findings import found
from .child_spec import ChildSpec
from .known import Known
from .lifecycle import AUTOMATIC, Lifecycle, Outcome

#: An event of a lifecycle.
Node = tuple[str, str]


def check_automatic(lifecycle: Lifecycle) -> Iterator[Finding]:
    """Events fired by timers and children that the engine may not fire, or that ask for what it cannot answer."""
    fired: list[tuple[str, str | None]] = []
    for name, spec in lifecycle.deadlines.items():
        timers = {"expired": spec.expired, "silence": spec.silence, "agenda": spec.agenda, "nears": spec.nears}
        fired += [(f"deadline.{name}.{key}", event) for key, event in timers.items()]
    for name, child in lifecycle.children.items():
        fired += [(f"child.{name}.{key}", event) for key, event in endings(child)]
    for key, event in fired:
        if event:
            yield from fireable(lifecycle, event, lifecycle, key)


def fireable(target: Lifecycle, event: str, lifecycle: Lifecycle, key: str) -> Iterator[Finding]:
    """May the engine fire `event` of `target`, as `key` in the file of `lifecycle` demands?"""
    spec = target.events[event]
    if AUTOMATIC not in spec.by:
        yield found(lifecycle, "lifecycle_automatic_forbidden", key, event=event, lifecycle=target.id)
    asked = [field.name for field in spec.ask if field.required]
    if asked and not spec.opens:
        yield found(
            lifecycle, "lifecycle_automatic_asks", key, event=event, lifecycle=target.id, fields=", ".join(asked)
        )


def endings(child: ChildSpec) -> tuple[tuple[str, str], ...]:
    """The events of the parent that the ends of children fire, each with its key."""
    single = (("all_agree", child.all_agree), ("any_refuse", child.any_refuse))
    several = (("all_end", child.all_end), ("each_end", child.each_end))
    return (
        *((key, event) for key, event in single if event),
        *((key, event) for key, events in several for event in events),
    )


def check_rest(lifecycle: Lifecycle, known: Known) -> Iterator[Finding]:
    """A chain of automatic events that can go on for ever within one transaction.

    Every link that ends or withdraws a case uses one up, so a chain without end must open new ones: a cycle of events
    that fire each other, in which one opens children.
    """
    house = {**known.lifecycles, lifecycle.id: lifecycle}
    links = {node: (_links(node, house), _passed(node, house)) for node in _nodes(house)}
    for name, child in lifecycle.children.items():
        for event in child.opens_on:
            cycle = _way_back((lifecycle.id, event), links)
            # A child that opens itself on its own opening is found as a child that never can end.
            if cycle and not all(house[where].events[what].opens for where, what in cycle):
                chain = " → ".join(f"{where}.{what}" for where, what in (*cycle, cycle[0]))
                yield found(lifecycle, "lifecycle_endless_chain", f"child.{name}.opens_on", chain=chain)


def _nodes(house: Mapping[str, Lifecycle]) -> Iterator[Node]:
    return ((name, event) for name, lifecycle in house.items() for event in lifecycle.events)


def _links(node: Node, house: Mapping[str, Lifecycle]) -> set[Node]:
    """The events that `node` makes the engine fire in the same transaction."""
    name, event = node
    lifecycle = house[name]
    linked: set[Node] = set()
    for child in lifecycle.children.values():
        below = house.get(child.lifecycle)
        if below and event in child.opens_on:
            linked |= {(below.id, opening.name) for opening in below.events.values() if opening.opens}
        if below and event in child.withdrawn_on and child.withdraw_event and child.withdraw_event in below.events:
            linked.add((below.id, child.withdraw_event))
        if child.chain and event in child.opens_on and child.all_agree and child.all_agree in lifecycle.events:
            linked.add((name, child.all_agree))  # nothing is left to ask
    if lifecycle.queue and event in lifecycle.queue.after and lifecycle.queue.event in lifecycle.events:
        linked.add((name, lifecycle.queue.event))  # of those beside it
    outcomes = _outcomes(lifecycle, event)
    for parent in house.values():
        for child in parent.children.values():
            if child.lifecycle == name:
                linked |= {(parent.id, fired) for fired in _fired(child, outcomes) if fired in parent.events}
                # The end of one step opens the next.
                linked |= {(name, lifecycle.opening.name)} if child.chain and outcomes else set()
    return linked


def _passed(node: Node, house: Mapping[str, Lifecycle]) -> set[Node]:
    """The events that `node` hands down to the children that are there; handing down alone ends with the lowest.

    And those that it fires on cases beside.
    """
    name, event = node
    beside = {(link.lifecycle, link.passes_on[event]) for link in house[name].links.values() if event in link.passes_on}
    below = ((child, house.get(child.lifecycle)) for child in house[name].children.values())
    return {(other, fired) for other, fired in beside if other in house and fired in house[other].events} | {
        (lower.id, child.passes_on[event])
        for child, lower in below
        if lower and child.passes_on.get(event) in lower.events
    }


def _outcomes(lifecycle: Lifecycle, event: str) -> set[Outcome]:
    """How a case may end by this event."""
    targets = [lifecycle.states[way.to] for way in lifecycle.events[event].ways if way.to]
    return {state.outcome for state in targets if state.final}


def _fired(child: ChildSpec, outcomes: set[Outcome]) -> set[str]:
    wanted = {"all_agree": "agree" in outcomes, "any_refuse": "refuse" in outcomes}
    return {event for key, event in endings(child) if wanted.get(key, bool(outcomes))}


def _way_back(start: Node, links: Mapping[Node, tuple[set[Node], set[Node]]]) -> tuple[Node, ...]:
    """The shortest chain from `start` to itself that does more than hand down, or nothing."""
    paths: list[tuple[tuple[Node, ...], bool]] = [((start,), False)]
    seen: set[tuple[Node, bool]] = set()
    for path, fires in paths:
        fired, passed = links[path[-1]]
        for node in sorted(fired | passed):
            more = fires or node in fired
            if node == start and more:
                return path
            if (node, more) not in seen:
                seen.add((node, more))
                paths.append(((*path, node), more))
    return ()
