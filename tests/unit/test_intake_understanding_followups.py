"""Papers that change another one or ask again about it: they are put to that one."""

import pytest

from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.understanding import understand

BELOW = "\nDatum: 05.11.2023\nBetreff: Hafen\n\nDer Rat möge beschließen:\nDer Kran wird gebaut.\n"


@pytest.mark.parametrize(
    ("heading", "kind", "number", "parent"),
    [
        ("Änderungsantrag der FDP\nzu Vorlage 23/1187", "aenderungsantrag", None, "23/1187"),
        ("Änderungsantrag zu Drucksache 0023/2024", "aenderungsantrag", None, "0023/2024"),
        ("Änderungsantrag\nder FDP-Fraktion\nzu DS0231/25", "aenderungsantrag", None, "DS0231/25"),
        ("Änderungsantrag zu DS0231/25", "aenderungsantrag", None, "DS0231/25"),
        ("Änderungsantrag\nDS0231/25/1", "aenderungsantrag", "DS0231/25/1", "DS0231/25"),
        ("Änderungsantrag\nDrucksache DS0231/25/1", "aenderungsantrag", "DS0231/25/1", "DS0231/25"),
        ("Änderungsantrag DS0231/25/1 der FDP", "aenderungsantrag", "DS0231/25/1", "DS0231/25"),
        ("Ergänzungsantrag zum Antrag A0041/23", "ergaenzungsantrag", None, "A0041/23"),
        ("Stellungnahme zu Vorlage 23/1187", "stellungnahme", None, "23/1187"),
        ("Nachfrage zur Anfrage F0172/14", "anfrage", None, "F0172/14"),
        ("Nachfrage zu F0172/14", "anfrage", None, "F0172/14"),
        ("Folgeanfrage zu 1062/2023", "anfrage", None, "1062/2023"),
        ("Zusatzfrage zur Anfrage 1062/2023-1", "anfrage", None, "1062/2023-1"),
        ("Anfrage zur Vorlage 0023/2024", "anfrage", None, None),
        ("Anfrage Nr. 23/1187", "anfrage", "23/1187", None),
        ("Antrag zu mehr Bänken", "antrag", None, None),
    ],
)
def test_a_heading_names_the_paper_that_is_followed(
    heading: str, kind: str, number: str | None, parent: str | None
) -> None:
    said = understand(Pages.of_text(heading + BELOW, "antrag.txt"))
    assert (said.kind, said.number, said.parent_number) == (kind, number, parent)


def test_a_subject_names_the_inquiry_that_is_followed() -> None:
    said = understand(Pages.of_text("Anfrage\nBetreff: Nachfrage zur Anfrage F0172/14\n\n1. Wer zahlt?", "a.txt"))
    assert (said.kind, said.number, said.parent_number) == ("anfrage", None, "F0172/14")


def test_the_letters_of_a_number_are_kept_where_they_are_a_label_too() -> None:
    said = understand(Pages.of_text("Beschlussvorlage\nDS0231/25\nBetreff: Hafen\n\nBegründung\nEr ist alt.", "a.txt"))
    assert (said.number, said.parent_number) == ("DS0231/25", None)
