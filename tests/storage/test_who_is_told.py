"""Who is told besides whoever holds a case: deputies, those above, and the council office when nobody claims a case."""

from dataclasses import replace
from typing import Any

import pytest

from tests.helpers.house import CLERK, LEAD, House
from vorgang.config.errors import ForbiddenError
from vorgang.config.profile_files import load_profiles
from vorgang.workflow.master_data import import_profile

GS = "gs-integrationsrat"


def test_a_deputy_is_told_sees_the_work_and_may_act(house: House) -> None:
    house.body = house.found_town()
    house.away("severcan", "randt")
    case = house.ask(nummer="0001/2024")
    assert {(m["recipient"], m["params"].get("represents")) for m in house.messages(case)} == {
        ("severcan", None),
        ("randt", "severcan"),
    }
    house.fire(case, "zur_ergaenzung_zurueckgeben", CLERK, grund="unklar")
    assert [one.id for one in house.workflow.worklist(house.body, "randt")] == [case]
    deputy = house.actor("randt", on_behalf_of="severcan")
    fired = house.workflow.fire(case, "ergaenzen", actor=deputy, data={"fragen": ["Wann?"]})
    assert fired.target == "eingegangen"
    line = house.workflow.history(case)[-1]
    assert (line.actor, line.on_behalf_of) == ("randt", "severcan")
    house.clock("2024-01-22")
    assert code_of_actor(house, "randt", "severcan") == "deputy_without_mandate"


def code_of_actor(house: House, person: str, represented: str) -> str:
    with pytest.raises(ForbiddenError) as caught:
        house.actor(person, on_behalf_of=represented)
    return caught.value.code


def test_an_assignment_that_nobody_claims_is_told_to_the_council_office_after_some_days(house: House) -> None:
    case = house.at("zugewiesen")
    house.wait("2024-01-12", case)
    assert (GS, "ueberfaellig") not in house.told(case)
    house.wait("2024-01-15", case)
    assert [party for party, template in house.told(case) if template == "ueberfaellig"] == ["amt01", GS]


def test_a_claimed_case_raises_no_such_alarm(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.wait("2024-01-16", case)
    assert "ueberfaellig" not in {template for _, template in house.told(case)}


def test_a_late_answer_climbs_from_the_office_to_its_head_the_dezernent_and_the_mayor(house: House) -> None:
    house.body = town_with_dezernat(house)
    case = house.at("in_bearbeitung")
    house.wait("2024-02-12", case)  # due on the 2nd; three working days later
    assert late(house, case) == ["amt01", LEAD, GS, "verwaltungsleitung"]
    house.wait("2024-02-20", case)  # ten working days later
    assert late(house, case)[4:] == ["amt01", LEAD, "aufsicht", "ob"]


def late(house: House, case: str) -> list[str]:
    return [party for party, template in house.told(case) if template == "ueberfaellig"]


def town_with_dezernat(house: House) -> str:
    """A town like Hagen, in which office 01 has a head and belongs to a Dezernat."""
    body = house.found_town()
    hagen = load_profiles().get("hagen")
    changes: dict[str, dict[str, Any]] = {"amt01": {"head": LEAD, "parent": "verfahrensaufsicht"}}
    changes["verfahrensaufsicht"] = {"head": "aufsicht", "classification": "Dezernat II", "parent": None}
    offices = tuple(replace(one, **changes.get(one.key, {})) for one in hagen.organizations)
    import_profile(house.workflow, replace(hagen, key=body, organizations=offices))
    return body
