"""Text files and copied pages become lines, whatever encoding they are in."""

import codecs
import hashlib

import pytest

from tests.helpers.documents import case
from vorgang.config.errors import UnreadableError
from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.reading import read_document

TEXT = "Grünflächenamt – Größe der Bänke, Straße\n„Wie viele?“\n"
WESTERN = TEXT.encode("cp1252")


def lines(text: str | bytes, name: str = "seite.txt") -> list[str]:
    return [line.text for line in read(text, name).lines]


def read(text: str | bytes, name: str = "seite.txt") -> Pages:
    return read_document(text.encode() if isinstance(text, str) else text, name)


def codes(pages: Pages) -> list[str]:
    return [remark.code for remark in pages.remarks]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("hagen-anfrage-1062-2023-1.txt", 328),
        ("kiel-mitteilung-0100-2020.txt", 89),
        ("magdeburg-stellungnahme-s0183-23.txt", 56),
    ],
)
def test_the_real_documents_keep_their_lines(name: str, number: int) -> None:
    content = case(name)
    pages = read_document(content, name)
    assert [line.number for line in pages.lines] == list(range(1, number + 1))
    assert "**" not in pages.text
    assert "\\" not in pages.text
    given = content.decode().splitlines()
    assert [bool(line.text) for line in pages.lines] == [bool(line.strip(" \u00a0")) for line in given]
    assert (pages.size, pages.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_the_lost_letters_of_a_page_are_remarked_on() -> None:
    pages = read_document(case("kiel-mitteilung-0100-2020.txt"), "kiel.txt")
    (remark,) = pages.remarks
    assert remark.code == "intake_remark_letters_lost"


def test_emphasis_goes_and_structure_stays() -> None:
    text = (
        "## **Titel** der <u>Anfrage</u>\n**Status:** öffentlich  \n* Punkt\n1. Frage\n\nA\tB\n\n| Rat | 01.02. |\n"
        "|---|---|\n| HFA | 02.02. |\n**über\nzwei Zeilen**\n[Drucksache](https://x.example/a(1))"
    )
    assert lines(text) == [
        "## Titel der Anfrage",
        "Status: öffentlich",
        "- Punkt",
        "1. Frage",
        "",
        "A\tB",
        "",
        "Rat\t01.02.",
        "HFA\t02.02.",
        "über",
        "zwei Zeilen",
        "Drucksache",
    ]


def test_a_line_left_out_leaves_the_numbers_of_the_others() -> None:
    assert [line.number for line in read("| A | B |\n|---|---|\n| 1 | 2 |").lines] == [1, 3]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Bürger*innen und Schüler*innen", "Bürger*innen und Schüler*innen"),
        ("Repräsentant\\*innen der Vertreter\\*innen", "Repräsentant*innen der Vertreter*innen"),
        ("0321\\_2022 und S_1_", "0321_2022 und S_1_"),
        ("gesperrt bis \\_\\_\\_\\_\\_", "gesperrt bis _____"),
        ("_____", "_____"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("S:\\Ablage\\(alt)\\x", "S:\\Ablage\\(alt)\\x"),
        ("1\\. Frage", "1. Frage"),
        ("a&nbsp;&amp; b", "a & b"),
        ("zum/zur\t\t", "zum/zur\t\t"),
        ("\tzweite Spalte", "\tzweite Spalte"),
    ],
)
def test_what_only_looks_like_markup_stays(written: str, seen: str) -> None:
    assert lines(written) == [seen]


def test_invisible_characters_go_and_odd_spaces_are_spaces() -> None:
    text = "Bei\u00adge\u200bord\u2060ne\ufeffte\u00a0im\u202fRat\u2011Haus a\u0308 ﬁnden\x0bEnde\u2028x"
    assert lines(text) == ["Beigeordnete im Rat-Haus ä finden Ende x"]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    pages = read("eins\r\nzwei\rdrei\n\nfünf")
    assert [(line.number, line.text) for line in pages.lines] == [
        (1, "eins"),
        (2, "zwei"),
        (3, "drei"),
        (4, ""),
        (5, "fünf"),
    ]


def test_form_feeds_part_pages() -> None:
    pages = read("erste Seite\n\fzweite Seite\n")
    assert [(line.text, line.page) for line in pages.lines] == [("erste Seite", 1), ("zweite Seite", 2)]


@pytest.mark.parametrize(
    ("content", "remarks"),
    [
        (TEXT.encode(), []),
        (codecs.BOM_UTF8 + TEXT.encode(), []),
        (TEXT.encode("utf-16"), []),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), []),
        (TEXT.encode("utf-32"), []),
        (TEXT.encode("utf-16-le"), ["intake_remark_encoding"]),
        (TEXT.encode("utf-16-be"), ["intake_remark_encoding"]),
        (WESTERN, ["intake_remark_encoding"]),
        (TEXT.encode() * 3 + "Straße".encode("cp1252"), ["intake_remark_encodings_mixed"]),
    ],
)
def test_every_encoding_of_an_office_is_read(content: bytes, remarks: list[str]) -> None:
    pages = read(content)
    assert [line.text for line in pages.lines][:2] == TEXT.splitlines()
    assert codes(pages) == remarks
    assert pages.lines[-1].text in {TEXT.splitlines()[1], "Straße"}


def test_dos_is_still_read() -> None:
    pages = read("Größe der Straße".encode("cp850"))
    assert pages.text == "Größe der Straße"
    assert pages.remarks[0].params == {"encoding": "cp850"}


@pytest.mark.parametrize("wrong", ["cp1252", "latin-1"])
def test_umlauts_that_were_converted_wrongly_are_mended_with_a_remark(wrong: str) -> None:
    text = "Größe der Bänke – Ämter"
    pages = read("oben\n" + text.encode().decode(wrong))
    assert pages.lines[1].text == text
    (remark,) = pages.remarks
    assert (remark.code, remark.line) == ("intake_remark_mojibake", 2)


def test_also_those_converted_wrongly_twice() -> None:
    text = "Größe der Bänke"
    twice = text.encode().decode("cp1252").encode().decode("cp1252")
    assert read(twice).text == text


def test_words_that_only_look_converted_stay() -> None:
    text = "„MENÜ“ und Ä–Z, GRÜ™"
    assert read(text).text == text
    assert read(text).remarks == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [("die Stra\ufffde der B\ufffdrger", 2), ("die Stra?e ist glatt", 0), ("im Fr?hjahr und k?nftig", 2)],
)
def test_lost_letters_are_remarked_on_and_not_invented(text: str, number: int) -> None:
    pages = read(f"erste Zeile\n{text}")
    assert pages.lines[1].text == text
    found = [remark for remark in pages.remarks if remark.code == "intake_remark_letters_lost"]
    if number:
        assert (found[0].params["number"], found[0].line) == (number, 2)
    assert bool(found) == (number > 0 or "?e" in text)


def test_the_address_of_a_page_has_lost_nothing() -> None:
    assert read("Siehe https://rat.example/vo020?volfdnr=1 und si.example/index.php?id=5\nWer?").remarks == ()


def test_a_long_german_text_without_any_umlaut_has_lost_them() -> None:
    text = "Der Rat und die Verwaltung werden nicht gefragt, und die Sache wird vertagt. " * 20
    assert codes(read(text)) == ["intake_remark_letters_lost"]
    assert codes(read(text + "Für alle.")) == []


def test_a_text_with_too_many_lines_is_refused() -> None:
    with pytest.raises(UnreadableError) as caught:
        read("x\n" * 100_001)
    assert caught.value.code == "intake_lines"
    assert "100000" in caught.value.text()
