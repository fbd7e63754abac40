"""Papers as PDF: what PDF/UA asks for, as far as it can be seen without a validator; and that text stays text."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.helpers.papers import (
    EVIL,
    LETTERS,
    block_faults,
    elements,
    fonts,
    paper,
    read_paper,
    reading_order,
    root,
    saying,
    tags,
    text_of,
    unmarked,
)
from vorgang.notifications.papers import pdf_writer
from vorgang.notifications.papers.model import (
    PARAGRAPH_STYLES,
    Grid,
    Heading,
    Labelled,
    PageBreak,
    Paragraph,
    Picture,
    Question,
    Signature,
    SignHere,
    Tick,
    items_of,
    outlined,
)
from vorgang.notifications.papers.pdf_writer import pages, pdf, unshown
from vorgang.notifications.papers.prose import prose

FULL = paper(
    Paragraph("Entwurf", "marking"),
    Labelled("Betreff:", "Laternen am Ufer"),
    Heading("Beratungsfolge", 2),
    Grid(("Datum", "Gremium"), (("05.03.2024", "Integrationsrat"), ("06.03.2024", "Rat")), (1, 3)),
    Heading("Antworten", 2),
    Question(1, "Wann wird gebaut?"),
    Paragraph("Im Herbst."),
    items_of(("zuerst am Ufer", "dann am Weg")),
    items_of(("eins", "zwei"), 3),
    Tick("Ja", True),
    Tick("Nein", False),
    SignHere(("Datum", "Unterschrift")),
    PageBreak(),
    Signature(("gez. Muster", "Bürgermeisterin")),
    watermark="ENTWURF",
)


def test_the_file_says_that_it_is_tagged_german_and_accessible() -> None:
    found = read_paper(FULL)
    assert root(found)["/MarkInfo"]["/Marked"] == True  # noqa: E712  # a PDF's own kind of true
    assert root(found)["/Lang"] == "de-DE"
    assert root(found)["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712  # as above
    assert found.metadata is not None
    assert found.metadata.title == FULL.title
    assert found.metadata.author == FULL.author
    xmp = root(found)["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", xmp)
    assert FULL.title in xmp


def test_tables_have_rows_heads_and_cells() -> None:
    found = elements(read_paper(FULL))
    assert [each.tag for each in found].count("/Table") == 1
    assert [each.tag for each in found].count("/TR") == 3
    assert [each.tag for each in found].count("/TD") == 4
    assert [each.tag for each in found].count("/TH") == 2


def test_every_piece_of_text_stands_in_a_paragraph_an_item_or_a_cell_and_heads_say_what_they_head() -> None:
    assert block_faults(read_paper(FULL)) == []
    assert block_faults(read_paper(paper(*(Paragraph("a", style) for style in PARAGRAPH_STYLES)))) == []


def test_a_field_has_a_paragraph_for_its_name_and_one_for_what_stands_in_it() -> None:
    assert tags(read_paper(paper(Labelled("Betreff:", "Laternen")))).count("/P") == 2


def test_a_box_stands_for_itself_and_says_in_words_whether_it_is_ticked() -> None:
    found = elements(read_paper(paper(Tick("Ja", True), Tick("Nein", False))))
    assert [each.tag for each in found].count("/P") == 2
    assert [each.node["/Alt"] for each in found if each.tag == "/Figure"] == ["angekreuzt", "nicht angekreuzt"]


def test_a_list_stands_in_a_list() -> None:
    found = read_paper(paper(*prose("1. eins\n   - zwei\n   - drei\n2. vier")))
    assert tags(found).count("/L") == 2
    assert "1. eins – zwei – drei 2. vier" in " ".join(text_of(found).split())


def test_headings_are_in_order_and_none_is_left_out() -> None:
    levels = [int(tag[2:]) for tag in tags(read_paper(FULL)) if re.fullmatch(r"/H\d", tag)]
    assert levels == [1, 2, 2, 3]


def test_headings_that_a_layout_gets_wrong_are_put_in_order() -> None:
    blocks = (Heading("a", 3), Question(1, "b"), Heading("c", 1), Heading("d", 4), Heading("e", 2))
    assert [block.level for block in outlined(blocks) if isinstance(block, Heading | Question)] == [1, 2, 2, 3, 2]


def test_lists_are_lists() -> None:
    found = tags(read_paper(FULL))
    assert found.count("/L") == 2
    assert found.count("/LI") == 4


def test_what_is_read_aloud_comes_in_the_order_of_the_page() -> None:
    found = read_paper(FULL)
    order = reading_order(found)
    assert order == sorted(order)
    assert len(order) > 20
    text = text_of(found)
    words = [
        "Entwurf",
        "Betreff",
        "Datum",
        "Gremium",
        "05.03.2024",
        "Rat",
        "Wann wird",
        "Im Herbst",
        "eins",
        "gez. Mus",
    ]
    places = [text.find(word) for word in words]
    assert -1 not in places
    assert places == sorted(places)


def test_nothing_is_drawn_outside_of_tags_and_artifacts() -> None:
    assert unmarked(read_paper(FULL)) == []


def test_every_font_is_in_the_file() -> None:
    found = list(fonts(read_paper(paper(Paragraph(LETTERS), Paragraph(LETTERS, "strong")))))
    assert found
    for font in found:
        description = font["/FontDescriptor"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & description.keys()


def test_a_picture_has_words_for_those_who_do_not_see_it() -> None:
    found = elements(read_paper(paper(Picture(pages(saying("Wappen"))[0], "image/png", "Wappen der Stadt", 20))))
    assert [each.node["/Alt"] for each in found if each.tag == "/Figure"] == ["Wappen der Stadt"]


def test_each_page_says_where_it_is() -> None:
    found = read_paper(FULL)
    assert len(found.pages) == 2
    assert "Seite 2 von 2" in found.pages[1].extract_text()
    assert "Stadt Beispiel · 1/2024" in found.pages[0].extract_text()


@pytest.mark.parametrize("text", EVIL)
def test_text_is_never_markup(text: str) -> None:
    whole = paper(
        Paragraph(text),
        Labelled(text, text),
        items_of((text,)),
        Grid((text, "b"), ((text, "c"),)),
        Question(1, text),
        Signature((text,)),
        Tick(text, False),
        SignHere((text,)),
        Heading(text, 2),
        title=text,
        footer=text,
        author=text,
    )
    found = read_paper(whole)
    seen = re.sub(r"\s+", "", text_of(found))
    assert seen.count(re.sub(r"\s+", "", text)) >= 8
    assert found.metadata is not None
    assert found.metadata.title == text


def test_letters_of_other_languages_are_shown() -> None:
    seen = text_of(read_paper(saying(LETTERS)))
    assert all(word in seen for word in ("Yüksel", "Şen", "İnci", "Łódź", "Ελλάδα", "Київ", "مرحبا", "½", "„so“"))
    assert unshown(saying(LETTERS)) == ()


def test_what_no_font_shows_is_told_in_words_and_named() -> None:
    made = saying("Gut 😀 und 山, auch 👩‍👩‍👧.")
    assert {"😀", "山"} <= set(unshown(made))
    seen = " ".join(text_of(read_paper(made)).split())
    assert "Gut [Grinning Face] und [Cjk Unified Ideograph-5C71], auch [Woman]" in seen


def test_endless_words_stay_on_the_page() -> None:
    found = read_paper(saying("x" * 10_000, "Zeile " + "y" * 10_000 + " Ende"))
    seen = text_of(found).replace("\u200b", "").replace("\n", "")
    assert "x" * 10_000 in re.sub(r"Stadt Beispiel.*?von \d", "", seen)
    assert 3 <= len(found.pages) <= 12


def test_a_long_table_repeats_its_head_and_stays_one_table() -> None:
    rows = tuple((f"Zeile {n}", "Text " * 30) for n in range(60))
    found = read_paper(paper(Grid(("Spalte", "Inhalt"), rows)))
    assert tags(found).count("/Table") == 1
    assert all("Spalte" in page.extract_text() for page in found.pages)


def test_the_same_paper_is_the_same_file_to_the_byte() -> None:
    first = pdf(FULL)
    assert pdf(saying("anderes")) != first
    assert pdf(FULL) == first
    assert b"2024" in first


def test_every_letter_that_is_said_to_be_shown_is_shown() -> None:
    path = Path(pdf_writer.__file__).parent / "letters.toml"
    ranges = tomllib.loads(path.read_text("utf-8"))["ranges"]
    letters = [chr(code) for first, last in ranges for code in range(first, last + 1)]
    assert pdf(saying(*("\u2060".join(letters[start : start + 64]) for start in range(0, len(letters), 64))))
