"""The way of a promise: the report on it is prepared when its day nears, and keeps it; on both databases."""

from datetime import date
from typing import Any

import pytest

from tests.helpers.house import ASKER, CLERK, DRAFT, LEAD, MAYOR, House, refused
from vorgang.config.errors import RefusedError

PROMISE = {"zusage": "Bericht über den Sachstand", "kontrolle": "2024-06-28"}


def promised(house: House, **more: Any) -> str:
    """A promise to the asker; its id."""
    data = {**PROMISE, "federfuehrung": "amt01", "fragesteller": ASKER, **more}
    return house.open("zusage", CLERK, **data).case.id


def near(house: House, **more: Any) -> tuple[str, str]:
    """A promise whose day is near, and the report that has been prepared for it."""
    promise = promised(house, **more)
    house.wait("2024-06-14", promise)
    (report,) = house.children(promise, "mitteilung")
    return promise, report.id


def published(house: House, report: str) -> None:
    house.fire(report, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    house.fire(report, "zur_unterschrift_geben", LEAD)
    house.fire(report, "unterzeichnen", MAYOR)
    house.fire(report, "veroeffentlichen", veroeffentlichung="oeffentlich")


def test_the_report_is_prepared_ten_working_days_before_and_only_once(house: House) -> None:
    promise = promised(house, empfaenger="integrationsrat", nummer="1062/2023")
    house.wait("2024-06-13", promise)
    assert house.children(promise, "mitteilung") == []
    house.wait("2024-06-14", promise)
    (report,) = house.children(promise, "mitteilung")
    facts = house.workflow.case(report.id).case.facts
    assert (report.state, report.owner, report.subject) == (
        "in_bearbeitung",
        "amt01",
        "Bericht zu einer Zusage (1062/2023)",
    )
    assert (facts["gremium"], facts["unterzeichner"], facts["fragesteller"]) == ("integrationsrat", "ob", ASKER)
    assert (facts["bezuege"], facts["hinweis"]) == (["1062/2023"], "Zugesagt ist: Bericht über den Sachstand")
    assert report.due_on == date(2024, 6, 28)  # four weeks would be too late
    assert house.told(report.id) == [("amt01", "auftrag")]
    assert house.told(promise) == [("amt01", "erinnerung")]
    house.wait("2024-07-10", promise)  # the day itself, and after it
    assert [one.id for one in house.children(promise, "mitteilung", every=True)] == [report.id]


def test_a_promise_of_an_answer_hands_the_number_of_the_answer_to_its_report(house: House) -> None:
    house.body = house.found_town()
    answer = house.at("unterzeichnet", nummer="1062/2023")
    house.fire(answer, "veroeffentlichen", veroeffentlichung="oeffentlich", zusagen=[PROMISE])
    (promise,) = house.children(answer, "zusage")
    house.wait("2024-06-14", promise.id)
    (report,) = house.children(promise.id, "mitteilung")
    assert house.workflow.case(report.id).case.facts["bezuege"] == ["1062/2023"]


def test_nothing_is_promised_for_a_day_that_has_passed(house: House) -> None:
    past = {**PROMISE, "kontrolle": "2024-01-05"}
    with pytest.raises(RefusedError, match="2024"):
        promised(house, kontrolle="2024-01-05")
    answer = house.at("unterzeichnet")
    with pytest.raises(RefusedError):
        house.fire(answer, "veroeffentlichen", veroeffentlichung="oeffentlich", zusagen=[past])
    assert house.state(answer) == "unterzeichnet"


def test_a_promise_that_fell_due_under_an_embargo_is_due_when_that_is_over(house: House) -> None:
    answer = house.at("unterzeichnet")
    house.fire(answer, "sperren", gesperrt_bis="2024-01-19", zusagen=[{**PROMISE, "kontrolle": "2024-01-12"}])
    house.wait("2024-01-22", answer)
    (promise,) = house.children(answer, "zusage")
    assert (house.state(answer), promise.due_on) == ("beantwortet", date(2024, 1, 20))


def test_the_report_that_the_body_has_noted_keeps_the_promise(house: House) -> None:
    promise, report = near(house)
    published(house, report)
    (stop,) = house.schedule(report, "rat", on="2024-06-25")
    assert house.state(promise) == "offen"
    house.fire(stop.id, "zur_kenntnis_nehmen")
    assert (house.state(report), house.state(promise)) == ("abgeschlossen", "erfuellt")
    assert house.clocks(promise) == [("kontrolle", "met", date(2024, 6, 28))]
    assert [template for to, template in house.told(promise) if to == ASKER] == []  # the report itself went to them
    assert (ASKER, "beantwortet") in house.told(report)


def test_a_report_without_a_session_keeps_it_too(house: House) -> None:
    promise, report = near(house)
    published(house, report)
    house.fire(report, "abschliessen")
    assert house.state(promise) == "erfuellt"


def test_whoever_reports_by_hand_or_drops_it_needs_no_report_any_more(house: House) -> None:
    kept, first = near(house)
    house.fire(kept, "berichten", LEAD, bericht="Die Stadt hat geantwortet.")
    assert (house.state(kept), house.state(first)) == ("erfuellt", "verworfen")
    dropped = promised(house, kontrolle="2024-09-30")
    house.wait("2024-09-17", dropped)
    (second,) = house.children(dropped, "mitteilung")
    house.fire(dropped, "entfallen_lassen", grund="erledigt")
    assert (house.state(dropped), house.state(second.id)) == ("entfallen", "verworfen")
    assert [one for one in house.told(dropped) if one[1] == "zusage_entfallen"] == [
        (ASKER, "zusage_entfallen"),
        ("amt01", "zusage_entfallen"),
    ]


def test_a_report_that_is_withdrawn_leaves_the_promise_open(house: House) -> None:
    promise, report = near(house)
    assert refused(house, promise, "mitteilung_vorbereiten") == "guards_fail"  # there is one already
    house.fire(report, "zurueckziehen", grund="zu früh")
    assert house.state(promise) == "offen"
    house.fire(promise, "mitteilung_vorbereiten", LEAD, betreff="Noch ein Bericht", unterzeichner="verwaltungsleitung")
    (other,) = house.children(promise, "mitteilung")
    assert other.subject == "Noch ein Bericht"
    assert house.workflow.case(other.id).case.facts["unterzeichner"] == "verwaltungsleitung"


def test_a_promise_for_a_near_day_gets_its_report_at_once(house: House) -> None:
    promise = promised(house, kontrolle="2024-01-12")
    house.wait("2024-01-09", promise)
    assert len(house.children(promise, "mitteilung")) == 1
    assert house.told(promise) == []  # no reminder of a day gone by


def test_a_promise_that_is_put_off_is_prepared_for_its_new_day(house: House) -> None:
    promise = promised(house)
    house.fire(promise, "verlaengern", kontrolle="2024-09-30", grund="Die Zahlen kommen später.")
    house.wait("2024-09-13", promise)
    assert house.children(promise, "mitteilung") == []
    house.wait("2024-09-17", promise)
    assert len(house.children(promise, "mitteilung")) == 1


def test_a_late_report_is_told_as_before(house: House) -> None:
    promise, _ = near(house)
    house.wait("2024-07-08", promise)
    assert ("gs-integrationsrat", "fristablauf") in house.told(promise)
    assert ("verwaltungsleitung", "ueberfaellig") in house.told(promise)
