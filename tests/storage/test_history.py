"""The cases of another system come in whole or not at all, once, and are cases like our own; on both databases."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.helpers.history import codes, many, refused, row, take_over, written
from tests.helpers.house import CLERK, House
from vorgang.config.errors import ConflictError, RefusedError
from vorgang.states import punctuality_rows, queries, search_unread
from vorgang.states.audit import verify
from vorgang.states.history_tables import HistoryRunRow
from vorgang.states.records import Paper
from vorgang.states.tables import KeyRow, table_of
from vorgang.workflow import history as use_case
from vorgang.workflow import search_texts
from vorgang.workflow.disposal import dispose
from vorgang.workflow.history import History, Wish
from vorgang.workflow.history_columns import Mapped
from vorgang.workflow.punctuality import Wanted as Figured
from vorgang.workflow.punctuality import keep_up, punctuality
from vorgang.workflow.retention import answer
from vorgang.workflow.search import Wanted, search

_run, _paper, _key = table_of(HistoryRunRow), table_of(Paper), table_of(KeyRow)


@pytest.fixture
def town(house: House) -> str:
    """A town with nothing in it yet."""
    house.body = house.found_town()
    return house.body


def cases(house: House) -> list[queries.CaseSummary]:
    return house.workflow.cases(queries.Filter(body=house.body))


def test_a_historical_case_is_a_case_like_our_own(house: House, town: str, tmp_path: Path) -> None:
    path = written(tmp_path / "alt.csv", [row("0012/2021")])
    report, imported = take_over(house.workflow, town, [path])
    assert (report.fresh, imported) == (1, 1)
    case_id = house.workflow.find("12/2021", town)
    view = house.workflow.case(case_id)
    case = view.case
    assert (case.state, case.owner, case.due_on, case.public) == ("abgeschlossen", None, None, True)
    assert case.opened_at.date().isoformat() == "2021-03-03"
    assert case.closed_at is not None
    assert case.closed_at.date().isoformat() == "2021-04-30"
    facts = case.facts
    assert (facts["fragesteller"], facts["federfuehrung"], facts["eingang"]) == ("severcan", "amt01", "2021-03-03")
    assert facts["antworten"] == [{"antwort": "Es fehlen vier Sitzgelegenheiten."}]
    (clock,) = view.deadlines
    assert (clock.name, clock.status) == ("antwort", "met")
    (line,) = house.workflow.history(case_id)
    assert (line.event, line.actor, line.role) == ("altbestand_uebernehmen", "randt", "geschaeftsstelle")
    assert line.data is not None
    assert (line.data["datei"], line.data["zeile"], line.data["quelle"]) == ("alt.csv", 2, "altbestand")


def test_the_log_of_what_was_taken_over_verifies(house: House, town: str, tmp_path: Path) -> None:
    before = verify(house.database)
    take_over(house.workflow, town, [many(tmp_path / "alt.csv", 50)])
    after = verify(house.database)
    assert after.ok, after.findings
    assert after.cases - before.cases == 50


def test_a_late_answer_counts_as_late_and_a_day_written_down_counts(house: House, town: str, tmp_path: Path) -> None:
    late = row("1/2021", Beantwortet="1.4.2021", Frist="17.03.2021")
    path = written(tmp_path / "alt.csv", [late, row("2/2021", Beantwortet="", Status="zurückgezogen", Antwort="")])
    take_over(house.workflow, town, [path])
    (clock,) = house.workflow.case(house.workflow.find("1/2021", town)).deadlines
    assert (clock.status, clock.due_on.isoformat()) == ("late", "2021-03-17")
    assert house.workflow.case(house.workflow.find("2/2021", town)).deadlines == ()


def test_reading_a_file_twice_takes_nothing_over_twice(house: House, town: str, tmp_path: Path) -> None:
    path = many(tmp_path / "alt.csv", 30)
    assert take_over(house.workflow, town, [path])[1] == 30
    report, imported = take_over(house.workflow, town, [path])
    assert (report.known, report.fresh, imported) == (30, 0, 0)
    # The same rows from another file, in another form.
    other = written(tmp_path / "neu.csv", [row("1/2022", Betreff="Bank Nummer 1")], encoding="cp1252", delimiter=",")
    assert take_over(house.workflow, town, [other])[0].known == 1
    assert len(cases(house)) == 30


def test_a_known_row_with_other_content_is_told(house: House, town: str, tmp_path: Path) -> None:
    take_over(house.workflow, town, [written(tmp_path / "a.csv", [row("1/2021")])])
    changed = written(tmp_path / "b.csv", [row("1/2021", Betreff="Ganz anders")])
    assert codes(refused(house.workflow, town, [changed])) == [("history_different", "Nummer", 2)]


def test_a_number_of_our_own_is_not_taken_again(house: House, town: str, tmp_path: Path) -> None:
    house.ask(nummer="0007/2024")
    path = written(tmp_path / "alt.csv", [row("7/2024")])
    assert codes(refused(house.workflow, town, [path])) == [("history_taken", "Nummer", 2)]


def test_all_mistakes_are_told_with_their_places_and_nothing_comes_in(house: House, town: str, tmp_path: Path) -> None:
    rows = [
        row("1/2021"),
        row("01/2021"),
        row("3/2021", Art="Brief"),
        row("4/2021", Status="vergessen"),
        row("5/2021", Status="in Bearbeitung"),
        row("6/2021", Eingang="31.02.2021"),
        row("7/2021", Beantwortet="1.1.2021"),
        row("8/2021", Abgeschlossen="1.1.2099"),
        row("9/2021", Fragesteller="Niemand"),
        row("10/2021", Fragesteller="Niemand"),
        row("11/2021", Betreff=" "),
        row("12/2021", Öffentlich="vielleicht"),
        row(""),
        row("14/2021", Beantwortet="", Abgeschlossen=""),
        row("15/2021", Federführung="Severcan, Hakan"),
    ]
    findings = refused(house.workflow, town, [written(tmp_path / "alt.csv", rows)])
    assert set(codes(findings)) == {
        ("history_double", "Nummer", 3),
        ("history_kind_unknown", "Art", 4),
        ("history_state_unknown", "Status", 5),
        ("history_state_open", "Status", 6),
        ("history_day", "Eingang", 7),
        ("history_day_order", "Beantwortet", 8),
        ("history_day_future", "Abgeschlossen", 9),
        ("history_subject_missing", "Betreff", 12),
        ("history_public", "Öffentlich", 13),
        ("history_number_missing", "Nummer", 14),
        ("history_closed_missing", "Abgeschlossen", 15),
        ("history_party_unknown", "fragesteller", 10),
        ("history_party_unknown", "federfuehrung", 16),
    }
    unknown = next(one for one in findings if one.code == "history_party_unknown")
    assert unknown.params["count"] == 2
    assert all(one.text("de") and one.text("en") and one.remedy("de") for one in findings)
    assert cases(house) == []


def test_only_so_many_mistakes_are_listed_and_the_others_counted(house: House, town: str, tmp_path: Path) -> None:
    path = written(tmp_path / "alt.csv", [row(f"{n}/2021", Status="?") for n in range(1, 251)])
    findings = refused(house.workflow, town, [path])
    assert len(findings) == 101
    assert (findings[-1].code, findings[-1].params) == ("history_more", {"count": 150})


def test_bad_rows_are_set_aside_corrected_and_read_again(house: House, town: str, tmp_path: Path) -> None:
    bad = [
        row('="2/2021"', Status="?", Betreff="=1+2", Fragen="'=A1", Antwort="＝1", kennung="alt-2"),
        row("3/2021", Fragesteller="Niemand"),
    ]
    rows = [row("1/2021"), *bad]
    aside = tmp_path / "fehler.csv"
    report, imported = take_over(house.workflow, town, [written(tmp_path / "alt.csv", rows)], Wish(bad_rows=aside))
    assert (report.bad, imported) == (2, 1)
    text = aside.read_text("utf-8-sig")
    assert ";'=1+2;" in text
    assert ";'=A1;'＝1;" in text
    assert "Status: Einen Zustand „?“ gibt es bei dieser Art nicht." in text
    aside.write_text(text.replace(";?;", ";abgeschlossen;").replace("Niemand", "severcan"), "utf-8-sig")
    assert take_over(house.workflow, town, [aside])[1] == 2
    case = house.workflow.case(house.workflow.find("2/2021", town)).case
    assert (case.number, case.subject, case.facts["fragen"]) == ("2/2021", "=1+2", ["=A1"])
    assert case.facts["antworten"] == [{"antwort": "＝1"}]


def test_a_bad_row_that_has_become_good_comes_in_with_the_same_file(house: House, town: str, tmp_path: Path) -> None:
    path = written(tmp_path / "alt.csv", [row("1/2024"), row("2/2021", Fragesteller="Niemand")])
    aside = tmp_path / "fehler.csv"
    assert take_over(house.workflow, town, [path], Wish(bad_rows=aside))[1] == 1
    aside.unlink()
    mapped = Mapped(parties={"niemand": "severcan"})
    assert take_over(house.workflow, town, [path], Wish(mapped))[1] == 1


def test_what_spreadsheets_do_to_cells_is_undone_and_what_looks_like_a_formula_stays(
    house: House, town: str, tmp_path: Path
) -> None:
    path = written(
        tmp_path / "alt.csv", [row('="0012/2021"', Betreff="'=SUMME(A1)"), row("13/2021", Betreff="-5 Grad im Bad")]
    )
    report, _ = take_over(house.workflow, town, [path])
    assert report.notes == {"history_note_formula": 1}
    subjects = {case.number: case.subject for case in cases(house)}
    assert subjects == {"0012/2021": "=SUMME(A1)", "13/2021": "-5 Grad im Bad"}


def test_who_does_not_say_that_a_case_is_public_gets_one_that_is_not(house: House, town: str, tmp_path: Path) -> None:
    path = written(tmp_path / "alt.csv", [row("1/2021", Öffentlich=""), row("2/2021")])
    report, _ = take_over(house.workflow, town, [path])
    assert report.notes == {"history_note_public": 1}
    with History(house.workflow, town, house.actor("randt"), Wish()) as history:
        history.index()
    wanted = Wanted(body=town)
    public = search(house.workflow, "Sitzgelegenheiten", wanted, reader=house.workflow.reader(town))
    assert [hit.number for hit in public.hits] == ["2/2021"]
    assert len(search(house.workflow, "Sitzgelegenheiten", wanted, reader=None).hits) == 2


def test_a_follow_up_finds_its_parent_wherever_it_stands(house: House, town: str, tmp_path: Path) -> None:
    rows = [row("2/2021", Bezug="1/2021"), row("1/2021"), row("3/2021", Bezug="99/2019")]
    take_over(house.workflow, town, [written(tmp_path / "alt.csv", rows)])
    with house.database.reading() as connection:
        rows_there = connection.execute(select(_paper.c.reference, _paper.c.follows_id).where(_paper.c.body == town))
        follows = dict(map(tuple, rows_there))
    assert follows == {"2/2021": house.workflow.find("1/2021", town), "1/2021": None, "3/2021": None}


def test_other_kinds_come_from_json_lines(house: House, town: str, tmp_path: Path) -> None:
    path = tmp_path / "alt.jsonl"
    lines = [
        {"art": "Antrag", "number": "A1/2020", "subject": "Bäume", "asker": "severcan"},
        {"art": "mitteilung", "number": "M1/2020", "subject": "Bericht", "answer": "Der Bericht liegt vor."},
    ]
    shared = {"received": "2020-01-02", "answered": "2020-02-03", "state": "abgeschlossen", "public": True}
    path.write_text("\n".join(json.dumps({**line, **shared}) for line in lines), "utf-8")
    report, imported = take_over(house.workflow, town, [path])
    assert (imported, report.by_state) == (2, {"antrag/abgeschlossen": 1, "mitteilung/abgeschlossen": 1})
    # A notice has no day of receipt, a motion no signature: what has no place in the case stands in the log.
    assert report.unplaced == {"eingang": 1, "unterzeichnet_am": 1}
    (line,) = house.workflow.history(house.workflow.find("M1/2020", town))
    assert line.data is not None
    assert line.data["eingang"] == "2020-01-02"


def test_many_of_them_are_looked_through_for_files_page_by_page(
    house: House, town: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_over(house.workflow, town, [many(tmp_path / "alt.csv", 30)])
    monkeypatch.setattr(search_unread, "PAGE", 10)
    monkeypatch.setattr(search_texts, "LEAVES", 2)
    reader = search_texts.TextReader(house.database, house.workflow.lifecycle, house.wall)
    rounds = 1
    while reader.read_new().more:
        rounds += 1
    assert rounds > 1
    assert not reader.read_new().more


def test_the_report_counts_them_before_anybody_asks_and_goes_on_where_it_was_interrupted(
    house: House, town: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_up(house.workflow)
    monkeypatch.setattr(punctuality_rows, "PAGE", 10)

    def interrupted(done: int, of: int) -> None:
        assert (done, of) == (10, 30)
        raise KeyboardInterrupt

    with History(house.workflow, town, house.workflow.actor(town, CLERK), Wish()) as history:
        history.check([many(tmp_path / "alt.csv", 30)])
        history.take_over()
        with pytest.raises(KeyboardInterrupt):
            history.follow(interrupted)
        told: list[tuple[int, int]] = []
        assert history.follow(lambda done, of: told.append((done, of))) == 20
        assert (told[0], told[-1]) == ((10, 20), (20, 20))
    assert keep_up(house.workflow) == 0
    assert punctuality(house.workflow, Figured(town)).total.done == 30


def test_an_open_case_gets_an_owner_and_a_due_day_or_is_refused(house: House, town: str, tmp_path: Path) -> None:
    fresh = {"Beantwortet": "", "Abgeschlossen": "", "Antwort": "", "Datum": "2.1.2024", "Eingang": "3.1.2024"}
    path = written(
        tmp_path / "alt.csv",
        [
            row("1/2024", **fresh, Status="in_bearbeitung"),
            row("2/2024", **{**fresh, "Federführung": ""}, Status="in_bearbeitung"),
            row("3/2024", **fresh, Status="unterzeichnet"),
            row("4/2024", **fresh, Status="in Mitzeichnung"),
        ],
    )
    found = refused(house.workflow, town, [path], Wish(open_cases=True))
    assert {(code, line) for code, _, line in codes(found)} == {
        ("owner_missing", 3),
        ("history_open_signed", 4),
        ("history_open_children", 5),
    }
    one = written(tmp_path / "eins.csv", [row("1/2024", **fresh, Status="in_bearbeitung")])
    assert take_over(house.workflow, town, [one], Wish(open_cases=True))[1] == 1
    case_id = house.workflow.find("1/2024", town)
    case = house.workflow.case(case_id).case
    assert case.owner == "amt01"
    assert case.due_on is not None
    house.fire(case_id, "zwischenbescheid", "beispiel01", grund="Rückfrage", neuer_termin="2024-02-01")


def test_an_open_case_with_a_day_on_which_it_was_closed_is_refused(house: House, town: str, tmp_path: Path) -> None:
    """Nothing could keep the day; which of the two is wrong, the office knows."""
    open_ = {"Status": "in Bearbeitung", "Beantwortet": "", "Antwort": ""}
    path = written(tmp_path / "alt.csv", [row("1/2021", **open_), row("2/2021", **open_, Abgeschlossen="")])
    (finding,) = refused(house.workflow, town, [path], Wish(open_cases=True))
    assert (finding.code, finding.key, finding.line) == ("history_closed_open", "Abgeschlossen", 2)
    assert finding.remedy("de")
    assert finding.remedy("en")
    assert cases(house) == []


def test_a_run_that_was_ended_goes_on_where_it_was(
    house: House, town: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_case, "AT_ONCE", 10)
    path = many(tmp_path / "alt.csv", 45)

    def ended(done: int, _of: int) -> None:
        if done >= 20:
            raise KeyboardInterrupt

    with History(house.workflow, town, house.actor("randt"), Wish()) as history:
        history.check([path])
        with pytest.raises(KeyboardInterrupt):
            history.take_over(ended)
        assert history.imported == 20
    assert len(cases(house)) == 20
    report, imported = take_over(house.workflow, town, [path])
    assert (report.known, imported) == (20, 25)
    with house.database.reading() as connection:
        kept = connection.execute(select(_run.c.imported, _run.c.finished_at).where(_run.c.body == town)).one()
    assert kept.imported == 45
    assert kept.finished_at is not None


def test_two_who_take_over_the_same_file_do_not_get_in_each_others_way(house: House, town: str, tmp_path: Path) -> None:
    path = many(tmp_path / "alt.csv", 5)
    with History(house.workflow, town, house.actor("randt"), Wish()) as slow:
        slow.check([path])
        assert take_over(house.workflow, town, [path])[1] == 5
        with pytest.raises(ConflictError):
            slow.take_over()
    assert len(cases(house)) == 5


@pytest.mark.parametrize("number", ["1/2021", ""])
def test_what_was_removed_after_its_time_does_not_come_back_with_another_file(
    house: House, town: str, tmp_path: Path, number: str
) -> None:
    own = {"Kennung": "" if number else "Beispiel, Erika", "Fragen": "Erika Beispiel, Hauptstr. 5: wann?"}
    take_over(house.workflow, town, [written(tmp_path / "a.csv", [row(number, **own)])])
    (case,) = cases(house)
    house.clock("2035-01-02")
    clerk, folder = house.actor(CLERK), tmp_path / "anbietung"
    dispose(house.workflow, town, clerk, folder=folder)
    answer(house.workflow, case.id, "abgelehnt", None, clerk)
    dispose(house.workflow, town, clerk, folder=folder)
    for name, more, known in (("b.csv", own, 1), ("c.csv", {**own, "Betreff": "Anders geschrieben"}, 2)):
        other = written(tmp_path / name, [row(number, **more), row("2/2021")])
        assert take_over(house.workflow, town, [other])[0].known == known
    inquiries = [one for one in cases(house) if one.lifecycle == "anfrage"]
    assert {one.number for one in inquiries} == {number or None, "2/2021"}
    assert "fragen" not in house.workflow.case(case.id).case.facts
    with house.database.reading() as connection:
        left = connection.execute(select(_key.c.key, _key.c.request).where(_key.c.case_id == case.id)).one()
    assert "Erika" not in str(left)


def test_only_the_council_office_takes_cases_over(house: House, town: str) -> None:
    with pytest.raises(RefusedError) as caught:
        History(house.workflow, town, house.actor("severcan"), Wish())
    assert caught.value.code == "role_missing"
