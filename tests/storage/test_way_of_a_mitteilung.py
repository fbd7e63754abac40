"""The way of a report to the council, for which nobody need have asked, on both databases."""

from datetime import date
from typing import Any

import pytest

from tests.helpers.house import ASKER, CLERK, COSIGNERS, DRAFT, LEAD, MAYOR, House, refused
from vorgang.notifications.papers.press import Wish
from vorgang.workflow.papers import render_paper

SIGNER = "leitung"


def begun(house: House, **more: Any) -> str:
    """A report begun by the council office; the head of administration is to sign it."""
    data = {"betreff": "Jahresbericht", "federfuehrung": "amt01", "unterzeichner": "verwaltungsleitung", **more}
    return house.open("mitteilung", CLERK, **data).case.id


def signed(house: House, report: str) -> None:
    """The report drafted and signed."""
    house.fire(report, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    house.fire(report, "zur_unterschrift_geben", LEAD)
    house.fire(report, "unterzeichnen", SIGNER)


def test_the_whole_way(house: House) -> None:
    report = begun(house)
    signed(house, report)
    house.fire(report, "veroeffentlichen", veroeffentlichung="oeffentlich")
    (stop,) = house.schedule(report, "rat")
    house.fire(stop.id, "zur_kenntnis_nehmen")
    assert house.state(report) == "abgeschlossen"
    assert {name: status for name, status, _ in house.clocks(report)} == dict.fromkeys(
        ("mitteilung", "veroeffentlichung", "kenntnisnahme"), "met"
    )
    assert house.told(report) == [("amt01", "auftrag"), ("verwaltungsleitung", "unterschrift")]


def test_whoever_is_named_signs_and_nobody_else(house: House) -> None:
    report = begun(house)
    house.fire(report, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    house.fire(report, "zur_unterschrift_geben", LEAD)
    assert house.workflow.case(report).case.owner == "verwaltungsleitung"
    assert refused(house, report, "unterzeichnen", MAYOR) == "role_missing"
    house.fire(report, "zurueckgeben", SIGNER, grund="zu lang")
    assert house.told(report)[-1] == ("amt01", "aenderung_verlangt")


def test_it_is_co_signed_where_offices_are_involved(house: House) -> None:
    report = begun(house, beteiligt=list(COSIGNERS))
    house.fire(report, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    house.fire(report, "in_mitzeichnung_geben", LEAD)
    house.cosign(report)
    assert house.told(report)[-1] == ("verwaltungsleitung", "unterschrift")


def test_its_signature_has_a_day_that_can_be_moved_and_lapses(house: House) -> None:
    report = begun(house)
    assert house.workflow.case(report).case.due_on == date(2024, 2, 5)
    house.fire(report, "termin_verschieben", LEAD, grund="Zahlen fehlen", neuer_termin="2024-02-12")
    assert house.workflow.case(report).case.due_on == date(2024, 2, 12)
    house.wait("2024-02-13", report)
    assert ("gs-integrationsrat", "fristablauf") in house.told(report)


def test_who_has_asked_for_it_is_told(house: House) -> None:
    report = begun(house, fragesteller=ASKER)
    signed(house, report)
    house.fire(report, "veroeffentlichen", veroeffentlichung="oeffentlich")
    assert house.told(report)[-1] == (ASKER, "beantwortet")


def test_a_promise_in_it_is_a_case_of_its_own(house: House) -> None:
    report = begun(house)
    signed(house, report)
    zusagen = [{"zusage": "Bericht 2025", "kontrolle": "2025-03-31"}]
    house.fire(report, "veroeffentlichen", veroeffentlichung="oeffentlich", zusagen=zusagen)
    (promise,) = house.children(report, "zusage")
    assert (promise.owner, promise.due_on) == ("amt01", date(2025, 3, 31))
    house.fire(report, "abschliessen")
    assert house.state(promise.id) == "offen"


def test_it_is_locked_until_a_day_and_released_the_day_after(house: House) -> None:
    report = begun(house)
    signed(house, report)
    house.fire(report, "sperren", gesperrt_bis="2024-01-12")
    house.wait("2024-01-13", report)
    assert house.state(report) == "beantwortet"


def test_it_is_withdrawn(house: House) -> None:
    report = begun(house)
    house.fire(report, "zurueckziehen", grund="überholt")
    assert house.told(report)[-1] == ("amt01", "zurueckgezogen")


def published(house: House, report: str) -> None:
    """The report drafted in the words of the house, signed and made known."""
    house.fire(report, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=[{"antwort": "Der Bericht."}])
    house.fire(report, "zur_unterschrift_geben", LEAD)
    house.fire(report, "unterzeichnen", SIGNER)
    house.fire(report, "veroeffentlichen", veroeffentlichung="oeffentlich")


def read(house: House, report: str, person: str | None = None, kind: str = "stellungnahme") -> str:
    """A paper of a report as somebody reads it; None: everybody."""
    wish = Wish(kind, "html")
    printed = render_paper(house.workflow, report, wish, reader=house.workflow.reader(house.body, person))
    return printed.file.content.decode()


def test_its_paper_names_no_number_that_its_readers_may_not_know(house: House) -> None:
    """However the number is written, and wherever in the text."""
    house.ask(nummer="0815/2024", oeffentlich=False)
    house.ask(nummer="0816/2024")
    locked = house.at("gesperrt", nummer="0817/2024")
    named = ["815/24", "Nachfrage 0815/2024-1", "DS 0815/2024 (Grundstück)", "0816/2024", "0817/2024", "9999/1999"]
    report = begun(house, bezuege=named)
    published(house, report)
    for person in (None, CLERK):  # it is one paper, whoever prints it
        text = read(house, report, person)
        assert ("815" in text, "0816/2024" in text, "0817" in text, "9999/1999" in text) == (False, True, False, True)
    house.wait("2024-01-13", locked)
    assert "0817/2024" in read(house, report)


@pytest.mark.parametrize("way", ["flag", "session", "postponed"])
def test_its_paper_names_no_session_that_is_not_public(house: House, way: str) -> None:
    house.body = house.found_town()
    report = begun(house)
    published(house, report)
    if way != "flag":
        house.open("sitzung", CLERK, gremium="integrationsrat", tag="2024-03-05", oeffentlich=False)
    own = {"oeffentlich": False} if way == "flag" else {}
    stops = [
        {"gremium": "integrationsrat", "sitzung": "2024-03-05", "rolle": "vorberatung", **own},
        {"gremium": "rat", "sitzung": "2024-03-07", "rolle": "kenntnisnahme"},
    ]
    house.fire(report, "auf_tagesordnung_setzen", CLERK, beratungsfolge=stops)
    if way == "postponed":
        house.fire(house.children(report, "beratung")[0].id, "vertagen", sitzung="2024-04-16")
    text = read(house, report)
    assert ("07.03.2024" in text, "05.03.2024" in text) == (True, False)
    assert ("16.04.2024" in text) == (way == "postponed")
    assert "05.03.2024" in read(house, report, CLERK, "ausfertigung")  # which stays in the house
