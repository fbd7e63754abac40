"""Who is told what by an event: the messages that it names, and those about the new days of deadlines. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from .clock_records import ClockChange, NewClock, RunningClock
from .deputies import told
from .lifecycle import Lifecycle, Tell
from .step import Facts, NewMessage

if TYPE_CHECKING:
    from .decide import Stage

#: Among the parameters of a message the days that its event set, by the name of the deadline.
DAYS = "days"
#: Among them, that its recipient is asked to pass it on: whom it is meant for gets no mails.
RELAY = "relay"
#: In the `tell` of a deadline, as in a ladder: whoever the case is with.
OWNER = "owner"
#: The effect that keeps who was invited.
INVITES = "note_invited"


class Occasion(NamedTuple):
    """An event as far as its messages are concerned: its name, what is known after it, and with whom the case is."""

    event: str
    facts: Facts
    owner: str | None
    #: The next due day of the case after it.
    due_on: date | None


class Moves(NamedTuple):
    """What an event does to the clocks of a case that were `running` or stood still before it."""

    running: tuple[RunningClock, ...]
    started: tuple[NewClock, ...]
    changed: tuple[ClockChange, ...]

    def days(self) -> dict[str, str]:
        """By name the days of the deadlines that it set anew; those that have just begun were told to nobody."""
        before = {clock.name for clock in self.running}
        anew = {clock.name: clock.plan.due_on.isoformat() for clock in self.started if clock.name in before}
        return {change.name: change.due_on.isoformat() for change in self.changed if change.plan} | anew

    def moved(self) -> list[str]:
        """The deadlines that now have another day than before."""
        before = {clock.name: clock.due_on.isoformat() for clock in self.running}
        return [name for name, day in self.days().items() if before.get(name, day) != day]


def invited_in(lifecycle: Lifecycle) -> frozenset[str]:
    """The facts in which a lifecycle keeps who was invited: they can be told, and that alone gives nobody a right."""
    ways = (way for event in lifecycle.events.values() for way in event.ways)
    calls = (call.args for way in ways for call in way.do if call.name == INVITES)
    return frozenset(name for args in calls for name in (args[0], *args[3:]))


def messages_of(stage: "Stage", tells: tuple[Tell, ...], occasion: Occasion, moves: Moves) -> tuple[NewMessage, ...]:
    """One message per party told and template; nobody is told the same thing twice by one event.

    What the event itself does not tell of a deadline that it moved, the deadline tells: to everybody whom it names and
    who gets no other message from this event.
    """
    days = moves.days()
    due = occasion.due_on.isoformat() if occasion.due_on else None
    params = {"due_on": due} | ({DAYS: days} if days else {})
    found = _addressed(stage, tells, occasion, params)
    if not days:
        return tuple(found.values())
    specs = stage.program.lifecycle.deadlines
    named = [tell for name in moves.moved() if name in specs for tell in specs[name].tell]
    meant = occasion._replace(facts={**occasion.facts, OWNER: occasion.owner})
    news = _addressed(stage, named, meant, params)
    heard = {message.recipient for message in found.values()}
    return (*found.values(), *(message for message in news.values() if message.recipient not in heard))


def _addressed(
    stage: "Stage", tells: Iterable[Tell], occasion: Occasion, params: Mapping[str, Any]
) -> dict[tuple[str, str], NewMessage]:
    unique: dict[tuple[str, str], NewMessage] = {}
    for tell in tells:
        meant = [party for role in tell.to for party in stage.town.holders(role, occasion.facts)]
        more = params
        if tell.instead and not meant:
            meant, more = list(stage.town.holders(tell.instead, occasion.facts)), {**params, RELAY: True}
        for one in told(stage.town, meant, stage.today):
            key, known = (one.party, tell.template), unique.get((one.party, tell.template))
            if known is None or (one.represents is None and RELAY not in known.params):
                message = NewMessage(occasion.event, one.party, tell.template, tell.attach, one.added_to(more))
                unique[key] = message
    return unique
