"""After the time of keeping: offered, answered, anonymised or deleted; the log stays whole, on both databases."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import select

from tests.helpers.house import ASKER, BERLIN, CLERK, LEAD, SUPERVISOR, House
from tests.helpers.statements import asked as statements_to
from vorgang.config.errors import ForbiddenError, InvalidInputError, NotFoundError, RefusedError
from vorgang.states.audit import verify
from vorgang.states.document_tables import FileRow
from vorgang.states.tables import SignatureRow, TransitionRow, table_of
from vorgang.workflow.cli_audit import show_audit
from vorgang.workflow.console import Screen
from vorgang.workflow.disposal import Done, dispose
from vorgang.workflow.package_check import check_package
from vorgang.workflow.retention import answer, hold, plan, release
from vorgang.workflow.search import Wanted, search

DUE = "2035-01-02"


@pytest.fixture
def town(house: House) -> House:
    """The house in a town of its own, so that nothing of other tests is due."""
    house.body = house.found_town()
    return house


def closed(house: House, **more: Any) -> str:
    """An Anfrage with a draft, co-signatures, signature and a stop before a body, closed in 2024."""
    case = house.at("in_beratung", drafted=house.text_draft(f"Stellungnahme {more}"), **more)
    (stop,) = house.children(case, "beratung")
    house.clock("2024-03-05", 18)
    house.fire(stop.id, "zur_kenntnis_nehmen")
    assert house.state(case) == "abgeschlossen"
    return case


def run(house: House, folder: Path | None = None) -> list[Done]:
    done = dispose(house.workflow, house.body, house.actor(CLERK), folder=folder)
    assert [one.error for one in done] == [None] * len(done)
    return done


def offered(house: House, folder: Path, **more: Any) -> str:
    case = closed(house, **more)
    house.clock(DUE)
    run(house, folder)
    return case


def test_nothing_is_due_before_the_end_of_the_tenth_year_after_closing(town: House) -> None:
    case = closed(town)
    found = plan(town.workflow, town.body, date(2034, 12, 31))
    assert (found.due, found.later, found.next_on) == ((), 1, date(2035, 1, 1))
    (due,) = plan(town.workflow, town.body, date(2035, 1, 1)).due
    assert (due.case, due.next, due.closed_on, due.then) == (case, "anlegen", date(2024, 3, 5), "anonymisieren")
    assert due.rule == "hagen 1: anfrage"
    assert run(town) == []


def test_the_whole_way_to_a_case_that_the_archive_has_taken(town: House, tmp_path: Path) -> None:
    case = closed(town)
    before = verify(town.database)
    town.clock(DUE)
    (one,) = run(town, tmp_path)
    assert (one.steps, one.waits) == (("anlegen", "anbieten"), "angeboten")
    assert one.package is not None
    package = check_package(Path(one.package))
    assert package.ok
    (disposal,) = town.children(case, "aussonderung")
    assert disposal.facts["paket"] == package.sha256
    assert (disposal.owner, disposal.due_on) == ("gs-integrationsrat", date(2035, 7, 2))
    answer(town.workflow, case, "uebernommen", "Best. 7 Nr. 12", town.actor(CLERK))
    (one,) = run(town, tmp_path)
    assert (one.steps, one.waits) == (("freigeben", "anonymisieren"), None)
    assert list(tmp_path.iterdir()) == []
    after = verify(town.database)
    assert after.ok
    assert one.erased is not None
    assert after.erased - before.erased == one.erased.lines > 0
    (told,) = [by for by in after.erased_by if by.rule == "hagen 1: anfrage"][:1]
    assert told.lines >= one.erased.lines
    shown = StringIO()
    several = after._replace(erased_by=(told._replace(cases=2, lines=2),))
    show_audit(Screen("de", Console(file=shown, width=200)), several, BERLIN)
    assert "personenbezogener Teil von 2 Zeilen in 2 Vorgängen." in shown.getvalue()
    last = town.workflow.history(disposal.id)[-1]
    assert (last.event, last.actor_kind, last.on_behalf_of) == ("anonymisieren", "engine", CLERK)
    assert plan(town.workflow, town.body).due == ()
    assert run(town, tmp_path) == []


def test_what_remains_of_an_anonymised_case(town: House, tmp_path: Path) -> None:
    number = "0815/2024"
    case = offered(town, tmp_path, nummer=number, betreff="Radweg, Anfrage von Hakan Severcan")
    before = town.workflow.case(case).case
    answer(town.workflow, case, "abgelehnt", None, town.actor(CLERK))
    run(town, tmp_path)
    view = town.workflow.case(case)
    now = view.case
    assert (now.number, now.state, now.opened_at, now.closed_at) == (
        number,
        before.state,
        before.opened_at,
        before.closed_at,
    )
    assert now.version == before.version + 1
    assert now.subject is not None
    assert "Severcan" not in now.subject
    assert now.subject.startswith("Radweg")
    assert now.facts["federfuehrung"] == "amt01"
    assert now.facts["eingang"] == "2024-01-05"
    assert not {"fragen", "antworten", "entwurf", "fragesteller", "entwurf_von"} & now.facts.keys()
    assert all(
        (line.actor, line.on_behalf_of, line.reason, line.data) == (None,) * 4 for line in town.workflow.history(case)
    )
    with town.database.reading() as connection:
        signers = set(connection.execute(select(_signature.c.signer).where(_signature.c.case_id == case)).scalars())
        kept = connection.execute(select(_file.c.sha256).where(_file.c.body == town.body)).all()
    assert signers == {""}
    assert kept == []
    assert all(row["recipient"].startswith("entfernt:") for row in town.messages(case))
    assert town.workflow.find(number, town.body) == case
    found = search(town.workflow, "Severcan", Wanted(town.body))
    assert [hit.case_id for hit in found.hits] == []
    assert [hit.case_id for hit in search(town.workflow, "Radweg", Wanted(town.body)).hits] == [case]


def test_no_answer_in_time_is_an_answer(town: House, tmp_path: Path) -> None:
    case = offered(town, tmp_path)
    town.clock("2035-07-02")
    assert [one.steps for one in run(town, tmp_path)] == [()]
    town.clock("2035-07-03")
    assert [one.steps for one in run(town, tmp_path)] == [("keine_antwort", "freigeben", "anonymisieren")]
    (disposal,) = town.children(case, "aussonderung", every=True)
    assert disposal.facts["archiv"] == "keine_antwort"


@pytest.mark.parametrize("stage", ["before", "offered"])
def test_a_hold_keeps_a_case_until_it_is_lifted(town: House, tmp_path: Path, stage: str) -> None:
    case = closed(town) if stage == "before" else offered(town, tmp_path)
    held = hold(town.workflow, case, "Klage", town.actor(CLERK)).case
    assert held.owner == "gs-integrationsrat"
    assert held.due_on is not None
    town.clock("2035-09-03")
    (due,) = plan(town.workflow, town.body).due
    assert (due.next, due.held_by) == ("gesperrt", (held.id,))
    assert run(town, tmp_path) == []
    with pytest.raises(RefusedError):
        release(town.workflow, case, "vorbei", town.actor(LEAD))
    release(town.workflow, case, "vorbei", town.actor(CLERK))
    with pytest.raises(NotFoundError, match="retention_no_hold"):
        release(town.workflow, case, "vorbei", town.actor(CLERK))
    assert run(town, tmp_path) != []


def test_an_open_promise_keeps_a_case(town: House, tmp_path: Path) -> None:
    case = town.at("unterzeichnet")
    promise = [{"zusage": "Bericht", "kontrolle": "2036-01-31"}]
    town.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich", zusagen=promise)
    town.fire(case, "abschliessen")
    town.clock(DUE)
    (due,) = plan(town.workflow, town.body).due
    (child,) = town.children(case, "zusage")
    assert (due.next, due.held_by) == ("offen", (child.id,))
    assert run(town, tmp_path) == []
    town.fire(child.id, "entfallen_lassen", CLERK, grund="erledigt")
    assert [one.case for one in run(town, tmp_path)] == [case]


def test_a_file_that_another_case_names_too_stays(town: House, tmp_path: Path) -> None:
    draft = town.text_draft("Ein Text für zwei")
    case = town.at("mit_entwurf", drafted=draft)
    other = town.at("mit_entwurf", drafted=draft)
    town.fire(case, "zurueckziehen", ASKER)
    town.clock(DUE)
    run(town, tmp_path)
    answer(town.workflow, case, "abgelehnt", None, town.actor(CLERK))
    (one,) = run(town, tmp_path)
    assert one.erased is not None
    assert one.erased.files == 0
    assert town.workflow.case(other).case.facts["entwurf"]["sha256"] == draft["entwurf"]["sha256"]
    with town.database.reading() as connection:
        assert connection.execute(select(_file.c.size).where(_file.c.body == town.body)).all()


def test_something_opened_in_the_midst_stops_the_erasure_and_nothing_is_gone(
    town: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = offered(town, tmp_path)
    answer(town.workflow, case, "abgelehnt", None, town.actor(CLERK))
    fire = town.workflow.fire

    def late(*given: Any, **more: Any) -> Any:
        hold(town.workflow, case, "Klage", town.actor(CLERK))
        return fire(*given, **more)

    monkeypatch.setattr(town.workflow, "fire", late)
    (one,) = dispose(town.workflow, town.body, town.actor(CLERK), folder=tmp_path)
    assert one.error is not None
    assert (one.error.code, one.erased, one.waits) == ("retention_held", None, "freigegeben")
    assert town.workflow.history(case)[0].data is not None
    monkeypatch.undo()
    release(town.workflow, case, "vorbei", town.actor(CLERK))
    assert [done.steps for done in run(town, tmp_path)] == [("anonymisieren",)]
    assert_sound_family(town, case)


def test_a_run_that_dies_in_the_midst_goes_on_where_it_was(
    town: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = offered(town, tmp_path)
    answer(town.workflow, case, "abgelehnt", None, town.actor(CLERK))

    def die(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vorgang.workflow.disposal.erase_person", die)
    monkeypatch.setattr("vorgang.workflow.joined.Joined.fire", die)
    with pytest.raises(KeyboardInterrupt):
        dispose(town.workflow, town.body, town.actor(CLERK), folder=tmp_path)
    monkeypatch.undo()
    assert town.workflow.history(case)[0].data is not None
    assert [one.steps for one in run(town, tmp_path)] == [("anonymisieren",)]
    assert run(town, tmp_path) == []


def test_only_the_council_office_and_the_supervisor_dispose_of_cases(town: House, tmp_path: Path) -> None:
    closed(town)
    town.clock(DUE)
    with pytest.raises(ForbiddenError, match="retention_forbidden"):
        dispose(town.workflow, town.body, town.actor(LEAD), folder=tmp_path)
    with pytest.raises(InvalidInputError, match="retention_no_folder"):
        dispose(town.workflow, town.body, town.actor(CLERK))
    (one,) = dispose(town.workflow, town.body, town.actor(SUPERVISOR), folder=tmp_path)
    assert one.waits == "angeboten"


def test_nobody_can_say_that_something_was_erased_which_was_not(town: House, tmp_path: Path) -> None:
    case = offered(town, tmp_path)
    answer(town.workflow, case, "abgelehnt", None, town.actor(CLERK))
    (disposal,) = town.children(case, "aussonderung")
    town.fire(disposal.id, "freigeben", SUPERVISOR)
    said = {"ausgefuehrt": "anonymisieren", "vorgaenge": 1, "zeilen": 1, "dateien": 0}
    with pytest.raises(RefusedError, match="role_missing"):
        town.fire(disposal.id, "anonymisieren", SUPERVISOR, **said)
    assert [one.steps for one in run(town, tmp_path)] == [("anonymisieren",)]


def test_what_was_not_offered_in_the_end_can_be_abandoned_and_comes_up_again(town: House, tmp_path: Path) -> None:
    case = offered(town, tmp_path)
    (disposal,) = town.children(case, "aussonderung")
    town.fire(disposal.id, "einstellen", CLERK, grund="noch gebraucht")
    (due,) = plan(town.workflow, town.body).due
    assert due.next == "anlegen"


# --- a case below another, with a rule of its own: ten years for a resident's question, thirty for the session ---


def asked(house: House) -> tuple[str, str]:
    """A session that is closed, and below it a resident's question that was answered there."""
    about = {"gremium": "integrationsrat", "sitzung": "2024-03-05"}
    above = house.open("sitzung", CLERK, gremium="integrationsrat", tag="2024-03-05").case.id
    question = house.open("einwohnerfrage", CLERK, **about, name="E. Muster", betreff="Rutsche", frage="Wann?").case.id
    house.fire(question, "zulassen")
    house.clock("2024-03-05", 18)
    house.fire(question, "muendlich_beantworten", antwort="Bald, Frau E. Muster")
    house.fire(above, "durchfuehren", anwesend=1)
    house.fire(above, "ohne_niederschrift_abschliessen", grund="Entwurf verloren")
    return above, question


def stated(house: House) -> list[tuple[str, str, int]]:
    """What is due today, what follows, and how many cases hold it up."""
    return [(one.case, one.next, len(one.held_by)) for one in plan(house.workflow, house.body).due]


def test_a_question_goes_by_its_own_rule_and_the_session_later_by_its_own(town: House, tmp_path: Path) -> None:
    above, question = asked(town)
    town.clock("2034-12-31")
    assert plan(town.workflow, town.body).next_on == date(2035, 1, 1)
    town.clock(DUE)
    assert stated(town) == [(question, "anlegen", 0)]
    held = hold(town.workflow, above, "Klage", town.actor(CLERK)).case.id
    assert stated(town) == [(question, "gesperrt", 1)]
    town.fire(held, "aufheben", grund="vorbei")
    assert [one.waits for one in run(town, tmp_path)] == ["angeboten"]
    with pytest.raises(NotFoundError, match="retention_not_offered"):
        answer(town.workflow, above, "abgelehnt", None, town.actor(CLERK))
    answer(town.workflow, question, "abgelehnt", None, town.actor(CLERK))
    assert [one.steps for one in run(town, tmp_path)] == [("freigeben", "anonymisieren")]
    assert_sound_family(town, question)
    assert town.workflow.history(above)[0].data is not None
    assert not {"name", "frage", "antwort"} & town.workflow.case(question).case.facts.keys()
    town.clock("2055-01-02")
    assert [(one.case, one.waits) for one in run(town, tmp_path)] == [(above, "angeboten")]
    answer(town.workflow, above, "abgelehnt", None, town.actor(CLERK))
    assert [one.steps for one in run(town, tmp_path)] == [("freigeben", "anonymisieren")]
    assert_sound_family(town, above)
    assert stated(town) == []


def test_a_question_that_is_due_with_its_session_goes_with_it_but_once_begun_it_goes_first(
    town: House, tmp_path: Path
) -> None:
    first, question = asked(town)
    town.clock("2055-01-02")
    assert stated(town) == [(first, "anlegen", 0)]
    town.clock("2054-12-30")
    run(town, tmp_path)
    town.clock("2055-01-02")
    assert stated(town) == [(first, "offen", 1), (question, "archiv", 0)]
    town.clock("2055-07-03")
    assert [one.case for one in run(town, tmp_path)] == [question]
    assert stated(town) == [(first, "anlegen", 0)]


def test_many_cases_are_planned_in_batches_and_with_as_many_statements_as_few(
    town: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(town)
    town.clock("2024-01-08")
    asked(town)
    town.clock("2034-12-31")
    run(town, tmp_path)
    counts, told = list[int](), list[tuple[int, int]]()
    for _ in range(2):
        town.clock("2024-01-08")
        closed(town)
        town.clock("2055-01-02")
        plan(town.workflow, town.body)  # the town has been read then
        with statements_to(town.database) as statements:
            found = plan(town.workflow, town.body, tell=lambda *so_far: told.append(so_far))
        counts.append(len(statements))
    assert told == [(4, 4), (5, 5)]
    assert counts[0] == counts[1]
    monkeypatch.setattr("vorgang.states.retained.BATCH", 1)
    assert plan(town.workflow, town.body) == found


def assert_sound_family(house: House, case: str) -> None:
    with house.database.reading() as connection:
        salts = connection.execute(select(_line.c.salt).where(_line.c.case_id == case)).scalars().all()
    assert set(salts) == {None}
    assert verify(house.database).ok


_file, _signature, _line = table_of(FileRow), table_of(SignatureRow), table_of(TransitionRow)
