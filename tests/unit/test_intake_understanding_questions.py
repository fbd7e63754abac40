"""No question of an inquiry is lost in silence, and nothing becomes one that is none."""

import pytest

from vorgang.config.texts import remedy_of, text_of
from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.understanding import understand
from vorgang.workflow.intake.understood import Understood

HEAD = "Kleine Anfrage 0045/2025\nBetreff: Radweg\nStatus: öffentlich\n"


def read(text: str) -> Understood:
    return understand(Pages.of_text(text, "anfrage.txt"))


def told(understood: Understood) -> set[str]:
    return {one.code for one in understood.warnings}


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "1. Wie viele Unfälle gab es\n   a) 2023?\n   b) 2024?\n2. Wer zahlt?",
            ["Wie viele Unfälle gab es 2023?", "Wie viele Unfälle gab es 2024?", "Wer zahlt?"],
        ),
        (
            "Wir fragen:\n1. Wie viele Unfälle gab es\n   a) im Jahr 2023,\n   b) im Jahr 2024?\n2. Wer haftet?",
            ["Wie viele Unfälle gab es im Jahr 2023,", "Wie viele Unfälle gab es im Jahr 2024?", "Wer haftet?"],
        ),
        (
            "1. Wie viele Unfälle gab es\n- 2023?\n- 2024?\n2. Wer zahlt?",
            ["Wie viele Unfälle gab es 2023?", "Wie viele Unfälle gab es 2024?", "Wer zahlt?"],
        ),
        (
            "Wir fragen:\n1. Wie viele Unfälle gab es\n1.1 2023?\n1.2 2024?\n2. Wer zahlt?",
            ["Wie viele Unfälle gab es 2023?", "Wie viele Unfälle gab es 2024?", "Wer zahlt?"],
        ),
        (
            "Der Weg ist alt.\n\nWie viele Unfälle gab es\na) 2023?\nb) 2024?",
            ["Wie viele Unfälle gab es 2023?", "Wie viele Unfälle gab es 2024?"],
        ),
        (
            "Der Weg ist alt.\n\n1. Wie viele Unfälle gab es dort\n2. Wer zahlt?\n3. Darstellung der Kosten",
            ["Wie viele Unfälle gab es dort", "Wer zahlt?", "Darstellung der Kosten"],
        ),
        (
            "Die Verwaltung möge mitteilen,\n- wie viele Unfälle es gab,\n- welche Kosten es gab,\n- ob er bleibt.",
            ["wie viele Unfälle es gab,", "welche Kosten es gab,", "ob er bleibt."],
        ),
        (
            "Die Verwaltung möge mitteilen, – wie viele Unfälle es gab, – ob ein Ausbau geplant ist.",
            ["wie viele Unfälle es gab,", "ob ein Ausbau geplant ist."],
        ),
        (
            "Die Verwaltung wird gebeten, über Folgendes zu berichten:\n– Zahl der Unfälle\n– Kosten",
            ["Zahl der Unfälle", "Kosten"],
        ),
        (
            "Die Verwaltung möge mitteilen, wie viele Unfälle es gab.",
            ["Die Verwaltung möge mitteilen, wie viele Unfälle es gab."],
        ),
        (
            "Wir bitten um Beantwortung:\nI. Wie viele Bänke gibt es?\nII. Welche fehlen?\nIII. Wer reinigt sie",
            ["Wie viele Bänke gibt es?", "Welche fehlen?", "Wer reinigt sie"],
        ),
        ("I. Wie viele Bänke gibt es?\nII. Wer reinigt sie?", ["Wie viele Bänke gibt es?", "Wer reinigt sie?"]),
        (
            "Wir fragen:\nI. Bestand\n1. Wie viele Bänke gibt es?\nII. Pflege\n1. Wer reinigt sie?",
            ["Wie viele Bänke gibt es?", "Wer reinigt sie?"],
        ),
        ("Fragen:\nZum Radweg:\n1. Wer zahlt\n2. Zeitplan", ["Wer zahlt", "Zeitplan"]),
        ("Fragen\n\nWann wird gebaut\n\nWer zahlt das", ["Wann wird gebaut", "Wer zahlt das"]),
        ("Fragen:\n\n1.\nWie viele Bänke gibt es\n2.\nWer zahlt", ["Wie viele Bänke gibt es", "Wer zahlt"]),
        ("Wir fragen:\nI.\nWer zahlt?\nII.\nWann?", ["Wer zahlt?", "Wann?"]),
        (
            "Fragen:\n1. Wie viele Unfälle gab es\ni) 2022?\nii) 2023?\niii) 2024?",
            [f"Wie viele Unfälle gab es {year}?" for year in (2022, 2023, 2024)],
        ),
        ("Fragen: 1. Wie viele Bänke gibt es? 2. Wer zahlt?", ["Wie viele Bänke gibt es?", "Wer zahlt?"]),
    ],
)
def test_every_question_is_read_with_the_words_that_lead_in_to_it(text: str, questions: list[str]) -> None:
    understood = read(f"{HEAD}\n{text}\n")
    assert list(understood.questions) == questions
    assert "understanding_no_questions" not in told(understood)


@pytest.mark.parametrize("gap", ["", "\n"])
@pytest.mark.parametrize("heading", ["Fragen:", "Fragen", "Fragestellung:", "Anfrage:", "Fragen an die Verwaltung:"])
@pytest.mark.parametrize("marks", [("1.", "2."), ("1)", "2)"), ("-", "-"), ("I.", "II.")])
def test_below_a_heading_for_questions_each_item_is_one(heading: str, marks: tuple[str, str], gap: str) -> None:
    items = f"{marks[0]} Wie viele Bänke gibt es\n{marks[1]} Darstellung der Kosten\n"
    understood = read(f"{HEAD}\nSachverhalt:\nDer Weg ist alt.\n\n{heading}\n{gap}{items}")
    assert understood.questions == ("Wie viele Bänke gibt es", "Darstellung der Kosten")


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("Sachverhalt:\n1. Der Weg ist alt.\n2. Die Bank fehlt.\n\nWer zahlt?", ["Wer zahlt?"]),
        ("Folgende Mängel bestehen:\n- Risse\n- Löcher\n\nWer zahlt?", ["Wer zahlt?"]),
        ("Anfrage:\nEs bestehen Mängel:\n- Risse\n- Löcher\n\nWer zahlt?", ["Wer zahlt?"]),
        ("Fragen:\n1. Wer zahlt\n\nBegründung:\n1. Der Weg ist alt.\n2. Er ist schmal.", ["Wer zahlt"]),
        ("Fragen:\n1. Wer zahlt\n\nFinanzielle Auswirkungen\n- keine", ["Wer zahlt"]),
        ("Anfrage\n1. Sachverhalt\nDer Weg ist alt.\n2. Fragen\nWer zahlt?", ["Wer zahlt?"]),
        ("Wer zahlt?\n\nI. Muster, Mitglied des Rates", ["Wer zahlt?"]),
        ("1. Wer zahlt?\na) Der Bund?\nb) Das Land?", ["Wer zahlt?", "Der Bund?", "Das Land?"]),
        ("Beteiligt sind:\n1. das Land,\n2. der Bund,\n3. die Bahn.\n\n1. Wer zahlt?", ["Wer zahlt?"]),
    ],
)
def test_what_is_not_asked_is_no_question(text: str, questions: list[str]) -> None:
    assert list(read(f"{HEAD}\n{text}\n").questions) == questions


def test_an_answer_repeats_a_question_with_its_lead_in() -> None:
    text = "Stellungnahme der Verwaltung\nS0100/25\nDatum: 10.02.2025\nBetreff: Radweg\n\n"
    asked = (
        "1. Wie viele Unfälle gab es\na) 2023?\nAntwort: 45.\nb) 2024?\nAntwort: 50.\n2. Wer zahlt?\nAntwort: Wir.\n"
    )
    assert read(text + asked).questions == (
        "Wie viele Unfälle gab es 2023?",
        "Wie viele Unfälle gab es 2024?",
        "Wer zahlt?",
    )


@pytest.mark.parametrize("kind", ["Anfrage", "Kleine Anfrage", "Einwohneranfrage"])
def test_an_inquiry_without_a_question_is_told(kind: str) -> None:
    understood = read(f"{kind} 0045/2025\nBetreff: Radweg\n\nSachverhalt:\nDer Weg ist alt und schmal.\n")
    assert (understood.questions, told(understood)) == ((), {"understanding_no_questions"})
    assert "keine Frage" in text_of("understanding_no_questions", {}, "de")
    assert "enter the questions" in remedy_of("understanding_no_questions", {}, "en")


@pytest.mark.parametrize("kind", ["Antrag", "Beschlussvorlage", "Mitteilung", "Stellungnahme"])
def test_a_paper_that_asks_nothing_needs_no_question(kind: str) -> None:
    assert told(read(f"{kind} 0045/2025\nBetreff: Radweg\n\nSachverhalt:\nDer Weg ist alt und schmal.\n")) == set()


REPLIES = [
    "Das Bezirksamt beantwortet Ihre Kleine Anfrage wie folgt:",
    "Im Namen des Bezirksamts beantworte ich Ihre Kleine Anfrage vom 3.3.2024, eingegangen am 5.3.2024:",
    "Ihre Anfrage beantwortet das Bezirksamt wie folgt:",
    "Das Bezirksamt beantwortet Ihre\nKleine Anfrage wie folgt:",
]
SAID = "1. Wie viele Bügel gibt es?\nZu 1.: 45.\n2. Wie viele werden folgen?\nZu 2.: Bis 30.09. folgen 20.\n"
INQUIRY = "Kleine Anfrage KA-127/XXI\ndes Bezirksverordneten Timo Schramm (Volt)\n\nBetr.: Fahrradbügel\n\n"
SIGNED = "\nBerlin, den 19. März 2024\nLeonie Keil\nBezirksstadträtin\n"


@pytest.mark.parametrize("reply", REPLIES)
def test_an_inquiry_with_its_answer_below_is_an_answer(reply: str) -> None:
    understood = read(f"{INQUIRY}{reply}\n\n{SAID}{SIGNED}")
    assert (understood.kind, understood.parent_number) == ("stellungnahme", "KA-127/XXI")
    assert understood.questions == ("Wie viele Bügel gibt es?", "Wie viele werden folgen?")
    assert [str(one.due) for one in understood.promises] == ["2024-09-30"]
    assert understood.found["promises.0"].sure == "derived"


@pytest.mark.parametrize("reply", REPLIES)
def test_the_answer_may_follow_all_questions(reply: str) -> None:
    asked = "1. Wie viele Bügel gibt es?\n2. Wie viele werden folgen?\n\n"
    understood = read(f"{INQUIRY}{asked}{reply}\n\nZu 1.: 45.\nZu 2.: Bis 30.09. folgen 20.\n{SIGNED}")
    assert (understood.kind, len(understood.questions)) == ("stellungnahme", 2)


@pytest.mark.parametrize(
    "words",
    [
        "Ich frage das Bezirksamt:",
        "Ich bitte um Beantwortung meiner Anfrage.",
        "Das Bezirksamt beantwortet Anfragen oft zu spät. Ich frage daher:",
        "Die letzte Anfrage beantwortete das Bezirksamt wie folgt: „45 Bügel.“ Ich frage daher:",
        "Wann beantwortet das Bezirksamt die Anfrage meiner Fraktion?",
    ],
)
def test_an_inquiry_that_speaks_of_answers_stays_one(words: str) -> None:
    understood = read(f"{INQUIRY}{words}\n\n1. Wie viele Bügel gibt es?\n2. Wie viele werden folgen?\n")
    assert understood.kind == "anfrage"
    assert understood.questions[-2:] == ("Wie viele Bügel gibt es?", "Wie viele werden folgen?")
