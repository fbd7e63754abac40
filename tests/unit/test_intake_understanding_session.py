"""The session for which a letter asks: only where it plainly does."""

import pytest

from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.understanding import understand

RAT = [("Rat", "2025-06-20")]
BOTH = [*RAT, ("Hauptausschuss", "2025-06-21")]
WANTED = [
    ("Ich bitte, folgende Anfrage in der Sitzung des Rates am 20.06.2025 zu behandeln.", RAT),
    ("Wir bitten, die Anfrage auf die Tagesordnung der Sitzung des Rates am 20.06.2025 zu setzen.", RAT),
    ("Bitte setzen Sie die Anfrage auf die Tagesordnung der Sitzung des Rates am 20.06.2025.", RAT),
    ("Wir bitten um Aufnahme der Anfrage in die Tagesordnung der Sitzung des Rates am 20.06.2025.", RAT),
    ("Zur Sitzung des Rates am 20.06.2025 stellt die SPD-Fraktion folgenden Antrag:", RAT),
    ("Ich möchte in der Ratssitzung am 20.06.2025 folgende Einwohnerfrage stellen:", RAT),
    ("Wir haben folgende Fragen für die Sitzung des Rates am 20.06.2025:", RAT),
    ("Wir bitten, die Anfrage auf die Tagesordnung des Rates am 20.06.2025 zu nehmen.", RAT),
    ("Wir bitten darum, die Fragen in der Ratssitzung am 20.06.2025 zu beantworten.", RAT),
    ("Für die Sitzung des Rates am 20.06.2025 bitten wir um Beantwortung folgender Fragen:", RAT),
    ("In der Sitzung des Rates am 20.06.2025 stelle ich folgende Fragen:", RAT),
    ("Wir stellen folgende Anfrage gemäß § 12 der Geschäftsordnung zur Sitzung des Rates am 20.06.2025:", RAT),
    ("Ich stelle folgende Anfrage für den Rat am 20.06.2025:", RAT),
    ("Die Fragen sollen in der Sitzung des Rates am 20.06.2025 um 17 Uhr beantwortet werden.", RAT),
    ("Wir reichen die Anfrage für den Rat am 20.06.2025 und den Hauptausschuss am 21.06.2025 ein.", BOTH),
    ("Bitte, die Fragen in den Sitzungen des Rates am 20.06.2025 und des Hauptausschusses am 21.06.2025 zu stellen.",
     BOTH),
    ("Wir bitten um Beantwortung der Fragen in der nicht öffentlichen Sitzung des Rates am 20.06.2025.", RAT),
    ("Da die Brücke nicht sicher ist, stellen wir folgende Anfrage für die Sitzung des Rates am 20.06.2025:", RAT),
]  # fmt: skip
UNWANTED = [
    "Ich bitte, die Anfrage nicht in der Sitzung des Rates am 20.06.2025 zu behandeln, sondern schriftlich.",
    "Ich bitte, die Anfrage nicht in der Sitzung des Rates am 20.06.2025 zu behandeln.",
    "Ich bitte um Übersendung der Niederschrift der Sitzung des Rates am 20.06.2025.",
    "Ich bitte um Beantwortung vor der Sitzung des Rates am 20.06.2025.",
    "Wir bitten um Beantwortung der Fragen bis zur Sitzung des Rates am 20.06.2025.",
    "Da ich in der Sitzung des Rates am 20.06.2025 verhindert bin, bitte ich um schriftliche Beantwortung der Fragen.",
    "Da ich in der Sitzung des Rates am 20.06.2025 fehle, bitte ich, die Anfrage schriftlich zu beantworten.",
    "Ich bitte, die Sitzung des Rates am 20.06.2025 abzusagen.",
    "Ich beantrage, die Anfrage von der Tagesordnung der Sitzung des Rates am 20.06.2025 abzusetzen.",
    "Bitte setzen Sie die Anfrage von der Tagesordnung der Sitzung des Rates am 20.06.2025 ab.",
    "Bitte verschieben Sie die für den Rat am 20.06.2025 vorgesehene Vorlage.",
    "Bitte teilen Sie mit, warum TOP 7 der Sitzung des Rates am 20.06.2025 entfällt.",
    "Bitte teilen Sie mit, warum der Antrag für die Sitzung des Rates am 20.06.2025 fehlt.",
    "Wir ziehen unsere Anfrage für die Sitzung des Rates am 20.06.2025 zurück.",
    "Zu meiner Anfrage zur Sitzung des Rates am 20.06.2025 bitte ich um Nachricht.",
    "In der Sitzung des Rates am 20.06.2025 wird der Haushalt beraten; dazu frage ich:",
    "Wir bitten, die Einladung zur Sitzung des Rates am 20.06.2025 zu prüfen.",
    "Wird die Anfrage in der Sitzung des Rates am 20.06.2025 zu behandeln sein?",
    "Bitte setzen Sie die Anfrage nicht auf die Tagesordnung der Sitzung des Rates am 20.06.2025.",
    "Da die Anfrage nicht in der Sitzung des Rates am 20.06.2025 behandelt werden soll, frage ich:",
    "Ich bitte, auf die Behandlung der Anfrage in der Sitzung des Rates am 20.06.2025 zu verzichten.",
    "Der Antrag der CDU zur Sitzung des Rates am 20.06.2025 beantragt neue Bänke.",
    "Falls sie nicht auf die Tagesordnung der Sitzung des Rates am 20.06.2025 gesetzt werden, bitte ich um Antwort.",
    "Wir bitten, das Gutachten im Rat am 20.06.2025 vorzustellen.",
]
HEADS = [
    ("Anfrage zur Sitzung des Rates am 20.06.2025", RAT),
    ("Anfrage der SPD-Fraktion und der CDU-Fraktion zur Sitzung des Rates am 20.06.2025", RAT),
    ("Anfrage\nSitzung des Rates am 20.06.2025", RAT),
    ("Anfrage\n\nZur Sitzung des Rates am 20.06.2025", RAT),
    ("Anfrage\n\nfür die Sitzung des Rates am 20.06.2025 und des Hauptausschusses am 21.06.2025", BOTH),
    ("Anfrage\n\nBürgeranfrage Ratssitzung 20.06.2025 - Freibad", RAT),
    ("Anfrage für den Rat am 20.06.2025 und den Hauptausschuss am 21.06.2025", BOTH),
    ("Anfrage gemäß § 14 der Geschäftsordnung\nfür die Sitzung des Rates am 20.06.2025, 17 Uhr", RAT),
    ("Anfrage zur Niederschrift der Sitzung des Rates am 20.06.2025", []),
    ("Anfrage zu den Beschlüssen in der Sitzung des Rates am 20.06.2025", []),
    ("Anfrage\n\nAbsage der Sitzung des Rates am 20.06.2025", []),
    ("Anfrage\n\nVorlage für den Rat am 20.06.2025", []),
    ("Anfrage zu TOP 7 der Sitzung des Rates am 20.06.2025", []),
    ("Anfrage\nSitzung des Rates am 20.06.2025\nBetreff: Freibad", RAT),
    ("Anfrage der SPD-Fraktion aus der Sitzung des Rates am 20.06.2025", []),
    ("Anfrage der SPD-Fraktion zu Kosten in der Sitzung des Rates am 20.06.2025", []),
    ("Anfrage\n\nIn der Sitzung des Rates am 20.06.2025 zu fassender Beschluss", []),
    ("Anfrage\n\nZum Beschluss des Rates am 20.06.2025", []),
    ("Anfrage\n\nAn den Rat am 20.06.2025", []),
    ("Anfrage\n\nBezug: Sitzung des Rates am 20.06.2025", []),
]


def wanted(head: str, text: str) -> list[tuple[str | None, str]]:
    read = understand(
        Pages.of_text(
            f"Ratsfrau Anna Berg\n\nHagen, 01.06.2025\n\n{head}\n\nFreibad\n\n"
            f"Sehr geehrter Herr Bürgermeister,\n\n{text}\n\n"
            "1. Wann öffnet das Freibad?\n\nMit freundlichen Grüßen\nAnna Berg\n"
        )
    )
    return [(one.body, str(one.date)) for one in read.consultations]


@pytest.mark.parametrize(("text", "sessions"), WANTED)
def test_a_sentence_that_asks_for_a_session_names_it(text: str, sessions: list[tuple[str, str]]) -> None:
    assert wanted("Anfrage", text) == sessions


@pytest.mark.parametrize("text", UNWANTED)
def test_no_session_is_made_out_of_what_is_not_asked_for(text: str) -> None:
    assert wanted("Anfrage", text) == []


@pytest.mark.parametrize(("head", "sessions"), HEADS)
def test_a_head_names_the_session_in_a_line_that_begins_with_the_kind_or_with_it(
    head: str, sessions: list[tuple[str, str]]
) -> None:
    assert wanted(head, "ich bitte um Antwort.") == sessions
