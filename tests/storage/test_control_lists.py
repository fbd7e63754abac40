"""The control list of a body of the council and of an office, on both databases."""

from typing import Any

import pytest

from tests.helpers.house import CLERK, DRAFT, LEAD, MAYOR, House
from vorgang.config.errors import NotFoundError
from vorgang.workflow.control_list import ControlList, control_list, sheets, without_house

BODY = "integrationsrat"


@pytest.fixture
def town(house: House) -> House:
    """The house in a town of its own: nothing else is open there."""
    house.body = house.found_town()
    return house


def listed(house: House, party: str = BODY) -> ControlList:
    return control_list(house.workflow, house.body, party)


def test_an_inquiry_stands_on_the_list_of_its_body_and_of_its_office(town: House) -> None:
    case = town.at("in_bearbeitung", gremium=BODY, nummer="1062/2023")
    for party in (BODY, "amt01"):
        (entry,) = listed(town, party).public
        assert (entry.case_id, entry.number, entry.office) == (
            case,
            "1062/2023",
            "01 Fachbereich des Oberbürgermeisters",
        )
        assert (entry.asker, str(entry.target), entry.light) == ("Hakan Severcan", "2024-02-02", "gruen")
    assert listed(town, "rat").public == ()


def test_the_light_turns_yellow_with_the_first_reminder_and_red_when_the_day_is_over(town: House) -> None:
    case = town.at("in_bearbeitung", gremium=BODY)
    town.wait("2024-01-29", case)
    assert [one.light for one in listed(town).public] == ["gelb"]
    town.wait("2024-02-05", case)
    assert [one.light for one in listed(town).public] == ["rot"]


def test_the_reason_of_the_last_extension_is_told(town: House) -> None:
    case = town.at("in_bearbeitung", gremium=BODY)
    for reason, day in (("Zulieferung fehlt", "2024-02-09"), ("Rückfrage an die Partnerstadt", "2024-02-16")):
        town.fire(case, "zwischenbescheid", LEAD, grund=reason, neuer_termin=day)
    (entry,) = listed(town).public
    assert (entry.delay, str(entry.target)) == ("Rückfrage an die Partnerstadt", "2024-02-16")


def test_a_paper_before_a_body_stands_there_once_until_the_body_has_dealt_with_it(town: House) -> None:
    case = town.at("beantwortet", gremium="rat")
    assert listed(town).public == ()
    (stop,) = town.schedule(case, BODY)
    assert [one.case_id for one in listed(town).public] == [case]
    town.fire(stop.id, "zur_kenntnis_nehmen")
    assert listed(town).public == ()


def test_a_statement_stands_there_with_its_motion_only(town: House) -> None:
    motion = town.open(
        "antrag",
        CLERK,
        betreff="Netzwerk",
        schreiben_vom="2024-01-04",
        eingang="2024-01-05",
        fragesteller="severcan",
        beschlussvorschlag=["Ein Netzwerk."],
        gremium=BODY,
    ).case.id
    town.fire(motion, "zulassen")
    town.fire(motion, "stellungnahme_anfordern", federfuehrung="amt01")
    assert [one.case_id for one in listed(town).public] == [motion]
    assert [one.kind.de for one in listed(town, "amt01").public] == ["Stellungnahme"]


def test_a_promise_stands_with_the_office_that_keeps_it_and_the_body_that_asked(town: House) -> None:
    case = town.at("unterzeichnet", gremium=BODY)
    promise = {"zusage": "Bericht im Herbst", "kontrolle": "2024-09-30"}
    town.fire(case, "veroeffentlichen", CLERK, veroeffentlichung="oeffentlich", zusagen=[promise])
    town.fire(case, "abschliessen")
    for party in ("amt01", BODY):
        (entry,) = listed(town, party).public
        assert (entry.what, str(entry.target)) == ("Bericht im Herbst", "2024-09-30")


def test_what_a_resolution_asks_of_an_office_stands_there_with_its_light(town: House) -> None:
    data = {"amt": "amt01", "aufgabe": "Satzung vorlegen", "zieltermin": "2024-06-30", "gremium": BODY}
    case = town.open("beschlusskontrolle", CLERK, **data).case.id
    for party in ("amt01", BODY):
        (entry,) = listed(town, party).public
        assert (entry.what, entry.light, entry.office) == (
            "Satzung vorlegen",
            "gruen",
            "01 Fachbereich des Oberbürgermeisters",
        )
    town.fire(case, "berichten", LEAD, bericht="Es fehlt ein Gutachten.", ampel="rot")
    assert [one.light for one in listed(town).public] == ["rot"]
    town.clock("2024-07-02")
    town.fire(case, "berichten", LEAD, bericht="Bald.", ampel="gruen", verzug_weil="Das Gutachten kam spät.")
    (entry,) = listed(town).public
    assert (entry.light, entry.delay) == ("rot", "Das Gutachten kam spät.")  # whatever is reported, it is overdue


def test_what_is_not_public_stands_in_a_part_of_its_own_and_nobody_outside_sees_it(town: House) -> None:
    town.at("in_bearbeitung", gremium=BODY, betreff="Grundstück", oeffentlich=False)
    found = listed(town)
    assert (found.public, [one.subject for one in found.closed]) == ((), ["Grundstück"])
    assert [sheet.name for sheet in sheets(found, "de")] == ["Öffentlicher Teil", "Nichtöffentlicher Teil"]
    assert without_house(found).closed == ()
    outside = town.workflow.reader(town.body)
    assert control_list(town.workflow, town.body, BODY, outside).closed == ()


def test_the_most_urgent_comes_first(town: House) -> None:
    late = town.at("in_bearbeitung", gremium=BODY, eingang="2024-01-04")
    soon = town.at("in_bearbeitung", gremium=BODY, eingang="2024-01-02", schreiben_vom="2024-01-02")
    assert [one.case_id for one in listed(town).public] == [soon, late]


def test_what_is_done_is_gone(town: House) -> None:
    case = town.at("in_bearbeitung", gremium=BODY)
    town.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    assert len(listed(town).public) == 1
    town.fire(case, "in_mitzeichnung_geben", LEAD)
    town.cosign(case)
    town.fire(case, "unterzeichnen", MAYOR, unterzeichnet_am="2024-01-08")
    assert listed(town).public == ()


@pytest.mark.parametrize("party", ["niemand", "severcan"])
def test_only_bodies_and_offices_have_a_list(town: House, party: str) -> None:
    with pytest.raises(NotFoundError):
        listed(town, party)


def test_the_list_equals_a_recount(town: House) -> None:
    """Every open case that names the body, counted one by one."""
    every = [town.at(state, gremium=BODY) for state in ("zugelassen", "in_bearbeitung", "unterzeichnet", "eingegangen")]
    cases: list[Any] = [town.workflow.case(one).case for one in every]
    measured = [
        case.id
        for case in cases
        if any(c.name == "antwort" and c.settled_at is None for c in town.workflow.case(case.id).deadlines)
    ]
    assert sorted(one.case_id for one in listed(town).public) == sorted(measured)
