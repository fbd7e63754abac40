"""What documents of other towns bring with them: nothing is invented out of it, and nothing is lost without a word."""

from datetime import date

import pytest

from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.understanding import understand
from vorgang.workflow.intake.understood import Understood

CLOSING = "\n\nMit freundlichen Grüßen\n\nErika Beispiel\n"
ASKED = f"Sehr geehrte Damen und Herren,\n\n1. Wie viele Bänke gibt es?{CLOSING}"


def read(text: str) -> Understood:
    return understand(Pages.of_text(text, "brief.txt"))


def rows(understood: Understood) -> list[tuple[str | None, str | None, str | None]]:
    return [(one.body, one.date.isoformat() if one.date else None, one.role) for one in understood.consultations]


# --- letters ---

LETTERHEAD = (
    "BÜRGERLISTE AUENTAL\nRatsfraktion Auental\n\nAltes Rathaus · Mühlenwall 25 · 12345 Auental\n"
    "Tel. 01234 51-2711 · Fax 01234 51-8014\nfraktion@auental.example · www.auental.example\n"
    "Sparkasse Auental IBAN DE00 1234 5678 0000 1234 56\nSprechzeiten dienstags von 14 bis 18 Uhr\n"
    "und donnerstags nach Vereinbarung mit der Geschäftsstelle.\n\n"
)


def test_a_letter_with_a_letterhead_is_one_document() -> None:
    understood = read(
        f"{LETTERHEAD}An den\nVorsitzenden des Bauausschusses\nHerrn Max Muster\n12345 Auental\n\n"
        f"Auental, 28. Februar 2026\n\nAnfrage zur Sitzung des Bauausschusses am 14.03.2026\n\nBänke im Park\n\n{ASKED}"
    )
    assert (understood.kind, understood.subject, understood.attachments) == ("anfrage", "Bänke im Park", ())
    assert (understood.date, understood.signatory) == (date(2026, 2, 28), "Erika Beispiel")
    assert understood.originator == "BÜRGERLISTE AUENTAL Ratsfraktion Auental"
    assert len(understood.questions) == 1


def test_a_letter_behind_a_paper_is_still_a_document_of_its_own() -> None:
    understood = read(
        "Mitteilung\nVorlage-Nr.: 0100/2026\nBetreff: Bänke\n\nSachverhalt\n"
        + "Im Park stehen Bänke, und weitere werden im Sommer aufgestellt.\n" * 4
        + f"\nAn die\nVerwaltung\n\nAuental, 05.01.2026\n\nAnfrage\n\nBänke\n\n{ASKED}"
    )
    assert [(one.kind, one.date) for one in understood.attachments] == [("anfrage", date(2026, 1, 5))]


@pytest.mark.parametrize(
    "letterhead",
    ["SPD-Ratsfraktion, Altes Rathaus, 12345 Auental", "SPD-Ratsfraktion · Tel. 01234 567", "SPD-Ratsfraktion"],
)
def test_the_address_of_a_faction_is_no_part_of_its_name(letterhead: str) -> None:
    assert read(f"{letterhead}\n\nAnfrage\n\nBänke im Park\n\n{ASKED}").originator == "SPD-Ratsfraktion"


def test_a_letter_that_names_an_inquiry_may_answer_it() -> None:
    understood = read(
        "Stadt Auental\nDer Bürgermeister\n\nHerrn Max Muster\n\nAuental, 12.06.2026\n\nBänke im Park\n"
        "Anfrage Nr. 12/2026 vom 02.05.2026\n\nSehr geehrter Herr Muster,\n\n"
        "zu Ihrer Anfrage nehme ich wie folgt Stellung:\n\nDer Park hat zwölf Bänke.\n\n"
        "Mit freundlichen Grüßen\nErika Beispiel"
    )
    assert (understood.kind, understood.number, understood.parent_number) == ("stellungnahme", None, "12/2026")
    assert (understood.subject, understood.addressee) == ("Bänke im Park", "Herrn Max Muster")


# --- days, names, numbers ---


@pytest.mark.parametrize(
    "line",
    [
        "Anfrage zur Sitzung des Rates am 14.03.2026",
        "Anfrage\n\nSitzung des Rates am 14.03.2026",
        "Anfrage\n\nStadtrat 14.03.2026",
        "Anfrage\n\nSitzungstermin\n\n14.03.2026",
        "Anfrage\n\nRatssitzung 14.03.2026",
    ],
)
def test_the_day_of_a_session_is_not_that_of_the_paper(line: str) -> None:
    assert read(f"CDU-Fraktion\n\n{line}\n\nBänke im Park\n\nWie viele gibt es?\n\nEva Kurz\n").date is None


@pytest.mark.parametrize(
    "line", ["Auental, 5.3.2026", "Bad Auental, den 5. März 2026", "Halle (Saale), 05.03.2026", "5. März 2026"]
)
def test_place_and_day_are_the_day_of_the_paper(line: str) -> None:
    assert read(f"CDU-Fraktion\n\nAnfrage\n\n{line}\n\nBänke im Park\n\nWie viele gibt es?\n").date == date(2026, 3, 5)


def test_who_signed_is_no_subject_and_the_question_is_found() -> None:
    understood = read("CDU-Fraktion\n\nAnfrage\n\nBänke im Park\n\nWie viele gibt es?\n\nEva Kurz\n")
    assert (understood.subject, understood.signatory) == ("Bänke im Park", "Eva Kurz")
    assert understood.questions == ("Wie viele gibt es?",)


@pytest.mark.parametrize("last", ["Weitere Informationen", "Neues Rathaus", "Vorberatung", "Freie Hansestadt Auental"])
def test_what_is_no_person_has_not_signed(last: str) -> None:
    assert read(f"Anfrage\n\nBetreff: Bänke\n\nWie viele Bänke gibt es im Park?\n\n{last}\n").signatory is None


@pytest.mark.parametrize(
    ("head", "number", "parent"),
    [
        ("Stellungnahme zum Antrag 104/2026", None, "104/2026"),
        ("Antwort auf die Anfrage 104/2026 der CDU-Fraktion", None, "104/2026"),
        ("Änderungsantrag zum Antrag der SPD-Fraktion Nr. 40/2026 „Nachtbusse“", None, "40/2026"),
        ("Stellungnahme\nVorlage-Nr.: 0811/2026\nAnfrage Nr. 0711/2026", "0811/2026", "0711/2026"),
        ("Anfrage-Nr. VII-F-08765-AW-01\nBetreff: Antwort zur Anfrage: Bänke", "VII-F-08765-AW-01", "VII-F-08765"),
        (
            (
                "Dezernat, Dienststelle\nVII/40/401\nVorlagen-Nummer\n2345/2026\n"
                "Beantwortung einer Anfrage (AN/1432/2025)"
            ),
            "2345/2026",
            "AN/1432/2025",
        ),
    ],
)
def test_a_reply_does_not_bear_the_number_of_what_it_answers(head: str, number: str | None, parent: str) -> None:
    understood = read(f"{head}\n\nDatum: 28.03.2026\n\nSachverhalt\nDie Bänke sind bestellt.\n")
    assert (understood.number, understood.parent_number) == (number, parent)
    assert understood.date == date(2026, 3, 28)


def test_minutes_have_no_originator() -> None:
    understood = read(
        "Niederschrift über die Sitzung des Bauausschusses\n\nAnwesend: Herr Meyer (SPD)\nTOP 3 Anfragen\n"
        "Herr Meyer fragt, wann die Brücke fertig wird.\nTOP 4 Antrag der CDU-Fraktion 33/2026\n"
        "Der Antrag wird vertagt.\n"
    )
    assert (understood.kind, understood.originator, understood.number) == (None, None, None)


def test_a_label_that_nobody_knows_ends_a_value_all_the_same() -> None:
    understood = read(
        "Vorlage - 2026/0088\nFederführend:\tDezernat 6\tBearbeiter/-in:\tSchulz, Anna\tRaum-Code:\tB 7\n"
    )
    assert understood.lead_office == "Dezernat 6"


def test_a_label_above_its_value_in_a_row_with_another_label() -> None:
    understood = read(
        "Vorlage\tVorlage-Nr:\tFB 61/0877/WP18\nFederführende Dienststelle:\tStatus:\töffentlich\n"
        "FB 61 - Stadtentwicklung\n"
        "Beteiligte Dienststelle/n:\tDatum:\t11.03.2026\n"
        "Fachbereich Umwelt, -schutz und Klima\tVerfasser/in:\tDez. III\n\n"
        "Bänke im Park\n\nBeschlussvorschlag:\nDer Rat stimmt zu.\n"
    )
    assert (understood.number, understood.date) == ("FB 61/0877/WP18", date(2026, 3, 11))
    assert understood.lead_office == "FB 61 - Stadtentwicklung"
    assert understood.involved_offices == ("Fachbereich Umwelt, -schutz und Klima",)


def test_a_form_names_its_kind_in_a_cell() -> None:
    understood = read(
        "Stadt Auental\nAnfrage\tDatum\tNummer\nöffentlich\t30.08.2026\tF0201/26\nAbsender\nStadtrat Dr. Kranz\n"
        "Gremium\tSitzungstermin\nStadtrat\t01.09.2026\nKurztitel\nBänke\n"
        "Sehr geehrte Frau Muster,\n1. Wie viele?\n\nDr. Kranz\n"
    )
    assert (understood.kind, understood.number, understood.public) == ("anfrage", "F0201/26", True)
    assert (understood.signatory, understood.questions) == ("Dr. Kranz", ("Wie viele?",))
    assert understood.date == date(2026, 8, 30)


@pytest.mark.parametrize(("said", "kind"), [("Kenntnisnahme", "mitteilung"), ("Große Anfrage", "anfrage")])
def test_a_field_for_kinds_has_words_of_its_own(said: str, kind: str) -> None:
    assert read(f"Vorlage - 2026/0088\nVorlage-Art: {said}\n\nBeschlussvorschlag:\nKeiner.\n").kind == kind


# --- attachments ---


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anlagen\n\nText des Antrags\n\n1. Wo fehlt Wasser?\n\nEs sollen dort Brunnen gebaut werden.\n", []),
        ("Es fehlt Wasser im Park.\n\nAnlagen\n\nLageplan\nKosten des Baus\n", ["Lageplan", "Kosten des Baus"]),
        ("Es fehlt Wasser im Park.\n\nAnlagen\n\n1. Lageplan N\n\n2. Foto\n", ["Lageplan", "Foto"]),
    ],
)
def test_the_text_of_a_paper_is_no_list_of_attachments(text: str, names: list[str]) -> None:
    assert [one.name for one in read(f"Antrag\nBetreff: Brunnen\n{text}").attachments] == names


# --- Beratungsfolge ---


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            (
                "Sitzung am\nGremium\nBeschlussqualität\n\n29.06.2026\nRat der Stadt\nEntgegennahme o. B.\n\n"
                "04.07.2026\nAusschuss für Verkehr\nEntgegennahme o. B.\n\nTakt am Abend\n"
            ),
            [
                ("Rat der Stadt", "2026-06-29", "Entgegennahme o. B."),
                ("Ausschuss für Verkehr", "2026-07-04", "Entgegennahme o. B."),
            ],
        ),
        (
            (
                "Beratungsfolge\nSitzung\tBehandlung\tZuständigkeit\n"
                "Die Oberbürgermeisterin\tnicht öffentlich\tGenehmigung OB\n"
                "04.10.2026\nSchulausschuss\töffentlich\tBeratung\n18.10.2026\n"
                "Beteiligungen\tFB 02\tBeteiligung des RPA\tJa\n"
            ),
            [(None, "2026-10-04", "genehmigung"), ("Schulausschuss", "2026-10-18", "Beratung")],
        ),
        (
            (
                "Beratungsfolge:\nSchulausschuss\tKenntnisnahme\n"
                "29.02.2028\tÖffentliche/Nichtöffentliche Sitzung des Schulausschusses\tzur Kenntnis genommen\n"
            ),
            [("Schulausschuss", "2028-02-29", "Kenntnisnahme")],
        ),
        ("Beratungsfolge:\n09.11.2026 BVV BVV/002/IX überwiesen\n", [("BVV", "2026-11-09", None)]),
        (
            "Beratungsfolge\n\nGremium\nTermin\nStatus\n\nStadtrat\n28.02.2026\nöffentlich\nEntscheidung\n",
            [("Stadtrat", "2026-02-28", "Entscheidung")],
        ),
        (
            "Beratung und Beschlussfassung\n\nStadtvertretung\t(öffentlich)\t16.10.2026\n",
            [("Stadtvertretung", "2026-10-16", None)],
        ),
        (
            "Beratungsfolge\n04.06.2026\tBezirksvertretung Ost\tBericht\n",
            [("Bezirksvertretung Ost", "2026-06-04", "Bericht")],
        ),
        (
            "Beratungsfolge\nGremium\tDatum\tZuständigkeit\nStadtwerkstatt Nord\t04.06.2026\tImpuls\n",
            [("Stadtwerkstatt Nord", "2026-06-04", "Impuls")],
        ),
    ],
)
def test_a_table_of_sessions_in_any_town(table: str, expected: list[tuple[str | None, str | None, str | None]]) -> None:
    understood = read(f"Beschlussvorlage\nNr.: 12/2026\n\n{table}\nBetreff: Bänke\n\nSachverhalt\nEs fehlen Bänke.\n")
    assert rows(understood) == expected
    assert (understood.subject, understood.date, understood.signatory) == ("Bänke", None, None)


def test_a_row_that_is_not_understood_is_told_with_its_place() -> None:
    understood = read(
        "Beschlussvorlage\n\nBeratungsfolge\nHauptausschuss\n05.03.2026\nStadtwerkstatt Nord\n"
        "12.03.2026\n\nSachverhalt\nText.\n"
    )
    assert rows(understood) == [("Hauptausschuss", "2026-03-05", None)]
    told = [(one.params["words"], one.line) for one in understood.warnings if one.code == "understanding_row_unread"]
    assert told == [("Stadtwerkstatt Nord", 6)]


def test_who_leads_a_faction_is_not_its_name() -> None:
    understood = read(f"Antrag\n\nAuental, 5.3.2026\n\nBänke im Park\n\n{ASKED.rstrip()}\nFraktionsvorsitzende\n")
    assert (understood.signatory, understood.originator) == ("Erika Beispiel", "Erika Beispiel")


@pytest.mark.parametrize("heading", ["Anfrage: Bänke im Park", "Anfrage nach § 24 GO: Bänke im Park"])
@pytest.mark.parametrize("greeting", ["", "Sehr geehrte Damen und Herren,\n\n"])
def test_kind_and_subject_may_stand_in_one_line(heading: str, greeting: str) -> None:
    understood = read(
        f"{heading}\n\n{greeting}Der Park ist groß.\n\nWir fragen:\nWie viele gibt es?\nWer pflegt sie?\n"
    )
    assert (understood.kind, len(understood.questions)) == ("anfrage", 2)
    assert understood.subject in {"Bänke im Park", heading}


# --- the session that a letter asks for ---


@pytest.mark.parametrize(
    ("words", "body", "day"),
    [
        ("Anfrage für die Sitzung des Haupt- und Bauausschusses am 11.04.2026", "Haupt- und Bauausschuss", "04-11"),
        ("Anfrage zur Sitzung des Rates der Stadt Auental am 14. März 2026", "Rat der Stadt Auental", "03-14"),
        ("Anfrage zur Sitzung des Ausschusses für Umwelt,\nKlima und Verkehr am Donnerstag, den 12.03.2026",
         "Ausschuss für Umwelt, Klima und Verkehr", "03-12"),
        ("Anfrage für die Sitzung der Bezirksvertretung Nord, 12.03.2026", "Bezirksvertretung Nord", "03-12"),
        ("Anfrage zur Ratssitzung am 14.03.2026", "Rat", "03-14"),
        ("Anfrage für den Kulturausschuss am 14.03.2026", "Kulturausschuss", "03-14"),
        ("Anfrage im Stadtrat am 14.03.2026", "Stadtrat", "03-14"),
    ],
)  # fmt: skip
def test_the_session_that_a_letter_asks_for_is_its_consultation(words: str, body: str, day: str) -> None:
    understood = read(f"SPD-Fraktion\n\nAuental, 28. Februar 2026\n\n{words}\n\nBänke im Park\n\n{ASKED}")
    assert rows(understood) == [(body, f"2026-{day}", None)]
    assert understood.consultations[0].public is None
    assert understood.found["consultations.0"].sure == "read"
    assert (understood.date, understood.subject) == (date(2026, 2, 28), "Bänke im Park")


def test_a_letter_may_ask_for_its_session_in_its_first_words() -> None:
    asked = "wir bitten, folgende Anfrage auf die Tagesordnung der Sitzung des Rates am 14.03.2026 zu setzen."
    letter = f"SPD-Fraktion\n\nAuental, 28.02.2026\n\nAnfrage\n\nBänke\n\nSehr geehrte Damen und Herren,\n\n{asked}\n\n"
    assert rows(read(f"{letter}1. Wie viele Bänke gibt es?{CLOSING}")) == [("Rat", "2026-03-14", None)]


@pytest.mark.parametrize(
    "words",
    [
        "in der Sitzung des Rates am 14.03.2026 wurde beschlossen, Bänke aufzustellen. Wir fragen:",
        "bitte teilen Sie uns mit, was aus dem Beschluss in der Sitzung des Rates am 14.03.2024 wurde.",
        "folgende Anfrage zur Sitzung des Rates am 14.03.2024 stellen wir erneut:",
        "wir bitten um Antwort bis zum Herbstmarkt am 14.09.2026.",
    ],
)
def test_a_session_that_was_and_other_days_are_no_consultation(words: str) -> None:
    letter = f"SPD-Fraktion\n\nAuental, 28.02.2026\n\nAnfrage\n\nBänke\n\nSehr geehrte Damen und Herren,\n\n{words}\n\n"
    assert rows(read(f"{letter}1. Wie viele Bänke gibt es?{CLOSING}")) == []
