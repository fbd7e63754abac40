"""What an answer promises and until when; what is open, past or done by others is no promise."""

import pytest

from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.understanding import understand
from vorgang.workflow.intake.understood import Understood


def read(sentence: str, day: str = "Datum: 10.02.2025\n") -> Understood:
    text = f"Stellungnahme der Verwaltung\nS0100/25\n{day}Betreff: Bänke\n\nSachverhalt\n{sentence}\n"
    return understand(Pages.of_text(text, "antwort.txt"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Ob die Verwaltung bis Mitte 2025 liefern wird, ist unklar.",
        "Ob bis zum Herbst 2025 gebaut wird, ist offen.",
        "Unklar ist, ob bis Ende 2025 geliefert wird.",
        "Wann die Bänke bis Ende 2025 geliefert werden, steht im Vertrag.",
        "Eine Beteiligung wird frühestens nach dem 01.03.2027 erfolgen.",
        "Die Bänke werden frühestens im Herbst 2026 geliefert.",
        "Der Umbau beginnt nicht vor dem 01.03.2027.",
        "Die Bürger werden bis zum 30.04.2025 ihre Anträge einreichen.",
        "Die Bürgerinnen und Bürger werden bis 30.04. ihre Anträge vorlegen.",
        "Bis zum 30.04.2025 werden die Vereine ihre Pläne einreichen.",
        "Alle Eltern werden bis Ende Mai 2025 Rückmeldungen geben.",
        "Die Stadt hat zugesagt, bis Ende 2023 zu bauen; das ist geschehen.",
        "Die Stadt hat zugesagt, bis Ende 2023 zu bauen.",
        "Zu 1.: Ob bis Ende 2025 gebaut wird, steht im Haushalt.",
    ],
)
def test_what_is_open_past_or_done_by_others_is_no_promise(sentence: str) -> None:
    assert read(sentence).promises == ()


@pytest.mark.parametrize(
    ("sentence", "due", "sure"),
    [
        ("Wir kommen Ende des Monats auf Sie zu.", "2025-02-28", "derived"),
        ("Wir kommen Mitte des Monats wieder auf Sie zu.", "2025-02-15", "derived"),
        ("Wir melden uns bis Ende des Monats bei Ihnen.", "2025-02-28", "derived"),
        ("Die Verwaltung wird bis Monatsende berichten.", "2025-02-28", "derived"),
        ("Wir werden bis Ende Mai auf Sie zukommen.", "2025-05-31", "derived"),
        ("Bis 30.09. folgen 20 weitere Bänke.", "2025-09-30", "derived"),
        ("Bis 30.09. folgen 20", "2025-09-30", "derived"),
        ("Bis zum 31.01. folgen 20 weitere Bänke.", "2026-01-31", "derived"),
        ("Die Stadt hat zugesagt, bis Ende 2025 zu bauen.", "2025-12-31", "derived"),
        ("Ob gebaut wird, wird die Verwaltung bis zum 30.06.2025 prüfen.", "2025-06-30", "read"),
        ("Die Verwaltung wird prüfen, ob gebaut wird und bis zum 30.06.2025 berichten.", "2025-06-30", "read"),
        ("Die Verwaltung wird prüfen, ob bis Ende 2027 gebaut werden kann.", "None", "read"),
        ("Die Verwaltung wird frühestens im Herbst 2026 berichten.", "None", "read"),
        ("Die Verwaltung wird nach dem 01.03.2026 berichten, spätestens am 30.04.2026.", "2026-04-30", "read"),
        ("Die Bürger werden bis zum 30.04.2025 informiert.", "2025-04-30", "read"),
        ("Die Bürger werden bis zum 30.04.2025 einbezogen.", "2025-04-30", "read"),
        ("Die Verwaltung wird die Bürger bis zum 30.04.2025 anschreiben.", "2025-04-30", "read"),
    ],
)
def test_a_promise_is_read_with_its_day(sentence: str, due: str, sure: str) -> None:
    understood = read(sentence)
    assert [(one.text, str(one.due)) for one in understood.promises] == [(sentence, due)]
    assert understood.found["promises.0"].sure == sure


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Bis 30.09. folgen 20 weitere Bänke.", "understanding_year_assumed"),
        ("Wir kommen Ende des Monats auf Sie zu.", ""),
    ],
)
def test_a_year_that_was_concluded_is_told(sentence: str, code: str) -> None:
    assert {one.code for one in read(sentence).warnings} == ({code} if code else set())


def test_the_end_of_the_month_of_an_answer_without_a_day_is_no_day() -> None:
    understood = read("Wir kommen Ende des Monats auf Sie zu.", day="")
    assert [one.due for one in understood.promises] == [None]
    assert "understanding_day_unknown" in {one.code for one in understood.warnings}


def test_the_middle_of_a_month_that_is_over_is_no_day() -> None:
    understood = read("Wir kommen Mitte des Monats auf Sie zu.", day="Datum: 20.02.2025\n")
    assert [one.due for one in understood.promises] == [None]
