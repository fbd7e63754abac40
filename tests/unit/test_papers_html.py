"""Papers as HTML: one file, readable by machines and people, and text that stays text."""

import re
from typing import Any

import pytest

from tests.helpers.papers import EVIL, LETTERS, paper, saying
from vorgang.notifications.papers.html_writer import html
from vorgang.notifications.papers.model import (
    Grid,
    Heading,
    Labelled,
    Paper,
    Paragraph,
    Picture,
    Question,
    Signature,
    SignHere,
    Tick,
    items_of,
)
from vorgang.notifications.papers.pdf_writer import pages
from vorgang.notifications.papers.prose import prose

FULL = paper(
    Paragraph("Entwurf", "marking"),
    Labelled("Betreff:", "Laternen"),
    Heading("Antworten", 2),
    Grid(("Datum", "Gremium"), (("05.03.2024", "Rat"),)),
    Question(1, "Wann?"),
    items_of(("a", "b")),
    items_of(("c",), 3),
    Tick("Ja", True),
    SignHere(("Datum",)),
    Signature(("gez. Muster",)),
)


lxml_html: Any = pytest.importorskip("lxml.html")  # it has no types


def parsed(made: Paper) -> Any:
    return lxml_html.document_fromstring(html(made))


def test_the_page_is_german_has_one_title_and_one_main_heading() -> None:
    page = parsed(FULL)
    assert page.get("lang") == "de"
    assert page.findtext(".//title") == FULL.title
    assert [each.text for each in page.iter("h1")] == ["STELLUNGNAHME"]
    assert [each.tag for each in page.iter("h1", "h2", "h3")] == ["h1", "h2", "h3"]


def test_heads_of_tables_say_what_they_head() -> None:
    heads = [(each.text, each.get("scope")) for each in parsed(FULL).iter("th")]
    assert heads == [("Datum", "col"), ("Gremium", "col")]


def test_lists_are_lists() -> None:
    page = parsed(FULL)
    assert len(page.findall(".//main//ul/li")) == 3
    assert [each.get("start") for each in page.iter("ol")] == ["3"]


def test_marks_and_lists_in_lists_are_as_they_were_written() -> None:
    page = parsed(paper(*prose("2) eins\n   - zwei\n3) drei")))
    (outer,) = page.findall(".//main/ol")
    assert (outer.get("start"), outer.get("class")) == ("2", "bracket")
    assert [each.get("class") for each in outer.findall("li/ul")] == ["dash"]


def test_what_lies_across_a_page_lies_across_this_one_too() -> None:
    across = parsed(paper(watermark="ENTWURF")).findall(".//div[@class='watermark']")
    assert [each.text for each in across] == ["ENTWURF"]
    assert "position: fixed" in html(paper()).decode()


def test_a_box_says_in_words_whether_it_is_ticked() -> None:
    assert [each.get("aria-label") for each in parsed(FULL).findall(".//span[@role='img']")] == ["angekreuzt"]


def test_nothing_is_fetched_and_nothing_runs() -> None:
    whole = html(paper(Picture(pages(saying("Wappen"))[0], "image/png", "Wappen der Stadt", 20)))
    page = lxml_html.document_fromstring(whole)
    assert page.findall(".//script") == page.findall(".//link") == []
    assert "url(" not in whole.decode()
    (image,) = page.iter("img")
    assert image.get("alt") == "Wappen der Stadt"
    assert image.get("src").startswith("data:image/png;base64,")


@pytest.mark.parametrize("text", [*EVIL, LETTERS, "😀", "x" * 10_000])
def test_text_stays_text(text: str) -> None:
    blocks = (Paragraph(text), Labelled(text, text), Question(1, text), items_of((text,)))
    page = parsed(paper(*blocks, title=text, footer=text))
    assert page.findtext(".//title") == text
    assert page.text_content().count(text) >= 7
    assert page.findall(".//script") == page.findall(".//img") == []


def test_letters_stand_out_from_what_is_behind_them() -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    style = html(FULL).decode().split("</style>")[0]
    front = {*re.findall(r"[; {]color: (#\w+)", style)}
    back = {*re.findall(r"background: (#\w+)", style)}
    assert {"#1a1a1a", "#4a4a4a", "#8a1c1c"} <= front
    assert all(_contrast(one, other) >= 4.5 for one in front for other in back)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    shares = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_printer_has_rules_of_its_own() -> None:
    style = html(FULL).decode()
    assert "@media print" in style
    assert "table-header-group" in style
