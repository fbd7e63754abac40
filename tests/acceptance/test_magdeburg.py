"""A motion, the statement on it and what followed: A0041/23 and S0183/23 of Magdeburg; the Verteiler has six rows."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.helpers.papers import read, says_accessible, tags, text_of
from tests.helpers.played import Played, played
from tests.helpers.soundness import assert_deadlines_are_watched, assert_sound
from vorgang.config.errors import InvalidInputError
from vorgang.notifications.papers.press import Wish
from vorgang.states.audit import verify
from vorgang.workflow.chain import signature_chain
from vorgang.workflow.papers import render_paper

#: Rows two to six; the first is the mayor's approval.
BODIES = [
    ("fug", date(2023, 5, 23)),
    ("kulturausschuss", date(2023, 5, 24)),
    ("wtr", date(2023, 6, 1)),
    ("verwaltungsausschuss", date(2023, 6, 16)),
    ("stadtrat", date(2023, 6, 22)),
]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with played("magdeburg", tmp_path_factory.mktemp("magdeburg")) as scenario:
        yield scenario


def test_the_statement_is_a_paper_of_its_own_below_the_motion(town: Played) -> None:
    motion, statement = (town.workflow.case(town.cases[name]).case for name in ("antrag", "stellungnahme"))
    assert (motion.number, motion.lifecycle) == ("A0041/23", "antrag")
    assert (statement.number, statement.lifecycle) == ("S0183/23", "stellungnahme")
    assert statement.parent_id == motion.id
    assert motion.subject == statement.subject == "Netzwerk Städtepartnerschaften initiieren"
    assert motion.facts["fragesteller"] == statement.facts["fragesteller"] == "gruene-future"
    assert statement.facts["federfuehrung"] == "bob"


def test_the_statement_carries_its_own_date(town: Played) -> None:
    numbered = next(one for one in town.workflow.history(town.cases["stellungnahme"]) if one.event == "nummer_vergeben")
    assert numbered.data == {"nummer": "S0183/23", "stellungnahme_vom": "2023-04-11"}


def test_the_first_row_is_the_approval_and_comes_before_every_body(town: Played) -> None:
    statement = town.cases["stellungnahme"]
    signed = next(line for line in town.workflow.history(statement) if line.event == "unterzeichnen")
    assert (signed.actor, signed.role, signed.at.astimezone(town.zone).date()) == (
        "borris",
        "oberbuergermeister",
        date(2023, 4, 18),
    )
    events = [line.event for line in town.workflow.history(statement)]
    assert events.index("unterzeichnen") < events.index("veroeffentlichen") < events.index("auf_tagesordnung_setzen")
    assert all(body != "ob" for body, _ in BODIES)


def test_the_five_bodies_take_note_in_the_order_of_the_rows(town: Played) -> None:
    stops = town.children("stellungnahme", "beratung")
    opened = [town.workflow.history(stop.id)[0].data or {} for stop in stops]
    assert [(one["gremium"], date.fromisoformat(one["sitzung"])) for one in opened] == BODIES
    assert [stop.state for stop in stops] == ["zur_kenntnis_genommen"] * 5
    assert [town.day(stop.id, "zur_kenntnis_nehmen") for stop in stops] == [day for _, day in BODIES]
    assert town.day(town.cases["stellungnahme"], "alle_beraten") == BODIES[-1][1]


def test_the_two_promises_are_cases_with_the_last_days_of_their_quarters(town: Played) -> None:
    promises = town.children("stellungnahme", "zusage")
    opened = [town.workflow.history(one.id)[0].data or {} for one in promises]
    assert [one["kontrolle"] for one in opened] == ["2023-06-30", "2023-09-30"]
    reminded = town.sent("[S0183/23]", "Kontrolle der Zusage bis 30.06.2023")
    assert reminded == [(day, "Bereich der Oberbürgermeisterin <bob@magdeburg.example>") for day in _REMINDED]


_REMINDED = (date(2023, 6, 16),)


def test_the_promises_are_the_sentences_of_the_signed_answer(town: Played) -> None:
    published = next(
        one for one in town.workflow.history(town.cases["stellungnahme"]) if one.event == "veroeffentlichen"
    )
    (answer,) = town.workflow.case(town.cases["stellungnahme"]).case.facts["antworten"]
    promises = (published.data or {})["zusagen"]
    assert [one["kontrolle"] for one in promises] == ["2023-06-30", "2023-09-30"]
    assert ["Quartal 2023" in one["zusage"] for one in promises] == [True, True]
    assert [one["zusage"] in answer["antwort"] for one in promises] == [True, True]


def test_the_motion_is_read_out_of_its_form(town: Played) -> None:
    motion = town.workflow.case(town.cases["antrag"]).case
    assert motion.facts["anfrage"]["name"] == "antrag-A0041-23.txt"
    opened = town.workflow.history(motion.id)[0].data or {}
    assert (motion.number, opened["gremium"], opened["schreiben_vom"]) == ("A0041/23", "stadtrat", "2023-03-16")


def test_the_mover_gets_the_statement_as_a_form_with_its_verteiler(town: Played) -> None:
    (content,) = town.attached("[S0183/23] Stellungnahme veröffentlicht").values()
    form = read(content)
    assert says_accessible(form)
    text = " ".join(text_of(form).split())
    rows = ("Die Oberbürgermeisterin 18.04.2023", *(f"{day:%d.%m.%Y}" for _, day in BODIES))
    assert [text.index(row) for row in rows] == sorted(text.index(row) for row in rows)
    assert tags(form).count("/TR") == 2 + 1 + len(rows)
    for expected in (
        "S0183/23 11.04.2023",
        "zum/zur A0041/23 Fraktion GRÜNE/future!",
        "Im 2. Quartal 2023 wird erfragt",
    ):
        assert expected in text
    assert "Antwort 1" not in text
    assert text.endswith("Borris Oberbürgermeisterin Landeshauptstadt Magdeburg · Stellungnahme S0183/23 Seite 1 von 1")


def test_whoever_asks_later_gets_the_statement_as_it_was_mailed(town: Played) -> None:
    (mailed,) = town.attached("[S0183/23] Stellungnahme veröffentlicht").values()
    assert town.printed("stellungnahme") == mailed


def test_the_first_promise_is_kept_by_a_report_that_the_council_notes(town: Played) -> None:
    first, _ = town.children("stellungnahme", "zusage")
    report = town.workflow.case(town.cases["bericht"]).case
    assert (first.state, report.state) == ("erfuellt", "abgeschlossen")
    assert town.day(first.id, "mitteilung_ergangen") == date(2023, 6, 22)
    assert report.facts["bezuege"] == ["S0183/23"]
    assert town.sent("Entwurf der Mitteilung erbeten bis 30.06.2023")


def test_the_report_on_the_second_promise_is_prepared_by_itself(town: Played) -> None:
    _, second = town.children("stellungnahme", "zusage")
    (prepared,) = town.workflow.case(second.id).children
    opened = town.workflow.history(prepared.id)[0]
    assert (opened.at.astimezone(town.zone).date(), opened.role) == (date(2023, 9, 15), "automatik")
    text = town.text("Entwurf der Mitteilung erbeten bis 30.09.2023: Bericht zu einer Zusage (S0183/23)")
    assert "Zum ersten Mal tagen wird er im 3. Quartal 2023." in text
    assert (second.state, prepared.state) == ("erfuellt", "verworfen")  # the office has reported by hand


def test_what_the_council_adopted_is_issued_and_carried_out(town: Played) -> None:
    mails = {str(one["To"]): one for one in town.mails if "Ausfertigung des Beschlusses" in one["Subject"]}
    assert list(mails) == [
        "Bereich der Oberbürgermeisterin <bob@magdeburg.example>",
        "Kulturbüro <kulturbuero@magdeburg.example>",
    ]
    body = next(iter(mails.values())).get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    for expected in ("mit Änderungen beschlossen", "ein eigenes Netzwerk wird nicht gegründet", "Ausfertigungen: 2"):
        assert expected in text
    (task,) = town.children("antrag", "beschlusskontrolle")
    assert (task.state, task.facts["ampel"]) == ("erledigt", "gruen")
    assert [row["tag"] for row in task.facts["berichte"]] == ["2023-09-12", "2023-10-16"]
    assert town.sent("[A0041/23] Auftrag aus dem Beschluss erledigt")


def test_the_session_of_the_council_is_held_and_closed_with_its_minutes(town: Played) -> None:
    session = town.workflow.case(town.cases["ratssitzung"])
    assert session.case.state == "abgeschlossen"
    assert town.sent("Einladung: Stadtrat der Landeshauptstadt Magdeburg, 22.06.2023")


def test_the_motion_is_decided_once_the_council_and_the_statement_are_done(town: Played) -> None:
    motion = town.workflow.case(town.cases["antrag"])
    assert (motion.case.state, motion.case.owner, motion.case.facts["beschluss"]) == ("ausgefertigt", None, "geaendert")
    assert {clock.name: clock.status for clock in motion.deadlines} == dict.fromkeys(
        ("zulassung", "befassung", "ausfertigung"), "met"
    )
    assert town.day(motion.case.id, "alle_beraten") == date(2023, 6, 22)


def test_nobody_was_late(town: Played) -> None:
    statement = town.workflow.case(town.cases["stellungnahme"])
    assert {clock.name: clock.status for clock in statement.deadlines} == dict.fromkeys(
        ("antwort", "annahme", "veroeffentlichung", "kenntnisnahme"), "met"
    )
    assert not town.sent("überfällig")


def test_the_office_is_asked_for_a_statement_on_the_motion(town: Played) -> None:
    text = town.text("[A0041/23] Stellungnahme erbeten bis 19.04.2023")
    for expected in (
        "den Entwurf der Stellungnahme zu:",
        "Antrag A0041/23: Netzwerk Städtepartnerschaften initiieren",
        "muss die Stellungnahme unterzeichnet sein",
        "Gestellt von: Fraktion GRÜNE/future!",
        "Beschlussvorschlag:",
        "Bitte um Stellungnahme am Mittwoch, 22.03.2023",
    ):
        assert expected in text
    assert "Anfrage" not in text


def test_the_mover_is_told_of_the_statement_and_its_promises(town: Played) -> None:
    text = town.text("[S0183/23] Stellungnahme veröffentlicht")
    assert "Antrag A0041/23: Netzwerk Städtepartnerschaften initiieren" in text
    assert "Stellungnahme S0183/23" in text
    assert "Kontrolle am 30.06.2023" in text
    assert "Kontrolle am 30.09.2023" in text


def test_what_the_documents_say_and_what_is_assumed_is_told_apart(town: Played) -> None:
    documented = [(one.at.date(), one.event) for one in town.happened if one.documented]
    assert documented == [
        (date(2023, 4, 11), "nummer_vergeben"),
        (date(2023, 4, 18), "unterzeichnen"),
        (date(2023, 4, 19), "auf_tagesordnung_setzen"),
        (date(2023, 4, 19), "ansetzen"),
    ]


def test_the_log_verifies_and_nothing_is_left_lying(town: Played) -> None:
    assert verify(town.workflow.database).ok
    assert_sound(town.workflow.database)
    assert_deadlines_are_watched(town.workflow.database)


@pytest.mark.parametrize("kind", ["stellungnahme", "verfuegung"])
def test_whoever_wants_a_paper_of_the_motion_is_told_which_case_has_the_answer(town: Played, kind: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        render_paper(town.workflow, town.cases["antrag"], Wish(kind))
    assert (caught.value.code, "S0183/23" in caught.value.text()) == ("paper_answer_elsewhere", True)


def test_what_the_council_made_of_the_motion_is_an_extract_of_the_motion_itself(town: Played) -> None:
    printed = render_paper(town.workflow, town.cases["antrag"], Wish("ausfertigung"))
    assert (printed.file.name, printed.draft) == ("Beschlussausfertigung_A0041-23.pdf", False)
    found = " ".join(text_of(read(printed.file.content)).split())
    assert "Der Beirat für Städtepartnerschaften nimmt die Anliegen des Antrags auf" in found
    assert "Antrag A0041/23" in found
    assert "Stellungnahme" not in found


def test_each_office_gets_its_extract_of_the_resolution_with_the_mail(town: Played) -> None:
    mails = [mail for mail in town.mails if "Ausfertigung des Beschlusses" in mail["Subject"]]
    files = [[bytes(part.get_payload(decode=True)) for part in mail.iter_attachments()] for mail in mails]
    extracts = [[file for file in those if file.startswith(b"%PDF")] for those in files]
    assert [len(those) for those in extracts] == [1] * len(mails) != []
    for (file,) in extracts:
        assert "Der Beirat für Städtepartnerschaften nimmt die Anliegen des Antrags auf" in " ".join(
            text_of(read(file)).split()
        )


def test_the_motion_itself_has_no_signatures(town: Played) -> None:
    assert signature_chain(town.workflow, town.cases["antrag"]).steps == ()
