"""Offices that ask their own first, and silence: versions, refusals, days, circles, on both databases."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import BOTH
from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.house import CLERK, LEAD, MAYOR, START, House
from tests.storage.test_signing import OWN, SECOND, SILENT, child_of, refusal, send_out, signed
from vorgang.workflow.chain import ChainStep, signature_chain
from vorgang.workflow.setup import Setup

#: Who acts for the offices that ask one another.
PEOPLE = {
    "amt41": "beispiel41",
    OWN: CLERK,
    "ob": MAYOR,
    "amt01": LEAD,
    "verwaltungsleitung": "leitung",
    "verfahrensaufsicht": "aufsicht",
}


@pytest.fixture(params=BOTH)
def still(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A town where silence is consent."""
    (tmp_path / "still.toml").write_text(SILENT, "utf-8")
    maker: Sqlite | Postgres = request.getfixturevalue(request.param)
    url = maker.prepared()
    made = House(url, Setup(rules=(tmp_path,)))
    made.body = made.found_town(rules="still")
    made.wall.instant = START
    yield made
    made.close()
    maker.drop(url)


def own_asked(house: House, above: str, office: str = OWN, by: str = "beispiel41") -> str:
    """The co-signature of an own office, asked just now."""
    house.fire(above, "unterbeteiligen", by, unterbeteiligt=[office])
    return own_of(house, above, office)


def own_of(house: House, above: str, office: str = OWN) -> str:
    return next(one.id for one in house.children(above, "unterbeteiligung") if one.facts["amt"] == office)


def due(house: House, case: str) -> date:
    (day,) = [due for name, status, due in house.clocks(case) if (name, status) == ("mitzeichnung", "running")]
    return day


def step_of(house: House, case: str, office: str = "amt41") -> ChainStep:
    return next(one for one in signature_chain(house.workflow, case).steps if one.office == office)


# --- versions ---


def test_a_changed_draft_asks_own_offices_again_too(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    house.fire(own_asked(house, mine), "mitzeichnen", CLERK)
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND, aenderung="alles neu")
    again = own_of(house, mine)
    assert house.workflow.case(again).case.facts["entwurf"] == SECOND
    assert (OWN, "mitzeichnung") in house.told(again)
    assert OWN in refusal(house, mine, "mitzeichnen", "beispiel41")
    below = step_of(house, case).below
    assert [(one.standing, one.asked, [s.valid for s in one.signatures]) for one in below] == [("open", 2, [False])]
    house.fire(again, "mitzeichnen", CLERK)
    house.fire(mine, "mitzeichnen", "beispiel41")
    assert [(one.standing, one.signatures[-1].valid) for one in step_of(house, case).below] == [("done", True)]


def test_who_is_still_asked_below_gets_the_changed_draft_down_to_the_lowest(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    first = own_asked(house, mine)
    second = own_asked(house, first, "ob", CLERK)
    house.fire(second, "mitzeichnen", MAYOR)
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND)
    assert house.workflow.case(first).case.facts["entwurf"] == SECOND
    assert own_of(house, first, "ob") != second


def test_an_office_may_be_asked_once_more_and_others_besides(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    house.fire(own_asked(house, mine), "mitzeichnen", CLERK)
    house.fire(mine, "unterbeteiligen", "beispiel41", unterbeteiligt=[OWN, "ob"])
    assert sorted(one.facts["amt"] for one in house.children(mine, "unterbeteiligung")) == [OWN, "ob"]


# --- refusals ---


def test_a_refusal_below_is_told_to_who_has_asked_who_answers_themselves(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    own = own_asked(house, mine)
    house.fire(own, "verweigern", CLERK, grund="Rechtswidrig")
    assert ("amt41", "unterbeteiligung_verweigert") in house.told(own)
    assert f"{OWN} hat die Mitzeichnung" in refusal(house, mine, "mitzeichnen", "beispiel41")
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND)
    house.fire(own_of(house, mine), "mitzeichnen", CLERK)
    house.fire(mine, "mitzeichnen", "beispiel41")
    assert house.state(mine) == "mitgezeichnet"


def test_after_a_refusal_below_the_head_signs_with_a_reason_or_the_office_refuses(house: House) -> None:
    for event in ("ohne_unterbeteiligung_mitzeichnen", "verweigern"):
        mine = child_of(house, send_out(house), "amt41")
        house.fire(own_asked(house, mine), "verweigern", CLERK, grund="nein")
        house.fire(mine, event, "beispiel41", grund="trotzdem")
        assert house.state(mine) in {"mitgezeichnet", "verweigert"}


def test_a_refusal_of_an_office_that_the_lead_office_has_asked_is_told_to_the_lead_office_only(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    house.fire(mine, "verweigern", "beispiel41", grund="nein")
    assert "unterbeteiligung_verweigert" not in [template for _, template in house.told(mine)]


# --- circles ---


def test_nobody_asks_themselves_or_who_has_asked_them(house: House) -> None:
    mine = child_of(house, send_out(house), "amt41")
    assert "amt41 fragt sich selbst" in refusal(house, mine, "unterbeteiligen", "beispiel41", unterbeteiligt=["amt41"])
    own = own_asked(house, mine)
    for office in ("amt41", OWN):
        assert "fragt sich selbst" in refusal(house, own, "unterbeteiligen", CLERK, unterbeteiligt=["ob", office])


def test_offices_ask_one_another_five_levels_deep(house: House) -> None:
    case = send_out(house)
    last, *others = list(PEOPLE)
    deepest = child_of(house, case, last)
    for office in others:
        deepest = own_asked(house, deepest, office, PEOPLE[last])
        last = office
    said = refusal(house, deepest, "unterbeteiligen", PEOPLE[last], unterbeteiligt=["amt48"])
    assert "tiefer als 5 Ebenen" in said
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND)
    assert house.workflow.case(deepest).case.facts["entwurf"] == SECOND
    levels, steps = 0, signature_chain(house.workflow, case).steps
    while steps := steps[0].below:
        levels += 1
    assert levels == len(others) == 5


# --- silence ---


def test_a_changed_draft_begins_the_time_for_silence_anew(still: House) -> None:
    case = send_out(still)
    asked = [one.id for one in still.children(case, "mitzeichnung")]
    last = due(still, asked[0])
    still.wait(last.isoformat(), *asked, hour=23)
    still.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND, aenderung="alles neu")
    whole = due(still, asked[0])
    assert whole - last == last - START.date()
    still.wait(whole.isoformat(), *asked, hour=23)
    assert {still.state(one) for one in asked} == {"offen"}
    still.wait("2024-02-01", *asked)
    assert {still.state(one) for one in asked} == {"schweigen"}
    assert {draft for *_, draft in signed(still, case)} == {"1"}


def test_the_same_draft_filed_again_leaves_the_time_as_it_was(still: House) -> None:
    case = send_out(still)
    mine = child_of(still, case, "amt41")
    before = still.clocks(mine)
    still.clock("2024-01-10")
    still.fire(case, "entwurf_ablegen", LEAD, entwurf={**still.workflow.case(case).case.facts["entwurf"], "name": "x"})
    assert still.clocks(mine) == before


def test_where_silence_is_no_consent_a_changed_draft_moves_no_day(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    before = house.clocks(mine)
    house.clock("2024-01-10")
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND)
    assert house.clocks(mine) == before


def nobody(_house: House, _own: str) -> None:
    """The own office says nothing."""


def refuses(house: House, own: str) -> None:
    house.fire(own, "verweigern", CLERK, grund="nein")


def agrees(house: House, own: str) -> None:
    house.fire(own, "mitzeichnen", CLERK)


@pytest.mark.parametrize(("answers", "state"), [(nobody, "offen"), (refuses, "offen"), (agrees, "schweigen")])
def test_silence_is_no_consent_of_who_waits_for_their_own(still: House, answers: Any, state: str) -> None:
    case = send_out(still)
    mine = child_of(still, case, "amt41")
    own = own_asked(still, mine)
    assert due(still, own) < due(still, mine)
    answers(still, own)
    still.wait("2024-02-01", mine, own)
    assert still.state(mine) == state
    assert still.state(own) != "schweigen"
