"""The three documents of real councils, to the tables of the domain notes; they are not part of this repository."""

from datetime import date
from pathlib import Path

import pytest

from vorgang.workflow.intake.pages import Pages
from vorgang.workflow.intake.understanding import understand
from vorgang.workflow.intake.understood import ConsultationFound, PromiseFound, Understood

CASES = Path(__file__).parents[3] / "shared" / "cases"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="there are no real documents in ../shared/cases")


def case(name: str) -> Understood:
    path = CASES / name
    return understand(Pages.of_text(path.read_text("utf-8"), path.name))


def codes(understood: Understood) -> set[str]:
    return {warning.code for warning in understood.warnings}


@pytest.fixture(scope="module")
def hagen() -> Understood:
    return case("hagen-anfrage-1062-2023-1.txt")


def test_hagen_the_inquiry(hagen: Understood) -> None:
    assert (hagen.kind, hagen.paper_type, hagen.public) == ("anfrage", "Anfrage", True)
    assert (hagen.number, hagen.parent_number) == ("1062/2023-1", "1062/2023")
    assert hagen.subject == (
        "Aktueller Sachstand der Aufnahme städtepartnerschaftlicher Beziehungen mit Kartal (Türkei)"
    )
    assert hagen.consultations == (ConsultationFound("Integrationsrat", date(2024, 11, 19), "Kenntnisnahme", True),)
    assert (hagen.date, hagen.lead_office, hagen.signatory) == (None, None, None)
    assert hagen.originator == "Vorsitzender Severcan"
    assert hagen.found["originator"].sure == "read"
    assert len(hagen.questions) == 1
    assert hagen.questions[0].endswith("mit Kartal (Türkei) zu informieren.")
    assert [one.canonical for one in hagen.references] == ["1062/2023"]
    assert hagen.promises == ()


def test_hagen_what_contradicts_is_told(hagen: Understood) -> None:
    told = {(one.code, str(one.params.get("one", one.params.get("label")))): one for one in hagen.warnings}
    assert ("understanding_field_empty", "Eingereicht am") in told
    assert ("understanding_field_empty", "Gestellt von") in told
    dates = told["understanding_dates_differ", "2023-12-05"]
    assert (dates.params["other"], dates.line) == (date(2023, 12, 22), 226)
    assert {"Sevencan", "Severcan"} in [set(one.params.values()) for one in hagen.warnings]
    hint = next(one for one in hagen.warnings if one.code == "understanding_date_of_attachment")
    assert hint.params["day"] == date(2024, 11, 6)


def test_hagen_the_four_attachments(hagen: Understood) -> None:
    paper, asked, answer, follow_up = hagen.attachments
    assert [one.kind for one in hagen.attachments] == ["beschlussvorlage", "anfrage", "stellungnahme", "anfrage"]
    assert {one.public for one in hagen.attachments} == {True}
    assert (paper.name, paper.number, paper.lead_office) == (
        *("0321_2022", "0321/2022"),
        "01 Fachbereich des Oberbürgermeisters",
    )
    assert paper.consultations == (ConsultationFound("Integrationsrat", date(2022, 4, 6), None, None),)
    assert (paper.involved_offices, paper.promises) == ((), ())
    assert [one.text for one in paper.statements] == [
        "Belange von Menschen mit Behinderung sind nicht betroffen",
        "keine Auswirkungen (o)",
        "Es entstehen weder finanzielle noch personelle Auswirkungen.",
        "Beschluss RAT, HFA, BV, Ausschuss, sonstiges",
    ]
    assert (paper.signatory, paper.signatory_function) == ("Erik O. Schulz", "Oberbürgermeister")
    assert asked.date == date(2023, 12, 5)
    assert asked.addressee == "An die Geschäftsstelle des Integrationsrates, Jessica Randt"
    assert asked.subject == "Angestrebte Partnerschaft mit dem Stadtteil Kartal/ Istanbul"
    assert asked.questions == (
        "Ab wann sind die Gespräche zur Partnerschaft mit dem Stadtteil Kartal/ Istanbul geplant?",
    )
    assert (asked.signatory, asked.signatory_function) == (
        "Hakan Sevencan",
        "Integrationsratsvorsitzender der Stadt Hagen",
    )
    assert (answer.number, answer.parent_number, answer.date, answer.lead_office) == (
        *("1062/2023", "1062/2023"),
        *(None, "01"),
    )
    assert answer.consultations == (ConsultationFound("Integrationsrat", date(2024, 3, 5), None, None),)
    assert answer.promises == (
        PromiseFound("Der Integrationsrat wird über den weiteren Sachstand unaufgefordert informiert.", None),
    )
    assert (follow_up.date, len(follow_up.questions)) == (date(2024, 11, 6), 1)


def test_magdeburg() -> None:
    answer = case("magdeburg-stellungnahme-s0183-23.txt")
    assert (answer.kind, answer.paper_type, answer.public) == ("stellungnahme", "Stellungnahme der Verwaltung", True)
    assert (answer.number, answer.parent_number, answer.date) == ("S0183/23", "A0041/23", date(2023, 4, 11))
    assert (answer.originator, answer.lead_office) == ("Fraktion GRÜNE/future!", "BOB")
    assert answer.subject == "Netzwerk Städtepartnerschaften initiieren"
    assert answer.consultations[0] == ConsultationFound(None, date(2023, 4, 18), "genehmigung", None)
    assert [(row.body, row.date and row.date.isoformat()) for row in answer.consultations[1:]] == [
        ("Ausschuss für Familie und Gleichstellung", "2023-05-23"),
        ("Kulturausschuss", "2023-05-24"),
        ("Ausschuss für Wirtschaftsförderung, Tourismus und regionale Entwicklung", "2023-06-01"),
        ("Verwaltungsausschuss", "2023-06-16"),
        ("Stadtrat", "2023-06-22"),
    ]
    assert {row.role for row in answer.consultations[1:]} == {None}
    assert [one.due for one in answer.promises] == [date(2023, 6, 30), date(2023, 9, 30)]
    assert [answer.found[f"promises.{index}"].sure for index in (0, 1)] == ["derived", "derived"]
    assert codes(answer) == {"understanding_year_assumed"}
    assert [(one.number, one.kind) for one in answer.references] == [("1562-53(VI)07", "resolution")]
    assert (answer.signatory, answer.signatory_function) == ("Borris", "Oberbürgermeisterin")
    assert answer.questions == ()


def test_kiel() -> None:
    told = case("kiel-mitteilung-0100-2020.txt")
    assert (told.kind, told.paper_type, told.number) == ("mitteilung", "Geschäftliche Mitteilung", "0100/2020")
    assert (told.date, told.subject, told.public, told.lead_office) == (None, None, None, None)
    assert (told.consultations, told.promises, told.questions) == ((), (), ())
    assert [one.number for one in told.references] == ["0020/2020", "0063/2020"]
    assert (told.signatory, told.signatory_function) == ("Hans-Werner Tovar", "Stadtpräsident")
    lost = [one.params["rest"] for one in told.warnings if one.code == "understanding_letters_lost"]
    assert lost == ["he", "hrend", "r"]
    assert {"understanding_interface_words", "understanding_field_empty"} <= codes(told)
    assert "Reduzieren" not in told.text


@pytest.mark.parametrize("name", ["vorkonferenz-programm-2020.txt", "auswaertiges-amt-artikel-2020.txt"])
def test_what_is_no_paper_is_not_made_one(name: str) -> None:
    read = case(name)
    assert (read.kind, read.number, read.questions, read.promises) == (None, None, (), ())
    assert (read.signatory, read.originator, read.consultations) == (None, None, ())
