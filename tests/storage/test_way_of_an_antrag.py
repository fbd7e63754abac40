"""The way of a motion and of the statement on it, with the real lifecycles, on both databases."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.house import ASKER, CLERK, DRAFT, LEAD, MAYOR, MOTION, START, House, refused
from vorgang.workflow.setup import Setup

STOP = {"sitzung": "2024-03-05", "rolle": "kenntnisnahme"}


def moved(house: House, **more: Any) -> str:
    """A motion that has been admitted."""
    motion = house.open("antrag", CLERK, **{**MOTION, **more}).case.id
    house.fire(motion, "zulassen")
    return motion


def asked(house: House, motion: str, **more: Any) -> str:
    """The statement that is asked of Amt 01."""
    house.fire(motion, "stellungnahme_anfordern", federfuehrung="amt01", **more)
    (statement,) = house.children(motion, "stellungnahme")
    return statement.id


def published(house: House, statement: str, **more: Any) -> None:
    """The statement brought to its publication."""
    house.fire(statement, "annehmen", LEAD)
    house.fire(statement, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    house.fire(statement, "zur_unterschrift_geben", LEAD)
    house.fire(statement, "unterzeichnen", MAYOR)
    house.fire(statement, "veroeffentlichen", CLERK, veroeffentlichung="oeffentlich", **more)


def scheduled(house: House, case: str, *bodies: str) -> list[str]:
    """The stops of a Beratungsfolge."""
    house.fire(case, "auf_tagesordnung_setzen", beratungsfolge=[{"gremium": body, **STOP} for body in bodies])
    return [stop.id for stop in house.children(case, "beratung")]


def test_the_whole_way(house: House) -> None:
    motion = moved(house)
    statement = asked(house, motion)
    published(house, statement)
    (of_statement,), (of_motion,) = (scheduled(house, case, "integrationsrat") for case in (statement, motion))
    house.fire(of_motion, "erledigen", grund="mit der Stellungnahme erledigt")
    assert house.state(motion) == "in_beratung"  # the statement is still before its body
    house.fire(of_statement, "zur_kenntnis_nehmen")
    assert (house.state(statement), house.state(motion)) == ("abgeschlossen", "abgeschlossen")
    assert house.events(motion) == [
        *("registrieren", "zulassen", "stellungnahme_anfordern", "auf_tagesordnung_setzen", "alle_beraten"),
    ]
    assert {name: status for name, status, _ in house.clocks(motion)} == {"zulassung": "met", "befassung": "met"}
    assert house.told(motion) == [(ASKER, "eingang"), (ASKER, "abgeschlossen")]
    assert house.told(statement) == [
        ("amt01", "auftrag"),
        ("ob", "unterschrift"),
        (ASKER, "beantwortet"),
        (ASKER, "abgeschlossen"),
    ]


def test_the_statement_gets_what_it_needs_from_the_motion_and_a_number_of_its_own(house: House) -> None:
    house.body = house.found_town()
    motion = moved(house, nummer="A0041/23")
    statement = asked(house, motion, beteiligt=["amt41"], hinweis="bis zur Sitzung")
    view = house.workflow.case(statement)
    assert (view.case.number, view.case.subject) == (None, MOTION["betreff"])
    assert view.case.facts["beschlussvorschlag"] == MOTION["beschlussvorschlag"]
    assert (view.case.state, view.case.owner, view.case.due_on) == ("zugewiesen", "amt01", date(2024, 1, 11))
    assert ("antwort", "running", date(2024, 2, 5)) in house.clocks(statement)
    house.fire(statement, "nummer_vergeben", LEAD, nummer="S0183/23", stellungnahme_vom="2024-01-08")
    assert [house.workflow.case(case).case.number for case in (motion, statement)] == ["A0041/23", "S0183/23"]


def test_a_motion_that_is_not_public_has_no_public_statement(house: House) -> None:
    motion = moved(house, oeffentlich=False)
    assert not house.workflow.case(asked(house, motion)).case.public


def test_the_office_declines_and_the_council_office_assigns_another(house: House) -> None:
    statement = asked(house, moved(house))
    house.fire(statement, "zustaendigkeit_ablehnen", LEAD, grund="Kultur", vorschlag="amt41")
    assert (house.state(statement), house.workflow.case(statement).case.owner) == ("zugelassen", "gs-integrationsrat")
    house.fire(statement, "zuweisen", federfuehrung="amt41")
    house.fire(statement, "annehmen", "beispiel41")
    assert house.state(statement) == "in_bearbeitung"


def test_nobody_opens_a_statement_without_what_it_answers(house: House) -> None:
    assert "registrieren" not in house.workflow.library.newest["stellungnahme"].events
    motion = moved(house)
    asked(house, motion)
    assert refused(house, motion, "stellungnahme_anfordern", federfuehrung="amt41") == "guards_fail"


def test_a_motion_is_dealt_with_without_a_statement(house: House) -> None:
    motion = moved(house)
    first, second = scheduled(house, motion, "integrationsrat", "rat")
    house.fire(first, "zur_kenntnis_nehmen")
    house.fire(second, "erledigen")
    assert house.state(motion) == "abgeschlossen"


def test_a_motion_that_is_withdrawn_takes_its_statement_and_its_stops_along(house: House) -> None:
    motion = moved(house)
    statement = asked(house, motion, beteiligt=["amt41", "amt48"])
    house.fire(statement, "annehmen", LEAD)
    house.fire(statement, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    house.fire(statement, "in_mitzeichnung_geben", LEAD)
    (stop,) = scheduled(house, motion, "rat")
    house.fire(motion, "zurueckziehen", ASKER, grund="überholt")
    assert [house.state(case) for case in (motion, statement, stop)] == ["zurueckgezogen"] * 3
    assert {one.state for one in house.children(statement, "mitzeichnung", every=True)} == {"entfallen"}
    assert ("amt01", "zurueckgezogen") in house.told(statement)


@pytest.mark.parametrize("state", ["beantwortet", "in_beratung"])
def test_a_published_statement_falls_with_its_motion(house: House, state: str) -> None:
    motion = moved(house)
    statement = asked(house, motion)
    published(house, statement, zusagen=[{"zusage": "Bericht", "kontrolle": "2024-06-30"}])
    stops = scheduled(house, statement, "rat") if state == "in_beratung" else []
    assert house.state(statement) == state
    house.fire(motion, "zurueckziehen", ASKER)
    assert house.state(statement) == "zurueckgezogen"
    assert [house.state(stop) for stop in stops] == ["erledigt"] * len(stops)
    (promise,) = house.children(statement, "zusage")
    assert (promise.state, promise.due_on) == ("offen", date(2024, 6, 30))  # what was promised was promised


def test_a_customary_day_waits_for_the_last_session_for_which_it_is_scheduled(house: House) -> None:
    motion = moved(house)
    for body, day, due in (
        ("integrationsrat", "2024-03-05", date(2024, 4, 8)),
        ("rat", "2024-05-14", date(2024, 5, 14)),
    ):
        stop = {"gremium": body, "sitzung": day, "rolle": "kenntnisnahme"}
        house.fire(motion, "auf_tagesordnung_setzen", beratungsfolge=[stop])
        assert ("befassung", "running", due) in house.clocks(motion)
    assert (ASKER, "terminaenderung") in house.told(motion)


def test_the_day_until_which_it_is_dealt_with_is_moved_with_a_reason(house: House) -> None:
    motion = moved(house)
    assert ("befassung", "running", date(2024, 4, 8)) in house.clocks(motion)
    house.fire(motion, "beratung_verschieben", grund="Die Sitzung fällt aus.", neuer_termin="2024-05-06")
    assert ("befassung", "running", date(2024, 5, 6)) in house.clocks(motion)
    assert (ASKER, "terminaenderung") in house.told(motion)
    assert refused(house, motion, "beratung_verschieben", grund="x", neuer_termin="2024-01-05") == "guards_fail"


def test_a_motion_that_waits_too_long_is_reported(house: House) -> None:
    motion = moved(house)
    house.wait("2024-04-10", motion)
    assert house.events(motion)[-1] == "ueberfaellig_melden"
    assert ("verwaltungsleitung", "fristablauf") in house.told(motion)


def test_an_inadmissible_motion_is_rejected_with_a_reason(house: House) -> None:
    motion = house.open("antrag", CLERK, **MOTION).case.id
    house.fire(motion, "zurueckweisen", grund="keine Zuständigkeit")
    assert house.workflow.case(motion).case.closed_at == START
    assert house.told(motion)[-1] == (ASKER, "zurueckgewiesen")


def test_a_motion_is_completed_by_its_mover(house: House) -> None:
    motion = house.open("antrag", CLERK, **MOTION).case.id
    house.fire(motion, "zur_ergaenzung_zurueckgeben", grund="Der Beschluss ist unklar.")
    house.fire(motion, "ergaenzen", ASKER, beschlussvorschlag=["Die Verwaltung berichtet jährlich."])
    assert house.workflow.case(motion).case.facts["beschlussvorschlag"] == ["Die Verwaltung berichtet jährlich."]


# --- an inquiry that is answered by a statement with a number of its own ---

OWN_NUMBER = """
id      = "anfrage"
extends = "anfrage"
version = 1001

[event.stellungnahme_anfordern]
label = "Stellungnahme anfordern"
from  = ["zugelassen"]
by    = ["geschaeftsstelle"]
ask   = { federfuehrung = "office", beteiligt = "office*?", zielsitzung = "date?", hinweis = "text?" }

[child.stellungnahme]
lifecycle = "stellungnahme"
opens_on  = ["stellungnahme_anfordern"]
copy      = ["betreff", "oeffentlich", "fragesteller", "fragen", "federfuehrung", "beteiligt", "zielsitzung", "hinweis"]
"""


def test_an_inquiry_is_answered_by_a_statement_with_a_number_of_its_own(house: House, tmp_path: Path) -> None:
    (tmp_path / "anfrage.toml").write_text(OWN_NUMBER, "utf-8")
    other = House(house.url, Setup(lifecycles=(tmp_path,)))
    other.body = other.found_town()
    inquiry = other.ask(nummer="F0172/14")
    other.fire(inquiry, "zulassen")
    statement = asked(other, inquiry)
    other.fire(statement, "nummer_vergeben", LEAD, nummer="S0233/14")
    view = other.workflow.case(statement)
    other.close()
    assert (view.case.number, view.case.facts["fragen"]) == ("S0233/14", ["Wie ist der Sachstand?"])
