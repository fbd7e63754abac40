"""``vorgang report control`` as people and scripts meet it."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from tests.helpers.command_line import Vorgang

BODY = "integrationsrat"


@pytest.fixture
def filled(vorgang: Vorgang) -> Vorgang:
    """A public inquiry and one that is not public before the same body, both with the same office since 2024."""
    for number, subject, public in (("0101/2024", "=Radweg", "ja"), ("0102/2024", "Grundstück", "nein")):
        vorgang.opened(number, betreff=subject, oeffentlich=public, gremium=BODY)
        vorgang.json("case", "fire", number, "zulassen", "--as", "randt")
        vorgang.json("case", "fire", number, "zuweisen", "--as", "randt", "-s", "federfuehrung=amt01")
    return vorgang


def numbers(found: dict[str, Any]) -> tuple[list[str], list[str]]:
    public, closed = ([entry["number"] for entry in found[part]] for part in ("public", "closed"))
    return public, closed


def test_the_list_tells_both_parts_with_office_and_light(filled: Vorgang) -> None:
    answer = filled("report", "control", BODY)
    assert answer.code == 0
    shown = " ".join(answer.out.split())
    for told in ("Kontrollliste", "Integrationsrat", "=Radweg", "Hakan", "Nichtöffentlich", "Grundstück", "rot"):
        assert told in shown
    assert shown.index("=Radweg") < shown.index("Nichtöffentlich") < shown.index("Grundstück")
    assert "Control list" in filled("report", "control", BODY, "--lang", "en").out


def test_scripts_get_every_entry_by_either_word(filled: Vorgang) -> None:
    found = filled.json("report", "control", BODY)
    assert numbers(found) == (["0101/2024"], ["0102/2024"])
    assert filled("report", "control", BODY, "--format", "json").out == (
        json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    )
    assert numbers(filled.json("report", "control", "amt01")) == (["0101/2024"], ["0102/2024"])


def test_in_public_the_closed_part_is_not_told(filled: Vorgang) -> None:
    found = filled.json("report", "control", BODY, "--public")
    assert numbers(found) == (["0101/2024"], [])
    assert found["public"][0]["office"] == "01 Fachbereich des Oberbürgermeisters"
    assert "Grundstück" not in filled("report", "control", BODY, "--public").out


def test_a_task_without_a_paper_is_shown_to_nobody_outside_until_it_is_made_public(vorgang: Vorgang) -> None:
    said = ("amt=amt01", "aufgabe=Geheimsache Grundstück", "zieltermin=2099-06-30", f"gremium={BODY}")
    pairs = [word for one in said for word in ("-s", one)]
    task = vorgang.json("case", "open", "beschlusskontrolle", "--as", "randt", *pairs)["case"]["id"]

    def shown(*who: str) -> list[bool]:
        asked = (("case", "list"), ("case", "show", task), ("report", "control", BODY))
        return ["Geheimsache" in vorgang(*words, *who, "--json").out for words in asked]

    assert (shown("--public"), shown("--as", "randt")) == ([False] * 3, [True] * 3)
    assert vorgang("case", "show", task, "--public", "--json").error["code"] == "case_unknown"
    vorgang.json("case", "fire", task, "oeffentlich_stellen", "--as", "randt")
    assert shown("--public") == [True] * 3


def test_members_and_the_council_office_may_have_it_and_others_may_not(filled: Vorgang) -> None:
    assert numbers(filled.json("report", "control", BODY, "--as", "randt")) == (["0101/2024"], ["0102/2024"])
    assert numbers(filled.json("report", "control", BODY, "--as", "severcan"))[0] == ["0101/2024"]
    assert numbers(filled.json("report", "control", "amt01", "--as", "beispiel01"))[0] == ["0101/2024"]
    for person, party in (("beispiel01", BODY), ("severcan", "amt01")):
        refused = filled("report", "control", party, "--as", person, "--json")
        assert refused.code != 0
        assert refused.error["code"] == "control_not_for_you"


def test_the_ending_of_the_file_says_what_it_becomes(filled: Vorgang, tmp_path: Path) -> None:
    def written(form: str) -> bytes:
        target = tmp_path / f"liste.{form}"
        assert filled.json("report", "control", BODY, "--out", target)["path"] == str(target)
        return target.read_bytes()

    assert written("json") == filled("report", "control", BODY, "--json").out.encode()
    lines = written("csv").decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines[1:]] == ["Öffentlicher Teil", "Nichtöffentlicher Teil"]
    assert ";'=Radweg;" in lines[1]
    assert re.search(r";\d\d\.\d\d\.\d{4};", lines[1])  # as people write the target date
    book = ZipFile(BytesIO(written("xlsx")))
    cells = "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/"))
    assert ">=Radweg<" in cells
    assert "<f>" not in cells
    paper = PdfReader(BytesIO(written("pdf")))
    assert "0101/2024" in "".join(page.extract_text() for page in paper.pages)
    assert all(page.mediabox.width > page.mediabox.height for page in paper.pages)  # its columns want room


def test_what_cannot_be_asked_is_refused_with_a_remedy(filled: Vorgang, tmp_path: Path) -> None:
    def code(exit_code: int, *more: str | Path) -> str:
        return str(filled.fails(exit_code, "report", "control", *more)["code"])

    assert code(2, BODY, "--format", "xlsx") == "report_needs_file"
    assert code(2, BODY, "--out", tmp_path / "liste.svg") == "report_format_unclear"
    assert code(2, BODY, "--out", tmp_path / "liste.csv", "--format", "pdf") == "report_format_unclear"
    assert code(5, "gibtesnicht") == "party_unknown"
    assert list(tmp_path.glob("liste.*")) == []


def test_a_file_that_lies_there_is_kept_unless_it_may_be_replaced(filled: Vorgang, tmp_path: Path) -> None:
    target = tmp_path / "liste.csv"
    target.write_text("von Hand")
    assert filled.fails(2, "report", "control", BODY, "--out", target)["code"] == "cli_out_exists"
    assert target.read_text() == "von Hand"
    filled.json("report", "control", BODY, "--out", target, "--overwrite")
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
