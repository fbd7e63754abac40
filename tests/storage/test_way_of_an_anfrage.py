"""The way of an Anfrage through the house, with the real lifecycle, on both databases: letter to Kenntnisnahme."""

from datetime import date
from pathlib import Path

import pytest

from tests.helpers.house import ASKER, CLERK, COSIGNERS, DRAFT, LEAD, MAYOR, START, House, later, local, refused
from vorgang.config.errors import RefusedError
from vorgang.workflow.setup import Setup

#: The council office of the Integrationsrat.
GS = "gs-integrationsrat"
STRICT = """
id = "streng"
version = "1"
extends = "hagen"
valid_from = 2000-01-01
label = "ohne Verlängerung"
basis = "erfunden"
source = "erfunden"
[rule.antwort]
extension = false
"""


def test_the_whole_way(house: House) -> None:
    case = house.at("in_beratung")
    (stop,) = house.children(case, "beratung")
    house.fire(stop.id, "zur_kenntnis_nehmen")
    assert house.state(case) == "abgeschlossen"
    assert house.events(case) == [
        *("registrieren", "zulassen", "zuweisen", "annehmen", "entwurf_ablegen", "in_mitzeichnung_geben"),
        *("mitgezeichnet", "unterzeichnen", "veroeffentlichen", "auf_tagesordnung_setzen", "alle_beraten"),
    ]
    assert house.told(case) == [
        (ASKER, "eingang"),
        ("amt01", "auftrag"),
        ("amt41", "beteiligung"),
        ("amt48", "beteiligung"),
        ("ob", "unterschrift"),
        (ASKER, "beantwortet"),
        (ASKER, "abgeschlossen"),
    ]
    assert {name: status for name, status, _ in house.clocks(case)} == dict.fromkeys(
        ("zulassung", "antwort", "annahme", "veroeffentlichung", "kenntnisnahme"), "met"
    )
    view = house.workflow.case(case)
    assert (view.case.owner, view.case.due_on, view.case.closed_at) == (None, None, local("2024-03-05"))


def test_both_dates_of_the_letter_are_kept(house: House) -> None:
    case = house.ask(schreiben_vom="2023-12-05", eingang="2024-01-05")
    house.fire(case, "zulassen")
    view = house.workflow.case(case)
    assert view.case.facts["eingang"] == "2024-01-05"
    assert house.workflow.history(case)[0].data is not None
    assert house.workflow.history(case)[0].data["schreiben_vom"] == "2023-12-05"  # type: ignore[index]
    answer = next(clock for clock in view.deadlines if clock.name == "antwort")
    assert answer.due_on == date(2024, 2, 2)  # four weeks from receipt, not from the letter nor from admission


# --- admissibility ---


def test_an_inquiry_is_rejected_with_a_reason(house: House) -> None:
    case = house.ask()
    assert refused(house, case, "zurueckweisen") == "input_invalid"
    house.fire(case, "zurueckweisen", grund="keine Zuständigkeit der Stadt")
    assert house.state(case) == "zurueckgewiesen"
    assert house.told(case)[-1] == (ASKER, "zurueckgewiesen")
    assert house.workflow.case(case).case.closed_at == START


def test_an_inquiry_is_returned_completed_and_checked_anew(house: House) -> None:
    case = house.at("in_ergaenzung")
    assert house.workflow.case(case).case.owner == ASKER
    house.clock("2024-01-15")
    house.fire(case, "ergaenzen", ASKER, fragen=["Ab wann?", "Wer?"])
    view = house.workflow.case(case)
    assert (view.case.state, view.case.owner, view.case.facts["fragen"]) == (
        "eingegangen",
        "gs-integrationsrat",
        ["Ab wann?", "Wer?"],
    )
    assert [(name, status) for name, status, _ in house.clocks(case)] == [
        ("zulassung", "met"),
        ("ergaenzung", "met"),
        ("zulassung", "running"),
    ]
    assert view.case.due_on == date(2024, 1, 22)


def test_an_inquiry_that_is_never_completed_can_be_rejected(house: House) -> None:
    case = house.at("in_ergaenzung")
    house.fire(case, "zurueckweisen", grund="nicht ergänzt")
    assert house.state(case) == "zurueckgewiesen"


# --- the office ---


def test_the_office_declines_and_another_one_is_assigned(house: House) -> None:
    case = house.at("zugewiesen")
    house.fire(case, "zustaendigkeit_ablehnen", LEAD, grund="Kultur", vorschlag="amt41")
    assert house.state(case) == "zugelassen"
    assert house.told(case)[-1] == ("gs-integrationsrat", "abgelehnt")
    house.fire(case, "zuweisen", federfuehrung="amt41", beteiligt=[])
    view = house.workflow.case(case)
    assert (view.case.owner, view.case.facts.get("beteiligt")) == ("amt41", None)
    assert refused(house, case, "annehmen", LEAD) == "role_missing"
    house.fire(case, "annehmen", "beispiel41")
    assert house.state(case) == "in_bearbeitung"


def test_a_case_is_reassigned_before_it_was_accepted(house: House) -> None:
    case = house.at("zugewiesen")
    house.fire(case, "zuweisen", federfuehrung="amt48")
    assert house.workflow.case(case).case.owner == "amt48"
    assert [status for name, status, _ in house.clocks(case) if name == "annahme"] == ["cancelled", "running"]
    assert house.told(case).count(("amt48", "auftrag")) == 1


def test_without_involved_offices_the_draft_goes_straight_to_the_signature(house: House) -> None:
    case = house.at("zugelassen")
    house.fire(case, "zuweisen", federfuehrung="amt01")
    house.fire(case, "annehmen", LEAD)
    assert refused(house, case, "zur_unterschrift_geben", LEAD) == "guards_fail"
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    assert refused(house, case, "in_mitzeichnung_geben", LEAD) == "guards_fail"
    house.fire(case, "zur_unterschrift_geben", LEAD)
    assert house.workflow.case(case).case.owner == "ob"


def test_with_involved_offices_the_signature_waits_for_them(house: House) -> None:
    case = house.at("mit_entwurf")
    assert refused(house, case, "zur_unterschrift_geben", LEAD) == "guards_fail"


def test_the_answer_period_is_extended_twice_by_consent_from_its_old_end(house: House) -> None:
    case = house.at("in_bearbeitung")
    assert ("antwort", "running", date(2024, 2, 2)) in house.clocks(case)
    assert refused(house, case, "frist_verlaengern", LEAD, grund="Zulieferung", zustimmung_von=LEAD) == "guards_fail"
    house.fire(case, "frist_verlaengern", LEAD, grund="Zulieferung", zustimmung_von=ASKER)
    assert ("antwort", "running", date(2024, 2, 16)) in house.clocks(case)
    assert (ASKER, "fristverlaengerung") in house.told(case)
    house.fire(case, "frist_verlaengern", CLERK, grund="nochmals", zustimmung_von=GS)
    assert ("antwort", "running", date(2024, 3, 1)) in house.clocks(case)
    with pytest.raises(RefusedError) as caught:
        house.fire(case, "frist_verlaengern", CLERK, grund="zum dritten Mal", zustimmung_von=GS)
    assert [reason.code for reason in caught.value.refusal.reasons] == ["extension_used_up"]
    trace = next(clock.trace for clock in house.workflow.case(case).deadlines if clock.name == "antwort")
    extended = [line for line in trace if line["step"] == "extension"]
    assert [line["norm"] for line in extended] == ["§ 190 BGB", "§ 190 BGB"]
    assert "gerechnet vom bisherigen Ende an, Freitag, 02.02.2024" in extended[0]["de"]


def test_where_the_rules_provide_no_extension_it_is_refused(house: House, tmp_path: Path) -> None:
    (tmp_path / "streng.toml").write_text(STRICT, "utf-8")
    strict = House(house.url, Setup(rules=(tmp_path,)))
    strict.body = strict.found_town(rules="streng")
    case = strict.at("in_bearbeitung")
    with pytest.raises(RefusedError) as caught:
        strict.fire(case, "frist_verlaengern", CLERK, grund="dauert", zustimmung_von=GS)
    strict.close()
    assert [reason.code for reason in caught.value.refusal.reasons] == ["extension_not_provided"]


def test_the_mayor_returns_the_draft(house: House) -> None:
    case = house.at("zur_unterschrift")
    house.fire(case, "zurueckgeben", MAYOR, grund="Ton")
    assert house.state(case) == "in_bearbeitung"
    house.fire(case, "entwurf_ablegen", LEAD, entwurf={**DRAFT, "sha256": "1" * 64})
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    assert [child.facts["amt"] for child in house.children(case, "mitzeichnung")] == list(COSIGNERS)


def test_an_interim_reply_moves_the_due_day_and_tells_the_asker(house: House) -> None:
    case = house.at("in_bearbeitung")
    assert refused(house, case, "zwischenbescheid", LEAD, grund="x", neuer_termin="2024-01-07") == "guards_fail"
    house.fire(case, "zwischenbescheid", LEAD, grund="Rückfrage beim Land", neuer_termin="2024-03-15")
    assert house.workflow.case(case).case.due_on == date(2024, 3, 15)
    assert (ASKER, "zwischenbescheid") in house.told(case)
    house.fire(case, "zwischenbescheid", grund="nochmals", neuer_termin="2024-03-29")
    assert ("antwort", "running", date(2024, 3, 29)) in house.clocks(case)


def test_an_answer_that_is_late_is_reported_once_and_stays_late(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.wait("2024-04-01", case)
    assert house.events(case).count("ueberfaellig_melden") == 1
    late = [message for message in house.messages(case) if message["template"] == "fristablauf"]
    assert {(row["recipient"], row["created_at"]) for row in late} == {
        ("gs-integrationsrat", local("2024-02-03", 0)),
        ("verwaltungsleitung", local("2024-02-03", 0)),
    }
    reminded = [row["recipient"] for row in house.messages(case) if row["template"] == "erinnerung"]
    assert reminded == ["amt01", "amt01"]
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    house.cosign(case)
    house.fire(case, "unterzeichnen", MAYOR)
    assert ("antwort", "late", date(2024, 2, 2)) in house.clocks(case)


# --- co-signing ---


def test_co_signing_at_the_same_time(house: House) -> None:
    case = house.at("in_mitzeichnung")
    first, second = house.children(case, "mitzeichnung")
    assert [house.told(child.id) for child in (first, second)] == [
        [("amt41", "mitzeichnung")],
        [("amt48", "mitzeichnung")],
    ]
    house.fire(second.id, "nicht_betroffen_melden", "beispiel48")
    assert house.state(case) == "in_mitzeichnung"
    house.fire(first.id, "mitzeichnen", "beispiel41", anmerkung="mit Änderung auf Seite 2")
    assert house.state(case) == "zur_unterschrift"
    assert house.told(case)[-1] == ("ob", "unterschrift")


def test_co_signing_in_order(house: House) -> None:
    case = house.at("mit_entwurf")
    house.fire(case, "in_mitzeichnung_geben", LEAD, reihenfolge="reihe")
    (first,) = house.children(case, "mitzeichnung")
    assert first.facts["amt"] == "amt41"
    house.fire(first.id, "mitzeichnen", "beispiel41")
    (second,) = house.children(case, "mitzeichnung")
    assert (second.facts["amt"], house.state(case)) == ("amt48", "in_mitzeichnung")
    house.fire(second.id, "mitzeichnen", "beispiel48")
    assert house.state(case) == "zur_unterschrift"


def test_nobody_co_signs_for_another_office(house: House) -> None:
    case = house.at("in_mitzeichnung")
    assert refused(house, house.children(case, "mitzeichnung")[0].id, "mitzeichnen", "beispiel48") == "role_missing"


def test_a_refused_co_signature_withdraws_the_others_and_a_second_round_follows(house: House) -> None:
    case = house.at("in_mitzeichnung")
    first, second = house.children(case, "mitzeichnung")
    house.fire(first.id, "verweigern", "beispiel41", grund="falsche Zahlen")
    assert house.state(case) == "in_bearbeitung"
    assert house.told(case)[-1] == ("amt01", "aenderung_verlangt")
    assert house.state(second.id) == "entfallen"
    assert refused(house, second.id, "mitzeichnen", "beispiel48") == "case_closed"
    house.fire(case, "entwurf_ablegen", LEAD, entwurf={**DRAFT, "sha256": "1" * 64})
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    again = house.children(case, "mitzeichnung")
    assert [child.facts["entwurf"]["sha256"] for child in again] == ["1" * 64] * 2
    house.cosign(case)
    assert house.state(case) == "zur_unterschrift"
    ends = sorted(child.state for child in house.children(case, "mitzeichnung", every=True))
    assert ends == ["entfallen", "mitgezeichnet", "mitgezeichnet", "verweigert"]


def test_a_refusal_in_order_ends_the_round_and_the_next_one_need_not_be_in_order(house: House) -> None:
    case = house.at("mit_entwurf")
    house.fire(case, "in_mitzeichnung_geben", LEAD, reihenfolge="reihe")
    house.fire(house.children(case, "mitzeichnung")[0].id, "verweigern", "beispiel41", grund="nein")
    assert (house.state(case), house.children(case, "mitzeichnung")) == ("in_bearbeitung", [])
    house.fire(case, "in_mitzeichnung_geben", LEAD, reihenfolge="gleichzeitig")
    assert len(house.children(case, "mitzeichnung")) == 2


# --- publication ---


def test_a_public_answer_stays_public(house: House) -> None:
    case = house.at("beantwortet")
    assert house.workflow.case(case).case.public
    assert house.told(case)[-1] == (ASKER, "beantwortet")


def test_an_answer_that_is_not_public_hides_the_case(house: House) -> None:
    case = house.at("unterzeichnet")
    house.fire(case, "veroeffentlichen", veroeffentlichung="nichtoeffentlich", zusagen=[promise()])
    assert house.state(case) == "beantwortet"
    assert not house.workflow.case(case).case.public
    assert not house.children(case, "zusage")[0].public
    house.schedule(case, "rat")
    assert not house.workflow.case(case).case.public
    assert not house.children(case, "beratung")[0].public


def test_an_answer_is_locked_until_a_day_inclusive(house: House) -> None:
    case = house.at("gesperrt")  # until Friday, 12.01.2024
    assert (ASKER, "beantwortet") not in house.told(case)
    house.wait("2024-01-12", case, hour=23)
    assert house.state(case) == "gesperrt"
    house.wait("2024-01-13", case, hour=0)
    assert house.state(case) == "beantwortet"
    line = house.workflow.history(case)[-1]
    assert (line.event, line.actor_kind, line.at) == ("freigeben", "timer", local("2024-01-13", 0))
    assert house.told(case)[-1] == (ASKER, "beantwortet")
    assert ("sperre", "met", date(2024, 1, 12)) in house.clocks(case)


def test_a_lock_is_lifted_by_hand(house: House) -> None:
    case = house.at("gesperrt")
    house.fire(case, "freigeben")
    assert house.state(case) == "beantwortet"
    house.wait("2024-01-20", case)
    assert house.events(case).count("freigeben") == 1


def test_a_lock_is_changed(house: House) -> None:
    case = house.at("gesperrt")
    house.fire(case, "sperre_aendern", gesperrt_bis="2024-01-31", grund="Bitte des Landes")
    house.wait("2024-01-31", case, hour=23)
    assert house.state(case) == "gesperrt"
    house.wait("2024-02-01", case, hour=0)
    assert house.state(case) == "beantwortet"


def test_a_lock_until_a_day_gone_by_is_refused(house: House) -> None:
    assert refused(house, house.at("unterzeichnet"), "sperren", gesperrt_bis="2024-01-07") == "guards_fail"


def test_nothing_of_a_locked_answer_is_told_or_promised_before_it_is_released(house: House) -> None:
    case = house.at("unterzeichnet")
    before = house.told(case)
    house.fire(case, "sperren", gesperrt_bis="2024-01-12", zusagen=[promise()])
    assert house.children(case, "zusage") == []
    assert house.told(case) == before
    house.wait("2024-01-13", case, hour=0)
    assert len(house.children(case, "zusage")) == 1
    assert ("severcan", "beantwortet") in house.told(case)


# --- before the bodies ---


def test_the_case_closes_when_the_last_body_has_noted_it(house: House) -> None:
    case = house.at("beantwortet")
    first, second = house.schedule(case, "integrationsrat", "rat")
    house.fire(first.id, "zur_kenntnis_nehmen", niederschrift="einstimmig")
    assert house.state(case) == "in_beratung"
    (third,) = [
        stop
        for stop in house.schedule(case, "integrationsrat", on="2024-04-09")
        if stop.id not in {first.id, second.id}
    ]
    house.fire(second.id, "zur_kenntnis_nehmen")
    assert house.state(case) == "in_beratung"
    house.fire(third.id, "zur_kenntnis_nehmen")
    assert house.state(case) == "abgeschlossen"
    assert house.told(third.id) == [(ASKER, "zur_kenntnis")]


def test_a_stop_is_postponed(house: House) -> None:
    case = house.at("in_beratung")
    (stop,) = house.children(case, "beratung")
    house.fire(stop.id, "vertagen", sitzung="2024-04-09")
    assert house.clocks(stop.id) == [("sitzung", "running", date(2024, 4, 9))]
    assert house.told(stop.id)[-2:] == [(ASKER, "vertagt"), ("amt01", "vertagt")]


def test_a_stop_is_removed_and_scheduled_anew(house: House) -> None:
    case = house.at("in_beratung")
    (stop,) = house.children(case, "beratung")
    house.fire(stop.id, "absetzen", grund="zu spät")
    assert (house.state(stop.id), house.state(case)) == ("abgesetzt", "in_beratung")
    house.fire(stop.id, "neu_ansetzen", sitzung="2024-05-07")
    assert house.workflow.case(stop.id).case.due_on == date(2024, 5, 7)
    house.fire(stop.id, "zur_kenntnis_nehmen")
    assert house.state(case) == "abgeschlossen"


def test_a_stop_that_was_removed_for_good_closes_the_case_too(house: House) -> None:
    case = house.at("in_beratung")
    (stop,) = house.children(case, "beratung")
    house.fire(stop.id, "absetzen")
    house.fire(stop.id, "erledigen", grund="hat sich erledigt")
    assert house.state(case) == "abgeschlossen"


def test_a_stop_is_referred_and_the_other_body_ends_it(house: House) -> None:
    case = house.at("in_beratung")
    (stop,) = house.children(case, "beratung")
    house.fire(stop.id, "verweisen", verweisung={"gremium": "rat", "sitzung": "2024-04-09", "rolle": "kenntnisnahme"})
    (nested,) = house.children(stop.id, "folge")
    assert (house.state(stop.id), house.state(case), nested.due_on) == ("verwiesen", "in_beratung", date(2024, 4, 9))
    house.fire(nested.id, "zur_kenntnis_nehmen")
    assert (house.state(nested.id), house.state(stop.id)) == ("zur_kenntnis_genommen", "erledigt")
    assert house.state(case) == "abgeschlossen"


def test_settling_a_referred_stop_withdraws_the_nested_ones(house: House) -> None:
    case = house.at("in_beratung")
    (stop,) = house.children(case, "beratung")
    referral = {"gremium": "rat", "sitzung": "2024-04-09", "rolle": "kenntnisnahme"}
    house.fire(stop.id, "verweisen", verweisung=referral)
    (nested,) = house.children(stop.id, "folge")
    house.fire(nested.id, "verweisen", verweisung={**referral, "gremium": "integrationsrat"})
    (deepest,) = house.children(nested.id, "folge")
    house.fire(stop.id, "erledigen")
    assert [house.state(one) for one in (deepest.id, nested.id, stop.id)] == ["erledigt"] * 3
    assert house.state(case) == "abgeschlossen"
    assert house.events(case).count("alle_beraten") == 1


def test_an_answer_is_closed_without_consultation(house: House) -> None:
    case = house.at("beantwortet")
    house.fire(case, "abschliessen")
    assert house.state(case) == "abgeschlossen"


# --- withdrawal ---


@pytest.mark.parametrize(
    "state",
    [
        "eingegangen",
        "in_ergaenzung",
        "zugelassen",
        "zugewiesen",
        "in_bearbeitung",
        "in_mitzeichnung",
        "zur_unterschrift",
    ],
)
def test_the_asker_withdraws_at_any_time_before_the_answer(house: House, state: str) -> None:
    case = house.at(state)
    house.fire(case, "zurueckziehen", ASKER)
    assert house.state(case) == "zurueckgezogen"
    assert house.children(case, "mitzeichnung") == []
    assert not [name for name, status, _ in house.clocks(case) if status in {"running", "paused"}]
    assigned = state not in {"eingegangen", "in_ergaenzung", "zugelassen"}
    for office in ("amt01", *COSIGNERS):
        assert ((office, "zurueckgezogen") in house.told(case)) == assigned


@pytest.mark.parametrize("state", ["gesperrt", "beantwortet"])
def test_an_inquiry_that_has_been_answered_cannot_be_withdrawn(house: House, state: str) -> None:
    assert refused(house, house.at(state), "zurueckziehen", ASKER) == "event_not_now"


# --- promises and follow-ups ---


def promise(**more: str) -> dict[str, str]:
    return {"zusage": "unaufgefordert berichten", "kontrolle": "2024-09-30", **more}


def promised(house: House) -> tuple[str, str]:
    """A closed Anfrage and its open promise."""
    case = house.at("unterzeichnet")
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich", zusagen=[promise(empfaenger="rat")])
    (child,) = house.children(case, "zusage")
    house.fire(case, "abschliessen")
    return case, child.id


def test_a_promise_outlives_its_inquiry(house: House) -> None:
    case, child = promised(house)
    view = house.workflow.case(child)
    assert house.state(case) == "abgeschlossen"
    assert (view.case.state, view.case.owner, view.case.due_on) == ("offen", "amt01", date(2024, 9, 30))


def test_a_promise_is_reminded_before_its_day_and_reported_when_it_has_lapsed(house: House) -> None:
    _, child = promised(house)
    house.wait("2024-11-01", child)
    first = house.messages(child)[0]
    assert first["created_at"] < local("2024-09-30")
    assert house.events(child).count("ueberfaellig_melden") == 1
    assert house.state(child) == "offen"


def test_a_promise_is_moved_and_kept(house: House) -> None:
    _, child = promised(house)
    house.fire(child, "verlaengern", kontrolle="2024-12-02", grund="Reise verschoben")
    house.clock("2024-11-06")
    house.fire(child, "berichten", LEAD, bericht="Die Reise fand statt.")
    assert house.clocks(child) == [("kontrolle", "met", date(2024, 12, 2))]
    told = [("amt01", "terminaenderung"), (ASKER, "zusage_erfuellt"), ("rat", "zusage_erfuellt")]
    assert house.told(child) == told


def test_a_promise_is_dropped_with_a_reason(house: House) -> None:
    _, child = promised(house)
    assert refused(house, child, "entfallen_lassen") == "input_invalid"
    house.fire(child, "entfallen_lassen", grund="gegenstandslos")
    assert house.state(child) == "entfallen"


def test_a_promise_can_stand_by_itself(house: House) -> None:
    case = house.open("zusage", **promise(), federfuehrung="amt01").case
    assert (case.parent_id, case.owner) == (None, "amt01")


def test_a_follow_up_refers_to_the_inquiry_before(house: House) -> None:
    first = house.at("beantwortet")
    follow = house.ask(bezug=first)
    data = house.workflow.history(follow)[0].data
    assert data is not None
    assert data["bezug"] == first


@pytest.mark.parametrize("bezug", ["0195535e-0000-7000-8000-00000000dead", "1062/2023"])
def test_a_follow_up_of_an_unknown_inquiry_is_refused(house: House, bezug: str) -> None:
    with pytest.raises(RefusedError) as caught:
        house.ask(bezug=bezug)
    assert caught.value.code == "input_invalid"
    assert bezug in caught.value.text("en")


def test_an_inquiry_of_another_town_is_unknown_here(house: House) -> None:
    case = house.ask()
    house.body = house.found_town()
    with pytest.raises(RefusedError):
        house.ask(bezug=case)


def test_the_due_days_of_the_whole_way_are_where_the_rules_put_them(house: House) -> None:
    case = house.at("in_beratung")
    due = {name: day for name, _, day in house.clocks(case)}
    assert due == {
        "zulassung": date(2024, 1, 15),
        "antwort": date(2024, 2, 2),
        "annahme": date(2024, 1, 11),
        "veroeffentlichung": date(2024, 1, 15),
        "kenntnisnahme": date(2024, 4, 8),
    }
    assert later("2024-01-08", 91) == due["kenntnisnahme"].isoformat()
