"""One `transitions.Machine` per lifecycle version, shared by all its cases and built once; no model is ever added.

`machine.events[name].trigger(model)` works on any object with a ``state``; the conditions ask the model whether the
guards of a way hold, so that the machine itself picks the first way that is open.
"""

from collections.abc import Callable
from typing import Any, Protocol, cast

from transitions import Event, EventData, Machine, MachineError, Transition

from .lifecycle import Lifecycle, Way


class Model(Protocol):
    """What the machine needs of the thing that it moves."""

    state: str

    def take(self, way: Way) -> bool:
        """Whether the guards of `way` hold; remembers the way if so."""
        ...


class _Moves(Transition):
    """A transition without the callbacks around it, which no lifecycle has; its conditions and target decide alone."""

    def execute(self, event_data: EventData) -> bool:
        if not all(condition.check(event_data) for condition in self.conditions):
            return False
        if self.dest is not None:
            cast("Model", event_data.model).state = self.dest
        return True


class _Fires(Event):
    """An event without queue and callbacks around it: the transitions of the state are asked in their order."""

    def trigger(self, model: Any, *args: Any, **kwargs: Any) -> bool:
        ways = self.transitions.get(model.state)
        if not ways:
            raise MachineError(f"{self.name} from {model.state}")
        data = EventData(None, self, self.machine, model, args, kwargs)
        return any(way.execute(data) for way in ways)


class _Machine(Machine):
    event_cls = _Fires
    transition_cls = _Moves


def build_machine(lifecycle: Lifecycle) -> Machine:
    """The state machine of `lifecycle`. An event without target is an internal transition: it stays."""
    machine = _Machine(
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
        model = cast("Model", data.model)
        return model.take(way)

    return condition
