"""A report for which nobody asked: Geschäftliche Mitteilung 0100/2020 of Kiel, signed by the chair of the council."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.helpers.papers import says_accessible, text_of
from tests.helpers.played import Played, played
from tests.helpers.soundness import assert_deadlines_are_watched, assert_sound
from vorgang.states.audit import verify


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with played("kiel", tmp_path_factory.mktemp("kiel")) as scenario:
        yield scenario


def test_the_report_stands_alone_and_refers_to_two_other_papers(town: Played) -> None:
    report = town.workflow.case(town.cases["mitteilung"]).case
    assert (report.number, report.lifecycle, report.parent_id) == ("0100/2020", "mitteilung", None)
    assert report.facts["bezuege"] == ["0020/2020", "0063/2020"]
    assert "fragesteller" not in report.facts


def test_the_chair_of_the_council_signs_and_not_the_mayor(town: Played) -> None:
    refused = [one for one in town.happened if one.kind == "refused"]
    assert [one.event for one in refused] == ["unterzeichnen"]
    assert "stadtpraesident" in refused[0].text.de
    signed = next(line for line in town.workflow.history(town.cases["mitteilung"]) if line.event == "unterzeichnen")
    assert (signed.actor, signed.role) == ("tovar", "unterzeichner")
    asked = town.sent("[0100/2020] Zur Unterschrift")
    assert [to for _, to in asked] == ["Stadtpräsident der Landeshauptstadt Kiel <stadtpraesident@kiel.example>"]


def test_no_mail_speaks_of_an_inquiry_an_answer_or_the_mayor(town: Played) -> None:
    mails = [mail for mail in town.mails if "Ratsversammlung der Landeshauptstadt Kiel" not in mail["Subject"]]
    assert mails
    for mail in mails:
        body = mail.get_body(("plain",))
        assert body is not None
        text = mail["Subject"] + body.get_content()
        assert [word for word in ("Anfrage", "Antwort auf", "Stellungnahme", "Oberbürgermeister") if word in text] == []
        assert "Mitteilung 0100/2020" in text


def test_the_draft_was_asked_for_in_time_for_the_session(town: Played) -> None:
    text = town.text("[0100/2020] Entwurf der Mitteilung erbeten bis 20.02.2020")
    assert "Die Unterschrift ist spätestens am Montag, 02.03.2020, fällig" in text


def test_the_office_gets_a_template_for_a_report(town: Played) -> None:
    assert "Mitteilung_0100-2020.docx" in town.attached("[0100/2020] Entwurf der Mitteilung erbeten")
    (answer,) = town.workflow.case(town.cases["mitteilung"]).case.facts["antworten"]
    assert answer["antwort"].startswith("Mit Aarhus ist 2019")


def test_the_report_is_printed_as_one_and_signed_by_the_stadtpraesident(town: Played) -> None:
    printed = town.paper("mitteilung")
    assert says_accessible(printed)
    text = " ".join(text_of(printed).split())
    for expected in ("GESCHÄFTLICHE MITTEILUNG", "0020/2020, 0063/2020", "gez. Hans-Werner Tovar Stadtpräsident"):
        assert expected in text
    assert "ÖFFENTLICHE" not in text  # as the town's own papers are headed
    assert [word for word in ("Stellungnahme", "Anfrage", "Antwort", "Oberbürgermeister") if word in text] == []


def test_the_council_takes_note_and_the_case_is_closed(town: Played) -> None:
    (stop,) = town.children("mitteilung", "beratung")
    opened = town.workflow.history(stop.id)[0].data or {}
    assert (opened["gremium"], opened["rolle"], stop.state) == (
        "ratsversammlung",
        "kenntnisnahme",
        "zur_kenntnis_genommen",
    )
    report = town.workflow.case(town.cases["mitteilung"])
    assert report.case.state == "abgeschlossen"
    assert {clock.status for clock in report.deadlines} == {"met"}
    assert town.day(report.case.id, "alle_beraten") == date(2020, 3, 19)


def test_the_session_is_held_and_closed_with_its_minutes(town: Played) -> None:
    assert town.workflow.case(town.cases["sitzung"]).case.state == "abgeschlossen"
    invited = town.sent("Einladung: Ratsversammlung der Landeshauptstadt Kiel, 19.03.2020")
    assert [to for _, to in invited] == ["Hans-Werner Tovar <hans-werner.tovar@kiel.example>"]


def test_the_log_verifies_and_nothing_is_left_lying(town: Played) -> None:
    assert verify(town.workflow.database).ok
    assert_sound(town.workflow.database)
    assert_deadlines_are_watched(town.workflow.database)
