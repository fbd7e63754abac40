"""A draft on its way: out with the assignment, filled in by an office, back, versioned, compared, signed."""

import re
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.helpers.command_line import Vorgang
from tests.helpers.council import Council
from tests.helpers.draft_desk import LEAD, MAYOR, file, in_work, template
from tests.helpers.drafts import about, changed, control, converted, filled, ticked, typed
from vorgang.notifications.draft_return import read_draft
from vorgang.notifications.outbox import Wanted
from vorgang.states.database import Database

QUESTIONS = ("Wann wird der Radweg gebaut?", "Was kostet er?")
CLERK = "randt"


@pytest.fixture
def case(vorgang: Vorgang) -> str:
    """An inquiry of two questions that its office works on."""
    return in_work(vorgang, "0100/2024", *QUESTIONS)


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_a_draft_comes_back_field_by_field(vorgang: Vorgang, case: str, suffix: str) -> None:
    whole = typed(template(vorgang, case, suffix), {"antwort_1": "2025.", "antwort_2": "Eine Million\nEuro."})
    filed = file(vorgang, case, ticked(whole, "veroeffentlichung_ja"), f"entwurf.{suffix}")
    assert (filed["unanswered"], filed["warnings"], filed["ticked"]) == ([], [], ["veroeffentlichung_ja"])
    facts = vorgang.json("case", "show", case)["case"]["facts"]
    assert facts["antworten"] == [
        {"frage": QUESTIONS[0], "antwort": "2025."},
        {"frage": QUESTIONS[1], "antwort": "Eine Million\nEuro."},
    ]
    assert facts["entwurf"]["name"] == f"entwurf.{suffix}"


def test_an_office_has_its_form_for_a_case_that_is_not_public_and_nobody_else_has(vorgang: Vorgang) -> None:
    case = vorgang.opened("0101/2024", oeffentlich="nein", fragen=QUESTIONS[0])
    vorgang.json("case", "fire", case, "zulassen", "--as", CLERK)
    vorgang.json("case", "fire", case, "zuweisen", "--as", CLERK, "-s", "federfuehrung=amt01")
    vorgang.json("draft", "template", case, "--as", LEAD, "--out", "form.docx")
    assert QUESTIONS[0] in ZipFile("form.docx").read("word/document.xml").decode()
    vorgang.fails(5, "draft", "template", case, "--as", "beispiel48", "--out", "fremd.docx")


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_a_form_of_the_town_is_german_whatever_the_language_of_the_screen(
    vorgang: Vorgang, case: str, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    german = template(vorgang, case, suffix)
    monkeypatch.setenv("VORGANG_LANG", "en")
    assert template(vorgang, case, suffix) == german
    previewed = vorgang("mail", "preview", "auftrag", "--out", "vorschau")
    assert previewed.code == 0
    (form,) = Path("vorschau").glob("*.docx")
    archive = ZipFile(form)
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
    assert not re.search(r"\d (January|February|March|December) \d{4}", whole)


def test_an_answer_where_nobody_has_asked_stands_by_itself(vorgang: Vorgang) -> None:
    begun = ["betreff=Bericht", "federfuehrung=amt01", "unterzeichner=verwaltungsleitung"]
    given = [part for one in begun for part in ("-s", one)]
    report = str(vorgang.json("case", "open", "mitteilung", "--as", CLERK, *given)["case"]["id"])
    file(vorgang, report, typed(template(vorgang, report), {"antwort_1": "Alles ist gut."}))
    assert vorgang.json("case", "show", report)["case"]["facts"]["antworten"] == [{"antwort": "Alles ist gut."}]
    read = vorgang("draft", "show", report).out
    assert ("Text des Entwurfs" in read, "Antwort 1" in read) == (True, False)
    said = vorgang("case", "show", report, "--as", LEAD).out
    assert ("Antwort 1" in said, "frage" in said.casefold(), "Antworten im Entwurf" in said) == (False, False, False)


def test_nobody_signs_while_a_question_is_open_unless_with_a_reason(vorgang: Vorgang, case: str) -> None:
    filed = file(vorgang, case, typed(template(vorgang, case), {"antwort_1": "2025."}))
    assert filed["unanswered"] == [{"number": 2, "question": QUESTIONS[1]}]
    vorgang.json("case", "fire", case, "zur_unterschrift_geben", "--as", LEAD)
    refused = vorgang.fails(3, *vorgang.signing(case, "unterzeichnen", MAYOR))
    assert "2. Was kostet er?" in str(refused)
    assert "unvollstaendig_weil" in str(refused)
    signed = vorgang.signs(case, "unterzeichnen", MAYOR, "unvollstaendig_weil=Zahlen folgen")
    assert signed["to"] == "unterzeichnet"
    assert vorgang.json("case", "history", case)["history"][-1]["data"]["unvollstaendig_weil"] == "Zahlen folgen"


def test_co_signing_is_not_held_up_but_told_of_open_questions(vorgang: Vorgang, case: str) -> None:
    file(vorgang, case, template(vorgang, case))
    given = vorgang.json("case", "fire", case, "zur_unterschrift_geben", "--as", LEAD)
    assert [one["question"] for one in given["unanswered"]] == list(QUESTIONS)


def test_a_case_with_ten_thousand_questions_reaches_the_council_office(database: Database, tmp_path: Path) -> None:
    council = Council(database)
    case = council.ask(fragen=[f"Frage {number}?" for number in range(10_000)])
    council.act(case, "zulassen", CLERK)
    council.act(case, "zuweisen", CLERK, federfuehrung="amt01")
    drained = council.post(tmp_path).drain()
    assert drained.dead == 1
    (dead,) = council.outbox.entries(Wanted(status="dead"))
    assert "10000" in (dead.error or "")


def test_an_open_question_can_be_answered_by_a_new_draft(vorgang: Vorgang, case: str) -> None:
    empty = template(vorgang, case)
    file(vorgang, case, empty)
    file(vorgang, case, typed(empty, {"antwort_1": "2025.", "antwort_2": "Nichts."}))
    vorgang.json("case", "fire", case, "zur_unterschrift_geben", "--as", LEAD)
    assert vorgang.signs(case, "unterzeichnen", MAYOR)["to"] == "unterzeichnet"


def test_a_draft_given_to_the_event_itself_is_read_too(vorgang: Vorgang, case: str) -> None:
    Path("entwurf.docx").write_bytes(template(vorgang, case))
    vorgang.json("case", "fire", case, "entwurf_ablegen", "--as", LEAD, "-s", "entwurf=@entwurf.docx")
    vorgang.json("case", "fire", case, "zur_unterschrift_geben", "--as", LEAD)
    vorgang.fails(3, *vorgang.signing(case, "unterzeichnen", MAYOR))


def test_versions_are_kept_and_compared(vorgang: Vorgang, case: str) -> None:
    empty = template(vorgang, case)
    first = typed(empty, {"antwort_1": "Der Weg wird 2025 gebaut."})
    second = typed(empty, {"antwort_1": "Der Weg wird 2026 gebaut.", "antwort_2": "Eine Million."})
    file(vorgang, case, first, "a.docx")
    file(vorgang, case, second, "b.docx")
    listed = vorgang.json("draft", "list", case)["drafts"]
    assert [(one["number"], one["name"], one["actor"]) for one in listed] == [(1, "a.docx", LEAD), (2, "b.docx", LEAD)]
    shown = vorgang.json("draft", "show", case, "--version", "1", "--out", "alt.docx")["draft"]
    assert shown["fields"] == {"antwort_1": "Der Weg wird 2025 gebaut.", "antwort_2": ""}
    assert Path("alt.docx").read_bytes() == first
    said = vorgang("draft", "diff", case).out
    assert "Der Weg wird [-2025-]{+2026+} gebaut." in said
    assert "{+Eine Million.+}" in said
    fields = vorgang.json("draft", "diff", case, "--from", "2", "--to", "1")["fields"]
    assert {"kind": "added", "text": "2025"} in fields[0]["spans"]
    page = vorgang("draft", "diff", case, "--format", "html").out
    assert "<del>2025</del><ins>2026</ins>" in page
    assert vorgang.fails(5, "draft", "show", case, "--version", "3")["code"] == "draft_version_unknown"


def test_the_number_of_the_case_holds_whatever_the_draft_says(vorgang: Vorgang, case: str) -> None:
    def other(root: Any) -> None:
        for text in root.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
            text.text = (text.text or "").replace("0100/2024", "0999/2023")

    filed = file(vorgang, case, changed(template(vorgang, case), other))
    assert "draft_other_number" in [one["code"] for one in filed["warnings"]]
    assert vorgang.json("case", "show", case)["case"]["number"] == "0100/2024"


def test_a_broken_draft_changes_nothing(vorgang: Vorgang, case: str) -> None:
    Path("kaputt.docx").write_bytes(template(vorgang, case)[:2000])
    error = vorgang.fails(2, "draft", "file", case, "kaputt.docx", "--as", LEAD)
    assert (error["code"], "kaputt.docx" in str(error)) == ("draft_file_broken", True)
    assert vorgang.json("draft", "list", case)["drafts"] == []


ANSWERS = {"antwort_1": "Ab März 2025 & später <bald>.\nZweiter Absatz.", "antwort_3": "{{ nichts }} </w:t> 5 €"}


@pytest.mark.parametrize(
    "way",
    [("docx", "docx"), ("docx", "odt", "docx"), ("odt", "odt"), ("odt", "docx", "odt")],
    ids=" ".join,
)
def test_answers_survive_libreoffice(way: tuple[str, ...]) -> None:
    content = typed(
        filled(way[0], about("Ab wann?", "Wer?", "Was?", kind="antrag")), {**ANSWERS, "angabe_klima": "Keiner."}
    )
    content = ticked(ticked(content, "wahl_klima_keine"), "veroeffentlichung_ja")
    draft = read_draft(converted(content, *way), "entwurf")
    assert [one.text for one in draft.answers] == [ANSWERS["antwort_1"], "", ANSWERS["antwort_3"]]
    assert {one.id: (one.ticked, one.text) for one in draft.statements}["klima"] == (("keine",), "Keiner.")
    assert (draft.ticked, draft.number) == (("veroeffentlichung_ja",), "1062/2023")


def test_an_office_exports_checks_and_uses_its_own_template(vorgang: Vorgang, case: str, tmp_path: Path) -> None:
    own = tmp_path / "eigene"
    own.mkdir()
    vorgang.json("template", "export", "stellungnahme", "--out", own / "stellungnahme.docx")
    assert vorgang.json("template", "check", own / "stellungnahme.docx")["findings"] == []

    def spoil(root: Any) -> None:
        field = control(root, "antwort_{{ loop.index }}")
        field.getparent().remove(field)

    content = (own / "stellungnahme.docx").read_bytes()
    (own / "stellungnahme.docx").write_bytes(changed(content, spoil))
    answer = vorgang("template", "check", own / "stellungnahme.docx", "--json")
    assert answer.code == 1
    assert [one["code"] for one in answer.document["findings"]] == ["draft_template_answers"]
    assert (
        vorgang.fails(2, "template", "export", "stellungnahme", "--out", own / "stellungnahme.docx")["code"]
        == "cli_out_exists"
    )
    assert vorgang.fails(5, "template", "export", "vermerk", "--out", "x.docx")["code"] == "draft_template_unknown"


def test_text_blocks_are_listed_with_their_last_day(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "eigene"
    folder.mkdir()
    text = '[[baustein]]\nid = "haushalt"\nlabel = "Haushalt"\ntext = "Vorbehalt."\nvalid_until = 2026-12-31\n'
    (folder / "bausteine.toml").write_text(text, "utf-8")
    assert tomllib.loads(text)
    monkeypatch.setenv("VORGANG_TEMPLATES", str(folder))
    for day, valid in (("2026-12-31", True), ("2027-01-01", False)):
        (block,) = vorgang.json("template", "blocks", "--on", day)["blocks"]
        assert (block["id"], block["valid_until"], block["valid"]) == ("haushalt", "2026-12-31", valid)
    assert vorgang.json("template", "check", "--on", "2026-12-31")["findings"] == []
    expired = vorgang("template", "check", "--on", "2027-01-01", "--json")
    assert [one["code"] for one in expired.document["findings"]] == ["draft_block_expired"]


def test_a_macro_file_is_refused_by_name(vorgang: Vorgang) -> None:
    Path("vorlage.docm").write_bytes(b"PK")
    answer = vorgang("template", "check", "vorlage.docm", "--json")
    assert [one["code"] for one in answer.document["findings"]] == ["draft_file_macros"]
