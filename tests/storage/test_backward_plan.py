"""The backward plan of an Anfrage: from the session back to the day of each office, and what slippage does to it."""

from datetime import date
from typing import Any

import pytest

from tests.helpers.house import CLERK, DRAFT, LEAD, MAYOR, House
from vorgang.config.errors import Refusal, RefusedError
from vorgang.states.recompute import Difference
from vorgang.states.trace import SLIPS

#: Thursday, 7 March 2024, and the days before it in Hagen: agenda, signature, co-signing, draft.
SESSION = "2024-03-07"
PLAN = {
    "plan_tagesordnung": date(2024, 2, 22),
    "plan_unterschrift": date(2024, 2, 20),
    "plan_mitzeichnung": date(2024, 2, 15),
    "plan_entwurf": date(2024, 2, 8),
}
#: A week later.
LATER = "2024-03-14"


def plan(house: House, case: str, status: str = "running") -> dict[str, date]:
    """The milestones of a case in one status, the nearest to the session first."""
    found = [(day, name) for name, is_, day in house.clocks(case) if is_ == status and name.startswith("plan")]
    return {name: day for day, name in sorted(found, reverse=True)}


def slips(house: House, case: str) -> list[str]:
    """What the running milestones of a case say of slippage."""
    clocks = [clock for clock in house.workflow.case(case).deadlines if clock.status == "running"]
    return [line["de"] for clock in clocks for line in clock.trace if line["step"] in SLIPS]


def logged(house: House, case: str) -> list[Any]:
    """The slips in the log."""
    return [slip for line in house.workflow.history(case) for slip in line.changes.get("slips", ())]


def planned(house: House, session: str = SESSION) -> str:
    """An Anfrage that is being drafted for a session."""
    case = house.at("zugelassen")
    assigned = {"federfuehrung": "amt01", "beteiligt": ["amt41", "amt48"]}
    house.fire(case, "zuweisen", CLERK, zielsitzung=session, **assigned)
    house.fire(case, "annehmen", LEAD)
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    return case


def test_the_plan_starts_with_the_session_and_each_step_explains_itself(house: House) -> None:
    case = planned(house)
    assert plan(house, case) == PLAN
    clock = next(one for one in house.workflow.case(case).deadlines if one.name == "plan_entwurf")
    said = [line["de"] for line in clock.trace]
    assert [line["step"] for line in clock.trace][:2] == ["rule", "start"]
    assert "Sitzung am Donnerstag, 07.03.2024; dieser Tag zählt nicht mit" in said[1]
    assert "Tagesordnungsschluss (10 Arbeitstage davor): Donnerstag, 22.02.2024" in said[2]
    assert any("5 Arbeitstage davor: letzter Tag ist Donnerstag, 08.02.2024" in line for line in said)
    assert (clock.rule, clock.ruleset) == ("sitzung.entwurf", "hagen")


def test_without_a_session_there_is_no_plan(house: House) -> None:
    assert plan(house, house.at("in_mitzeichnung")) == {}


def test_a_step_is_met_when_the_case_goes_on(house: House) -> None:
    case = planned(house)
    house.clock("2024-02-08")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    assert plan(house, case, "met") == {"plan_entwurf": PLAN["plan_entwurf"]}
    assert set(plan(house, case)) == {"plan_mitzeichnung", "plan_unterschrift", "plan_tagesordnung"}
    assert slips(house, case) == logged(house, case) == []


def test_each_office_that_cosigns_gets_its_own_day(house: House) -> None:
    case = planned(house)
    house.clock("2024-02-08")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    for child in house.children(case, "mitzeichnung"):
        assert plan(house, child.id) == {"plan": PLAN["plan_mitzeichnung"]}
    first, second = house.children(case, "mitzeichnung")
    house.clock("2024-02-14")
    house.fire(first.id, "mitzeichnen", "beispiel41")
    assert plan(house, first.id, "met") == {"plan": PLAN["plan_mitzeichnung"]}
    house.wait("2024-02-19", second.id)
    templates = [template for _, template in house.told(second.id)]
    assert templates.count("ueberfaellig") >= 1


def test_a_returned_draft_is_due_again(house: House) -> None:
    case = planned(house)
    house.clock("2024-02-08")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    child = house.children(case, "mitzeichnung")[0]
    house.fire(child.id, "verweigern", "beispiel41", grund="Absatz 2")
    assert plan(house, case) == PLAN


def test_a_draft_that_comes_late_says_what_is_left(house: House) -> None:
    case = planned(house)
    house.clock("2024-02-13")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    assert plan(house, case, "late") == {"plan_entwurf": PLAN["plan_entwurf"]}
    assert slips(house, case) == [  # without a word of the session: the co-signing may take a day from the signature
        (
            "Stand 13.02.2024: Entwurf der Stellungnahme 3 Arbeitstage verspätet:"
            " für „Mitzeichnung“ bleiben 2 Arbeitstage (vorgesehen: 5)."
        )
    ]
    assert logged(house, case) == [["sitzung.entwurf", 3, "sitzung.mitzeichnung", 2, 5, True]]


def test_what_can_no_longer_be_ready_is_said_to_those_whom_it_concerns(house: House) -> None:
    case = planned(house)
    house.clock("2024-02-20")
    before = len(house.told(case))
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    assert slips(house, case)[0].endswith("; Antwort zur Sitzung am 07.03.2024 nicht mehr zu schaffen.")
    assert house.told(case)[before:] == [("amt01", "planverzug"), ("gs-integrationsrat", "planverzug")]
    assert logged(house, case)[0][-1] is False


def test_a_postponed_session_moves_every_open_step_in_the_same_transaction(house: House) -> None:
    case = planned(house)
    house.clock("2024-02-08")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    lines = len(house.workflow.history(case))
    house.fire(case, "zielsitzung_setzen", CLERK, zielsitzung=LATER, grund="Sitzung entfällt")
    assert plan(house, case) == {
        "plan_tagesordnung": date(2024, 2, 29),
        "plan_unterschrift": date(2024, 2, 27),
        "plan_mitzeichnung": date(2024, 2, 22),
    }
    assert len(house.workflow.history(case)) == lines + 1
    assert plan(house, case, "met") == {"plan_entwurf": PLAN["plan_entwurf"]}  # what is done stays done
    clock = next(one for one in house.workflow.case(case).deadlines if one.name == "plan_unterschrift")
    assert "vom 07.03.2024 auf Donnerstag, 14.03.2024 verlegt; bis dahin galt der 20.02.2024" in clock.trace[-1]["de"]
    for child in house.children(case, "mitzeichnung"):
        assert plan(house, child.id) == {"plan": date(2024, 2, 22)}
        assert house.told(child.id)[-1] == (child.facts["amt"], "rueckwaertsplan")
    assert ("amt01", "rueckwaertsplan") in house.told(case)


def test_a_session_given_up_ends_the_plan_everywhere(house: House) -> None:
    case = planned(house)
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    house.fire(case, "zielsitzung_aufheben", CLERK)
    assert plan(house, case) == {}
    assert set(plan(house, case, "cancelled")) == {"plan_mitzeichnung", "plan_unterschrift", "plan_tagesordnung"}
    for child in house.children(case, "mitzeichnung"):
        assert (plan(house, child.id), set(plan(house, child.id, "cancelled"))) == ({}, {"plan"})


def test_the_case_falls_due_with_the_next_step(house: House) -> None:
    case = planned(house, "2024-02-08")
    assert house.workflow.case(case).case.due_on == date(2024, 1, 11)


def test_a_plan_made_late_sends_no_reminders_of_days_gone_by(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.wait("2024-01-29", case)
    before = len(house.told(case))
    house.fire(case, "zielsitzung_setzen", CLERK, zielsitzung="2024-02-15")
    assert house.told(case)[before:] == [
        ("amt01", "rueckwaertsplan"),
        ("amt01", "planverzug"),
        ("gs-integrationsrat", "planverzug"),
    ]
    assert len(slips(house, case)) == 1
    overdue = [name for name, day in plan(house, case).items() if day < date(2024, 1, 29)]
    assert overdue
    before = len(house.told(case))
    house.workflow.tick(case)
    assert house.told(case)[before:] == []


def test_a_step_that_passes_undone_is_told_and_counted(house: House) -> None:
    case = planned(house)
    house.wait("2024-02-09", case, hour=7)
    assert logged(house, case) == [["sitzung.entwurf", 1, "sitzung.mitzeichnung", 4, 5, True]]
    assert slips(house, case) == [
        (
            "Stand 09.02.2024: Entwurf der Stellungnahme 1 Arbeitstag verspätet:"
            " für „Mitzeichnung“ bleiben 4 Arbeitstage (vorgesehen: 5)."
        )
    ]
    house.wait("2024-02-16", case)
    assert [line.count("Entwurf") for line in slips(house, case)] == [1, 0]  # the newest word replaces the last
    warned = [party for party, template in house.told(case) if template == "planverzug"]
    assert sorted(warned) == ["amt01", "gs-integrationsrat"]  # once, when it was lost


def test_the_whole_plan_is_met(house: House) -> None:
    case = planned(house)
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    house.cosign(case)
    house.fire(case, "unterzeichnen", MAYOR)
    house.fire(case, "veroeffentlichen", CLERK, veroeffentlichung="oeffentlich")
    assert set(plan(house, case)) == {"plan_tagesordnung"}
    house.schedule(case, "integrationsrat", on=SESSION)
    assert (plan(house, case), plan(house, case, "met")) == ({}, PLAN)


def test_a_withdrawn_inquiry_gives_the_plan_up(house: House) -> None:
    case = planned(house)
    house.fire(case, "zurueckziehen", CLERK)
    assert plan(house, case, "cancelled") == PLAN


def test_a_plan_is_computed_anew_like_any_deadline(house: House) -> None:
    case = planned(house)
    found = house.workflow.recomputed(case)
    assert not [one for one in found if isinstance(one, Refusal)]
    assert {one.name for one in found if isinstance(one, Difference) and not one.changes} >= set(PLAN)


def test_a_session_that_is_over_is_refused(house: House) -> None:
    case = house.at("in_bearbeitung")
    with pytest.raises(RefusedError) as caught:
        house.fire(case, "zielsitzung_setzen", CLERK, zielsitzung="2024-01-05")
    assert [reason.code for reason in caught.value.refusal.reasons] == ["day_in_the_past"]


def test_late_cosignatures_warn_once_and_for_the_whole_case(house: House) -> None:
    case = planned(house)
    house.clock("2024-02-08")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    children = house.children(case, "mitzeichnung")
    house.clock("2024-02-21")
    house.cosign(case)
    assert house.state(case) == "zur_unterschrift"
    assert [plan(house, child.id, "late") for child in children] == [{"plan": PLAN["plan_mitzeichnung"]}] * 2
    told = [party for one in (case, *(child.id for child in children)) for party, template in house.told(one)
            if template == "planverzug"]  # fmt: skip
    assert sorted(told) == ["amt01", "gs-integrationsrat"]
    house.fire(case, "unterzeichnen", MAYOR)  # late as well; that the session is lost is known by now
    assert [template for _, template in house.told(case)].count("planverzug") == 2


def test_in_english_too(house: House) -> None:
    case = planned(house)
    house.clock("2024-02-13")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    clock = next(one for one in house.workflow.case(case).deadlines if one.name == "plan_mitzeichnung")
    days = "3 working days late: 2 working days are left for “Co-signing” (planned: 5)"
    assert clock.trace[-1]["en"] == f"As of 13 February 2024: Draft of the answer {days}."
