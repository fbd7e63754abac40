"""Places that are few: who comes first has one, whoever comes later waits and moves up, however many come at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.occasions import BODY, CLERK, Occasion, guests
from tests.helpers.soundness import assert_sound
from vorgang.config.errors import ConflictError, RefusedError
from vorgang.states.step import Command

THREADS = 8


@pytest.fixture
def town(maker: Sqlite | Postgres, tmp_path: Path) -> Iterator[Occasion]:
    url = maker.prepared()
    occasion = Occasion(url, tmp_path)
    yield occasion
    assert_sound(occasion.workflow.database)
    occasion.close()
    maker.drop(url)


def _at_once(town: Occasion, ids: dict[str, str], event: str) -> None:
    """Every guest does it at the same moment; whoever was in somebody's way tries again."""

    def one(guest: str) -> None:
        for _ in range(20):
            try:
                town.act(ids[guest], event, guest)
            except ConflictError:
                continue
            return
        raise AssertionError(guest)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, ids))


def test_thirty_places_are_given_once_however_many_register_at_the_same_moment(town: Occasion) -> None:
    case = town.plan()
    ids = town.invited(case, guests(40))
    _at_once(town, ids, "anmelden")
    assert (town.count(case, "bestaetigt"), town.count(case, "warteliste")) == (30, 10)
    numbers = [one.facts["wartenummer"] for one in town.registrations(case).values() if one.state == "warteliste"]
    assert sorted(numbers) == list(range(1, 11))


def test_whoever_resigns_at_the_same_moment_makes_room_for_as_many(town: Occasion) -> None:
    case = town.plan(plaetze=10)
    ids = town.invited(case, guests(24))
    for guest, one in ids.items():
        town.act(one, "anmelden", guest)
    leaving = {guest: ids[guest] for guest in guests(8)}
    _at_once(town, leaving, "abmelden")
    states = town.states(case)
    assert [guest for guest, state in states.items() if state == "bestaetigt"] == guests(18)[8:]
    assert [guest for guest, state in states.items() if state == "warteliste"] == guests(24)[18:]


def test_one_resigns_while_another_registers_and_the_waiting_list_goes_first(town: Occasion) -> None:
    for _ in range(5):
        case = town.plan(plaetze=1)
        ids = town.invited(case, guests(3))
        town.act(ids["gast01"], "anmelden", "gast01")
        town.act(ids["gast02"], "anmelden", "gast02")
        with ThreadPoolExecutor(2) as pool:
            going = pool.submit(town.act, ids["gast01"], "abmelden", "gast01")
            coming = pool.submit(town.act, ids["gast03"], "anmelden", "gast03")
            going.result()
            coming.result()
        assert town.states(case) == {"gast01": "abgemeldet", "gast02": "bestaetigt", "gast03": "warteliste"}


def test_the_waiting_list_goes_by_registration_and_not_by_invitation(town: Occasion) -> None:
    case = town.plan(plaetze=1)
    ids = town.invited(case, guests(4))
    for guest in ("gast04", "gast03", "gast01", "gast02"):
        town.act(ids[guest], "anmelden", guest)
    town.act(ids["gast03"], "abmelden", "gast03")  # from the waiting list: no place becomes free
    assert town.states(case)["gast01"] == "warteliste"
    town.act(ids["gast04"], "abmelden", "gast04")
    assert town.states(case) == {
        "gast01": "bestaetigt",
        "gast02": "warteliste",
        "gast03": "abgemeldet",
        "gast04": "abgemeldet",
    }


def test_more_places_let_as_many_move_up_in_order(town: Occasion) -> None:
    case = town.plan(plaetze=1)
    ids = town.invited(case, guests(5))
    for guest in reversed(ids):
        town.act(ids[guest], "anmelden", guest)
    town.act(case, "plaetze_aendern", plaetze=3)
    assert [guest for guest, state in town.states(case).items() if state == "bestaetigt"] == [
        "gast03",
        "gast04",
        "gast05",
    ]
    town.act(case, "plaetze_aendern", plaetze=2)  # nobody loses a place that was confirmed
    assert town.count(case, "bestaetigt") == 3
    town.act(ids["gast05"], "abmelden", "gast05")  # two are left for two places
    assert town.states(case)["gast02"] == "warteliste"


def test_a_resignation_and_a_registration_in_one_batch_are_as_one_after_the_other(town: Occasion) -> None:
    case = town.plan(plaetze=1)
    ids = town.invited(case, guests(3))
    actors = {guest: town.workflow.actor(BODY, guest) for guest in ids}
    town.workflow.fire_batch(
        [
            Command(ids["gast02"], "anmelden", actors["gast02"]),
            Command(ids["gast03"], "anmelden", actors["gast03"]),
            Command(ids["gast02"], "abmelden", actors["gast02"]),
            Command(ids["gast01"], "anmelden", actors["gast01"]),
        ]
    )
    assert town.states(case) == {"gast01": "warteliste", "gast02": "abgemeldet", "gast03": "bestaetigt"}


def test_the_engine_itself_moves_people_up_and_nobody_else(town: Occasion) -> None:
    case = town.plan(plaetze=1)
    ids = town.invited(case, guests(2))
    for guest, one in ids.items():
        town.act(one, "anmelden", guest)
    with pytest.raises(RefusedError) as refused:
        town.act(ids["gast02"], "nachruecken", CLERK)
    assert refused.value.code == "role_missing"
    lines = town.workflow.history(ids["gast02"])
    assert [line.event for line in lines] == ["einladen", "anmelden"]


def test_a_closing_event_has_two_hundred_places_of_its_own(maker: Sqlite | Postgres, tmp_path: Path) -> None:
    url = maker.prepared()
    town = Occasion(url, tmp_path, count=203)
    workshop = town.plan()
    closing = {
        "titel": "Abschluss der Fachworkshops",
        "beginn": "2020-06-18T15:00",
        "ende": "2020-06-18T17:00",
        "ort": "Rathaus",
        "plaetze": 200,
        "anmeldeschluss": "2020-06-12",
    }
    town.act(workshop, "abschluss_planen", abschluss=closing)
    (case,) = (one.id for one in town.workflow.case(workshop).children if one.child == "abschlussveranstaltung")
    ids = town.invited(case, guests(203))
    town.workflow.fire_batch([Command(one, "anmelden", town.workflow.actor(BODY, guest)) for guest, one in ids.items()])
    assert (town.count(case, "bestaetigt"), town.count(case, "warteliste")) == (200, 3)
    town.act(ids["gast07"], "abmelden", "gast07")
    assert town.states(case)["gast201"] == "bestaetigt"
    assert town.count(workshop, "bestaetigt") == 0
    assert_sound(town.workflow.database)
    town.close()
    maker.drop(url)
