"""`vorgang demo` and `vorgang simulate`: a year in seconds, in a folder that holds nobody else's files."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang
from vorgang.workflow.demo_folder import clean_folder

SCENARIO = """
id      = "kurz"
title   = { de = "Zurückgezogen", en = "Withdrawn" }
profile = "hagen"
start   = 2024-03-01T08:00:00
until   = 2024-03-08T08:00:00

[[step]]
at     = 2024-03-01T09:00:00
case   = "eine"
open   = "anfrage"
by     = "randt"
belegt = true
[step.data]
nummer        = "0007/2024"
betreff       = "Bänke"
schreiben_vom = 2024-02-28
eingang       = 2024-03-01
fragesteller  = "severcan"
fragen        = ["Wie viele?"]

[[step]]
at    = 2024-03-04T09:00:00
case  = "eine"
event = "zurueckziehen"
by    = "severcan"
"""


def test_the_demo_tells_the_case_of_kartal(vorgang: Vorgang) -> None:
    answer = vorgang("demo", "--dir", "vorfuehrung")
    assert (answer.code, answer.err) == (0, "")
    for expected in (
        "22.12.2023 09:30  ● Ereignis    1062/2023: registrieren → eingegangen",
        "Frist abgelaufen",
        "abgelehnt",
        "1062/2023-1",
        "§ 187 Abs. 1 BGB",
        "Offen am 20.11.2024",
        "Das Protokoll ist unverändert",
        "vorfuehrung/vorgang.db",
    ):
        assert expected in answer.out
    assert list(Path("vorfuehrung/mail").glob("*.eml"))


def test_the_demo_as_one_object(vorgang: Vorgang) -> None:
    report = vorgang.json("demo", "--dir", "vorfuehrung")
    assert list(report) == ["scenario", "cases", "log", "deadlines", "messages", "elapsed_s"]
    assert [list(report[key][0]) for key in ("cases", "deadlines", "messages")] == [
        ["number", "lifecycle", "state", "opened", "closed"],
        ["case", "rule", "due", "status"],
        ["at", "to", "template", "subject"],
    ]
    assert report["log"]["verified"] is True
    still_open = [(one["number"], one["lifecycle"]) for one in report["cases"] if one["closed"] is None]
    assert still_open == [("1062/2023", "zusage")]
    instants = [datetime.fromisoformat(one["at"]) for one in report["messages"]]
    assert instants == sorted(instants)
    assert all("@" in one["to"] for one in report["messages"])
    reminded = [
        one["at"] for one in report["messages"] if one["template"] == "erinnerung" and "Zusage" in one["subject"]
    ]
    assert any(at < "2024-11-06" for at in reminded)


def test_a_second_run_starts_clean_and_leaves_other_files_alone(vorgang: Vorgang) -> None:
    first = vorgang.json("demo", "--dir", "vorfuehrung")
    folder = Path("vorfuehrung")
    (folder / "notiz.txt").write_text("meins", "utf-8")
    (folder / "mail" / "brief.txt").write_text("meins", "utf-8")
    mails = sorted(path.name for path in (folder / "mail").glob("*.eml"))
    second = vorgang.json("demo", "--dir", "vorfuehrung")
    assert {**second, "elapsed_s": 0} == {**first, "elapsed_s": 0}
    assert len(list((folder / "mail").glob("*.eml"))) == len(mails)
    assert (folder / "notiz.txt").read_text("utf-8") == (folder / "mail" / "brief.txt").read_text("utf-8") == "meins"


def test_a_folder_of_somebody_else_is_not_touched(vorgang: Vorgang, tmp_path: Path) -> None:
    foreign = tmp_path / "fremd"
    foreign.mkdir()
    (foreign / "vorgang.db").write_text("wichtig", "utf-8")
    assert vorgang.fails(2, "demo", "--dir", foreign)["code"] == "cli_demo_folder"
    assert [path.name for path in foreign.iterdir()] == ["vorgang.db"]
    assert (foreign / "vorgang.db").read_text("utf-8") == "wichtig"


def test_two_demos_do_not_share_a_folder(vorgang: Vorgang, tmp_path: Path) -> None:
    with clean_folder(tmp_path / "belegt"):
        assert vorgang.fails(4, "demo", "--dir", tmp_path / "belegt")["code"] == "cli_demo_running"


def test_any_scenario_can_be_played(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "kurz.toml"
    path.write_text(SCENARIO, "utf-8")
    report = vorgang.json("simulate", path)
    assert (report["scenario"], [one["state"] for one in report["cases"]]) == ("kurz", ["zurueckgezogen"])
    assert Path("var/simulate/kurz/vorgang.db").exists()
    assert "0007/2024: zurückziehen → zurückgezogen" in vorgang("simulate", path).out


@pytest.mark.parametrize(
    ("change", "code", "exit_code"),
    [
        (("belegt = true", "belegt = 1"), "config_type", 6),
        (('event = "zurueckziehen"', 'event = "zurueckzeihen"'), "event_unknown", 6),
        (('by    = "severcan"', 'by    = "niemand"'), "scenario_person_unknown", 6),
        (('profile = "hagen"', 'profile = "hgaen"'), "profile_unknown", 6),
    ],
)
def test_a_wrong_scenario_is_explained(
    vorgang: Vorgang, tmp_path: Path, change: tuple[str, str], code: str, exit_code: int
) -> None:
    path = tmp_path / "falsch.toml"
    path.write_text(SCENARIO.replace(*change), "utf-8")
    assert vorgang.fails(exit_code, "simulate", path)["code"] == code


def test_an_unknown_scenario_is_named(vorgang: Vorgang) -> None:
    assert vorgang.fails(5, "simulate", "karrtal")["code"] == "scenario_unknown"
    assert vorgang.fails(2, "simulate", "fort.toml")["code"] == "scenario_unreadable"
