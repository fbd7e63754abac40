"""Co-signing and signature on both databases: stages, changed drafts, four eyes, and what the database refuses."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import delete, insert, select, text, update

from tests.conftest import BOTH
from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.house import BERLIN, CLERK, DRAFT, LEAD, MAYOR, START, SUPERVISOR, House, refused
from tests.storage.test_engine_conformance import at_once
from vorgang.config.errors import ForbiddenError, RefusedError, VorgangError
from vorgang.config.profile_files import load_profiles
from vorgang.config.profiles import Membership
from vorgang.states.audit import verify
from vorgang.states.overrides import Override
from vorgang.states.step import Actor
from vorgang.states.tables import CaseRow, SignatureRow, TransitionRow, table_of
from vorgang.workflow.chain import signature_chain
from vorgang.workflow.cli_signatures import chain_document, show_chain
from vorgang.workflow.console import Screen
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.seen_drafts import shown_draft
from vorgang.workflow.setup import Setup

SIGNATURE, LINE, CASE = table_of(SignatureRow), table_of(TransitionRow), table_of(CaseRow)
#: Another draft than the one of the house.
SECOND = {**DRAFT, "name": "entwurf-2.docx", "sha256": "1" * 64}
#: An office to which the clerk belongs.
OWN = "gs-integrationsrat"
THIRD = {**DRAFT, "name": "entwurf-3.docx", "sha256": "2" * 64}
STAGED = [
    {"amt": "amt41", "stufe": 1},
    {"amt": "amt48", "stufe": 2},
]


def send_out(house: House, plan: list[dict[str, Any]] | None = None, **more: Any) -> str:
    """An Anfrage whose draft has been sent for co-signing."""
    case = house.at("mit_entwurf")
    house.fire(case, "in_mitzeichnung_geben", LEAD, **({"mitzeichnungen": plan} if plan else {}), **more)
    return case


def asked(house: House, case: str) -> list[str]:
    return [child.facts["amt"] for child in house.children(case, "mitzeichnung")]


def child_of(house: House, case: str, office: str) -> str:
    return next(one.id for one in house.children(case, "mitzeichnung") if one.facts["amt"] == office)


def refusal(house: House, case: str, event: str, person: str, **data: Any) -> str:
    """The explanation of a refusal."""
    with pytest.raises(RefusedError) as caught:
        house.fire(case, event, person, **data)
    return f"{caught.value.refusal.code}: {caught.value.refusal.text()}"


def signed(house: House, *cases: str) -> list[tuple[str, str, str]]:
    """Signer, result and draft of the signatures of these cases and their co-signatures."""
    every = [*cases, *(one.id for case in cases for one in house.children(case, "mitzeichnung", every=True))]
    columns = (SIGNATURE.c.signer, SIGNATURE.c.result, SIGNATURE.c.draft_sha256)
    query = select(*columns).where(SIGNATURE.c.case_id.in_(every)).order_by(SIGNATURE.c.at, SIGNATURE.c.case_id)
    with house.database.reading() as connection:
        return [(row[0], row[1], row[2][:1]) for row in connection.execute(query)]


def test_stages_follow_one_another(house: House) -> None:
    case = send_out(house, STAGED)
    assert asked(house, case) == ["amt41"]
    house.cosign(case, "amt41")
    assert (asked(house, case), house.state(case)) == (["amt48"], "in_mitzeichnung")
    house.cosign(case, "amt48")
    assert house.state(case) == "zur_unterschrift"


def test_every_signature_is_kept_with_the_draft_that_was_seen(house: House) -> None:
    case = send_out(house)
    house.fire(child_of(house, case, "amt41"), "mitzeichnen", "beispiel41", anmerkung="Seite 2")
    house.fire(child_of(house, case, "amt48"), "nicht_betroffen_melden", "beispiel48")
    house.fire(case, "unterzeichnen", MAYOR)
    assert sorted(signed(house, case)) == [
        ("beispiel41", "mitgezeichnet_mit_anmerkung", "0"),
        ("beispiel48", "nicht_betroffen", "0"),
        (MAYOR, "unterzeichnet", "0"),
    ]
    assert verify(house.database).ok


def test_a_changed_draft_asks_again_those_who_have_signed(house: House) -> None:
    case = send_out(house)
    house.cosign(case, "amt41")
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND, aenderung="Absatz 2 ist neu")
    assert sorted(asked(house, case)) == ["amt41", "amt48"]
    again = child_of(house, case, "amt41")
    assert house.workflow.case(again).case.facts["runde"] == 1
    assert ("amt41", "mitzeichnung") in house.told(again)
    assert ("amt48", "entwurf_geaendert") in house.told(child_of(house, case, "amt48"))
    house.cosign(case)
    assert house.state(case) == "zur_unterschrift"
    assert sorted(draft for *_, draft in signed(house, case)) == ["0", "1", "1"]


def test_the_same_draft_filed_again_asks_nobody(house: House) -> None:
    case = send_out(house)
    house.cosign(case, "amt41")
    house.fire(case, "entwurf_ablegen", LEAD, entwurf={**DRAFT, "name": "anders.docx"})
    assert asked(house, case) == ["amt48"]
    assert ("amt48", "entwurf_geaendert") not in house.told(child_of(house, case, "amt48"))


def test_a_trivial_change_leaves_signatures_valid_and_says_so(house: House) -> None:
    case = send_out(house)
    house.cosign(case, "amt41")
    filed = {"entwurf": SECOND, "unwesentliche_aenderung": True}
    assert "unwesentlich_weil" in refusal(house, case, "entwurf_ablegen", LEAD, **filed)
    house.fire(case, "entwurf_ablegen", LEAD, **filed, unwesentlich_weil="Tippfehler")
    assert asked(house, case) == ["amt48"]
    assert ("amt41", "entwurf_unwesentlich") in house.told(case)
    facts = house.workflow.case(case).case.facts
    assert facts["gleiche_entwuerfe"] == [{"sha256": DRAFT["sha256"], "grund": "Tippfehler"}]
    house.cosign(case, "amt48")
    house.fire(case, "unterzeichnen", MAYOR)
    assert sorted(draft for *_, draft in signed(house, case)) == ["0", "1", "1"]


def test_after_a_trivial_change_a_real_one_asks_everybody(house: House) -> None:
    case = send_out(house)
    house.cosign(case, "amt41")
    trivial = {"unwesentliche_aenderung": True, "unwesentlich_weil": "Tippfehler"}
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND, **trivial)
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=THIRD)
    assert sorted(asked(house, case)) == ["amt41", "amt48"]


def test_whoever_wishes_is_asked_once_more(house: House) -> None:
    case = send_out(house)
    house.cosign(case, "amt41")
    assert refused(house, case, "mitzeichnung_wiederholen", "beispiel48", amt="amt41", grund="x") == "role_missing"
    said = refusal(house, case, "mitzeichnung_verlangen", "beispiel48", amt="amt41", grund="x")
    assert "guards_fail" in said
    assert "Das verlangt nur, wer für amt41 handelt." in said
    house.fire(case, "mitzeichnung_verlangen", "beispiel41", amt="amt41", grund="neue Fassung")
    assert sorted(asked(house, case)) == ["amt41", "amt48"]
    house.cosign(case, "amt41")
    house.fire(case, "mitzeichnung_wiederholen", LEAD, amt="amt41", grund="neue Fassung")
    house.cosign(case)
    assert house.state(case) == "zur_unterschrift"


@pytest.mark.parametrize("stage", [0, -5])
def test_stages_count_from_one(house: House, stage: int) -> None:
    case = house.at("mit_entwurf")
    plan = [{"amt": "amt41", "stufe": 1}, {"amt": "amt48", "stufe": stage}]
    said = refusal(house, case, "in_mitzeichnung_geben", LEAD, mitzeichnungen=plan)
    assert f"„Stufe“ ist {stage}; das Kleinste ist 1." in said
    house.fire(case, "in_mitzeichnung_geben", LEAD, mitzeichnungen=plan[:1])
    assert "das Kleinste ist 1" in refusal(house, case, "mitzeichnung_einfuegen", LEAD, amt="amt48", stufe=stage)


def test_who_has_agreed_to_the_same_draft_is_not_asked_in_a_new_round(house: House) -> None:
    case = send_out(house)
    house.cosign(case, "amt41")
    house.fire(child_of(house, case, "amt48"), "verweigern", "beispiel48", grund="nein")
    assert house.state(case) == "in_bearbeitung"
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    assert asked(house, case) == ["amt48"]
    house.cosign(case)
    assert house.state(case) == "zur_unterschrift"


def test_a_returned_draft_that_stays_the_same_needs_no_second_round(house: House) -> None:
    case = house.at("zur_unterschrift")
    house.fire(case, "zurueckgeben", MAYOR, grund="Ton")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    assert (house.state(case), asked(house, case)) == ("zur_unterschrift", [])


def test_inserted_steps_open_now_or_wait_for_their_stage(house: House) -> None:
    case = send_out(house, STAGED)
    house.fire(case, "mitzeichnung_einfuegen", LEAD, amt="amt01", stufe=2)
    assert asked(house, case) == ["amt41"]
    house.fire(case, "mitzeichnung_ueberspringen", CLERK, amt="amt01", grund="ist federführend")
    house.cosign(case, "amt41")
    assert asked(house, case) == ["amt48"]
    assert "guards_fail" in refusal(house, case, "mitzeichnung_einfuegen", LEAD, amt="amt48")
    house.fire(case, "mitzeichnung_einfuegen", LEAD, amt=OWN, stufe=1)
    assert sorted(asked(house, case)) == ["amt48", OWN]


def test_a_step_is_skipped_with_a_reason(house: House) -> None:
    case = send_out(house)
    assert "guards_fail" in refusal(house, case, "mitzeichnung_ueberspringen", LEAD, amt="amt41", grund="x")
    house.fire(child_of(house, case, "amt41"), "ueberspringen", LEAD, grund="nicht mehr betroffen")
    house.cosign(case, "amt48")
    house.fire(case, "unterzeichnen", MAYOR)
    assert house.state(case) == "unterzeichnet"


def test_skipping_the_last_planned_step_completes_the_chain(house: House) -> None:
    case = send_out(house, STAGED)
    house.fire(case, "mitzeichnung_ueberspringen", LEAD, amt="amt48", grund="entfällt")
    house.cosign(case, "amt41")
    assert house.state(case) == "zur_unterschrift"


def test_a_seen_mark_holds_nothing_up_and_ends_with_the_signature(house: House) -> None:
    plan = [{"amt": "amt41"}, {"amt": "amt48", "art": "gesehen"}]
    case = send_out(house, plan)
    mark = child_of(house, case, "amt48")
    assert "guards_fail" in refusal(house, mark, "mitzeichnen", "beispiel48")
    house.cosign(case, "amt41")
    assert (house.state(case), asked(house, case)) == ("zur_unterschrift", ["amt48"])
    house.fire(case, "unterzeichnen", MAYOR)
    assert house.state(mark) == "entfallen"


def test_a_seen_mark_is_a_signature_of_its_own_kind(house: House) -> None:
    case = send_out(house, [{"amt": "amt41"}, {"amt": "amt48", "art": "gesehen"}])
    house.fire(child_of(house, case, "amt48"), "als_gesehen_vermerken", "beispiel48")
    assert signed(house, case) == [("beispiel48", "gesehen", "0")]


def test_an_office_asks_its_own_first(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    house.fire(mine, "unterbeteiligen", "beispiel41", unterbeteiligt=[OWN])
    (below,) = house.children(mine, "unterbeteiligung")
    assert "guards_fail" in refusal(house, mine, "mitzeichnen", "beispiel41")
    house.fire(below.id, "mitzeichnen", CLERK)
    house.fire(mine, "mitzeichnen", "beispiel41")
    assert house.state(mine) == "mitgezeichnet"


def test_the_head_does_not_wait_for_the_own_offices(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    house.fire(mine, "unterbeteiligen", "beispiel41", unterbeteiligt=[OWN])
    (below,) = house.children(mine, "unterbeteiligung")
    house.fire(mine, "ohne_unterbeteiligung_mitzeichnen", "beispiel41", grund="eilt")
    assert (house.state(mine), house.state(below.id)) == ("mitgezeichnet", "entfallen")


def test_the_signature_waits_for_the_present_draft(house: House) -> None:
    case = send_out(house)
    house.workflow.override(Override(case, "zur_unterschrift", "eilt", house.actor(SUPERVISOR)))
    said = refusal(house, case, "unterzeichnen", MAYOR)
    assert "amt41" in said
    assert "amt48" in said
    offered = {offer.event: offer for offer in house.workflow.available(case, house.actor(MAYOR))}
    assert not offered["unterzeichnen"].allowed


def test_a_draft_that_was_not_seen_is_not_signed(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND)
    assert "111111111111" in refusal(house, mine, "mitzeichnen", "beispiel41", gesehener_entwurf="0" * 64)
    house.fire(mine, "mitzeichnen", "beispiel41", gesehener_entwurf="1" * 12)
    assert house.state(mine) == "mitgezeichnet"


def test_who_signs_says_which_draft_they_have_seen(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    for event in ("mitzeichnen", "nicht_betroffen_melden"):
        said = refusal(house, mine, event, "beispiel41", gesehener_entwurf=None)
        assert "gesehener_entwurf" in said
    assert "gesehener_entwurf" in refusal(house, mine, "verweigern", "beispiel41", gesehener_entwurf=None, grund="x")
    shown = house.workflow.case(mine).case
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND)
    seen = shown_draft(house.workflow, shown, "mitzeichnen")
    assert seen is not None
    assert "gesehen wurde 000000000000" in refusal(house, mine, "mitzeichnen", "beispiel41", **seen.said)
    house.cosign(case)
    assert "gesehen wurde 000000000000" in refusal(house, case, "unterzeichnen", MAYOR, **seen.said)
    house.fire(case, "unterzeichnen", MAYOR)


# --- four eyes ---


def test_nobody_signs_their_own_draft(house: House) -> None:
    case = house.ask()
    way: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("zulassen", CLERK, {}),
        ("zuweisen", CLERK, {"federfuehrung": "amt41", "beteiligt": ["amt41", "amt48"]}),
        ("annehmen", "beispiel41", {}),
        ("entwurf_ablegen", "beispiel41", {"entwurf": DRAFT}),
        ("in_mitzeichnung_geben", "beispiel41", {}),
    )
    for event, person, data in way:
        house.fire(case, event, person, **data)
    mine = child_of(house, case, "amt41")
    assert "beispiel41" in refusal(house, mine, "mitzeichnen", "beispiel41")
    assert "beispiel41" in refusal(house, mine, "nicht_betroffen_melden", "beispiel41")
    assert "beispiel41" in refusal(house, mine, "verweigern", "beispiel41", grund="x")


def test_who_wrote_the_draft_before_a_change_does_not_sign_it_either(house: House) -> None:
    """Two of one office: the second corrects a typing mistake in the draft of the first."""
    case = send_out(house, STAGED)
    second = Actor("person", "beispiel48", frozenset({"amt01"}), body=house.body)
    trivial = {"entwurf": SECOND, "unwesentliche_aenderung": True, "unwesentlich_weil": "Tippfehler"}
    house.workflow.fire(case, "entwurf_ablegen", actor=second, data=trivial)
    mine = child_of(house, case, "amt41")
    author = Actor("person", LEAD, frozenset({"amt41"}), body=house.body)
    assert "own_draft" in reasons(house, mine, "mitzeichnen", author)
    house.cosign(case, "amt41")
    elsewhere = author._replace(parties=frozenset({"amt48"}))
    assert "own_draft" in reasons(house, child_of(house, case, "amt48"), "mitzeichnen", elsewhere)
    house.workflow.fire(case, "entwurf_ablegen", actor=second, data={"entwurf": THIRD})
    again = child_of(house, case, "amt41")
    assert "own_draft" in reasons(house, again, "mitzeichnen", author)


def test_who_wrote_any_version_does_not_sign_the_answer(house: House) -> None:
    """A colleague saves the same text once more; an override puts a third one there."""
    case = house.at("mit_entwurf")
    for person, draft in (("beispiel41", SECOND), ("beispiel48", THIRD)):
        colleague = Actor("person", person, frozenset({"amt01"}), body=house.body)
        filed = {"entwurf": draft, **house.answers(case)}
        house.workflow.fire(case, "entwurf_ablegen", actor=colleague, data=filed)
    house.workflow.override(
        Override(case, "in_bearbeitung", "x", house.actor(SUPERVISOR), {"antwort": START.date()}, {"entwurf": DRAFT})
    )
    house.fire(case, "in_mitzeichnung_geben", LEAD, mitzeichnungen=[{"amt": OWN}])
    house.fire(child_of(house, case, OWN), "mitzeichnen", CLERK)
    for person in (LEAD, "beispiel41", "beispiel48", SUPERVISOR):
        delegate = Actor("person", person, roles=frozenset({"zeichnungsbefugt"}), body=house.body)
        assert reasons(house, case, "unterzeichnen", delegate) == ["guards_fail", "own_draft"]
        offered = {offer.event: offer.allowed for offer in house.workflow.available(case, delegate)}
        assert not offered["unterzeichnen"]
    house.fire(case, "unterzeichnen", MAYOR)


def test_what_the_mayor_has_written_nobody_signs_by_his_order(house: House) -> None:
    case = house.at("in_bearbeitung", fragen=["Wann?"])
    mayor = house.actor(MAYOR)._replace(roles=frozenset({"federfuehrung"}))
    house.workflow.fire(case, "entwurf_ablegen", actor=mayor, data={"entwurf": DRAFT, **house.answers(case)})
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    house.cosign(case)
    delegate = Actor("person", LEAD, roles=frozenset({"zeichnungsbefugt"}), body=house.body)
    assert reasons(house, case, "unterzeichnen", delegate) == ["guards_fail", "own_draft"]


def test_a_refusal_says_its_reason_and_its_remedy_once(house: House) -> None:
    case = send_out(house)
    author = Actor("person", LEAD, frozenset({"amt41"}), body=house.body)
    mine = child_of(house, case, "amt41")
    with pytest.raises(RefusedError) as caught:
        house.workflow.fire(mine, "mitzeichnen", actor=author, data=house.seen(mine, "mitzeichnen", {}))
    said = f"{caught.value.refusal.text()} {caught.value.refusal.remedy()}"
    assert said.count("Bitte eine andere Person zeichnen lassen.") == 1
    assert said.count("Vier-Augen-Prinzip") == 1


def test_an_override_cannot_sign(house: House) -> None:
    case = send_out(house)
    for which, state in ((case, "unterzeichnet"), (child_of(house, case, "amt41"), "mitgezeichnet")):
        with pytest.raises(RefusedError) as caught:
            house.workflow.override(Override(which, state, "eilt", house.actor(SUPERVISOR)))
        assert caught.value.refusal.code == "override_signs"


def test_an_override_cannot_lend_a_draft_another_author(house: House) -> None:
    case = send_out(house)
    data = {"entwurf_von": "randt"}
    with pytest.raises(RefusedError):
        house.workflow.override(Override(case, "in_bearbeitung", "x", house.actor(SUPERVISOR), data=data))
    due = {"antwort": datetime(2024, 2, 1, tzinfo=UTC).date()}
    by_hand = Override(case, "in_bearbeitung", "x", house.actor(SUPERVISOR), due, {"entwurf": SECOND})
    house.workflow.override(by_hand)
    assert house.workflow.case(case).case.facts["entwurf_von"] == SUPERVISOR


def stored(house: House, case: str) -> dict[str, Any]:
    """A signature that is there, as the database holds it."""
    house.cosign(case, "amt41")
    child = next(one for one in house.children(case, "mitzeichnung", every=True) if one.closed_at)
    query = select(SIGNATURE).where(SIGNATURE.c.case_id == child.id)
    with house.database.reading() as connection:
        return dict(connection.execute(query).mappings().one())


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"signer": LEAD},
        {"on_behalf_of": LEAD},
        {"drafted_by": None},
        {"drafted_by": None, "signer": LEAD},
        {"drafted_by": CLERK, "signer": LEAD},
        {"drafted_for": "beispiel41"},
        {"draft_sha256": "kurz"},
        {"role": "automatik"},
        {"seq": 99},
    ],
)
def test_the_database_itself_refuses_a_forged_signature(house: House, forged: dict[str, Any]) -> None:
    row = stored(house, send_out(house))
    with pytest.raises(VorgangError), house.database.writing() as connection:
        connection.execute(insert(SIGNATURE).values(**{**row, "seq": 1, **forged}))


#: As whoever owns the database does it: a line of the log that tells of a signature, and the signature beside it.
FORGED: list[dict[str, Any]] = [
    {"drafted_by": None},
    {"drafted_by": CLERK},
    {"drafted_by": CLERK, "signer": LEAD},
    {"signer": LEAD},
    {"on_behalf_of": "beispiel48"},
    {"role": "owner"},
    {"result": "gesehen"},
    {"draft_sha256": "3" * 64},
    {"drafted_for": CLERK},
]


@pytest.mark.parametrize("forged", [None, *FORGED])
def test_a_signature_is_what_its_line_and_its_case_say(house: House, forged: dict[str, Any] | None) -> None:
    """The same signature goes in once more beside a new line that tells of it; any other does not."""
    row = stored(house, send_out(house))
    mine = (LINE.c.case_id == row["case_id"], LINE.c.seq == row["seq"])
    with house.database.reading() as connection:
        line = dict(connection.execute(select(LINE).where(*mine)).mappings().one())
    following = {**line, "seq": line["seq"] + 1, "actor": (forged or {}).get("signer", line["actor"])}
    del following["id"]
    told = {**row, "seq": row["seq"] + 1, **(forged or {})}
    if forged and forged.get("signer") == LEAD and "drafted_by" not in forged:
        told["drafted_by"] = LEAD
    try:
        with house.database.writing() as connection:
            connection.execute(insert(LINE).values(**following))
            connection.execute(update(CASE).where(CASE.c.id == row["case_id"]).values(log_seq=told["seq"]))
            connection.execute(insert(SIGNATURE).values(**told))
            connection.rollback()
    except VorgangError:
        assert forged is not None
    else:
        assert forged is None


@pytest.mark.parametrize("statement", [delete(SIGNATURE), update(SIGNATURE).values(result="verweigert")])
def test_no_signature_can_be_changed_or_deleted(house: House, statement: Any) -> None:
    row = stored(house, send_out(house))
    with pytest.raises(VorgangError), house.database.writing() as connection:
        connection.execute(statement)
    with house.database.reading() as connection:
        query = select(SIGNATURE).where(SIGNATURE.c.case_id == row["case_id"])
        assert dict(connection.execute(query).mappings().one()) == row


def test_a_signature_past_the_triggers_is_found(house: House) -> None:
    row = stored(house, send_out(house))
    if house.database.dialect == "sqlite":
        off = ["DROP TRIGGER vorgang_signature_unchanged"]
        with house.database.reading() as connection:
            made = "SELECT sql FROM sqlite_master WHERE name = 'vorgang_signature_unchanged'"
            on = [str(connection.execute(text(made)).scalar_one())]
    else:
        off = ["ALTER TABLE vorgang_signature DISABLE TRIGGER vorgang_signature_unchanged"]
        on = ["ALTER TABLE vorgang_signature ENABLE TRIGGER vorgang_signature_unchanged"]
    mine = SIGNATURE.c.case_id == row["case_id"]
    changed = {"result": "verweigert", "remark": "alles bestens", "drafted_by": "randt", "drafted_for": "randt"}
    for name, forged in changed.items():
        for value in (forged, row[name]):
            with house.database.writing() as connection:
                for statement in off:
                    connection.execute(text(statement))
                connection.execute(update(SIGNATURE).where(mine).values({name: value}))
                for statement in on:
                    connection.execute(text(statement))
            found = [one.code for one in verify(house.database).findings]
            assert found == ([] if value == row[name] else ["audit_signature_changed"]), name


ERASED: dict[str, Any] = {"signer": "", "on_behalf_of": None, "drafted_by": None, "drafted_for": None, "remark": None}


def erase_line(house: House, row: dict[str, Any]) -> None:
    personal = dict.fromkeys(("actor", "on_behalf_of", "reason", "data", "salt"))
    with house.database.writing() as connection:
        mine = (LINE.c.case_id == row["case_id"], LINE.c.seq == row["seq"])
        connection.execute(update(LINE).where(*mine).values(personal))


def test_names_are_erased_from_a_signature_once_they_are_from_the_log(house: House) -> None:
    case = send_out(house)
    row = stored(house, case)
    erase = update(SIGNATURE).where(SIGNATURE.c.case_id == row["case_id"])
    with pytest.raises(VorgangError), house.database.writing() as connection:
        connection.execute(erase.values(ERASED))
    erase_line(house, row)
    with house.database.writing() as connection:
        connection.execute(erase.values(ERASED))
    assert verify(house.database).ok
    assert ("", "mitgezeichnet", "0") in signed(house, case)
    show_chain(Screen("de", Console(file=io.StringIO())), signature_chain(house.workflow, case), BERLIN)


@pytest.mark.parametrize("kept", [*ERASED, "result"])
def test_an_erasure_of_a_signature_is_whole_and_changes_nothing_else(house: House, kept: str) -> None:
    row = stored(house, send_out(house))
    erase_line(house, row)
    values = {**ERASED, kept: "anders"}
    with pytest.raises(VorgangError), house.database.writing() as connection:
        connection.execute(update(SIGNATURE).where(SIGNATURE.c.case_id == row["case_id"]).values(values))


def test_after_a_refusal_the_stages_run_through_once_more(house: House) -> None:
    """Who was withdrawn or has refused in a later stage is asked again when its turn comes, not forgotten."""
    case = send_out(house, [{"amt": "amt48", "stufe": 2}])
    house.fire(case, "mitzeichnung_einfuegen", LEAD, amt="amt41", stufe=1)
    house.fire(child_of(house, case, "amt48"), "verweigern", "beispiel48", grund="nein")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    assert asked(house, case) == ["amt41"]
    house.cosign(case, "amt41")
    assert asked(house, case) == ["amt48"]
    house.cosign(case, "amt48")
    assert house.state(case) == "zur_unterschrift"


def test_a_delegate_signs_by_order(house: House) -> None:
    case = house.at("zur_unterschrift")
    delegate = Actor("person", "beispiel48", roles=frozenset({"zeichnungsbefugt"}), body=house.body)
    house.workflow.fire(case, "unterzeichnen", actor=delegate, data=house.seen(case, "unterzeichnen", {}))
    (final,) = signature_chain(house.workflow, case).final
    assert (final.signer, final.form, final.valid) == ("beispiel48", "i. A.", True)


def test_nobody_signs_on_behalf_of_the_author(house: House) -> None:
    house.body = house.found_town()
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    house.away(LEAD, "beispiel41")
    deputy = house.actor("beispiel41", on_behalf_of=LEAD)
    assert "own_draft" in reasons(house, mine, "mitzeichnen", deputy)


def reasons(house: House, case: str, event: str, actor: Actor) -> list[str]:
    """The codes of what speaks against an event."""
    with pytest.raises(RefusedError) as caught:
        house.workflow.fire(case, event, actor=actor, data=house.seen(case, event, {}))
    return [caught.value.refusal.code, *(one.code for one in caught.value.refusal.reasons)]


def join(house: House, person: str, organisation: str) -> None:
    """The person is a member of one more organisation."""
    profile = load_profiles().get("hagen")
    more = Membership(organization=organisation)
    people = (
        replace(one, memberships=(*one.memberships, more)) if one.key == person else one for one in profile.persons
    )
    import_profile(house.workflow, replace(profile, key=house.body, persons=tuple(people)))


def test_whoever_sits_in_the_council_with_the_mayor_does_not_sign_for_him(house: House) -> None:
    house.body = house.found_town()
    join(house, "severcan", "rat")
    case = house.at("zur_unterschrift")
    with pytest.raises(ForbiddenError):
        house.actor("severcan", on_behalf_of=MAYOR)
    own_made = house.actor(MAYOR)._replace(key="severcan", on_behalf_of=MAYOR)
    assert reasons(house, case, "unterzeichnen", own_made) == ["deputy_without_mandate"]
    assert not [offer for offer in house.workflow.available(case, own_made) if offer.allowed]
    house.away(MAYOR, "leitung")
    deputy = house.actor("leitung", on_behalf_of=MAYOR)
    house.workflow.fire(case, "unterzeichnen", actor=deputy, data=house.seen(case, "unterzeichnen", {}))
    (final,) = signature_chain(house.workflow, case).final
    assert (final.signer, final.form, final.on_behalf_of) == ("leitung", "i. V.", MAYOR)


def test_a_mandate_ends_with_the_absence_whenever_the_actor_was_made(house: House) -> None:
    house.body = house.found_town()
    mine = child_of(house, send_out(house), "amt41")
    house.away("beispiel41", "beispiel48", until="2024-01-09")
    deputy = house.actor("beispiel48", on_behalf_of="beispiel41")
    house.clock("2024-01-12")
    assert reasons(house, mine, "mitzeichnen", deputy) == ["deputy_without_mandate"]


def test_the_chain_is_seen_as_planned_and_as_done(house: House) -> None:
    case = send_out(house, [*STAGED, {"amt": OWN, "art": "gesehen"}])
    house.fire(child_of(house, case, "amt41"), "mitzeichnen", "beispiel41", anmerkung="Seite 2")
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND)
    chain = signature_chain(house.workflow, case)
    assert [(step.office, step.kind, step.stage, step.standing) for step in chain.steps] == [
        ("amt41", "mitzeichnung", 1, "open"),
        (OWN, "gesehen", 1, "open"),
        ("amt48", "mitzeichnung", 2, "open"),
    ]
    (first,) = chain.steps[0].signatures
    assert (first.signer_name, first.remark, first.valid) == ("Kemal Beispiel (erfunden)", "Seite 2", False)
    assert (chain.draft_sha256, chain.complete, chain.steps[0].asked) == ("1" * 64, False, 2)
    assert chain.steps[0].due_on is not None


def test_own_offices_stand_below_those_who_have_asked_them(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    house.fire(mine, "unterbeteiligen", "beispiel41", unterbeteiligt=[OWN])
    step = signature_chain(house.workflow, case).steps[0]
    assert [(one.office, one.standing) for one in step.below] == [(OWN, "open")]


SILENT = """
id = "still"
version = "1"
extends = "neutral"
valid_from = 2000-01-01
label = { de = "Still", en = "Silent" }
basis = { de = "Muster", en = "sample" }
source = "-"

[rule.mitzeichnung]
silence_is_consent = true
"""


@pytest.mark.parametrize("name", BOTH)
def test_silence_is_consent_only_where_the_rules_say_so(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    (tmp_path / "still.toml").write_text(SILENT, "utf-8")
    maker: Sqlite | Postgres = request.getfixturevalue(name)
    url = maker.prepared()
    silent = House(url, Setup(rules=(tmp_path,)))
    try:
        for rules, state in (("neutral", "offen"), ("still", "schweigen")):
            silent.wall.instant = START
            silent.body = silent.found_town(rules=rules)
            case = send_out(silent)
            children = [child.id for child in silent.children(case, "mitzeichnung")]
            silent.wait("2024-01-20", *children)
            assert {silent.state(child) for child in children} == {state}
        assert silent.state(case) == "zur_unterschrift"
        assert {(who, how) for who, how, _ in signed(silent, case)} == {("vorgang", "schweigen_gilt")}
        assert ("amt41", "schweigen_gilt") in silent.told(children[0])
    finally:
        silent.close()
        maker.drop(url)


# --- days ---


def test_every_stage_has_its_own_days_before_the_last(house: House) -> None:
    case = house.ask()
    house.fire(case, "zulassen")
    house.fire(case, "zuweisen", federfuehrung="amt01", zielsitzung="2024-03-05")
    house.fire(case, "annehmen", LEAD)
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    house.fire(case, "in_mitzeichnung_geben", LEAD, mitzeichnungen=STAGED)
    last = days(house, case, "plan_mitzeichnung")
    first = days(house, child_of(house, case, "amt41"), "plan")
    calendar = house.workflow.directory.town(house.body).rules_on(last).calendar
    assert first == calendar.add_working_days(last, -3)
    (clock,) = [one for one in house.workflow.case(child_of(house, case, "amt41")).deadlines if one.name == "plan"]
    assert "3 Arbeitstage davor" in str(clock.trace)
    house.cosign(case, "amt41")
    assert days(house, child_of(house, case, "amt48"), "plan") == last


def test_no_stage_is_due_before_today(house: House) -> None:
    case = house.ask()
    house.fire(case, "zulassen")
    house.fire(case, "zuweisen", federfuehrung="amt01", zielsitzung="2024-02-01")
    house.fire(case, "annehmen", LEAD)
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT)
    plan = [*STAGED, {"amt": OWN, "stufe": 3}]
    house.fire(case, "in_mitzeichnung_geben", LEAD, mitzeichnungen=plan)
    assert days(house, child_of(house, case, "amt41"), "plan") >= date(2024, 1, 8)


def test_without_a_session_the_days_are_counted_back_from_the_answer(house: House) -> None:
    """Three stages before an answer that is due soon: the last leaves two days, each before it three more."""
    case = house.at("mit_entwurf")
    house.clock("2024-01-19")
    due, calendar = (
        days(house, case, "antwort"),
        house.workflow.directory.town(house.body).rules_on(START.date()).calendar,
    )
    assert due == date(2024, 2, 2)
    house.fire(case, "in_mitzeichnung_geben", LEAD, mitzeichnungen=[*STAGED, {"amt": OWN, "stufe": 3}])
    first = child_of(house, case, "amt41")
    assert days(house, first, "mitzeichnung") == calendar.add_working_days(due, -8)
    assert house.workflow.case(first).case.due_on == date(2024, 1, 23)
    (clock,) = house.workflow.case(first).deadlines
    said = clock.trace[-1]["de"]
    assert "danach noch zu tun ist, braucht 8 Arbeitstage und muss bis Freitag, 02.02.2024 fertig sein" in said
    assert "der letzte Tag hier schon Dienstag, 23.01.2024" in said
    house.cosign(case, "amt41")
    assert days(house, child_of(house, case, "amt48"), "mitzeichnung") == calendar.add_working_days(due, -5)


def test_the_period_of_the_rules_is_never_longer_because_the_answer_has_time(house: House) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    assert days(house, mine, "mitzeichnung") == date(2024, 1, 15)
    assert "der letzte Tag ist weiterhin Montag, 15.01.2024" in house.workflow.case(mine).deadlines[0].trace[-1]["de"]


def test_late_in_the_period_of_the_answer_the_day_is_today(house: House) -> None:
    case = house.at("mit_entwurf")
    house.clock("2024-02-01")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    assert days(house, child_of(house, case, "amt41"), "mitzeichnung") == date(2024, 2, 1)
    (clock,) = house.workflow.case(child_of(house, case, "amt41")).deadlines
    assert "schon Mittwoch, 31.01.2024 der letzte Tag sein müssen; früher als Donnerstag, 01.02." in str(clock.trace)


def test_once_the_answer_is_overdue_the_period_of_the_rules_counts(house: House) -> None:
    case = house.at("mit_entwurf")
    house.clock("2024-02-05")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    assert days(house, child_of(house, case, "amt41"), "mitzeichnung") == date(2024, 2, 12)


@pytest.mark.parametrize("session", [None, "2024-02-26"])
def test_own_offices_have_an_earlier_day_than_who_asks_them(house: House, session: str | None) -> None:
    case = house.at("mit_entwurf")
    if session:
        house.fire(case, "zielsitzung_setzen", zielsitzung=session)
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    mine = child_of(house, case, "amt41")
    house.fire(mine, "unterbeteiligen", "beispiel41", unterbeteiligt=[OWN])
    (below,) = house.children(mine, "unterbeteiligung")
    above = house.workflow.case(mine).case.due_on
    assert above is not None
    calendar = house.workflow.directory.town(house.body).rules_on(above).calendar
    assert below.due_on == calendar.add_working_days(above, -1)


def days(house: House, case: str, name: str) -> date:
    return next(due for clock, status, due in house.clocks(case) if clock == name and status == "running")


# --- races ---


@pytest.mark.parametrize("_again", range(4))
def test_two_of_an_office_sign_at_once_and_one_signature_is_kept(house: House, _again: int) -> None:
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    ended = at_once(
        lambda: house.fire(mine, "mitzeichnen", "beispiel41"),
        lambda: house.fire(mine, "verweigern", "beispiel41", grund="nein"),
    )
    assert sum(isinstance(one, VorgangError) for one in ended) == 1
    assert len(signed(house, case)) == 1


@pytest.mark.parametrize("_again", range(6))
def test_a_draft_changed_while_somebody_signs(house: House, _again: int) -> None:
    """Whoever is first: nobody's signature stands under a draft they did not see, and nobody is forgotten."""
    case = send_out(house)
    mine = child_of(house, case, "amt41")
    signing, _ = at_once(
        lambda: house.fire(mine, "mitzeichnen", "beispiel41", gesehener_entwurf=DRAFT["sha256"]),
        lambda: house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND),
    )
    assert [draft for *_, draft in signed(house, case)] == ([] if isinstance(signing, VorgangError) else ["0"])
    changed = house.workflow.case(case).case.facts["entwurf"] == SECOND
    assert sorted(asked(house, case)) == (["amt41", "amt48"] if changed else ["amt48"])
    house.cosign(case)
    assert house.state(case) == "zur_unterschrift"
    house.fire(case, "unterzeichnen", MAYOR)


def test_the_chain_as_json_and_as_a_table(house: House) -> None:
    case = send_out(house, STAGED)
    house.fire(child_of(house, case, "amt41"), "mitzeichnen", "beispiel41", anmerkung="Seite 2")
    document = chain_document(signature_chain(house.workflow, case))
    assert [step["standing"] for step in document["steps"]] == ["done", "open"]
    assert document["steps"][0]["signatures"][0]["draft_sha256"] == DRAFT["sha256"]
    output = io.StringIO()
    screen = Screen("de", Console(file=output, width=200))
    show_chain(screen, signature_chain(house.workflow, case), BERLIN)
    assert "mitgezeichnet mit Anmerkung" in output.getvalue()
    assert "Seite 2" in output.getvalue()


# --- the words beside the file ---


def words(house: House, case: str, answer: str) -> list[dict[str, str]]:
    return [{"frage": str(one), "antwort": answer} for one in house.workflow.case(case).case.facts["fragen"]]


def test_signatures_come_to_stand_under_no_other_answers(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=words(house, case, "Alt."))
    house.fire(case, "in_mitzeichnung_geben", LEAD, mitzeichnungen=STAGED)
    house.fire(child_of(house, case, "amt41"), "mitzeichnen", "beispiel41")
    new = {"antworten": words(house, case, "Neu.")}
    assert "schon mit anderen Antworten" in refusal(house, case, "entwurf_ablegen", LEAD, entwurf=DRAFT, **new)
    stated = {"angaben": [{"angabe": "klima", "text": "keine"}], "antworten": words(house, case, "Alt.")}
    assert "schon mit anderen Antworten" in refusal(house, case, "entwurf_ablegen", LEAD, entwurf=DRAFT, **stated)
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND, **new)
    assert "amt41" in asked(house, case), "another file asks again"
    old_file = {"entwurf": DRAFT, "antworten": words(house, case, "Neu.")}
    assert "schon mit anderen Antworten" in refusal(house, case, "entwurf_ablegen", LEAD, **old_file)
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=words(house, case, "Alt."))


def test_whoever_types_other_answers_beside_the_file_is_its_author(house: House) -> None:
    case = house.at("in_bearbeitung")
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=words(house, case, "Alt."))
    colleague = Actor("person", "beispiel48", frozenset({"amt01"}), body=house.body)
    filed = {"entwurf": DRAFT, "antworten": words(house, case, "Neu.")}
    house.workflow.fire(case, "entwurf_ablegen", actor=colleague, data=filed)
    facts = house.workflow.case(case).case.facts
    assert (facts["entwurf_von"], facts["entwurf_auch_von"]) == ("beispiel48", [LEAD])
    house.fire(case, "entwurf_ablegen", LEAD, **filed)
    assert house.workflow.case(case).case.facts["entwurf_von"] == "beispiel48", "the same once more has no author"
