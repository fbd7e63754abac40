"""A filled draft read back: what was typed, and what was not as the form wanted it."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest

from tests.helpers.drafts import about, changed, control, filled, section, ticked, typed, with_part, word_paragraph
from vorgang.config.errors import InvalidInputError
from vorgang.notifications.draft_parts import TEXT, W, new
from vorgang.notifications.draft_return import ReturnedDraft, as_document, from_document, read_draft

QUESTIONS = ("Ab wann sind die Gespräche geplant?", "Wer nimmt daran teil?", "Was kostet das?")
FORMATS = pytest.mark.parametrize("suffix", ["docx", "odt"])


def read(content: bytes) -> ReturnedDraft:
    return read_draft(content, "entwurf", QUESTIONS)


def texts(draft: ReturnedDraft) -> list[str]:
    return [answer.text for answer in draft.answers]


def codes(draft: ReturnedDraft, number: int) -> list[str]:
    return [remark.code for remark in draft.answers[number - 1].remarks]


@FORMATS
def test_what_was_typed_is_read_field_by_field(suffix: Any) -> None:
    answers = {"antwort_1": "Ab März.\nNäheres folgt & zwar <bald>.", "antwort_3": "{{ 5 }} € </w:t> {% if %}"}
    draft = read(typed(filled(suffix, about(*QUESTIONS)), answers))
    assert texts(draft) == [answers["antwort_1"], "", answers["antwort_3"]]
    assert [answer.given for answer in draft.answers] == [True, False, True]
    assert draft.number == "1062/2023"
    assert codes(draft, 2) == ["draft_placeholder"]


@FORMATS
def test_mandatory_statements_and_ticks_are_read(suffix: Any) -> None:
    content = filled(suffix, about(*QUESTIONS, kind="antrag"))
    content = typed(content, {"angabe_klima": "Weniger Verkehr."})
    draft = read(ticked(ticked(content, "wahl_klima_positiv"), "veroeffentlichung_nein"))
    assert {one.id: (one.ticked, one.text) for one in draft.statements} == {
        "inklusion": ((), ""),
        "klima": (("positiv",), "Weniger Verkehr."),
        "finanzen": ((), ""),
    }
    assert draft.ticked == ("veroeffentlichung_nein",)


def drop_field(root: Any) -> None:
    """Delete the second field and write below the question instead."""
    if root.tag.startswith(W):
        field = control(root, "antwort_2")
        field.addnext(word_paragraph("Drei Ämter."))
    else:
        field = section(root, "antwort_2")
        paragraph = new(f"{TEXT}p")
        paragraph.text = "Drei Ämter."
        field.addnext(paragraph)
    name = f"{W}name" if root.tag.startswith(W) else f"{TEXT}name"
    field.getparent().remove(field)
    for mark in [one for one in root.iter() if one.get(name) == "antwort_2"]:
        mark.getparent().remove(mark)


@FORMATS
def test_a_deleted_field_is_found_by_its_question(suffix: Any) -> None:
    draft = read(changed(filled(suffix, about(*QUESTIONS)), drop_field))
    assert draft.answers[1].text == "Drei Ämter."
    assert codes(draft, 2) == ["draft_beside_field", "draft_field_deleted"]


@FORMATS
def test_what_stands_beside_a_field_is_not_lost(suffix: Any) -> None:
    def beside(root: Any) -> None:
        last = control(root, "antwort_3") if suffix == "docx" else section(root, "antwort_3")
        paragraph = word_paragraph("Hinzu kommt die Miete.") if suffix == "docx" else new(f"{TEXT}p")
        if suffix == "odt":
            paragraph.text = "Hinzu kommt die Miete."
        last.addnext(paragraph)

    draft = read(changed(typed(filled(suffix, about(*QUESTIONS)), {"antwort_3": "5.000 Euro."}), beside))
    assert draft.answers[2].text == "5.000 Euro.\nHinzu kommt die Miete."
    assert codes(draft, 3) == ["draft_beside_field"]


@FORMATS
@pytest.mark.parametrize("own", ["4. Und warum so spät?", "Frage 4: Warum nicht früher?", "- Und warum?"])
def test_a_question_that_somebody_has_added_is_no_answer(suffix: str, own: str) -> None:
    def add(root: Any) -> None:
        last = control(root, "antwort_3") if suffix == "docx" else section(root, "antwort_3")
        for text in ("Weil es so ist.", own):
            paragraph = word_paragraph(text) if suffix == "docx" else new(f"{TEXT}p")
            if suffix == "odt":
                paragraph.text = text
            last.addnext(paragraph)

    draft = read(changed(typed(filled(suffix, about(*QUESTIONS)), {"antwort_3": "5.000 Euro."}), add))
    assert draft.answers[2].text == "5.000 Euro."
    (remark,) = draft.answers[2].remarks
    assert (remark.code, own in remark.text()) == ("draft_question_added", True)


@FORMATS
def test_a_question_in_other_words_is_named_and_below_another_one_nothing_counts(suffix: str) -> None:
    answers = {"antwort_1": "Ab März.", "antwort_2": "Drei Ämter.", "antwort_3": "Nichts."}
    content = typed(
        filled(suffix, about("Ab wann sind Gespräche geplannt?", "Was kostet der Strom?", *QUESTIONS[2:])), answers
    )
    draft = read(content)
    assert texts(draft) == ["Ab März.", "", "Nichts."]
    assert [codes(draft, number) for number in (1, 2, 3)] == [["draft_question_reworded"], ["draft_question_other"], []]
    assert "Was kostet der Strom?" in draft.answers[1].remarks[0].text()


def test_an_answer_may_stand_in_the_line_of_its_question() -> None:
    def join(root: Any) -> None:
        for number in (1, 2):
            field = control(root, f"antwort_{number}")
            field.getparent().remove(field)
            line = next(control(root, f"frage_{number}").iter(f"{W}t"))
            line.text = f"{line.text} Am {number}. März."

    draft = read(changed(filled("docx", about(*QUESTIONS)), join))
    assert not any("geplant" in answer.text or "teil" in answer.text for answer in draft.answers)


def test_tables_and_pictures_in_an_answer_are_named() -> None:
    def paste(root: Any) -> None:
        inside = control(root, "antwort_1").find(f"{W}sdtContent")
        pasted = docx.Document()
        table = pasted.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Jahr", "2025"
        inside.append(table._tbl)  # python-docx has no other way to its XML
        new(f"{W}drawing", new(f"{W}r", inside[0]))

    draft = read(changed(typed(filled("docx", about(*QUESTIONS)), {"antwort_1": "Siehe:"}), paste))
    assert draft.answers[0].text == "Siehe:\nJahr | 2025 |"
    assert codes(draft, 1) == ["draft_table", "draft_picture"]


def test_a_text_that_word_still_takes_for_a_placeholder_counts_but_is_named() -> None:
    def overwrite(root: Any) -> None:
        next(control(root, "antwort_1").iter(f"{W}t")).text = "Am 1. März."

    draft = read(changed(filled("docx", about(*QUESTIONS)), overwrite))
    assert draft.answers[0].text == "Am 1. März."
    assert codes(draft, 1) == ["draft_marked_placeholder"]


def test_what_was_deleted_under_change_tracking_is_no_answer() -> None:
    def track(root: Any) -> None:
        paragraph = next(control(root, "antwort_1").iter(f"{W}p"))
        for kind, tag, text in (("del", "delText", "Nie."), ("ins", "t", " Bald.")):
            new(f"{W}{tag}", new(f"{W}r", new(f"{W}{kind}", paragraph))).text = text

    draft = read(changed(typed(filled("docx", about(*QUESTIONS)), {"antwort_1": "Ja:"}), track))
    assert draft.answers[0].text == "Ja: Bald."


def test_a_word_file_without_fields_is_one_text() -> None:
    document, written = docx.Document(), BytesIO()
    document.add_paragraph("Drucksachennummer: 0815/2024. Alles bestens.")
    document.save(written)
    draft = read(written.getvalue())
    assert (draft.readable, draft.number) == (False, "0815/2024")
    assert [remark.code for remark in draft.remarks] == ["draft_no_fields"]


def test_a_pdf_is_one_text() -> None:
    draft = read(b"%PDF-1.7 ...")
    assert not draft.readable
    assert [remark.code for remark in draft.remarks] == ["draft_other_kind"]


def test_it_travels_between_processes() -> None:
    draft = read(filled("odt", about(*QUESTIONS, kind="antrag")))
    assert from_document(as_document(draft)) == draft


def bomb(content: bytes) -> bytes:
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    return with_part(content, "word/document.xml", text.encode())


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda _: b"", "draft_file_empty"),
        (lambda content: content[: len(content) // 2], "draft_file_broken"),
        (lambda _: bytes.fromhex("d0cf11e0a1b11ae1") + b"EncryptedPackage", None),
        (bomb, "draft_file_entities"),
        (lambda content: with_part(content, "word/vbaProject.bin", b"x"), "draft_file_macros"),
        (lambda content: with_part(content, "word/document.xml", b"<w:document"), "draft_file_broken"),
        (lambda content: with_part(content, "word/document.xml", b" " * (41 << 20)), "draft_file_too_large"),
    ],
)
def test_a_file_that_is_none_names_itself(spoil: Any, code: str | None) -> None:
    content = spoil(filled("docx", about(*QUESTIONS)))
    if code is None:
        assert not read(content).readable
        return
    with pytest.raises(InvalidInputError, match="entwurf") as caught:
        read(content)
    assert caught.value.code == code


def test_a_draft_with_ten_thousand_fields_has_a_limit() -> None:
    def multiply(root: Any) -> None:
        body = control(root, "antwort_1").getparent()
        for number in range(10_000):
            new(f"{W}bookmarkStart", body, id=str(number), name=f"antwort_{number}")

    with pytest.raises(InvalidInputError, match="500") as caught:
        read(changed(filled("docx", about(*QUESTIONS)), multiply))
    assert caught.value.code == "draft_fields_too_many"


def test_the_archive_is_a_proper_one() -> None:
    with ZipFile(BytesIO(filled("odt", about(*QUESTIONS)))) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", 0)
