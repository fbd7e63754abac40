"""Tables and fields as they are copied out of council systems: cells below each other, strokes, blanks."""

from datetime import date
from email.message import EmailMessage

import pytest

from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.reading import read_document
from vorgang.workflow.intake.understanding import understand
from vorgang.workflow.intake.understood import Understood


def read(text: str) -> Understood:
    return understand(read_document(text.encode(), "papier.txt"))


def folge(said: Understood) -> list[tuple[str | None, date | None, str | None, bool | None]]:
    return [(one.body, one.date, one.role, one.public) for one in said.consultations]


def codes(said: Understood) -> set[str]:
    return {warning.code for warning in said.warnings}


def test_one_session_whose_cells_stand_below_each_other_keeps_its_role() -> None:
    head = "Anfrage 7/2025\nBetreff: Radweg\nBeratungsfolge:\n"
    said = read(f"{head}Hauptausschuss\n17.11.2025\nKenntnisnahme\n\n1. Wer zahlt?\n")
    assert folge(said) == [("Hauptausschuss", date(2025, 11, 17), "Kenntnisnahme", None)]


def test_a_heading_below_the_beratungsfolge_is_no_role() -> None:
    head = "Mitteilung 7/2025\nBetreff: Radweg\nBeratungsfolge:\n"
    said = read(f"{head}Hauptausschuss\n17.11.2025\n\nBericht\nDer Weg wurde im Mai gebaut.\n")
    assert folge(said) == [("Hauptausschuss", date(2025, 11, 17), None, None)]


def test_cells_below_a_head_in_one_line_are_read() -> None:
    head = "Beschlussvorlage\nGegenstand: Verkauf\n\nBeratungsfolge\tSitzungstermin\tZuständigkeit\n"
    cells = "Kreisausschuss\t\n02.09.2024\nVorberatung\nN\nKreistag\n16.09.2024\nEntscheidung\nN\n"
    said = read(f"{head}{cells}\nBeschlussvorschlag:\nDer Kreistag beschließt den Verkauf.\n")
    assert folge(said) == [
        ("Kreisausschuss", date(2024, 9, 2), "Vorberatung", False),
        ("Kreistag", date(2024, 9, 16), "Entscheidung", False),
    ]
    assert "understanding_field_empty" not in codes(said)


STROKES = """BESCHLUSSVORLAGE  DS0231/25
Amt II  | Datum 03.02.2025 | Öffentlichkeitsstatus öffentlich

Sitzung | Behandlung | Zuständigkeit | Tag
Der Oberbürgermeister | nicht öffentlich | Genehmigung OB | 11.02.2025
Finanzausschuss | öffentlich | Beratung | 26.02.2025

Kurztitel
Erbbaurecht Hafen

Beschlussvorschlag:
1. Der Stadtrat beschließt.
"""


def test_a_form_whose_cells_are_parted_by_strokes_is_read() -> None:
    said = read(STROKES)
    assert (said.date, said.public, said.lead_office) == (date(2025, 2, 3), True, "Amt II")
    assert folge(said) == [
        (None, date(2025, 2, 11), "genehmigung", False),
        ("Finanzausschuss", date(2025, 2, 26), "Beratung", True),
    ]


def test_strokes_in_a_letterhead_make_no_table() -> None:
    said = read("SPD-Fraktion | Markt 1 | 12345 Stadt\n\nAnfrage 5/2025\nBetreff: Hafen\n\n1. Wer zahlt?")
    assert (said.originator, said.questions) == ("SPD-Fraktion", ("Wer zahlt?",))


ALIGNED = """Beschlussvorlage   DS0231/25   öffentlich  03.02.2025

Sitzung                              Behandlung         Zuständigkeit      Tag
Finanz- und Grundstücksausschuss     öffentlich         Beratung           26.02.2025
Stadtrat                             öffentlich         Beschlussfassung   20.03.2025

Kurztitel: Erbbaurecht Hafen
"""


def test_columns_that_are_set_apart_by_blanks_are_told_apart() -> None:
    said = read(ALIGNED)
    assert folge(said) == [
        ("Finanz- und Grundstücksausschuss", date(2025, 2, 26), "Beratung", True),
        ("Stadtrat", date(2025, 3, 20), "Beschlussfassung", True),
    ]


def test_a_heading_says_number_publicity_and_day_of_its_paper() -> None:
    said = read(ALIGNED)
    assert (said.number, said.public, said.date) == ("DS0231/25", True, date(2025, 2, 3))


def test_an_extract_names_the_number_of_its_paper() -> None:
    said = read("Auszug - Vorlage - 0033/2025\nBetreff:\tRadweg\nVorlageart:\tAnfrage\n\n1. Wer zahlt?\n")
    assert (said.number, said.references) == ("0033/2025", ())


def test_whom_a_paper_is_for_is_not_its_subject() -> None:
    report = "Geschäftliche Mitteilung\nNr. 128/21\n\nan die Ratsversammlung\n\nBericht zum Radverkehr 2020\n"
    said = read(f"{report}\nDer Oberbürgermeister teilt mit: Im 4. Quartal 2020 wurden 12 km Radweg gebaut.\n")
    assert (said.kind, said.subject) == ("mitteilung", "Bericht zum Radverkehr 2020")


@pytest.mark.parametrize(
    ("author", "originator"),
    [
        ("FDP-Fraktion", "FDP-Fraktion"),
        ("Ratsherr Dr. Klaus-Peter Möllenkamp (FDP)", "Ratsherr Dr. Klaus-Peter Möllenkamp (FDP)"),
        ("Ines Kühl", None),
    ],
)
def test_a_faction_that_is_the_author_of_an_inquiry_asks(author: str, originator: str | None) -> None:
    said = read(f"Vorlage: 2025/12\nVorlageart: Anfrage\nVerfasser: {author}\nBetreff: Brücke\n1. Wer zahlt?")
    assert said.originator == originator


@pytest.mark.parametrize("label", ["eingebracht am", "Eingereicht am", "Eingebracht am:"])
def test_the_day_on_which_a_paper_was_brought_in_needs_no_colon(label: str) -> None:
    said = read(f"Anfrage Nr. 0012/25\n{label} 05.11.2024\nBetreff: Brücke\n1. Wer zahlt?")
    assert (said.date, said.found["date"].sure) == (date(2024, 11, 5), "stated")


def test_an_attachment_that_is_listed_as_confidential_is_not_public() -> None:
    said = read("Anfrage 5/2025\nBetreff: Kran\n\nWer zahlt?\n\nAnlagen:\nAnlage 1 – Gutachten (vertraulich)\n")
    assert [(one.name, one.public) for one in said.attachments] == [("Gutachten", False)]


def test_a_file_of_a_mail_that_the_paper_lists_is_one_attachment() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Petra Lang <lang@fraktion.example>", "Anfrage"
    mail.set_content("Guten Tag, anbei unsere Anfrage.")
    paper = "Anfrage 5/2025\nBetreff: Kran\n\nWer zahlt?\n\nAnlagen:\nAnlage 1 - Gutachten (vertraulich)"
    mail.add_attachment(paper, filename="anfrage.txt")
    mail.add_attachment("Der Kran ist alt.", filename="Anlage 1 - Gutachten.txt")
    mail.add_attachment("Ein Lageplan.", filename="plan.txt")
    said = understand(read_document(mail.as_bytes(), "post.eml"))
    assert [(one.name, one.public) for one in said.attachments] == [("Gutachten", False), ("plan.txt", None)]
    assert said.attachments[0].found or said.attachments[0].text == "Der Kran ist alt."


@pytest.mark.parametrize(
    "text",
    [
        "Der Rat mge beschlieen: die Strae zu sanieren. Fr die Brger wre das gut.",
        "Die Verwaltung prft, ob die Flche gengt.",
    ],
)
def test_letters_that_were_lost_are_told(text: str) -> None:
    said = read(f"Antrag 5/2024\nBetreff: Hafen\n\n{text}")
    assert {"intake_remark_letters_lost", "understanding_letters_lost"} <= codes(said)


def test_a_text_with_all_its_letters_has_lost_none() -> None:
    said = understand(Pages.of_text("Antrag 5/2024\n\nFr. 5. Mai: Der Rat möge beschließen, die Straße zu sanieren."))
    assert not codes(said) & {"intake_remark_letters_lost", "understanding_letters_lost"}
