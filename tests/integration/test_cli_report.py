"""``vorgang report punctuality`` as people and scripts meet it."""

import json
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.helpers.command_line import Vorgang


@pytest.fixture
def filled(vorgang: Vorgang) -> Vorgang:
    """Two inquiries under way since 2024, one of them not public; both long overdue."""
    for number, public in (("0101/2024", "ja"), ("0102/2024", "nein")):
        vorgang.opened(number, oeffentlich=public, gremium="integrationsrat")
        vorgang.json("case", "fire", number, "zulassen", "--as", "randt")
    vorgang.json("case", "fire", "0102/2024", "zuweisen", "--as", "randt", "-s", "federfuehrung=amt01")
    return vorgang


def test_the_report_tells_how_many_are_overdue_and_what_the_deadline_rests_on(filled: Vorgang) -> None:
    answer = filled("report", "punctuality", "--by", "office")
    assert answer.code == 0
    for told in ("Pünktlichkeit: Stadt Hagen – nach Ämtern", "01 Fachbereich", "ohne Angabe", "insgesamt"):
        assert told in answer.out
    assert "Grundlage der versäumten Fristen: Übung, keine Rechtspflicht: 2." in answer.out
    assert "in time" in filled("report", "punctuality", "--lang", "en").out


def test_scripts_get_every_figure(filled: Vorgang) -> None:
    found = filled.json("report", "punctuality", "--by", "body")
    (group,) = found["groups"]
    assert (group["key"], group["open"], group["overdue"], group["share"]) == ("integrationsrat", 2, 2, 0.0)
    assert found["late_bands"] == [7, 14, 30, 90]
    assert (
        filled("report", "punctuality", "--format", "json", "--by", "body").out
        == json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    )


def test_days_and_kinds_narrow_the_report(filled: Vorgang) -> None:
    def total(*more: str) -> int:
        return int(filled.json("report", "punctuality", *more)["total"]["open"])

    assert total("--from", "4.3.2024", "--to", "2024-03-04") == 2
    assert total("--from", "2024-03-05") == total("--to", "2024-03-03") == total("--kind", "zusage") == 0
    assert total("--kind", "anfrage", "--kind", "zusage") == 2


def test_in_public_only_public_cases_count_and_no_office_is_named(filled: Vorgang) -> None:
    found = filled.json("report", "punctuality", "--by", "faction", "--public")
    assert (found["total"]["open"], found["total"]["steps"]) == (1, [])
    assert filled.fails(2, "report", "punctuality", "--by", "office", "--public")["code"] == "report_not_public"


def test_the_council_office_may_have_it_and_others_may_not(filled: Vorgang) -> None:
    assert filled.json("report", "punctuality", "--as", "randt")["total"]["open"] == 2
    refused = filled("report", "punctuality", "--as", "beispiel01", "--json")
    assert refused.code != 0
    assert refused.error["code"] == "report_not_for_you"


@pytest.mark.parametrize("form", ["csv", "svg", "json", "pdf"])
def test_the_ending_of_the_file_says_what_it_becomes(filled: Vorgang, tmp_path: Path, form: str) -> None:
    target = tmp_path / f"bericht.{form}"
    assert filled("report", "punctuality", "--out", target).code == 0
    begins = {"csv": b"\xef\xbb\xbfSc", "svg": b"<svg ", "json": b'{\n  "', "pdf": b"%PDF-"}
    assert target.read_bytes()[:5] == begins[form]


def test_the_paper_can_be_read_by_a_screen_reader(filled: Vorgang, tmp_path: Path) -> None:
    filled("report", "punctuality", "--by", "office", "--out", tmp_path / "r.pdf")
    paper = PdfReader(tmp_path / "r.pdf")
    words = " ".join(page.extract_text() for page in paper.pages)
    assert "offen überfällig" in " ".join(words.split()).replace("überfäl- lig", "überfällig")
    root: Any = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("de")


def test_what_cannot_be_asked_is_refused_with_a_remedy(filled: Vorgang, tmp_path: Path) -> None:
    def code(*more: str | Path) -> str:
        return str(filled.fails(2, "report", "punctuality", *more)["code"])

    assert code("--from", "2024-02-01", "--to", "2024-01-01") == "report_days_backwards"
    assert code("--kind", "mitzeichnung") == "report_kind_not_measured"
    assert code("--format", "pdf") == "report_needs_file"
    assert code("--out", tmp_path / "bericht.xlsx") == "report_format_unclear"
    assert code("--out", tmp_path / "bericht.csv", "--format", "svg") == "report_format_unclear"
    assert list(tmp_path.glob("bericht.*")) == []
