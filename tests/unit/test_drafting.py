"""The drafting template: what stands in it, and what it cannot do."""

import runpy
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest

from vorgang.notifications.drafting import Drafts
from vorgang.notifications.failures import Temporary
from vorgang.notifications.samples import samples
from vorgang.notifications.writer import SHIPPED

ROOT = Path(__file__).parents[2]
FULL, BARE, _ = samples("de")
TAG = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def text_of(content: bytes) -> str:
    body = docx.Document(BytesIO(content)).element.body
    return "\n".join("".join(run.text or "" for run in each.iter(f"{TAG}t")) for each in body.iter(f"{TAG}p"))


def filled(context: Any = FULL) -> str:
    return text_of(Drafts().fill("stellungnahme", context).content)


def own_draft(folder: Path, *paragraphs: str) -> Drafts:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(folder / "stellungnahme.docx"))
    return Drafts([folder])


def test_the_draft_is_laid_out_like_the_form_of_a_town() -> None:
    text = filled()
    wanted = [
        "ÖFFENTLICHE STELLUNGNAHME",
        "Amt/Fachbereich und ggf. beteiligte Ämter/Fachbereiche:",
        "01 Hauptamt",
        "Beteiligt: 41 Kultur und 48 Bildung",
        "Betreff:",
        "Drucksachennummer: 1062/2023",
        "Beratungsfolge:",
        "antwortet die Verwaltung wie folgt:",
        "1. Ab wann sind die Gespräche geplant?",
        "Hier bitte die Antwort eintragen.",
        "2. Wer nimmt teil?",
        "Verfügung / Unterschriften",
        "Nein, gesperrt bis einschließlich",
        "Gesehen",
        "Gegenzeichen",
        "Beschlussausfertigungen sind zu übersenden an",
    ]
    places = [text.find(each) for each in wanted]
    assert -1 not in places
    assert places == sorted(places)


def test_each_question_has_an_answer_field_that_can_be_found_again() -> None:
    content = Drafts().fill("stellungnahme", FULL).content
    body = docx.Document(BytesIO(content)).element.body
    tags = [tag.get(f"{TAG}val") for field in body.iter(f"{TAG}sdt") for tag in field.iter(f"{TAG}tag")]
    assert tags == ["antwort_1", "antwort_2"]


def test_a_case_that_knows_nothing_still_gets_a_form() -> None:
    text = filled(BARE)
    assert "Drucksachennummer: __________" in text
    assert "Hier bitte die Antwort eintragen." in text
    assert "{{" not in text


def test_values_arrive_as_they_are_and_add_no_parts_of_their_own() -> None:
    evil = "Kosten < 5 & Nutzen</w:t></w:r><w:r><w:t>eingeschmuggelt"
    text = filled({**FULL, "case": {**FULL["case"], "title": evil}})
    assert evil in text


def test_the_same_values_give_the_same_file_to_the_byte() -> None:
    assert Drafts().fill("stellungnahme", FULL) == Drafts().fill("stellungnahme", FULL)


def test_the_file_is_called_after_the_paper() -> None:
    assert Drafts().fill("stellungnahme", FULL).name == "Stellungnahme_1062-2023.docx"
    assert Drafts().fill("stellungnahme", BARE).name == "Stellungnahme.docx"


def test_a_draft_of_the_municipality_replaces_the_shipped_one(tmp_path: Path) -> None:
    drafts = own_draft(tmp_path, "Eigenes Formular zu {{ case.number }}")
    assert text_of(drafts.fill("stellungnahme", FULL).content) == "Eigenes Formular zu 1062/2023"
    assert drafts.names() == {"stellungnahme"}


@pytest.mark.parametrize(
    "attack", ["{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ gibt_es_nicht }}", "{% if %}"]
)
def test_a_wrong_or_evil_file_is_an_error_and_nothing_else(tmp_path: Path, attack: str) -> None:
    with pytest.raises(Temporary) as caught:
        own_draft(tmp_path, attack).fill("stellungnahme", FULL)
    assert caught.value.code == "mail_draft_failed"


@pytest.mark.parametrize("name", ["vermerk", "../templates/stellungnahme"])
def test_an_unknown_draft_names_those_that_exist(name: str) -> None:
    with pytest.raises(Temporary, match="stellungnahme") as caught:
        Drafts().fill(name, FULL)
    assert caught.value.code == "mail_draft_unknown"


def test_the_shipped_file_is_what_its_builder_builds(tmp_path: Path) -> None:
    builder = runpy.run_path(str(ROOT / "examples" / "build_draft_template.py"))
    builder["build"](tmp_path / "built.docx")
    assert contents(tmp_path / "built.docx") == contents(SHIPPED / "stellungnahme.docx")


def contents(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
