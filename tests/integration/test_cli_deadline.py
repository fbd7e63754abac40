"""`vorgang deadline compute`: lines in, lines out, as a program that feeds it would see it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import Vorgang
from vorgang.workflow.cli import main
from vorgang.workflow.line_work import answer_lines

COMMAND = [str(Path(sys.executable).with_name("vorgang")), "deadline", "compute"]


def answers(text: str, *options: str) -> list[dict[str, Any]]:
    done = subprocess.run([*COMMAND, *options], input=text, capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def question(id: object, **fields: object) -> str:
    return json.dumps({"id": id, "start": "2023-12-05", "n": 3, "unit": "wochen", "land": "NW", **fields}) + "\n"


def test_each_line_is_answered_and_a_bad_one_stops_nothing() -> None:
    lines = [question("a"), "kein JSON\n", "\n", question(2, start="2023-02-30"), "[1]\n", question(None)]
    found = answers("".join(lines))
    assert [one["id"] for one in found] == ["a", None, 2, None, None]
    assert [one.get("due") for one in found] == ["2023-12-27", None, None, None, "2023-12-27"]
    assert [one["error"]["code"] for one in found if "error" in one] == [
        "period_not_json",
        "period_field",
        "period_not_json",
    ]
    assert "Zeile 2 " in found[1]["error"]["message"]
    assert set(found[0]) == {"id", "due", "at", "interim", "trace"}
    assert found[0]["trace"][0].keys() == {"step", "de", "en", "norm", "day"}


def test_what_cannot_be_written_again_and_a_mark_of_windows_stop_nothing() -> None:
    deep = '{"id": ' + "[" * 300 + "]" * 300 + ', "start": "2023-12-05", "n": 3, "unit": "wochen"}\n'
    found = answers("\ufeff" + question(1) + deep + question(3))
    assert [one["id"] for one in found] == [1, None, 3]
    assert [one.get("due") for one in found] == ["2023-12-27"] * 3


def test_a_period_beyond_the_last_year_of_known_holidays_is_an_error_of_its_line() -> None:
    within = question(1, start="2100-12-30", n=1, unit="arbeitstage", closing_days=["rosenmontag", "brueckentage"])
    beyond = [
        question(2, start="2150-10-30", n=8),
        question(3, start="2100-12-30", n=2, unit="arbeitstage"),
        question(4, start="2150-10-30", n=8, unit="arbeitstage", closing_days=["rosenmontag"]),
        question(5, start="9999-06-01", closing_days=["brueckentage"]),
    ]
    found = answers("".join([within, *beyond, question(6)]), "--lang", "en")
    assert [one.get("due") for one in found] == ["2100-12-31", None, None, None, None, "2023-12-27"]
    errors = [one["error"] for one in found if "error" in one]
    assert {error["code"] for error in errors} == {"calendar_year"}
    assert all("the calendar begins in 1991 and ends in 2100" in error["message"] for error in errors)


def test_errors_are_told_in_the_language_asked_for() -> None:
    found = answers(question(1, n=-1), "--lang", "en")
    assert found[0]["error"]["message"].startswith("“n”: a period or extension cannot be -1 units long.")


def test_one_who_asks_line_by_line_is_answered_line_by_line() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(question(number))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(60) == 0


def test_many_lines_are_answered_in_their_order_by_several_processes() -> None:
    count = 12_000
    found = answers("".join(question(number, n=number % 40 + 1) for number in range(count)))
    assert [one["id"] for one in found] == list(range(count))
    assert len({one["due"] for one in found}) > 30  # of forty lengths


def test_a_reader_who_goes_away_ends_it() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(question(1).encode())
        process.stdin.close()
        assert process.wait(60) == 141  # as documented
        assert process.stderr.read() == b""


def test_a_single_deadline_is_explained_to_people(capsys: pytest.CaptureFixture[str]) -> None:
    from vorgang.workflow.cli import main  # noqa: PLC0415

    assert main(["deadline", "compute", "--start", "2023-12-05", "--n", "3", "--unit", "wochen", "--land", "NW"]) == 0
    assert "Mittwoch, 27.12.2023 (§ 193 BGB)" in capsys.readouterr().out
    assert main(["deadline", "compute", "--start", "2023-12-05", "--n", "3", "--lang", "en"]) == 2  # wrong input
    assert "“unit” is missing" in capsys.readouterr().err


def test_a_day_may_be_given_the_german_way_by_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    from vorgang.workflow.cli import main  # noqa: PLC0415

    asked = ["deadline", "compute", "--n", "3", "--unit", "wochen", "--land", "NW", "--json", "--start"]
    assert main([*asked, "5.12.2023"]) == 0
    assert json.loads(capsys.readouterr().out)["due"] == "2023-12-27"
    assert main([*asked, "31.2.2023"]) == 2  # wrong input


def test_work_is_told_the_number_of_the_first_line_of_each_block(tmp_path: Any) -> None:
    path = tmp_path / "lines"
    path.write_text("a\nb\nc")
    told: list[tuple[bytes, int]] = []

    def work(block: bytes, first: int) -> bytes:
        told.append((block, first))
        return block.upper()

    written: list[bytes] = []
    with path.open("rb") as source:
        answer_lines(source.fileno(), written.append, work)
    assert told == [(b"a\nb\n", 1), (b"c", 3)]
    assert b"".join(written) == b"A\nB\nC"


# --- deadlines of a case ---

CHANGED = """
id = "hagen"
version = "1"
extends = "neutral"
valid_from = 2000-01-01
label = "geändert"
basis = "geändert"
source = "geändert"
[calendar]
land = "NW"
[rule.antwort]
length = 6
"""


@pytest.fixture
def admitted(vorgang: Vorgang) -> str:
    """An inquiry whose answer period runs."""
    case = vorgang.opened()
    vorgang.json("case", "fire", case, "zulassen", "--as", "randt")
    return case


def test_a_deadline_explains_itself(vorgang: Vorgang, admitted: str) -> None:
    found = vorgang.json("deadline", "explain", admitted)
    [answer] = [one for one in found["deadlines"] if one["name"] == "antwort"]
    assert {"step", "de", "en", "norm", "day"} == set(answer["trace"][0])
    assert (answer["ruleset"], answer["ruleset_version"]) == ("hagen", "1")
    shown = vorgang("deadline", "explain", admitted).out
    assert "§ 187 Abs. 1 BGB" in shown
    assert "Regel antwort im Regelwerk hagen, Fassung 1" in shown
    assert "zulassung" not in {one["name"] for one in found["deadlines"]}
    assert "zulassung" in {one["name"] for one in vorgang.json("deadline", "explain", admitted, "--all")["deadlines"]}


def test_a_day_of_which_no_holidays_are_known_is_refused_and_nothing_changes(vorgang: Vorgang, admitted: str) -> None:
    before = vorgang.json("case", "show", admitted)
    promise = ("case", "fire", admitted, "zwischenbescheid", "--as", "randt", "-s", "grund=Rückfrage", "-s")
    refused = vorgang.fails(2, *promise, "neuer_termin=2150-10-30")
    assert refused["code"] == "calendar_year"
    assert "endet 2100" in refused["de"]
    assert vorgang.json("case", "show", admitted) == before


def test_the_plan_of_a_session_is_computed_without_a_case(vorgang: Vorgang) -> None:
    asked = ("deadline", "plan", "--session", "2027-03-04", "--rules", "hagen", "--today")
    found = vorgang.json(*asked, "2027-02-10")
    assert [(one["step"], one["due_on"], one["past"]) for one in found["milestones"]] == [
        ("entwurf", "2027-02-04", True),
        ("mitzeichnung", "2027-02-11", False),
        ("unterschrift", "2027-02-16", False),
        ("tagesordnungsschluss", "2027-02-18", False),
    ]
    assert found["milestones"][-1]["until"] == "12:00"
    assert found["milestones"][0]["who"] == ["federfuehrung"]
    assert {"step", "de", "en", "norm", "day"} == set(found["milestones"][0]["trace"][0])
    assert found["slip"]["de"].endswith("; zur Sitzung am 04.03.2027 nicht mehr zu schaffen.")
    assert vorgang.json(*asked, "2027-01-11")["slip"] is None
    shown = vorgang(*asked, "2027-02-10", "--lang", "en").out
    for expected in ("Draft of the answer", "Thursday, 4 March 2027", "This day is over", "can no longer be ready"):
        assert expected in shown


#: A town that names other parties for the draft.
OWN_PLAN = """
id = "eigene"
version = "1"
extends = "neutral"
valid_from = 2000-01-01
label = "eigene"
basis = "eigene"
source = "eigene"
[plan.sitzung.step.entwurf]
who = ["owner", "federfuehrung.leitung", "federfuehrung.dezernent", "stabs_stelle"]
"""


def test_the_steps_of_a_plan_lie_with_somebody_whom_people_know(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("deadline", "plan", "--session", "2027-03-04", "--rules")
    german, english = vorgang(*asked, "hagen").out, vorgang(*asked, "hagen", "--lang", "en").out
    for who in ("(federführendes Amt)", "(Amt, beteiligte Ämter)", "(Geschäftsstelle)"):
        assert who in german
    for who in ("(lead office)", "(office, involved offices)", "(Mayor)"):
        assert who in english
    (tmp_path / "regeln").mkdir()
    (tmp_path / "regeln" / "eigene.toml").write_text(OWN_PLAN, "utf-8")
    monkeypatch.setenv("VORGANG_RULES", str(tmp_path / "regeln"))
    lead = "federführendes Amt"
    assert (
        f"(wer den Vorgang hat, Leitung: {lead}, Dezernat über: {lead}, Stabs stelle)" in vorgang(*asked, "eigene").out
    )
    [who] = [one["who"] for one in vorgang.json(*asked, "eigene")["milestones"] if one["step"] == "entwurf"]
    assert who[:2] == ["owner", "federfuehrung.leitung"]


@pytest.mark.parametrize(
    ("session", "why"),
    [
        ("2027-05-06", "Christi Himmelfahrt"),
        ("2027-05-08", "Samstag"),
        ("2026-12-31", "geschlossen (Silvester)"),
        ("2027-05-04", None),
    ],
)
def test_a_session_on_a_day_off_is_asked_about(vorgang: Vorgang, session: str, why: str | None) -> None:
    warning = vorgang.json("deadline", "plan", "--session", session, "--land", "NW")["warning"]
    shown = vorgang("deadline", "plan", "--session", session, "--land", "NW").out
    if why is None:
        assert (warning, "Ist dieser Tag" in shown) == (None, False)
    else:
        assert why in warning["de"]
        assert f"{warning['de']}: Ist dieser Tag der Sitzung gemeint?" in shown


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--session", "4.3."), "cli_day"),
        (("--session", "9999-12-31"), "calendar_year"),
        (("--session", "2027-03-04", "--plan", "sitzungen"), "rules_plan"),
        (("--session", "2027-03-04", "--rules", "hagn"), "rules_unknown"),
    ],
)
def test_who_asks_for_a_plan_wrongly_learns_why(vorgang: Vorgang, more: tuple[str, ...], code: str) -> None:
    assert vorgang.fails(5 if code.startswith("rules") else 2, "deadline", "plan", *more)["code"] == code


def test_an_explanation_says_what_the_rules_of_today_would_give(
    vorgang: Vorgang, admitted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert vorgang.json("deadline", "explain", admitted)["by_the_rules_of_today"] == {}
    assert "nach den Regeln von heute" not in vorgang("deadline", "explain", admitted).out
    (tmp_path / "regeln").mkdir()
    (tmp_path / "regeln" / "hagen.toml").write_text(CHANGED, "utf-8")
    monkeypatch.setenv("VORGANG_RULES", str(tmp_path / "regeln"))
    found = vorgang.json("deadline", "explain", admitted)
    assert list(found["by_the_rules_of_today"]) == ["antwort"]
    [frozen] = [one["due_on"] for one in found["deadlines"] if one["name"] == "antwort"]
    assert found["by_the_rules_of_today"]["antwort"]["after"] > frozen
    assert "nach den Regeln von heute" in vorgang("deadline", "explain", admitted).out


def test_recomputing_shows_first_and_asks_before_it_changes(
    vorgang: Vorgang, admitted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def due() -> str:
        found = vorgang.json("deadline", "explain", admitted)["deadlines"]
        return str(next(one["due_on"] for one in found if one["name"] == "antwort"))

    before = due()
    unchanged = vorgang.json("deadline", "recompute", admitted)["differences"]
    assert [one["changes"] for one in unchanged] == [False]
    assert vorgang.json("deadline", "recompute", admitted, "--reason", "so", "--as", "randt")["done"] == []

    (tmp_path / "regeln").mkdir()
    (tmp_path / "regeln" / "hagen.toml").write_text(CHANGED, "utf-8")
    monkeypatch.setenv("VORGANG_RULES", str(tmp_path / "regeln"))
    [found] = vorgang.json("deadline", "recompute", admitted)["differences"]
    assert (found["before"], found["changes"]) == (before, True)
    assert found["after"] in vorgang("deadline", "recompute", admitted, "--lang", "en").out
    assert due() == before

    unconfirmed = vorgang.fails(2, "deadline", "recompute", admitted, "--reason", "Neue Regel", "--as", "randt")
    assert unconfirmed["code"] == "cli_unconfirmed"
    assert due() == before
    refused = vorgang.fails(3, "deadline", "recompute", admitted, "--reason", "so", "--as", "beispiel01", "--yes")
    assert refused["code"] == "role_missing"

    done = vorgang.json("deadline", "recompute", admitted, "--reason", "Neue Regel", "--as", "randt", "--yes")
    assert len(done["done"]) == 1
    assert due() == found["after"]
    assert "Frist neu berechnet" in vorgang("case", "history", admitted).out
    assert vorgang.json("audit", "verify")["ok"]


def test_a_deadline_that_does_not_run_cannot_be_recomputed(vorgang: Vorgang, admitted: str) -> None:
    error = vorgang.fails(
        3, "deadline", "recompute", admitted, "--deadline", "sperre", "--reason", "so", "--as", "randt"
    )
    assert error["code"] == "deadline_not_running"


@pytest.mark.parametrize("day", ["2023-12-05", "05.12.2023", "5.12.2023"])
def test_a_day_may_be_written_either_way(capsys: pytest.CaptureFixture[str], day: str) -> None:
    assert main(["deadline", "compute", "--start", day, "--n", "4", "--unit", "wochen", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["due"] == "2024-01-02"
