"""What a paragraph is, formats of word processors and pages know: a subject ends where its paragraph ends."""

import docx
import pytest

from tests.helpers.documents import odt_of, saved
from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.reading import read_document
from vorgang.workflow.intake.understanding import understand

LETTER = [
    "SPD-Fraktion im Rat der Stadt Auental",
    "Auental, 04.03.2026",
    "Anfrage",
    "Betreff: Lastenräder für den Markt",
    "Immer mehr Händler fragen danach. Wir fragen die Verwaltung:",
    "1. Wie viele Räder gibt es?",
    "2. Was kostet ein Rad im Jahr?",
    "Erika Beispiel",
    "Fraktionsvorsitzende",
]


def read(name: str, paragraphs: list[str]) -> Pages:
    if name == "brief.docx":
        document = docx.Document()
        for text in paragraphs:
            document.add_paragraph(text)
        return read_document(saved(document), name)
    if name == "brief.odt":
        return read_document(odt_of("".join(f"<text:p>{text}</text:p>" for text in paragraphs)), name)
    return read_document("".join(f"<p>{text}</p>" for text in paragraphs).encode(), name)


@pytest.mark.parametrize("name", ["brief.docx", "brief.odt", "brief.html"])
def test_a_subject_does_not_swallow_the_paragraphs_below_it(name: str) -> None:
    understood = understand(read(name, LETTER))
    assert understood.subject == "Lastenräder für den Markt"
    assert understood.questions == ("Wie viele Räder gibt es?", "Was kostet ein Rad im Jahr?")
    assert (understood.signatory, understood.date and understood.date.isoformat()) == ("Erika Beispiel", "2026-03-04")


@pytest.mark.parametrize(
    "below",
    [
        ["Sachverhalt: Es gibt wenige Räder.", "1. Wie viele gibt es?"],
        ["Im letzten Jahr kamen drei dazu.", "Wann kommen weitere?"],
        ["Wir fragen:", "1. Wann kommen weitere?"],
        ["Wann kommen weitere?", "Mit freundlichen Grüßen", "Erika Beispiel"],
    ],
)
@pytest.mark.parametrize("name", ["brief.docx", "brief.html"])
def test_whatever_follows_the_subject(name: str, below: list[str]) -> None:
    understood = understand(read(name, ["Anfrage", "Betreff: Lastenräder", *below]))
    assert understood.subject == "Lastenräder"
    assert len(understood.questions) == 1


def test_a_subject_may_go_on() -> None:
    paragraphs = ["Anfrage", "Betreff: Lastenräder für den Markt", "hier: Stand des Kaufs", "Sehr geehrte Frau Muster,"]
    assert understand(read("brief.docx", paragraphs)).subject == "Lastenräder für den Markt hier: Stand des Kaufs"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Betreff: Lastenräder\nFrage: Wann kommen sie?", "Lastenräder"),
        ("Betreff: Lastenräder\nDie Räder stehen seit Jahren im Keller.\nWann?", "Lastenräder"),
        (
            "Betreff: Ausleihe von Lastenrädern\nauf dem Markt\n\nSachverhalt\nWann?",
            "Ausleihe von Lastenrädern auf dem Markt",
        ),
        (
            "Betreff: Stand der Ausleihe von\nLastenrädern auf dem Wochenmarkt im Norden\n\nSachverhalt\nWann?",
            "Stand der Ausleihe von Lastenrädern auf dem Wochenmarkt im Norden",
        ),
    ],
)
def test_in_a_text_a_full_line_goes_on_and_a_short_one_does_not(text: str, subject: str) -> None:
    assert understand(Pages.of_text(f"Anfrage\n{text}")).subject == subject


def test_a_line_tells_whether_its_paragraph_ends_there() -> None:
    lines = read_document(b"<p>eins<br>zwei</p><p>drei</p>", "a.html").lines
    assert [(line.text, line.ends) for line in lines if line.text] == [("eins", False), ("zwei", True), ("drei", True)]
