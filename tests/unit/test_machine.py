"""One machine per lifecycle, shared by all its cases: it moves whatever has a state, and keeps nothing of it."""

import gc
import weakref

import pytest
from transitions import MachineError

from tests.helpers.desk import AKTE
from vorgang.states.lifecycle import Way
from vorgang.states.loader import load_folders, load_text
from vorgang.states.machine import build_machine

AKTE_FILE = load_text(AKTE)


class Thing:
    """Something with a state; it takes the ways that it is allowed to."""

    def __init__(self, state: str, *allowed: str | None) -> None:
        self.state = state
        self.allowed = allowed
        self.asked: list[str | None] = []

    def take(self, way: Way) -> bool:
        self.asked.append(way.to)
        return way.to in self.allowed


def fire(thing: Thing, event: str) -> bool:
    return bool(build_machine(AKTE_FILE).events[event].trigger(thing))


def test_a_thing_moves_to_the_target() -> None:
    thing = Thing("neu", "beim_amt")
    assert fire(thing, "uebergeben")
    assert thing.state == "beim_amt"


def test_an_event_without_target_stays() -> None:
    thing = Thing("ruhend", None)
    assert fire(thing, "verlaengern")
    assert thing.state == "ruhend"


def test_ways_are_asked_in_the_order_of_the_file_until_one_is_open() -> None:
    thing = Thing("neu", "abgelegt")
    assert fire(thing, "erledigen")
    assert (thing.asked, thing.state) == (["fertig", "abgelegt"], "abgelegt")


def test_when_no_way_is_open_nothing_moves() -> None:
    thing = Thing("neu")
    assert not fire(thing, "erledigen")
    assert (len(thing.asked), thing.state) == (3, "neu")


def test_an_event_of_another_state_is_no_way() -> None:
    with pytest.raises(MachineError):
        fire(Thing("fertig", "neu"), "erledigen")


@pytest.mark.parametrize("name", ["anfrage", "mitzeichnung", "beratung", "zusage"])
def test_every_way_of_the_shipped_lifecycles_can_be_taken(name: str) -> None:
    lifecycle = load_folders()[name]
    machine = build_machine(lifecycle)
    for event in lifecycle.events.values():
        for way in event.ways:
            for source in way.sources:
                thing = Thing(source, way.to)
                assert machine.events[event.name].trigger(thing)
                assert thing.state == (way.to or source)


def test_the_machine_keeps_no_case() -> None:
    machine, thing = build_machine(AKTE_FILE), Thing("neu", "beim_amt")
    machine.events["uebergeben"].trigger(thing)
    gone = weakref.ref(thing)
    del thing
    gc.collect()
    assert gone() is None
    assert machine.models == []
