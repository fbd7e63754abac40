"""The Verfügung shows the chain as planned and as it went: stages, refusals, silence, own offices, seen marks."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.databases import Sqlite
from tests.helpers.house import CLERK, DRAFT, LEAD, MAYOR, START, SUPERVISOR, House
from tests.helpers.papers import read, text_of
from vorgang.notifications.papers.chain import ChainRow
from vorgang.notifications.papers.press import Wish
from vorgang.states.overrides import Override
from vorgang.states.step import Actor
from vorgang.workflow.paper_chain import signing_of
from vorgang.workflow.papers import render_paper
from vorgang.workflow.setup import Setup

#: An office to which the clerk belongs.
OWN = "gs-integrationsrat"
SECOND = {**DRAFT, "name": "entwurf-2.docx", "sha256": "1" * 64}
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


@pytest.fixture
def house(sqlite: Sqlite, tmp_path: Path) -> Iterator[House]:
    (tmp_path / "still.toml").write_text(SILENT, "utf-8")
    made = House(sqlite.prepared(), Setup(rules=(tmp_path,)))
    made.wall.instant = START
    made.body = made.found_town(rules="still")
    yield made
    made.close()


def sent_out(house: House, *plan: dict[str, Any]) -> str:
    case = house.at("mit_entwurf", nummer="0100/2024")
    house.fire(case, "in_mitzeichnung_geben", LEAD, mitzeichnungen=list(plan))
    return case


def child_of(house: House, case: str, office: str, kind: str = "mitzeichnung") -> str:
    return next(one.id for one in house.children(case, kind) if one.facts["amt"] == office)


def rows(house: House, case: str) -> list[tuple[str, int | None, str, str | None]]:
    """Office, stage, result and version of each row."""
    return [(row.office[:2], row.stage, row.result, row.version) for row in signing_of(house.workflow, case).rows]


def row_of(house: House, case: str, result: str) -> ChainRow:
    return next(row for row in signing_of(house.workflow, case).rows if row.result == result)


def words(house: House, case: str) -> str:
    printed = render_paper(house.workflow, case, Wish("verfuegung"))
    text = text_of(read(printed.file.content)).replace("\xad\n", "").replace("\xad", "-")
    return " ".join(text.split())


def test_stages_that_are_not_open_yet_are_printed_as_planned(house: House) -> None:
    case = sent_out(house, {"amt": "amt41", "stufe": 1}, {"amt": "amt48", "stufe": 2})
    assert rows(house, case) == [("41", 1, "vorgelegt", None), ("48", 2, "vorgesehen", None)]
    assert "2 48 Fachbereich Bildung – vorgesehen – –" in words(house, case)


def test_everything_that_happened_to_a_chain_is_printed(house: House) -> None:
    """Refused and asked again, skipped, silent, an own office first, seen; and an earlier version of the draft."""
    seen = {"amt": OWN, "stufe": 1, "art": "gesehen"}
    case = sent_out(house, {"amt": "amt41"}, seen, {"amt": "amt48", "stufe": 2}, {"amt": "amt01", "stufe": 3})
    house.fire(child_of(house, case, OWN), "als_gesehen_vermerken", CLERK)
    house.fire(child_of(house, case, "amt41"), "verweigern", "beispiel41", grund="Absatz 2 fehlt")
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND)
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    mine = child_of(house, case, "amt41")
    house.fire(mine, "unterbeteiligen", "beispiel41", unterbeteiligt=[OWN])
    house.fire(child_of(house, mine, OWN, "unterbeteiligung"), "mitzeichnen", CLERK)
    house.fire(mine, "mitzeichnen", "beispiel41", anmerkung="Zahlen geprüft")
    house.fire(case, "mitzeichnung_ueberspringen", LEAD, amt="amt01", grund="ist federführend")
    house.wait("2024-01-20", child_of(house, case, "amt48"))
    house.fire(case, "unterzeichnen", MAYOR)
    assert rows(house, case) == [
        ("41", 1, "verweigert", "1"),
        ("41", 1, "mitgezeichnet mit Anmerkung", "2"),
        ("Ge", None, "mitgezeichnet", "2"),
        ("Ge", 1, "gesehen", "1"),
        ("48", 2, "Schweigen gilt als Zustimmung", "2"),
        ("01", 3, "übersprungen", None),
    ]
    assert row_of(house, case, "übersprungen").remark == "ist federführend"
    assert row_of(house, case, "Schweigen gilt als Zustimmung").by is None
    found = words(house, case)
    assert "1 41 Kultur 15.01.2024 verweigert Absatz 2 fehlt" in found
    assert "1 41 Kultur erneut vorgelegt 15.01.2024 mitgezeichnet" in found
    assert "Vorgelegt ist Fassung 2, entwurf-2.docx (Prüfsumme 111111111111)" in found
    assert "gez. Erik O. Schulz" in found


def test_where_silence_is_consent_nobodys_time_to_speak_is_cut_short(house: House) -> None:
    case = house.at("mit_entwurf")
    house.clock("2024-02-01")
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    assert house.clocks(child_of(house, case, "amt41")) == [("mitzeichnung", "running", date(2024, 2, 8))]


def test_a_trivial_change_carries_signatures_with_its_reason(house: House) -> None:
    case = sent_out(house, {"amt": "amt41"}, {"amt": "amt48"})
    house.cosign(case, "amt41")
    trivial = {"unwesentliche_aenderung": True, "unwesentlich_weil": "Tippfehler"}
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND, **trivial)
    assert ("41", 1, "mitgezeichnet", "1") in rows(house, case)
    assert "Was unter Fassung 1 steht, gilt weiter; sie wurde nur unwesentlich geändert: Tippfehler" in words(
        house, case
    )


def test_a_deputy_and_a_delegate_are_printed_as_such(house: House) -> None:
    case = sent_out(house, {"amt": "amt41"})
    house.away("beispiel41", "beispiel48")
    deputy = house.actor("beispiel48", on_behalf_of="beispiel41")
    mine = child_of(house, case, "amt41")
    house.workflow.fire(mine, "mitzeichnen", actor=deputy, data=house.seen(mine, "mitzeichnen", {}))
    delegate = Actor("person", "beispiel41", roles=frozenset({"zeichnungsbefugt"}), body=house.body)
    house.workflow.fire(case, "unterzeichnen", actor=delegate, data=house.seen(case, "unterzeichnen", {}))
    found = words(house, case)
    assert "i. V. Kemal Beispiel" in found
    assert "Im Auftrag gez. Kemal Beispiel" in found


def test_who_signed_another_draft_has_not_signed_this_one(house: House) -> None:
    case = sent_out(house, {"amt": "amt41"})
    house.cosign(case)
    house.fire(case, "unterzeichnen", MAYOR)
    assert "gez. Erik O. Schulz" in words(house, case)
    due = {"antwort": date(2024, 2, 1)}
    house.workflow.override(Override(case, "in_bearbeitung", "Fehler", house.actor(SUPERVISOR), due))
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=SECOND)
    found = words(house, case)
    assert "noch nicht unterzeichnet" in found
    assert "gez." not in found
