"""What of a motion would be entered as its Beschlussvorschlag: what is to be decided, without formula and reasons."""

import pytest

from tests.unit.test_intake_proposal import AROUND, LETTER
from vorgang.states.loader import load_folders
from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.proposal import propose
from vorgang.workflow.intake.resolution import points_of, resolution_of
from vorgang.workflow.intake.understanding import understand

ACT = "Die Oberbürgermeisterin wird beauftragt, am Platz zwanzig Fahrradbügel aufzustellen."
WHY = "Es fehlen Stellplätze."
HEAD = "Fraktion CDU im Stadtrat\nAntrag A0055/26\nDatum: 02.02.2026\nöffentlich\nKurztitel: Fahrradbügel am Platz\n\n"


def moved(text: str) -> object:
    said = understand(Pages.of_text(f"{HEAD}{text}\n\nWigbert Schwenke\nFraktionsvorsitzender\n"))
    assert WHY in said.text, "the reasons are kept with the words of the document"
    return propose(load_folders()["antrag"], said, AROUND, {}).data["beschlussvorschlag"]


@pytest.mark.parametrize(
    "opening",
    [
        "Der Stadtrat möge beschließen:\n",
        "Der Stadtrat möge beschließen: ",
        "Der Stadtrat wolle beschliessen:\n\n",
        "Der Ausschuss für Umwelt,\nEnergie und Klima möge in seiner nächsten Sitzung\nbeschließen:\n",
        "Die Fraktion bittet, der Rat möge folgenden Beschluss fassen:\n",
        "Der Stadtrat beschließt:\n",
        "Beschlussvorschlag:\n",
        "Beschlussvorschlag\n\nDer Stadtrat möge beschließen:\n\n",
    ],
)
@pytest.mark.parametrize(
    "reasons", ["Begründung:\n", "\nBegründung\n\n", "Begründung: ", "Sachverhalt:\n", "Antragsbegründung\n"]
)
def test_what_is_moved_is_entered_without_formula_and_reasons(opening: str, reasons: str) -> None:
    assert moved(f"{opening}{ACT}\n{reasons}{WHY}") == [ACT]


def test_reasons_that_stand_above_are_left_out_too() -> None:
    assert moved(f"Sachverhalt\n{WHY}\n\nBeschlussvorschlag\n{ACT}\n\nFinanzielle Auswirkungen\nKeine.") == [ACT]


def test_numbered_points_are_entered_one_by_one_with_what_belongs_to_them() -> None:
    text = (
        "Der Stadtrat möge beschließen:\n1. Es werden zwanzig Bügel\naufgestellt.\n"
        f"2. Geprüft werden\na) der Markt und\nb) der Bahnhof.\n3. Im Mai wird berichtet.\n\nBegründung:\n1. {WHY}"
    )
    assert moved(text) == [
        "Es werden zwanzig Bügel aufgestellt.",
        "Geprüft werden\na) der Markt und\nb) der Bahnhof.",
        "Im Mai wird berichtet.",
    ]


def test_words_before_the_points_are_kept() -> None:
    assert points_of("Die Verwaltung wird beauftragt,\n1. zu prüfen\n2. zu berichten") == [
        *("Die Verwaltung wird beauftragt,", "zu prüfen", "zu berichten")
    ]


@pytest.mark.parametrize(
    "text",
    ["Der Kreistag möge beschließen, die Linie 320 stündlich zu bedienen.", ACT, "Der Rat möge beschließen:", "", WHY],
)
def test_what_has_no_formula_to_take_away_stays_as_it_is(text: str) -> None:
    assert resolution_of(text) == text


def test_what_an_amendment_changes_is_kept_with_its_words() -> None:
    said = understand(Pages.of_text(f"{HEAD}Der Beschlusstext wird wie folgt geändert:\nStatt zwanzig: vierzig.\n"))
    assert said.text == "Der Beschlusstext wird wie folgt geändert:\nStatt zwanzig: vierzig."


def test_another_paper_keeps_its_text() -> None:
    assert propose(load_folders()["anfrage"], LETTER, AROUND, {}).data["fragen"]


def test_a_long_motion_is_read_in_no_time() -> None:
    assert resolution_of("möge " * 100_000)
    assert resolution_of("Der Rat möge beschließen " * 40_000)
