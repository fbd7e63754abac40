"""Heads as councils paste them: subjects that name who asks, days of sessions, lists and links around the paper."""

from datetime import date
from pathlib import Path

import pytest

from vorgang.config.errors import UnreadableError
from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.reading import read_document
from vorgang.workflow.intake.understanding import understand
from vorgang.workflow.intake.understood import ConsultationFound, Understood

INQUIRY = (
    "Drucksachennummer: 0500/2026\nBetreff: {subject}\nVorlageart: Anfrage\nDatum: 01.02.2026\n\n1. Was kostet es?\n"
)
SESSION = """Stadt Auental
Vorlage - F0127/26
Betreff: Spielplatz Werder
Status: öffentlich Vorlage-Art: Anfrage
{writer}
Beratungsfolge:
Stadtrat
12.03.2026
Kenntnisnahme
TOP 7.3

Sachverhalt

Sehr geehrte Frau Oberbürgermeisterin,
ich frage Sie:
- Wann wird der Spielplatz saniert?
- Welche Mittel stehen bereit?
{plea}

Nadja Lösch
Stadträtin
"""
PLEA = "Ich bitte um kurze mündliche und ausführliche schriftliche Antwort."
REPLY = """Stellungnahme der Verwaltung
Stellungnahme-Nr.: S0099/26
{parent}
Bezeichnung: Spielplatz Werder
Datum: 05.03.2026
öffentlich
{head}
Die Oberbürgermeisterin  10.03.2026
Stadtrat  19.03.2026

Der Spielplatz wird saniert.

Borris
"""


def read(text: str) -> Understood:
    return understand(Pages.of_text(text, "brief.txt"))


def session(writer: str = "Federführend: Dezernat VI", plea: str = PLEA) -> Understood:
    return read(SESSION.format(writer=writer, plea=plea))


def reply(parent: str = "zum/zur: F0127/26 Fraktion DIE LINKE", head: str = "Verteiler  Tag") -> Understood:
    return read(REPLY.format(parent=parent, head=head))


@pytest.mark.parametrize(
    ("subject", "originator"),
    [
        ("Anfrage der SPD-Fraktion: Trinkwasserbrunnen im Park", "SPD-Fraktion"),
        ("Vorschlag der CDU-Fraktion: Parken am Bahnhof", "CDU-Fraktion"),
        ("Anfrage der Fraktion: Parken am Bahnhof", None),
        ("Antrag der Fraktion Bündnis 90/Die Grünen: Bänke", "Fraktion Bündnis 90/Die Grünen"),
        ("Anfrage der LinksFraktion: Parken am Bahnhof", "LinksFraktion"),
        ("Fragen an die Fraktion: Bänke", None),
        ("Anfrage von Frau Kurz: Bänke", None),
        ("Das Stadt-Amt: Bänke", None),
    ],
)
def test_a_subject_is_read_whole_with_the_faction_that_it_names(subject: str, originator: str | None) -> None:
    understood = read(INQUIRY.format(subject=subject))
    assert (understood.subject, understood.originator, understood.lead_office) == (subject, originator, None)
    assert originator is None or understood.found["originator"].sure == "read"


def test_a_reply_whose_subject_names_the_faction_answers_it() -> None:
    understood = read("Stellungnahme der Verwaltung\nBetreff: Anfrage der SPD-Fraktion: Brunnen\n\nEs gibt vier.\n")
    assert (understood.subject, understood.originator) == ("Anfrage der SPD-Fraktion: Brunnen", "SPD-Fraktion")


def test_labels_that_lost_the_blank_before_them_are_still_labels() -> None:
    understood = read("Vorlage - 2026/0088\nStatus:öffentlichFederführend:Amt 6\n")
    assert (understood.public, understood.lead_office) == (True, "Amt 6")


def test_the_day_of_a_session_in_the_head_of_a_letter_is_not_its_own() -> None:
    understood = session()
    assert understood.date is None
    assert understood.consultations == (ConsultationFound("Stadtrat", date(2026, 3, 12), "Kenntnisnahme", None),)


@pytest.mark.parametrize(
    "asked",
    [
        "Anfrage zur Sitzung des Stadtrates am 12.03.2026",
        "Anfrage zur Sitzung des Stadtrates\nam 12.03.2026",
        "Anfrage\nzur Sitzung des Stadtrates am Donnerstag, 12.03.2026",
        "Anfrage\n\nStadtrat, 12.03.2026",
        "Anfrage für die Sitzung des Stadtrates der Stadt Auental\nam Donnerstag, dem 12. März 2026",
    ],
)
def test_a_letter_is_not_of_the_day_of_the_session_that_it_names(asked: str) -> None:
    text = f"CDU-Fraktion\n\n{asked}\n\nBänke\n\nSehr geehrte Frau Kurz,\n\nwie viele Bänke gibt es?\n\nEva Kurz\n"
    assert read(text).date is None
    dated = read(text.replace("CDU-Fraktion\n", "CDU-Fraktion\n\nAuental, 02.03.2026\n", 1))
    assert dated.date == date(2026, 3, 2)


def test_a_letter_with_a_session_and_a_day_of_its_own_has_the_latter() -> None:
    assert session(writer="Auental, den 02.03.2026").date == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("writer", "originator"),
    [
        ("Verfasser: Fraktion DIE LINKE", "Fraktion DIE LINKE"),
        ("Verfasser/in: SPD-Fraktion", "SPD-Fraktion"),
        ("Verfasser: Meier, Petra", "Nadja Lösch"),
        ("Bearbeiter: Fraktion DIE LINKE", "Nadja Lösch"),
    ],
)
def test_a_faction_that_wrote_the_paper_goes_before_who_signed(writer: str, originator: str) -> None:
    assert session(writer=writer).originator == originator


@pytest.mark.parametrize(
    "plea", [PLEA, "Wir bitten um schriftliche Beantwortung bis zum 20.03.2026.", "Ich bitte Sie um eine Antwort."]
)
def test_the_plea_for_an_answer_is_no_part_of_the_last_question(plea: str) -> None:
    assert session(plea=plea).questions == ("Wann wird der Spielplatz saniert?", "Welche Mittel stehen bereit?")


def test_what_else_stands_behind_a_question_stays_with_it() -> None:
    more = "Bitte nach Jahren aufschlüsseln."
    assert session(plea=more).questions[1] == f"Welche Mittel stehen bereit? {more}"


def test_a_definition_list_of_a_copied_page_gives_values_without_its_colons() -> None:
    understood = read("Anfrage - 0377/2026\n\nBetreff:\n:   Laternen am Uferweg\nStatus:\n:   öffentlich\n")
    assert (understood.subject, understood.public) == ("Laternen am Uferweg", True)


@pytest.mark.parametrize(
    "head", ["| Nr. | Name | |", "| Name | Größe |", "Nr.\tDokument\tDateityp", "| Nr. | Bezeichnung | Ö/N |"]
)
@pytest.mark.parametrize("links", ["Drucken  PDF  Zur Merkliste hinzufügen", "Zurück | Drucken | E-Mail", ""])
def test_heads_of_columns_and_links_of_a_page_are_no_attachments(head: str, links: str) -> None:
    understood = read(
        "Anfrage - 0377/2026\nBetreff: Laternen\n\nSachverhalt\n1. Wie viele sind defekt?\n\n"
        f"Anlagen\n{head}\n| 1 | Lageplan Uferweg | (112 KB) |\n| 2 | Druckstatistik | PDF |\n{links}\n"
    )
    assert [one.name for one in understood.attachments] == ["Lageplan Uferweg", "Druckstatistik"]


def test_words_that_only_look_like_those_of_a_page_stay() -> None:
    understood = read("Anfrage\n\nBetreff: Bürgerbüro\n\nSachverhalt\nDrucken im Rathaus\nPDF\n\nWas kostet Drucken?\n")
    assert "Drucken im Rathaus\nPDF" in understood.text


@pytest.mark.parametrize("name", ["mk.py", "app.JS", "lauf.sh", "pyproject.toml", "daten.json", "satz.xml", "ci.yaml"])
def test_a_source_of_a_program_is_no_document(name: str, tmp_path: Path) -> None:
    content = b'm.set_content("Anfrage: Wie viele Brunnen gibt es?")\n'
    with pytest.raises(UnreadableError) as refused:
        read_document(content, str(tmp_path / name))
    assert refused.value.code == "intake_unknown_format"
    assert read_document(content, f"{name}.txt").lines


@pytest.mark.parametrize("parent", ["zum/zur: F0127/26 Fraktion DIE LINKE", "zum/zur F0127/26 Fraktion DIE LINKE"])
def test_a_reply_names_what_it_answers_on_one_line(parent: str) -> None:
    understood = reply(parent)
    assert (understood.number, understood.parent_number) == ("S0099/26", "F0127/26")


def test_who_asked_stands_behind_the_number_of_what_is_answered() -> None:
    assert reply().originator == "Fraktion DIE LINKE"


@pytest.mark.parametrize("head", ["Verteiler  Tag", "Verteiler Sitzungstermin", "Beratungsfolge  Datum  TOP"])
def test_a_distribution_list_set_apart_by_blanks_only_is_read(head: str) -> None:
    assert reply(head=head).consultations == (
        ConsultationFound(None, date(2026, 3, 10), "genehmigung", None),
        ConsultationFound("Stadtrat", date(2026, 3, 19), None, None),
    )
