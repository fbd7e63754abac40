"""Anonymised papers: nothing private is left, never half of it, and what must stay stays."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.helpers.growth import MOST, growth
from tests.helpers.papers import paper, read_paper, saying, text_of
from vorgang.notifications.papers.anonymous import anonymised
from vorgang.notifications.papers.docx_writer import docx_file
from vorgang.notifications.papers.html_writer import html
from vorgang.notifications.papers.model import Grid, Heading, Labelled, Paragraph, Question, Signature

NAME = "Dr. Petra Müller-Yüksel"


def blacked(text: str, *names: str, keep: tuple[str, ...] = ()) -> str:
    found = anonymised(saying(text), names, keep).paper.blocks[1]
    assert isinstance(found, Paragraph)
    return found.text


@pytest.mark.parametrize(
    "text",
    [
        "Petra Müller-Yüksel fragt.",
        "Frau Dr. Petra K. Müller-Yüksel fragt.",
        "Müllers Anfrage",
        "der Müller’sche Plan und Müller's Haus",
        "die Müller-Anfrage",
        "MÜLLER, PETRA",
        "Mueller und MUELLER",
        "Muller",
        "Mu\u0308ller",
        "Mül\u00adler",
        "Mül-\nler",
        "M\u200büller",
        "Yüksel, Yuksel, YÜKSEL, Yueksel",
        "(Müller)",
        "von „Müller“ gefragt",
        "Müller/Yüksel",
        "petra.mueller@beispiel.example",
        "petra_müller",
    ],
)
def test_a_private_name_is_found_however_it_is_written(text: str) -> None:
    found = blacked(text, NAME)
    folded = found.casefold().replace("\u0308", "").replace("\u00ad", "").replace("\u200b", "").replace("-\n", "")
    assert "geschwärzt" in found
    for part in ("müller", "mueller", "muller", "mül", "ller", "yüksel", "yuksel", "yueksel", "petra"):
        assert part not in folded


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Ali Şen", "Şens Frage und Sen, aber die Sendung, der Senat und die Aliasse bleiben", "Sendung"),
        ("Ina Ott", "Otts Frage bleibt nicht, der Ottomotor und die China-Reise bleiben", "Ottomotor"),
        ("Eva von der Heide", "Wer von der Stadt kommt der Heide nahe", "Wer von der Stadt kommt der "),
        ("İnci Işık", "Inci Isik und INCI IŞIK", " und "),
    ],
)
def test_short_names_and_small_words_do_not_black_out_half_the_text(name: str, text: str, left: str) -> None:
    found = blacked(text, name)
    assert "geschwärzt" in found
    assert left in found


def test_a_name_over_several_words_becomes_one_mark() -> None:
    assert blacked("Es fragt Frau Petra K. Müller-Yüksel heute.", NAME) == "Es fragt Frau [geschwärzt: Name] heute."


@pytest.mark.parametrize(
    "private",
    [
        "Hauptstraße 12",
        "Hauptstrasse 12a",
        "Bahnhofstr. 3 b",
        "Am Alten Markt 5",
        "Lange Gasse 7-9",
        "Musterweg 3, 58095 Hagen",
        "Gänsemarkt 1, D-20354 Hamburg",
        "Karl-Marx-Allee 100",
        "58095 Hagen",
        "39104 Magdeburg",
        "a.b-c@beispiel.example",
        "a.b(at)beispiel.example",
        "02331 207-3456",
        "(02331) 2073456",
        "02331/2073456",
        "+49 2331 207 3456",
        "0049 2331 2073456",
        "0171 1234567",
        "01711234567",
        "Tel.: 207 3456",
        "Telefon 2073456",
        "DE89 3704 0044 0532 0130 00",
        "DE89370400440532013000",
        "AT61 1904 3002 3457 3201",
        "DE89 3704 0044\n0532 0130 00",
        "geboren am 01.02.1980",
        "geb. 1.2.80",
    ],
)
@pytest.mark.parametrize("around", ["{}", "Anschrift: {}.", "Frau X, {}, fragt"])
def test_addresses_numbers_and_accounts_are_found(private: str, around: str) -> None:
    found = blacked(around.format(private))
    assert "geschwärzt" in found
    assert not any(character.isdigit() for character in found)
    assert "@" not in found


@pytest.mark.parametrize(
    "text",
    [
        "Drucksache 0321/2022 und 1062/2023-1, S0183/23, DS0231/19",
        "Beschluss Nr. 1562-53(VI)07 vom 06.09.2007",
        "am 05.03.2024 um 17:00 Uhr",
        "12000 Euro, 58095 Einwohner und 10000 Euro",
        "Die Laternen am Uferweg und in der Hauptstraße bleiben.",
        "§ 24 Abs. 4 GemO, Art. 5 GG, TOP 3, 2. Quartal 2023",
        "im Jahr 2024 in 3 Straßen",
        "Der Stadtrat hat 56 Mitglieder, das Budget sind 1.250.000 €.",
        "0020/2020 und 0063/2020",
    ],
)
def test_what_is_not_private_stays(text: str) -> None:
    assert blacked(text, "Petra Müller") == text


def test_addresses_of_the_office_stay() -> None:
    text = "Rückfragen: fb01@hagen.example, nicht fb01@hagen.example.org"
    found = blacked(text, keep=("fb01@hagen.example",))
    assert found == "Rückfragen: fb01@hagen.example, nicht [geschwärzt: E-Mail]"


WHOLE = paper(
    Heading("Anfrage von Petra Müller", 2),
    Labelled("Müllers Anschrift", "Hauptstraße 12, 58095 Hagen"),
    Grid(("Müller", "b"), (("x", "MUELLER"),)),
    Question(1, "Warum hat Frau Müller keine Antwort?"),
    Signature(("gez. Müller",)),
    title="Einwohnerfrage Müller",
    footer="zu Petra Müller",
    file="Anfrage Müller",
    author="Petra Müller",
)


def test_it_holds_for_each_form_its_title_its_foot_and_its_name() -> None:
    found = anonymised(WHOLE, ["Petra Müller"]).paper
    pdf = read_paper(found)
    assert pdf.metadata is not None
    told = [found.file, text_of(pdf), str(dict(pdf.metadata)), html(found).decode()]
    told.append(pdf.trailer["/Root"]["/Metadata"].get_data().decode())  # type: ignore[index]  # a dictionary
    archive = ZipFile(BytesIO(docx_file(found)))
    told += [archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    for text in told:
        assert not any(word in text.casefold() for word in ("müller", "mueller", "petra", "hauptstraße"))


def test_the_caller_learns_what_was_blacked_out_and_how_often_but_not_the_words() -> None:
    counts = anonymised(WHOLE, ["Petra Müller"]).counts
    assert counts == {"Name": 10, "Anschrift": 1}


def test_without_anything_private_the_paper_is_what_it_was() -> None:
    whole = saying("Die Laternen werden im Herbst erneuert.")
    assert anonymised(whole, ["Petra Müller"]) == (whole, {})


LONG = ("a", "a@", "Am A", "0 ", "Aa ", "Aa-", "DE89 ", "12345 ", "müller", "Müller-", "Straße ", "a.", "+49 ", "-\n")


@pytest.mark.parametrize("text", LONG)
def test_a_long_text_takes_as_much_longer_as_it_is_longer(text: str) -> None:
    assert growth(lambda length: blacked(text * (length // len(text)), NAME), 40_000) < MOST
