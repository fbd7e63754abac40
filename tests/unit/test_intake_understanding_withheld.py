"""What is not to be published is never taken in as public, whatever its Status says; nothing else is hidden by that."""

import pytest

from tests.helpers.growth import MOST, growth
from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.understanding import understand
from vorgang.workflow.intake.understood import Understood

WITHHOLDS = [
    "Veröffentlichung: Nein, gesperrt bis einschließlich 31.12.2026",
    "Veröffentlichung:\n☐ Ja\n☒ Nein, gesperrt bis einschließlich 31.12.2026",
    "Veröffentlichung\n\n☐ Ja\n\n☒ Nein, gesperrt bis einschließlich _____",
    "Veröffentlichung: ☐ Ja ☒ Nein",
    "Veröffentlichung\t[ ] Ja\t[x] Nein",
    "Veröffentlichung:\nJa\nx Nein",
    "Veröffentlichung: Nein",
    "Veröffentlichung: gesperrt bis 31.12.2026",
    "Veröffentlichung im Ratsinformationssystem: nein",
    "Freigabe zur Veröffentlichung: Nein",
    "Sperrvermerk: bis 31.12.2026",
    "Sperrvermerk bis einschließlich 31.12.2026",
    "Sperrfrist: 31.12.2026",
    "Die Anfrage ist vertraulich zu behandeln und darf nicht veröffentlicht werden.",
    "Hinweis: Diese Anfrage ist vertraulich zu behandeln und darf nicht veröffentlicht werden.",
    "Diese Anfrage enthält Namen. Die Anfrage darf daher bis auf Weiteres nicht\nveröffentlicht werden.",
    "Bitte nicht veröffentlichen!",
    "Nicht veröffentlichen!",
    "Bitte diese Anfrage vorerst nicht veröffentlichen.",
    "Bitte veröffentlichen Sie diese Anfrage nicht.",
    "Bitte behandeln Sie diese Anfrage vertraulich.",
    "Ich bitte Sie, meine Anfrage vertraulich zu behandeln.",
    "Wir bitten, die Anfrage nicht zu veröffentlichen.",
    "Wir bitten um vertrauliche Behandlung.",
    "Es wird um vertrauliche Behandlung gebeten.",
    "Von einer Veröffentlichung bitten wir abzusehen.",
    "Ich beantrage die Behandlung in nichtöffentlicher Sitzung.",
    "Die SPD-Fraktion beantragt die Beratung in nicht öffentlicher Sitzung.",
    "Wir bitten, diese Anfrage im nichtöffentlichen Teil der Sitzung zu beantworten.",
    "Die Angelegenheit ist in nichtöffentlicher Sitzung zu beraten.",
    "Die Beantwortung soll in nichtöffentlicher Sitzung erfolgen.",
    "Ich beantrage, die Anfrage nichtöffentlich zu behandeln.",
    "Ich bitte um nichtöffentliche Behandlung.",
    "Die Behandlung soll nichtöffentlich erfolgen.",
    "Veröffentlichung: nicht vor dem 31.12.2026",
    "Die Anfrage darf erst nach der Sitzung veröffentlicht werden.",
    "Nur für Ratsmitglieder",
]
OTHER = [
    "Die Gutachten wurden nicht veröffentlicht.",
    "In nichtöffentlicher Sitzung am 12.03.2025 wurde beschlossen, den Kran zu verkaufen.",
    "Die Vorlage wurde in nichtöffentlicher Sitzung beraten.",
    "Die Klinik bietet die vertrauliche Geburt an.",
    "Warum wurde das Gutachten nicht veröffentlicht?",
    "Wird die Anfrage vertraulich behandelt?",
    "Bitte teilen Sie mit, warum die Zahlen nicht veröffentlicht werden.",
    "Die Beratungsstelle behandelt alle Angaben vertraulich.",
    "Personalangelegenheiten sind in nichtöffentlicher Sitzung zu beraten.",
    "Nach der Gemeindeordnung sind Anfragen zu Personen in nichtöffentlicher Sitzung zu behandeln.",
    "Diese Anfrage ist nicht vertraulich zu behandeln.",
    "Ich bitte, die Anfrage nicht in nichtöffentlicher Sitzung zu behandeln.",
    "Ich beantrage die Behandlung in öffentlicher Sitzung.",
    "Die CDU hat seinerzeit beantragt, die Vorlage in nichtöffentlicher Sitzung zu behandeln.",
    "Die Anlage 2 ist vertraulich zu behandeln.",
    "Der Vertrag mit dem Betreiber ist vertraulich zu behandeln.",
    "Die Vorlage 0123/2024 darf nicht veröffentlicht werden.",
    "Bitte meine Adresse nicht veröffentlichen.",
    "Die Brücke ist gesperrt bis 31.12.2026.",
    "Der Sperrvermerk im Haushalt 2025 wird aufgehoben.",
    "Sperrvermerk: keiner",
    "Sperrvermerk: nein",
    "Veröffentlichung: Ja",
    "Veröffentlichung\n\nJa\n\nNein, gesperrt bis einschließlich _____",
    "Veröffentlichung:\n☐ Ja\n☐ Nein, gesperrt bis einschließlich \\_\\_\\_\\_",
    "Veröffentlichung:\n☒ Ja\n☐ Nein, gesperrt bis einschließlich _____",
    "Die Veröffentlichung der Daten: nein danke, sagt die Bahn.",
    "Die Unterlagen werden nicht öffentlich ausgelegt.",
    "Bitte veröffentlichen Sie die Anfrage nicht nur im Amtsblatt, sondern auch im Internet.",
    "Die Verwaltung soll Verträge nicht veröffentlichen.",
    "Es wird beantragt, die Niederschriften nicht zu veröffentlichen.",
    "Wir bitten um Auskunft, warum die Vorlage in nichtöffentlicher Sitzung beraten wird.",
]


def paper(text: str, status: str = "Status: öffentlich\n", *, foot: bool) -> Understood:
    above, below = ("", f"\n{text}\n") if foot else (f"{text}\n", "")
    return understand(
        Pages.of_text(
            f"Anfrage 0200/2025\n{status}Datum: 10.02.2025\nBetreff: Hafen\n{above}\n"
            f"Sachverhalt:\nDer Kran steht.\n\n1. Wer zahlt?\n{below}"
        )
    )


def unclear(read: Understood) -> bool:
    return "understanding_publicity_unclear" in {one.code for one in read.warnings}


@pytest.mark.parametrize("foot", [False, True], ids=["head", "foot"])
@pytest.mark.parametrize("text", WITHHOLDS)
def test_a_paper_that_withholds_itself_is_not_public(text: str, foot: bool) -> None:
    said = paper(text, foot=foot)
    assert (said.public, unclear(said)) == (None, True), "its Status says the contrary"
    assert paper(text, "", foot=foot).public is False


@pytest.mark.parametrize("foot", [False, True], ids=["head", "foot"])
@pytest.mark.parametrize("text", OTHER)
def test_what_is_said_of_something_else_hides_nothing(text: str, foot: bool) -> None:
    said = paper(text, foot=foot)
    assert (said.public, unclear(said)) == (True, False)
    assert paper(text, "", foot=foot).public is None


def test_a_form_that_says_both_is_told() -> None:
    said = paper("Veröffentlichung:\n☒ Ja\n☐ Nein, gesperrt bis einschließlich 31.12.2026", "", foot=True)
    assert (said.public, unclear(said)) == (None, True)


@pytest.mark.parametrize(
    ("before", "again", "behind"),
    [("", "Die Anfrage ist ", ""), ("Bitte diese Anfrage ", "vorerst ", ""), ("Veröffentlichung: ", "x ", ""),
     ("Ich bitte, ", "Sie, ", "nicht zu veröffentlichen"), ("", "Veröffentlichung:\nJa\n", "")],
    ids=["this", "not", "boxes", "asks", "lines"],
)  # fmt: skip
def test_a_long_line_takes_as_much_longer_as_it_is_longer(before: str, again: str, behind: str) -> None:
    assert growth(lambda times: paper(before + again * times + behind, foot=True), 4_000) < MOST
