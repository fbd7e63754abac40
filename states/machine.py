"""One `transitions.Machine` per lifecycle version, shared by all its cases and built once; no model is ever added.

`machine.events[name].trigger(model)` works on any object with a ``state``; the conditions ask the model whether the
guards of a way hold, so that the machine itself picks the first way that is open.
"""

from collections.abc import Callable
from typing import Protocol

from transitions import EventData, Machine

from .lifecycle import Lifecycle, Way


class Model(Protocol):
    """What the machine needs of the thing that it moves."""

    state: str

    def take(self, way: Way) -> bool:
        """Whether the guards of `way` hold; remembers the way if so."""
        ...


def build_machine(lifecycle: Lifecycle) -> Machine:
    """The state machine of `lifecycle`. An event without target is an internal transition: it stays."""
    machine = Machine(
        model=None,
        states=list(lifecycle.states),
        initial=lifecycle.initial,
        auto_transitions=False,
        send_event=True,
    )
    for event in lifecycle.events.values():
        for way in event.ways:
            if way.sources:
                machine.add_transition(event.name, list(way.sources), way.to, conditions=[_asks(way)])
    return machine


def _asks(way: Way) -> Callable[[EventData], bool]:
    def condition(data: EventData) -> bool:
        model: Model = data.model
        return model.take(way)

    return condition
