"""Papers as DOCX: real headings, lists and heads of tables, German, and text that stays text."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest

from tests.helpers.papers import EVIL, LETTERS, paper, saying
from vorgang.notifications.papers.docx_writer import docx_file
from vorgang.notifications.papers.model import Grid, Heading, Labelled, Paragraph, Picture, Question, Tick, items_of
from vorgang.notifications.papers.pdf_writer import pages
from vorgang.notifications.papers.prose import prose

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def opened(made: Any) -> Any:
    return docx.Document(BytesIO(docx_file(made)))


def text_of(document: Any) -> str:
    return "\n".join("".join(_words(each)) for each in document.element.body.iter(f"{W}p"))


def _words(paragraph: Any) -> list[str]:
    return ["\n" if node.tag == f"{W}br" else node.text or "" for node in paragraph.iter(f"{W}t", f"{W}br")]


def test_headings_questions_and_lists_have_their_styles() -> None:
    made = opened(paper(Heading("Antworten", 2), Question(1, "Wann?"), items_of(("a", "b")), items_of(("c",), 3)))
    styles = [(each.style.name, each.text) for each in made.paragraphs]
    assert styles == [
        ("Heading 1", "STELLUNGNAHME"),
        ("Heading 2", "Antworten"),
        ("Heading 3", "1. Wann?"),
        ("List Bullet", "a"),
        ("List Bullet", "b"),
        ("List Number", "c"),
    ]


def test_a_second_numbered_list_begins_where_it_says() -> None:
    made = opened(paper(items_of(("a",), 1), items_of(("b",), 7)))
    starts = [node.get(f"{W}val") for node in made.part.numbering_part.element.iter(f"{W}startOverride")]
    assert starts == ["1", "7"]


def test_the_head_of_a_table_is_marked_as_such() -> None:
    made = opened(paper(Grid(("Datum", "Gremium"), (("05.03.2024", "Rat"),), (1, 3))))
    (table,) = made.tables
    heads = [row._tr.find(f"{W}trPr/{W}tblHeader") is not None for row in table.rows]
    assert heads == [True, False]
    assert [cell.text for row in table.rows for cell in row.cells] == ["Datum", "Gremium", "05.03.2024", "Rat"]


def test_a_list_in_a_list_is_one_level_below_and_each_has_its_mark() -> None:
    made = opened(paper(*prose("1) eins\n   - zwei\n2) drei")))
    places = {each.text: each._p.pPr.numPr for each in made.paragraphs if each._p.pPr.numPr is not None}
    assert {text: place.ilvl.val for text, place in places.items()} == {"eins": 0, "zwei": 1, "drei": 0}
    assert {text: _mark(made, place) for text, place in places.items()} == {"eins": "%1)", "zwei": "–", "drei": "%1)"}


def _mark(document: Any, place: Any) -> str:
    numbers = document.part.numbering_part.element
    (kind,) = numbers.xpath(f"w:num[@w:numId='{place.numId.val}']/w:abstractNumId/@w:val")
    (mark,) = numbers.xpath(
        f"w:abstractNum[@w:abstractNumId='{kind}']/w:lvl[@w:ilvl='{place.ilvl.val}']/w:lvlText/@w:val"
    )
    return str(mark)


def test_the_file_is_german_and_knows_what_it_is() -> None:
    made = opened(saying("Text"))
    nodes = [*made.styles.element.iter(f"{W}lang"), *made.settings.element.iter(f"{W}themeFontLang")]
    assert len(nodes) == 2
    assert {value for node in nodes for value in node.attrib.values()} == {"de-DE"}
    known = made.core_properties
    assert (known.title, known.author, known.language) == (saying().title, "Stadt Beispiel", "de-DE")
    assert known.created is not None
    assert known.created.isoformat()[:16] == "2024-02-20T15:00"


def test_the_file_says_nothing_of_where_its_empty_form_was_made() -> None:
    archive = ZipFile(BytesIO(docx_file(saying("Text"))))
    assert not any("thumbnail" in name or "customXml" in name for name in archive.namelist())
    whole = b"".join(archive.read(name) for name in archive.namelist())
    for left in (b"Macintosh", b"en-US", b"ja-JP", b"ar-SA", b"python-docx"):
        assert left not in whole


@pytest.mark.parametrize("text", [*EVIL, LETTERS, "😀", "x" * 10_000])
def test_text_stays_text(text: str) -> None:
    whole = paper(
        Paragraph(text), Labelled(text, text), Grid((text, "b"), ((text, "c"),)), Tick(text, True), footer=text
    )
    made = opened(whole)
    assert text_of(made).count(text) == 6
    assert text in made.sections[0].footer.paragraphs[0].text
    for name in ZipFile(BytesIO(docx_file(whole))).namelist():
        assert name.endswith((".xml", ".rels", ".jpeg"))


def test_a_draft_says_so_on_every_page() -> None:
    assert opened(paper(watermark="ENTWURF")).sections[0].header.paragraphs[0].text == "ENTWURF"


def test_a_picture_has_words() -> None:
    made = opened(paper(Picture(pages(saying("Wappen"))[0], "image/png", "Wappen der Stadt", 20)))
    assert [each.get("descr") for each in made.element.body.iter("{*}docPr")] == ["Wappen der Stadt"]


def test_a_wide_paper_lies_on_its_side_and_its_table_fills_it() -> None:
    wide = opened(paper(Grid(("Frage", "Antwort"), (("1", "ja"),), (1, 3)), landscape=True))
    page, (narrow, broad) = wide.sections[0], wide.tables[0].rows[1].cells
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (297, 210)
    assert (round(narrow.width.mm), round(broad.width.mm)) == (63, 189)


def test_the_same_paper_is_the_same_file_to_the_byte() -> None:
    assert docx_file(saying("a")) == docx_file(saying("a"))
