"""Private names are blacked out however they are written, and words that only look like them are not."""

import string
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.papers import paper
from vorgang.config.rule_files import shipped_rules
from vorgang.notifications.papers.anonymous import anonymised
from vorgang.notifications.papers.model import PARAGRAPH_STYLES, Item, Items, Paragraph, Picture, Question
from vorgang.states.blackening import NO_WORD, Private, blackout, marker
from vorgang.states.private_addresses import of_address, said_in
from vorgang.states.private_names import folded
from vorgang.states.private_patterns import NO_NAMES
from vorgang.states.town import Town

NAME = marker("Name")


def black(text: str, *names: str) -> str:
    return blackout(Private(names)).text(text)


# --- what is no name stays ---


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Petra Lange", "Wie lange dauert es, solange das Gestein verlangt wird? Die Verlängerung am Langenfeld."),
        ("Petra Lange", "Die Länge der Straße, ein langer Weg, die Langeweile, seit langem."),
        ("Jürgen Strong", "strong, Armstrong, Strongbox"),
        ("Ina Ott", "der Ottomotor und die China-Reise"),
        ("Ali Şen", "die Sendung, der Senat, Aliasse"),
        ("Peter Berg", "Bergstraße, Heidelberg, bergab, Gebirge"),
        ("Max Koch", "Kochen, kocht, Kocher, Kochbuch"),
        ("Eva Jung", "die Jungen und Jugendlichen, jung, verjüngt, Jungfernstieg"),
        ("Heike Stein", "der Steinbruch, Gestein, versteinert, Steine"),
        ("Ralf Weiß", "er weiß es nicht, beweist, weiße Farbe, Weisung, Ausweis"),
        ("Anna Bauer", "die Bauern, der Bau, Bauernhof, erbauen"),
        ("Karl Groß", "groß, Großstadt, Großer Saal, vergrößern"),
    ],
)
def test_words_that_only_hold_a_name_stay(name: str, text: str) -> None:
    assert black(text, name) == text


@given(st.text(string.ascii_lowercase + "äöüß", min_size=1, max_size=12), st.data())
def test_a_name_within_a_small_word_stays(letters: str, data: st.DataObject) -> None:
    before, behind = (data.draw(st.text(string.ascii_lowercase + "äöü", max_size=4)) for _ in range(2))
    text = f"das ist {before}{letters}{behind} hier"
    assert black(text, letters.capitalize()) == text


def test_a_word_at_the_beginning_of_a_sentence_cannot_be_told_from_a_name() -> None:
    assert black("Lange dauert es. Es dauert lange.", "Petra Lange") == f"{NAME} dauert es. Es dauert lange."


# --- what is a name goes ---


@pytest.mark.parametrize(
    "text",
    [
        *("Lange", "Langes", "Lange's", "Lange’s", "Lange’", "Langens", "Langesche", "Lange'sche", "LANGE", "LANGES"),
        *("Lange-Plan", "Meyer-Lange", "Anti-Lange-Liste", "Dr.-Lange-Weg", "Schreiben_Lange_1.pdf", "SchreibenLange"),
        *("frau lange", "herr dr. lange", "petra lange", "petra_lange", "petra.lange", "lange, petra", "PETRA LANGE"),
        *("P. Lange", "K.-H. Lange", "K. H. Lange", "Lange, K.-H.", "Lange K.", "Petra K.-H. von der Lange"),
        *(
            "L a n g e",
            "l a n g e",
            "P e t r a   L a n g e",
            "L.a.n.g.e",
            "L - a - n - g - e",
            "L\u00a0a\u00a0n\u00a0g\u00a0e",
        ),
        *(
            "Lan-\nge",
            "Lan-\n\nge",
            "Lan-\r\n\r\nge",
            "Lan\u00ad\nge",
            "Lan\u00adge",
            "L\u200bange",
            "La\u0301nge",
            "Ｌange",
        ),
        *("Lange-\nPlan", "(Lange)", "„Lange“", "Lange/Meyer", "Lange,", "Lange2"),
    ],
)
def test_a_name_goes_however_it_is_written(text: str) -> None:
    found = black(f"es fragt {text} heute", "Petra Lange").replace("(dr|herr|frau)", "")
    assert NAME in found
    rest = "".join(letter for letter in found.replace(NAME, "").casefold() if letter.isalpha())
    assert "lange" not in rest
    assert "petra" not in rest
    assert not any(initial in found for initial in ("K.", "H.", "P."))


@pytest.mark.parametrize("text", ["z. B. Lange", "i. A. Lange", "i. V. Lange", "u. a. Lange"])
def test_an_abbreviation_before_a_name_is_no_initial(text: str) -> None:
    assert black(text, "Petra Lange") == text.replace("Lange", NAME)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("Müller", "Mueller Muller MÜLLER MUELLER Mu\u0308ller Müllers"),
        ("Mueller", "Müller Mueller"),
        ("Weiß", "Weiss WEISS Weiß"),
        ("Weiss", "Weiß"),
        ("Şen", "Sen ŞEN Şens"),
        ("İnci Işık", "Inci Isik INCI IŞIK"),
        ("Łukasz", "Lukasz"),
        ("D'Angelo", "D'Angelo D’Angelo"),
        ("李", "李"),
        ("李雷", "李雷"),
        ("Παπαδόπουλος", "Παπαδόπουλος"),
    ],
)
def test_a_name_goes_in_every_spelling(given: str, written: str) -> None:
    for one in written.split():
        assert (one, black(f"es fragt {one} heute", given)) == (one, f"es fragt {NAME} heute")


def test_an_umlaut_that_the_name_does_not_have_counts_where_it_is_surely_the_name() -> None:
    assert black("Frau Yüksel, Ayse Yüksel, die Länge", "Ayse Yuksel", "Lange") == f"Frau {NAME}, die Länge"


#: What is nobody's name alone, such as a title, stays where it stands.
LETTERS = st.text(string.ascii_lowercase + "äöüß", min_size=4, max_size=10).filter(lambda word: word not in NO_NAMES)
AROUND = st.text(" .,;:()\n-", min_size=0, max_size=4)


@given(LETTERS, AROUND, AROUND, st.sampled_from(["", "s", "'s", "’s", "sche", "-Plan", "es"]))
@example(letters="aaaa", before="", behind="-\n", ending="")
def test_a_name_with_a_capital_is_never_left(letters: str, before: str, behind: str, ending: str) -> None:
    name = letters.capitalize()
    found = black(f"es fragt {before}{name}{ending}{behind} heute", name)
    assert NAME in found
    assert name not in found


@given(LETTERS, st.data())
def test_a_name_broken_at_any_place_is_never_left(letters: str, data: st.DataObject) -> None:
    name = letters.capitalize()
    cut = data.draw(st.integers(1, len(name) - 1))
    hyphen = data.draw(st.sampled_from(["-\n", "-\n\n", "\u00ad\n", "- \n  ", "\u2010\r\n", "\u00ad", "\u200b"]))
    found = black(f"es fragt {name[:cut]}{hyphen}{name[cut:]} heute", name)
    assert found == f"es fragt {NAME} heute"


@given(LETTERS, st.sampled_from([" ", "  ", "\u00a0", "\u202f", ".", "-", "_", " - "]))
def test_a_name_with_its_letters_apart_is_never_left(letters: str, between: str) -> None:
    name = letters.capitalize()
    assert black(f"es fragt: {between.join(name)}, heute", name) == f"es fragt: {NAME}, heute"


def test_for_comparing_words_nothing_stands_in_the_place() -> None:
    found = blackout(Private(("Petra Lange",))).words("Frau Lange, Tel. 02331 123456, fragt")
    assert found == f"Frau {NO_WORD}, {NO_WORD}, fragt"


# --- addresses ---

#: What offices and bodies are called, and the town.
OFFICIAL = frozenset(map(folded, ("Ratsversammlung", "Landeshauptstadt", "Kiel", "Amt", "Rathaus")))


def without_address(text: str, address: str) -> str:
    names, streets = of_address(address, OFFICIAL)
    return blackout(Private(tuple(names), streets=tuple(streets))).text(text)


@pytest.mark.parametrize(
    "address",
    [
        *("Fleethörn 9, 24103 Kiel", "Fleethörn 9, D-24103 Kiel", "Fleethörn 9\n24103 Kiel", "24103 Kiel, Fleethörn 9"),
        *("Fleethörn 9 a Kiel", "Fleethörn 9, Kiel", "Kiel, Fleethörn 9", "Kiel Fleethörn 9", "24103 Kiel", "Kiel"),
        *("Am Rathaus 5, 24143 Kiel-Gaarden", "Rathaus 5", "Neumünster Str. 4 Preetz", "Lange Straße 5, Preetz"),
        "c/o Meier, Markt 3, 24105 Kiel",
    ],
)
def test_of_an_address_the_town_and_what_bodies_are_called_stay(address: str) -> None:
    text = "Ratsversammlung der Landeshauptstadt Kiel, Rathaus, 24103. Radweg in Kiel-Gaarden, Preetz: Lange am Markt."
    assert without_address(text, address) == text


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("Fleethörn 9, 24103 Kiel", "Fleethörn 9, 24103 Kiel"),
        ("Fleethörn 9, 24103 Kiel", "Fleet-\nhörn 9"),
        ("Fleethörn 9, 24103 Kiel", "FLEETHOERN, Haus Nr. 9"),
        ("Fleethörn 9, 24103 Kiel", "Fleethörn"),
        ("Fleethörn 9, 24103 Kiel", "F l e e t h ö r n"),
        ("Kiel, Fleethörn 9 a", "FLEETHÖRNS, fleethörn 9"),
        ("Kiel Fleethörn 9", "Fleethörn 9"),
        ("Am Rathaus 5, 24103 Kiel", "Am Rathaus 5"),
        ("Am Rathaus 5, 24103 Kiel", "Rathaus Nr. 5"),
        ("Unter den Linden 5", "unter den Linden 5"),
        ("Unter den Linden 5", "Unter den Linden"),
        ("Alter Kamp 3", "Haus 3, Kamp"),
        ("c/o Meier, Markt 3, 24105 Kiel", "Markt 3, bei Meier"),
        ("Fleethörn 9, 2. OG bei Meier, 24105 Kiel", "Fleethörn 9, bei Meier"),
        ("Fleethörn", "Fleethörn"),
    ],
)
def test_of_an_address_nothing_else_is_left(address: str, text: str) -> None:
    found = without_address(f"es wohnt {text}, ja", address)
    rest = found.replace(NAME, "").replace(marker("Ort"), "").replace(marker("Anschrift"), "")
    for word in ("fleeth", "hörn", "rathaus", "linden", "kamp", "markt", "meier", "kiel"):
        assert word not in rest.casefold(), found


@pytest.mark.parametrize(
    ("said", "gone", "stays"),
    [
        ({"anschrift": "Fleethörn 9, Kiel"}, "Fleethörn", "Kiel"),
        ({"e_mail": "kiel.muster@post.example"}, "Muster", "Kiel"),
        ({"name": "Erika Kiel", "anschrift": "Kiel"}, "Kiel", "Ratsversammlung"),
        ({"name": "Kiel", "anschrift": "Kiel"}, "Kiel", "Ratsversammlung"),
        ({"privat": ["Erika Kiel"]}, "Kiel", "Ratsversammlung"),
        ({"privat": ["Erika Muster, Fleethörn 9, 24103 Kiel"]}, "Muster", "Kiel"),
    ],
)
def test_a_name_is_private_even_if_the_town_has_the_same(said: dict[str, Any], gone: str, stays: str) -> None:
    town = Town(
        key="kiel",
        name="Landeshauptstadt Kiel",
        short_name="Kiel",
        zone=ZoneInfo("Europe/Berlin"),
        functions={},
        parties={},
        rules_on=lambda day: shipped_rules().for_("kiel", on=day, land="SH"),
        rules_pinned=lambda name, version: shipped_rules().pinned(name, version, land="SH"),
    )
    facts = {"privat": list(said.values())} | said
    names, streets = said_in([facts], "privat", town)
    black = blackout(Private(tuple(names), streets=tuple(streets)))
    assert black.text(f"es fragt {gone} in {stays}") == f"es fragt {NAME} in {stays}"


# --- papers ---


@pytest.mark.parametrize("name", ["Strong", "Small", "Marking", "Text", "Image", "Png", "Paragraph"])
def test_a_name_that_is_a_word_of_ours_changes_texts_alone(name: str) -> None:
    picture = Picture(b"x", "image/png", f"Bild von {name}", 10)
    whole = paper(*(Paragraph(f"Frau {name}", style) for style in PARAGRAPH_STYLES), picture)
    found = anonymised(whole, [f"Peter {name}"])
    assert found.counts == {"Name": len(PARAGRAPH_STYLES) + 1}
    paragraphs = [block for block in found.paper.blocks if isinstance(block, Paragraph)]
    assert [block.style for block in paragraphs] == list(PARAGRAPH_STYLES)
    assert {block.text for block in paragraphs} == {f"Frau {NAME}"}
    assert found.paper.blocks[-1] == picture._replace(alt=f"Bild von {NAME}")
    assert found.paper.lang == "de"


def test_a_name_broken_over_two_paragraphs_is_found() -> None:
    whole = paper(Question(1, "Wer ist Frau Mül-"), Paragraph("lerin?"), Items((Item("Frau Mül-"), Item("lerin"))))
    found = anonymised(whole, ["Müllerin"])
    assert found.paper.blocks[1:] == (
        Question(1, f"Wer ist Frau {NAME}", 2),
        Paragraph("?"),
        Items((Item(f"Frau {NAME}"), Item(""))),
    )
    assert found.counts == {"Name": 2}


def test_names_in_neighbouring_cells_are_each_marked() -> None:
    found = anonymised(paper(Items((Item("Müller"), Item("Müller"), Item("Müller")))), ["Müller"])
    assert found.paper.blocks[1] == Items((Item(NAME), Item(NAME), Item(NAME)))


# --- values ---


def test_of_a_plain_value_the_texts_are_blacked_out_and_no_identifiers() -> None:
    private = Private(("Petra Lange",), keys=frozenset({"plange"}))
    value = {
        "id": "Lange",
        "fragesteller": "plange",
        "fragen": ["Was sagt Frau Lange?"],
        "anlagen": [{"datei": {"name": "Lange.pdf", "sha256": "Lange", "media_type": "Lange"}, "titel": "Lange"}],
        "anzahl": 3,
        "tag": None,
    }
    assert blackout(private).value(value) == {
        "id": "Lange",
        "fragesteller": NAME,
        "fragen": [f"Was sagt Frau {NAME}?"],
        "anlagen": [{"datei": {"name": f"{NAME}.pdf", "sha256": "Lange", "media_type": "Lange"}, "titel": NAME}],
        "anzahl": 3,
        "tag": None,
    }
