"""Whether a paper is public: never the wrong way round, whatever the boxes look like and wherever they stand."""

from itertools import product

import pytest

from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.understanding import understand
from vorgang.workflow.intake.understanding_publicity import publicity
from vorgang.workflow.intake.understood import Understood

OPEN = ["öffentlich", "Öffentlich", "öffentliche Sitzung"]
CLOSED = ["nichtöffentlich", "nicht öffentlich", "nicht-öffentlich", "Nichtöffentliche Sitzung"]
BOXES = [("☒", "☐"), ("[x]", "[ ]"), ("[X]", "[]"), ("(x)", "( )"), ("☑", "□"), ("●", "○"), ("x", "")]


def paper(head: str) -> Understood:
    text = (
        f"Stadt Auental\nAnfrage\nVorlage-Nr.: 0012/2026\n{head}\nDatum: 02.03.2026\nBetreff: Ankauf einer Wiese\n\n"
        "Sachverhalt\nWas kostet die Wiese?\n"
    )
    return understand(Pages.of_text(text, "brief.txt"))


def unclear(understood: Understood) -> bool:
    return "understanding_publicity_unclear" in {one.code for one in understood.warnings}


@pytest.mark.parametrize(
    ("text", "public"),
    [
        *(("nichtöffentlich ☒ öffentlich ☐", False), ("nichtöffentlich: [X] öffentlich: [ ]", False)),
        *(("Öffentlichkeitsstatus: nicht öffentlich [X]   öffentlich [ ]", False), ("Status: öffentlich ☒", True)),
        *(("öffentlich ☐  nichtöffentlich ☒", False), ("☐ öffentlich ☒ nichtöffentlich", False)),
        *(("Status: ☒ öffentlich ☐ nichtöffentlich", True), ("öffentlich ☒  nichtöffentlich ☐", True)),
        *(("zur Behandlung in nichtöffentlicher Sitzung", False), ("zur Behandlung in öffentlicher Sitzung", True)),
        *(("- nicht öffentlich -", False), ("VERTRAULICH", False), ("(vertraulich)", False)),
        *(("Diese Vorlage ist nicht öffentlich.", False), ("Vorlage für die nichtöffentliche Sitzung", False)),
        *(("Öffentlich: nein", False), ("Öffentlich: ja", True), ("Nichtöffentlich: nein", True)),
        *(("öffentlich: [ ] ja [x] nein", False), ("öffentlich ja [ ] nein [x]", False), ("Öffentlichkeit: ja", True)),
        *(("nur für den Dienstgebrauch", False), ("VS - nur für den Dienstgebrauch", False)),
        *(("nichtöffentlich gemäß § 48 Abs. 2 GO", False), ("Vertraulich: ja", False)),
        # Not told, or not about the paper.
        *(("Vertraulich: nein", None), ("nicht vertraulich", None), ("ja", None), ("☐ nichtöffentlich", None)),
        *(("öffentlich / nichtöffentlich", None), ("☐ öffentlich ☐ nichtöffentlich", None)),
        *(("☒ öffentlich ☒ nichtöffentlich", None), ("nichtöffentlich ☒ öffentlich", None)),
        *(("öffentliche Toiletten", None), ("Zugang zu nicht öffentlichen Unterlagen", None)),
        *(("Öffentlicher Personennahverkehr", None), ("☒ dringlich öffentlich", None)),
    ],
)
def test_a_line_says_whether_it_is_public(text: str, public: bool | None) -> None:
    assert publicity(text) is public


@pytest.mark.parametrize("boxes", BOXES, ids=str)
@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("gap", [" ", "\t", ": "])
def test_a_box_is_never_read_the_wrong_way_round(boxes: tuple[str, str], behind: bool, gap: str) -> None:
    for open_, closed, public, swapped in product(OPEN, CLOSED, [True, False], [True, False]):
        pairs = [(open_, boxes[0] if public else boxes[1]), (closed, boxes[1] if public else boxes[0])]
        ordered = reversed(pairs) if swapped else pairs
        parts = (f"{word}{gap}{box}" if behind else f"{box} {word}" for word, box in ordered)
        line = "   ".join(parts)
        assert paper(line).public in ({public} if boxes[1] else {public, None}), line


@pytest.mark.parametrize(
    ("head", "public"),
    [
        *(("Status\tnichtöffentlich\t☒\töffentlich\t☐", False), ("nichtöffentlich\töffentlich\n☒\t☐", False)),
        *(("Status:\nnichtöffentlich\n☒\nöffentlich\n☐", False), ("☐\nöffentlich\n☒\nnichtöffentlich", False)),
        *(("☐ öffentlich\n☒ nichtöffentlich", False), ("öffentlich ☐\nnichtöffentlich ☒", False)),
        *(("Öffentlich:\nnein", False), ("Öffentlich:\tnein", False), ("Öffentlich\tja", True)),
        *(("Beratungsfolge\nGremium\tDatum\tStatus\nRat\t12.03.2026\tN", False),),
        *(("Beratungsfolge\nGremium\tDatum\tö\tnö\nRat\t12.03.2026\t\tx", False),),
        *(("Beratungsfolge\nGremium\tDatum\tStatus\nRat\t12.03.2026\tÖ", None),),
    ],
)
def test_boxes_and_answers_may_stand_in_other_lines_and_cells(head: str, public: bool | None) -> None:
    understood = paper(head)
    assert understood.public is public
    assert public is None or understood.found["public"].line >= 4


@pytest.mark.parametrize(
    "head",
    [
        "Status: öffentlich\nVERTRAULICH",
        "Status: öffentlich\nBeratungsfolge\nGremium\tDatum\tStatus\nRat\t12.03.2026\tN",
        "nichtöffentlich ☒ öffentlich",
        "☐ nichtöffentlich",
        "nichtöffentlich\töffentlich\n☒\t☐\t☐",
    ],
)
def test_what_contradicts_itself_is_no_publicity_and_is_told(head: str) -> None:
    understood = paper(head)
    assert understood.public is None
    assert unclear(understood)


def test_a_sentence_of_the_text_may_say_it_and_a_subject_does_not() -> None:
    told = understand(Pages.of_text("Mitteilung\nNr. 14/2026\n\nSachverhalt\nDer Rat tagt.\n\nVertraulich!\n"))
    assert told.public is False
    asked = understand(Pages.of_text("Anfrage zum Umgang mit nichtöffentlichen Sitzungen\n\nSachverhalt\nWann?\n"))
    assert asked.public is None
