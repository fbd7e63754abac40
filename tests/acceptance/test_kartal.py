"""The main job: the Kartal case of Hagen, from the letter of 05.12.2023 to the Kenntnisnahme of 19.11.2024."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest

from tests.helpers.papers import read, says_accessible, text_of
from tests.helpers.played import Played, played
from vorgang.states.audit import verify
from vorgang.workflow.chain import signature_chain
from vorgang.workflow.drafts import draft_content, draft_difference, draft_versions


@pytest.fixture(scope="module")
def kartal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with played("kartal", tmp_path_factory.mktemp("kartal")) as scenario:
        yield scenario


def test_both_dates_of_the_letter_are_kept(kartal: Played) -> None:
    line = kartal.workflow.history(kartal.cases["anfrage"])[0]
    assert line.data is not None
    assert (line.data["schreiben_vom"], line.data["eingang"]) == ("2023-12-05", "2023-12-22")


def test_the_answer_is_due_four_weeks_after_receipt_and_explains_itself(kartal: Played) -> None:
    (answer,) = [clock for clock in kartal.workflow.case(kartal.cases["anfrage"]).deadlines if clock.name == "antwort"]
    assert (answer.due_on, answer.status) == (date(2024, 1, 19), "late")
    words = " ".join(row["de"] for row in answer.trace)
    assert "22.12.2023" in words
    assert "§ 187 Abs. 1 BGB" in words
    assert "19.01.2024" in words


def test_the_lead_office_gets_the_assignment_with_a_drafting_template(kartal: Played) -> None:
    (mail,) = [m for m in kartal.mails if "[1062/2023] Stellungnahme erbeten bis 19.01.2024" in m["Subject"]]
    assert "fb01@hagen.example" in mail["To"]
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        "Stellungnahme_1062-2023.docx",
        "Termin_1062-2023.ics",
    ]


def test_the_letter_is_read_and_kept_and_what_the_office_says_wins(kartal: Played) -> None:
    case = kartal.workflow.case(kartal.cases["anfrage"]).case
    assert case.facts["anfrage"]["name"] == "anfrage-2023-12-05.txt"
    assert case.facts["fragen"] == ["Wann sollen die Gespräche über eine Partnerschaft mit Kartal weitergehen?"]
    assert (case.facts["fragesteller"], case.facts["gremium"]) == ("severcan", "integrationsrat")
    assert case.subject == "Aktueller Sachstand der Aufnahme städtepartnerschaftlicher Beziehungen mit Kartal"


def test_the_drafts_are_the_template_filled_in_and_two_versions_are_kept(kartal: Played) -> None:
    inquiry = kartal.cases["anfrage"]
    first, second = draft_versions(kartal.workflow, inquiry)
    assert [one.name for one in (first, second)] == [f"stellungnahme-1062-2023-v{n}.docx" for n in (1, 2)]
    assert draft_content(kartal.workflow, inquiry, first).startswith(b"PK")
    assert first.sha256 != second.sha256
    (changed,) = draft_difference(first, second)
    added = "".join(span.text for span in changed.spans if span.kind == "added")
    assert "berichtet die Verwaltung dem Integrationsrat von sich aus" in added
    assert not [span for span in changed.spans if span.kind == "removed" and span.text.strip()]
    (answer,) = kartal.workflow.case(inquiry).case.facts["antworten"]
    assert answer["antwort"].endswith("berichtet die Verwaltung dem Integrationsrat von sich aus.")


def test_the_changed_draft_asked_again_who_had_signed_and_the_mayor_signed_the_final_one(kartal: Played) -> None:
    chain = signature_chain(kartal.workflow, kartal.cases["anfrage"])
    first, second = draft_versions(kartal.workflow, kartal.cases["anfrage"])
    signed = {step.office: [(one.result, one.draft_sha256) for one in step.signatures] for step in chain.steps}
    assert sorted(signed["amt41"]) == sorted(
        [("mitgezeichnet_mit_anmerkung", first.sha256), ("mitgezeichnet", second.sha256)]
    )
    assert signed["amt48"] == [("nicht_betroffen", second.sha256)]
    assert signed["verwaltungsleitung"] == [("gesehen", first.sha256)]
    assert [(one.result, one.draft_sha256) for one in chain.final] == [("unterzeichnet", second.sha256)]
    assert chain.complete
    asked_again = kartal.text("[1062/2023]", "Mitzeichnung noch einmal erbeten")
    assert "geändert hat sich: Zusage ergänzt" in asked_again
    assert kartal.sent("[1062/2023]", "Entwurf geändert") == [
        (date(2024, 2, 14), "48 Fachbereich Bildung <fb48@hagen.example>")
    ]


def test_the_asker_gets_the_signed_answer_as_pdf(kartal: Played) -> None:
    (content,) = kartal.attached("[1062/2023]", "Antwort veröffentlicht").values()
    assert kartal.printed("anfrage") == content
    answer = read(content)
    assert says_accessible(answer)
    text = " ".join(text_of(answer).split())
    for expected in (
        "ÖFFENTLICHE STELLUNGNAHME",
        "Drucksachennummer: 1062/2023",
        "Beratungsfolge Datum Gremium Behandlung 05.03.2024 Integrationsrat der Stadt Hagen Kenntnisnahme",
        "1. Wann sollen die Gespräche über eine Partnerschaft mit Kartal weitergehen?",
        "berichtet die Verwaltung dem Integrationsrat von sich aus.",
        "20.02.2024 gez. Erik O. Schulz Oberbürgermeister",
    ):
        assert expected in text
    assert "ENTWURF" not in text
    assert "Verwaltungsleitung" not in text
    assert "liegt dieser Nachricht als PDF bei" in kartal.text("[1062/2023-1]", "Antwort veröffentlicht")


def test_the_verfuegung_shows_who_saw_and_who_co_signed_which_version(kartal: Played) -> None:
    text = " ".join(text_of(kartal.paper("anfrage", "verfuegung")).split())
    for expected in ("Verwaltungsleitung Martin Muster", "nicht betroffen", "Bitte auch sagen", "gez. Erik O. Schulz"):
        assert expected in text
    assert "01 Fachbereich des Oberbürgermeisters 1" in text


def test_the_long_wait_would_have_caused_reminders_and_an_escalation(kartal: Played) -> None:
    reminded = kartal.sent("[1062/2023]", "Antwort auf die Anfrage bis 19.01.2024")
    assert [day for day, _ in reminded] == [date(2024, 1, 12), date(2024, 1, 19)]
    overdue = kartal.sent("[1062/2023]", "Antwort auf die Anfrage", "19.01.2024", "überfällig")
    repeated = [date(2024, 2, 9), date(2024, 2, 16)]  # each week until it was signed
    assert {day for day, _ in overdue} == {date(2024, 1, 24), date(2024, 2, 2), *repeated}
    assert any("verwaltungsleitung@" in to for day, to in overdue if day == date(2024, 1, 24))
    assert any("oberbuergermeister@" in to for day, to in overdue if day == date(2024, 2, 2))


def test_it_was_co_signed_signed_and_noted_on_the_days_of_the_papers(kartal: Played) -> None:
    kinds = [(child.child, child.state) for child in kartal.workflow.case(kartal.cases["anfrage"]).children]
    assert sorted(kinds) == [
        ("beratung", "zur_kenntnis_genommen"),
        ("mitzeichnung", "gesehen"),
        ("mitzeichnung", "mitgezeichnet"),
        ("mitzeichnung", "mitgezeichnet"),
        ("mitzeichnung", "nicht_betroffen"),
        ("zusage", "offen"),
    ]
    assert kartal.day(kartal.cases["anfrage"], "unterzeichnen") == date(2024, 2, 20)
    assert kartal.day(kartal.cases["anfrage"], "alle_beraten") == date(2024, 3, 5)


def test_the_promise_stays_open_and_was_dunned_before_the_chair_asked_again(kartal: Played) -> None:
    (promise,) = [child for child in kartal.workflow.case(kartal.cases["anfrage"]).children if child.child == "zusage"]
    assert (promise.state, promise.due_on, promise.owner) == ("offen", date(2024, 9, 30), "amt01")
    told = kartal.sent("[1062/2023]", "Kontrolle der Zusage")
    assert told[0][0] == date(2024, 9, 16)
    late = sorted({day for day, _ in told if day > date(2024, 9, 30)})
    assert late[0] < date(2024, 11, 6)  # and each week after it, for nothing was reported
    assert {(after - before).days for before, after in pairwise(late)} == {7, 8}  # All Saints is no working day
    assert promise.id in [case.id for case in kartal.workflow.worklist("hagen", "amt01")]


def test_what_the_second_answer_promises_is_watched_too(kartal: Played) -> None:
    follow_up = kartal.workflow.case(kartal.cases["folgeanfrage"])
    (promise,) = [child for child in follow_up.children if child.child == "zusage"]
    assert (promise.state, promise.due_on) == ("offen", date(2024, 12, 31))
    told = kartal.text("[1062/2023-1] Antwort veröffentlicht")
    assert "Unterzeichnet am: 13.11.2024" in told
    assert "fragt zum Jahreswechsel in Kartal an. (Kontrolle am 31.12.2024)" in told


def test_the_mayor_signs_with_everything_at_hand(kartal: Played) -> None:
    asked = "[1062/2023] Zur Unterschrift"
    assert "stellungnahme-1062-2023-v2.docx" in kartal.attached(asked)
    assert "mitgezeichnet mit Anmerkung: Bitte auch sagen" in kartal.text(asked)
    assert "Sobald es Neues gibt, berichtet die Verwaltung" in kartal.text(asked)
    assert kartal.sent("[1062/2023]", "Zur Kenntnis genommen") == []  # the end of the case says it


def test_the_follow_up_is_linked_and_noted_on_the_19th_of_november(kartal: Played) -> None:
    opening = kartal.workflow.history(kartal.cases["folgeanfrage"])[0]
    assert opening.data is not None
    assert opening.data["bezug"] == kartal.cases["anfrage"]
    assert kartal.workflow.case(kartal.cases["folgeanfrage"]).case.number == "1062/2023-1"
    assert kartal.day(kartal.cases["folgeanfrage"], "alle_beraten") == date(2024, 11, 19)


def test_the_log_of_the_year_verifies(kartal: Played) -> None:
    report = verify(kartal.workflow.database)
    assert report.ok
    assert report.lines == sum(len(kartal.workflow.history(case.id)) for case in kartal.workflow.cases())
