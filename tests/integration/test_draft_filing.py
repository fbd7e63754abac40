"""What a filed draft counts for: whose form it is, what nobody can read, what is typed in by hand, what is missing."""

import json
import sqlite3
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from tests.helpers.command_line import Vorgang
from tests.helpers.draft_desk import LEAD, MAYOR, file, in_work, template
from tests.helpers.drafts import typed
from tests.helpers.house import ASKER, DRAFT, House, refused
from vorgang.config.errors import NotFoundError, RefusedError
from vorgang.notifications.draft_typing import typed as ticked
from vorgang.states.files import read_file
from vorgang.workflow.drafts import DraftFile, file_draft

QUESTIONS = ("Wann wird der Radweg gebaut?", "Was kostet er?")
REPORT = {"betreff": "Jahresbericht", "federfuehrung": "amt01", "unterzeichner": "verwaltungsleitung"}

STATEMENTS_OF_TOWN = """
[[angabe]]
id      = "klima"
label   = "Auswirkungen auf das Klima"
choices = [{ id = "positiv", label = "günstige Auswirkungen (+)" }, { id = "keine", label = "keine" }]

[[angabe]]
id    = "finanzen"
label = "Finanzen"
"""


@pytest.fixture
def case(vorgang: Vorgang) -> str:
    """An inquiry of two questions that its office works on."""
    return in_work(vorgang, "0100/2024", *QUESTIONS)


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_what_is_to_be_resolved_stands_in_the_draft_and_comes_back_with_it(vorgang: Vorgang, suffix: str) -> None:
    points = ["Der Bericht wird zur Kenntnis genommen.", "Ein Netzwerk wird gegründet."]
    data = {**REPORT, "nummer": "0321/2024", "beschlussvorschlag": points}
    opened = vorgang.json("case", "open", "beschlussvorlage", "--as", "randt", "--data", json.dumps(data))
    case = str(opened["case"]["id"])
    written = vorgang.json("draft", "template", case, "--format", suffix, "--out", Path())
    assert written["name"] == f"Beschlussvorlage_0321-2024.{suffix}"
    form = Path(written["name"]).read_bytes()
    reason = {"antwort_1": "Die Partnerstädte wünschen es."}

    def filed(content: bytes) -> tuple[list[str], set[str]]:
        found = file(vorgang, case, content, written["name"])
        warned = {one["code"] for one in found["warnings"]}
        return vorgang.json("case", "show", case)["case"]["facts"]["beschlussvorschlag"], warned

    proposal = {"draft_proposal_changed", "draft_proposal_missing"}
    same, warned = filed(typed(form, reason))
    assert (same, warned & proposal) == (points, set())
    if suffix == "docx":  # as only Word loses what stands in a field when it is typed over
        changed, warned = filed(typed(form, {**reason, "beschlussvorschlag": "Der Rat beschließt:\n- Netzwerk"}))
        assert (changed, warned & proposal) == (["Der Rat beschließt:\n- Netzwerk"], {"draft_proposal_changed"})
        assert "Beschlussvorschlag" in vorgang("draft", "diff", case).out
        kept, warned = filed(typed(form, {**reason, "beschlussvorschlag": ""}))
        assert (kept, warned & proposal) == (changed, {"draft_proposal_missing"})


def without_fields() -> bytes:
    written = BytesIO()
    Document().save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("entwurf.txt", b"2025, eine Million."),
        ("leer.txt", b" "),
        ("entwurf.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"2025"),
        ("entwurf.rtf", b"{\\rtf1 2025}"),
        ("leer.docx", without_fields()),
    ],
)
def test_of_a_file_that_cannot_be_read_every_question_is_open(
    vorgang: Vorgang, case: str, name: str, content: bytes
) -> None:
    file(vorgang, case, typed(template(vorgang, case), {"antwort_1": "2025.", "antwort_2": "Nichts."}))
    filed = file(vorgang, case, content, name)
    assert (filed["readable"], [one["number"] for one in filed["unanswered"]]) == (False, [1, 2])
    assert len(filed["warnings"]) == 1
    assert "antworten" not in vorgang.json("case", "show", case)["case"]["facts"]
    vorgang.json("case", "fire", case, "zur_unterschrift_geben", "--as", LEAD)
    assert "unvollstaendig_weil" in str(vorgang.fails(3, *vorgang.signing(case, "unterzeichnen", MAYOR)))
    reason = "unvollstaendig_weil=steht im Brief"
    vorgang.signs(case, "unterzeichnen", MAYOR, reason)


def test_answers_typed_in_by_hand_count_and_the_log_says_so(vorgang: Vorgang, case: str) -> None:
    Path("brief.docx").write_bytes(typed(template(vorgang, case), {"antwort_1": "2025."}))
    by_hand = f'antworten={{"frage": "{QUESTIONS[1]}", "antwort": "Nichts."}}'
    forged = "antworten_aus=entwurf"
    filing = ("case", "fire", case, "entwurf_ablegen", "--as", LEAD, "-s", "entwurf=@brief.docx")
    vorgang.json(*filing, "-s", by_hand, "-s", forged)
    facts = vorgang.json("case", "show", case)["case"]["facts"]
    assert [one["antwort"] for one in facts["antworten"]] == ["2025.", "Nichts."]
    assert vorgang.json("case", "history", case)["history"][-1]["data"]["antworten_aus"] == "hand"
    assert [one["by_hand"] for one in vorgang.json("draft", "list", case)["drafts"]] == [True]
    assert "von Hand" in vorgang("draft", "show", case, "--lang", "de").out
    vorgang.json(*filing)
    assert [one["by_hand"] for one in vorgang.json("draft", "list", case)["drafts"]] == [True, False]
    assert vorgang.json("case", "history", case)["history"][-1]["data"]["antworten_aus"] == "entwurf"


def test_a_draft_that_nobody_has_read_is_not_signed(house: House) -> None:
    """As a host may file one, without the function for it."""
    case = house.at("in_bearbeitung", fragen=list(QUESTIONS))
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=None)
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    house.cosign(case)
    assert refused(house, case, "unterzeichnen", MAYOR) == "guards_fail"
    house.fire(case, "unterzeichnen", MAYOR, unvollstaendig_weil="Zahlen folgen")


def test_what_cannot_be_seen_is_no_answer(house: House) -> None:
    case = house.at("in_bearbeitung", fragen=[QUESTIONS[0]])
    answer = [{"frage": QUESTIONS[0], "antwort": "\u200b\u2060 \u00ad"}]
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=answer)
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    house.cosign(case)
    assert refused(house, case, "unterzeichnen", MAYOR) == "guards_fail"
    assert refused(house, case, "unterzeichnen", MAYOR, unvollstaendig_weil="\u200b") == "guards_fail"


def test_a_report_without_a_text_is_not_signed(house: House) -> None:
    report = house.open("mitteilung", **REPORT).case.id
    house.fire(report, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=None)
    house.fire(report, "zur_unterschrift_geben", LEAD)
    assert refused(house, report, "unterzeichnen", "leitung") == "guards_fail"
    house.fire(report, "unterzeichnen", "leitung", unvollstaendig_weil="steht in der Anlage")


def test_the_form_of_another_case_is_refused_unless_with_a_reason(vorgang: Vorgang, case: str) -> None:
    other = in_work(vorgang, "0101/2024", "Wie viele Bäume wurden gefällt?", "Welche Arten wurden gepflanzt?")
    whole = typed(template(vorgang, case), {"antwort_1": "2025.", "antwort_2": "Nichts."})
    Path("entwurf.docx").write_bytes(whole)
    filing = ("draft", "file", other, "entwurf.docx", "--as", LEAD)
    error = vorgang.fails(2, *filing)
    assert (error["code"], "0100/2024" in str(error), "0101/2024" in str(error)) == ("draft_other_case", True, True)
    by_event = ("case", "fire", other, "entwurf_ablegen", "--as", LEAD, "-s", "entwurf=@entwurf.docx")
    assert vorgang.fails(2, *by_event)["code"] == "draft_other_case"
    assert vorgang.json("draft", "list", other)["drafts"] == []
    filed = vorgang.json(*filing, "--other-case", "gemeinsame Antwort")
    assert [one["number"] for one in filed["unanswered"]] == [1, 2], "its questions are not those of this case"
    assert {"draft_question_other"} <= {one["code"] for one in filed["warnings"]}
    data = vorgang.json("case", "history", other)["history"][-1]["data"]
    assert data["anderer_vorgang_weil"] == "gemeinsame Antwort"


def test_a_mandatory_statement_that_is_missing_keeps_it_from_being_signed(
    vorgang: Vorgang, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "eigene"
    own.mkdir()
    form = '[[angabe]]\nid = "klima"\nlabel = "Klima"\n[[angabe]]\nid = "finanzen"\nlabel = "Finanzen"\n'
    (own / "entwurf.toml").write_text(form, "utf-8")
    monkeypatch.setenv("VORGANG_TEMPLATES", str(own))
    empty = template(vorgang, case)
    answers = {"antwort_1": "2025.", "antwort_2": "Nichts."}
    filed = file(vorgang, case, typed(empty, {**answers, "angabe_klima": "Keine Auswirkungen."}))
    assert (filed["unanswered"], filed["unstated"]) == ([], ["Finanzen"])
    vorgang.json("case", "fire", case, "zur_unterschrift_geben", "--as", LEAD)
    refusal = vorgang.fails(3, *vorgang.signing(case, "unterzeichnen", MAYOR))
    assert "Finanzen" in str(refusal)
    assert "Klima" not in str(refusal)
    vorgang.signs(case, "unterzeichnen", MAYOR, "unvollstaendig_weil=Zahlen folgen")


def test_a_paper_tells_statements_in_the_words_of_the_form(
    vorgang: Vorgang, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "entwurf.toml").write_text(STATEMENTS_OF_TOWN, "utf-8")
    monkeypatch.setenv("VORGANG_TEMPLATES", str(tmp_path))
    said = {"antwort_1": "2025.", "antwort_2": "Nichts.", "angabe_klima": "Weniger Verkehr."}
    file(vorgang, case, ticked(template(vorgang, case), "entwurf.docx", said, ["wahl_klima_positiv"]))
    vorgang.json("paper", "render", case, "--format", "html", "--out", tmp_path / "a.html")
    written = (tmp_path / "a.html").read_text("utf-8")
    assert "Auswirkungen auf das Klima" in written
    assert "günstige Auswirkungen (+); Weniger Verkehr." in written
    assert written.count("Noch keine Angabe.") == 1, "of the finances"


def test_statements_typed_in_by_hand_have_the_names_of_the_form(
    vorgang: Vorgang, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "entwurf.toml").write_text(STATEMENTS_OF_TOWN, "utf-8")
    monkeypatch.setenv("VORGANG_TEMPLATES", str(tmp_path))
    (tmp_path / "e.txt").write_text("Entwurf", "utf-8")
    typed_in = 'angaben={"angabe": "finanzen", "text": "keine Kosten"}'
    words = [word for one in (f"entwurf=@{tmp_path / 'e.txt'}", typed_in) for word in ("-s", one)]
    vorgang.json("case", "fire", case, "entwurf_ablegen", "--as", LEAD, *words)
    (statement,) = vorgang.json("case", "show", case)["case"]["facts"]["angaben"]
    assert statement == {"angabe": "finanzen", "titel": "Finanzen", "text": "keine Kosten"}


def test_statements_are_mandatory_even_if_the_form_no_longer_asks_for_them(
    vorgang: Vorgang, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = typed(template(vorgang, case), {"antwort_1": "2025.", "antwort_2": "Nichts."})
    (tmp_path / "entwurf.toml").write_text('[[angabe]]\nid = "klima"\nlabel = "Klima"\n', "utf-8")
    monkeypatch.setenv("VORGANG_TEMPLATES", str(tmp_path))
    assert file(vorgang, case, before)["unstated"] == ["Klima"]
    filed = vorgang.json("case", "fire", case, "entwurf_ablegen", "--as", LEAD, "-s", "entwurf=@entwurf.docx")
    assert filed["unstated"] == ["Klima"]


def test_a_trivial_change_is_said_when_filing(vorgang: Vorgang, case: str) -> None:
    empty = template(vorgang, case)
    file(vorgang, case, empty)
    Path("neu.docx").write_bytes(typed(empty, {"antwort_1": "2025."}))
    saying = ("--change", "Jahr ergänzt", "--trivial", "war vergessen")
    vorgang.json("draft", "file", case, "neu.docx", "--as", LEAD, *saying)
    data = vorgang.json("case", "history", case)["history"][-1]["data"]
    assert (data["aenderung"], data["unwesentlich_weil"]) == ("Jahr ergänzt", "war vergessen")
    assert data["unwesentliche_aenderung"] is True


def test_a_refused_draft_is_not_kept(house: House) -> None:
    """Nothing remains of an event that was refused, its file neither."""
    case = house.at("in_bearbeitung", fragen=list(QUESTIONS))
    letter = DraftFile("fremd.txt", f"Gehört nicht hierher: {case}".encode())
    with pytest.raises(RefusedError):
        file_draft(house.workflow, case, letter, actor=house.actor(ASKER))
    with house.database.reading() as connection, pytest.raises(NotFoundError):
        read_file(connection, house.body, sha256(letter.content).hexdigest())
    filed = file_draft(house.workflow, case, letter, actor=house.actor(LEAD), key="einmal")
    assert file_draft(house.workflow, case, letter, actor=house.actor(LEAD), key="einmal").fired.replayed
    with house.database.reading() as connection:
        assert read_file(connection, house.body, filed.fired.case.facts["entwurf"]["sha256"]) == letter.content


def test_a_file_named_in_a_refused_event_is_not_kept(vorgang: Vorgang, case: str) -> None:
    Path("fremd.txt").write_text("Gehört nicht hierher.")
    refusal = vorgang.fails(3, "case", "fire", case, "entwurf_ablegen", "--as", ASKER, "-s", "entwurf=@fremd.txt")
    assert refusal["code"] != "case_unknown"
    with sqlite3.connect("vorgang.db") as database:
        assert database.execute("SELECT count(*) FROM vorgang_file").fetchone() == (0,)


@pytest.mark.parametrize("content", [None, b"ein Text"])
def test_a_file_named_like_one_with_macros_is_refused(vorgang: Vorgang, case: str, content: bytes | None) -> None:
    Path("entwurf.DOCM").write_bytes(content or without_fields())
    assert vorgang.fails(2, "draft", "file", case, "entwurf.DOCM", "--as", LEAD)["code"] == "draft_file_macros"
    assert vorgang.json("draft", "list", case)["drafts"] == []


def test_what_is_wrong_with_a_damaged_file_is_said_in_the_language_of_the_reader(vorgang: Vorgang, case: str) -> None:
    Path("kaputt.docx").write_bytes(b"PK\x03\x04abgerissen")
    refused = vorgang.fails(2, "draft", "file", case, "kaputt.docx", "--as", LEAD)
    assert refused["de"] == "„kaputt.docx“ ist beschädigt (nicht lesbar: ZIP)."
