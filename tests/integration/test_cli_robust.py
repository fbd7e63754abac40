"""Calls that are mistaken, terminals that are narrow, data that is odd: always a sentence, never a wrong success."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang
from tests.helpers.databases import Postgres
from tests.integration.test_cli_replay import SCENARIO
from vorgang.config.settings import sqlite_path, sqlite_url, unknown_variables
from vorgang.states.database import Database
from vorgang.workflow.cli import main


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "kurz.toml"
    path.write_text(SCENARIO, "utf-8")
    return path


def error(capsys: pytest.CaptureFixture[str]) -> str:
    return str(json.loads(capsys.readouterr().out)["error"]["code"])


@pytest.mark.parametrize("option", [("-d", "x.db"), ("--body", "hagen"), ("--as", "randt")])
def test_an_option_without_effect_is_refused(
    option: tuple[str, str],
    scenario: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for call in (["demo"], ["simulate", str(scenario)])[: 1 if option[0] == "-d" else 2]:
        for arguments in ([*option, *call], [*call, *option]):
            assert main([*arguments, "--json"]) == 2
            assert error(capsys) == "cli_option_useless"
    assert not (tmp_path / "var").exists()


def test_who_acts_by_the_environment_may_still_see_the_demo(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VORGANG_ACTOR", "randt")
    assert main(["simulate", str(scenario)]) == 0


def played_on(url: str, scenario: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """The state of the case after the scenario, and the error of playing it again."""
    assert main(["simulate", str(scenario), "-d", url, "--dir", "probe"]) == 0
    told = capsys.readouterr().out
    assert "***" in told or "@" not in url
    assert not Path("probe/vorgang.db").exists()
    assert list(Path("probe/mail").glob("*.eml"))
    assert main(["case", "show", "0007/2024", "-d", url, "--json"]) == 0
    state = json.loads(capsys.readouterr().out)["case"]["state"]
    assert main(["simulate", str(scenario), "-d", url, "--dir", "probe", "--json"]) == 2
    return state, error(capsys)


def test_a_scenario_can_be_played_on_a_database_without_cases(
    scenario: Path, vorgang: Vorgang, capsys: pytest.CaptureFixture[str]
) -> None:
    for url in (str(vorgang.database), "neu.db"):
        assert played_on(url, scenario, capsys) == ("zurueckgezogen", "cli_simulate_used")


@pytest.mark.postgres
def test_a_scenario_can_be_played_on_postgresql(
    scenario: Path,
    tmp_path: Path,
    postgres: Postgres,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    url = postgres.empty()
    try:
        assert played_on(url, scenario, capsys) == ("zurueckgezogen", "cli_simulate_used")
    finally:
        postgres.drop(url)


@pytest.mark.parametrize("name", ["frage?.db", "a#b.db", "100%41.db", "mit leer.db", "a?b=c&d#e%.db"])
def test_a_path_is_taken_as_it_stands(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["db", "upgrade", "-d", name]) == 0
    assert {path.name for path in tmp_path.iterdir()} - {f"{name}-wal", f"{name}-shm"} == {name}
    assert main(["db", "check", "-d", name]) == 0
    assert sqlite_path(sqlite_url(name)) == Path(name)
    database = Database(sqlite_url(name))
    assert database.url.database == name
    database.close()


def test_an_address_that_cannot_be_read_is_called_so_without_its_password(
    vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in ("postgresql://[::1/x", "postgresql://u:geheim@host:port/x", "postgresql://u:geheim@[::1/x"):
        assert main(["case", "list", "-d", url]) == 2
        monkeypatch.setenv("VORGANG_DATABASE_URL", url)
        assert main(["doctor"]) == 1
        monkeypatch.delenv("VORGANG_DATABASE_URL")
    printed = vorgang("lifecycle", "list")
    assert "geheim" not in printed.out + printed.err
    assert "database_url_invalid" in printed.err


def test_text_that_is_not_utf_8_is_a_wrong_input(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "daten.json"
    path.write_bytes('{"betreff": "Bänke"}'.encode("latin-1"))
    answer = vorgang.fails(2, "case", "open", "anfrage", "--as", "randt", "--data", f"@{path}")
    assert answer["code"] == "cli_file"
    assert "daten.json" in answer["de"]
    assert vorgang.fails(2, "case", "open", "anfrage", "--as", "randt", "--data", f"@{tmp_path}")["code"] == "cli_file"


@pytest.mark.parametrize("width", ["40", "60", "80", "100", "160"])
def test_no_width_loses_what_was_entered(vorgang: Vorgang, width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    long = vorgang.opened("9" * 300, betreff="Ein Betreff\nüber mehrere\n\nZeilen")
    short = vorgang.opened("0101/2024")
    monkeypatch.setenv("COLUMNS", width)
    for arguments in (("case", "list"), ("worklist",), ("worklist", "gs-integrationsrat"), ("outbox", "list")):
        out = vorgang(*arguments).out
        assert all(len(line) <= int(width) for line in out.splitlines()), arguments
        if arguments[0] != "outbox":
            assert "…" in out
            assert "0101/2024" in out
            assert short[:18] in out
            flat = re.sub(r"[\s─]+", "", out)
            assert "EinBetreffübermehrereZeilen" in flat or int(width) >= 60
    shown = vorgang("case", "show", long).out
    assert long in re.sub(r"\s+", "", shown)


def test_the_exact_value_stays_in_json(vorgang: Vorgang) -> None:
    vorgang.opened("9" * 300)
    assert vorgang.json("case", "list")["cases"][0]["number"] == "9" * 300


def test_a_folder_without_lifecycles_is_not_called_sound(vorgang: Vorgang, tmp_path: Path) -> None:
    empty = tmp_path / "leer"
    empty.mkdir()
    (empty / "LIESMICH.txt").write_text("nichts", "utf-8")
    assert vorgang.fails(2, "lifecycle", "check", empty)["code"] == "cli_no_lifecycle"


def test_a_missing_file_does_not_hide_what_the_others_lack(vorgang: Vorgang, tmp_path: Path) -> None:
    wrong = tmp_path / "falsch.toml"
    wrong.write_text('id = "falsch"\nversion = "eins"\n', "utf-8")
    answer = vorgang("lifecycle", "check", wrong, "fehlt.toml", "--json")
    assert answer.code == 2
    codes = {(one["file"], one["code"]) for one in answer.document["findings"]}
    assert ("fehlt.toml", "cli_path_missing") in codes
    assert any(file == str(wrong) for file, _ in codes)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (["case", "list", "--lifecycle", "anfarge"], 5, "lifecycle_unknown"),
        (["case", "list", "--state", "ofen"], 5, "state_unknown"),
        (["case", "list", "--lifecycle", "mitzeichnung", "--state", "zugewiesen"], 5, "state_unknown"),
        (["case", "list", "--open", "--closed"], 2, "cli_open_and_closed"),
        (["case", "list", "--after", "xx"], 2, "cli_id_form"),
        (["outbox", "list", "--before", "xyz"], 2, "cli_id_form"),
        (["case", "open", "anfarge", "--as", "randt"], 5, "lifecycle_unknown"),
        (["lifecycle", "diagram", "anfarge"], 5, "lifecycle_unknown"),
        (["lifecycle", "diagram", "fehlt.toml"], 2, "cli_path_missing"),
        (["db", "profile", "hgaen"], 5, "profile_unknown"),
        (["db", "profile", "fehlt.toml"], 2, "cli_path_missing"),
        (["simulate", "karrtal"], 5, "scenario_unknown"),
    ],
)
def test_an_unknown_name_is_not_answered_with_an_empty_list(
    vorgang: Vorgang, arguments: list[str], exit_code: int, code: str
) -> None:
    if arguments[0] == "simulate":
        assert main([*arguments]) == exit_code
        return
    answer = vorgang.fails(exit_code, *arguments)
    assert answer["code"] == code
    assert "–" not in answer["remedy_de"]


def test_a_known_filter_that_fits_nothing_is_an_empty_list(vorgang: Vorgang) -> None:
    for arguments in (["--lifecycle", "zusage"], ["--state", "zugewiesen"], ["--lifecycle", "anfrage"]):
        assert vorgang.json("case", "list", *arguments)["cases"] == []


@pytest.mark.parametrize(
    "command", ["case list", "case show X", "case history X", "outbox list", "audit verify", "worklist"]
)
def test_an_unknown_municipality_is_named_by_every_command(vorgang: Vorgang, command: str) -> None:
    arguments = command.replace("X", vorgang.opened()).split()
    assert vorgang.fails(5, *arguments, "--body", "bonn")["code"] == "body_unknown"
    vorgang.json(*arguments, "--body", "hagen")


def test_a_file_that_is_no_profile_is_named(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# Vorgang\n\nText", "utf-8")
    answer = vorgang("db", "profile", path)
    assert answer.code == 6
    assert "README.md" in answer.err
    path.write_text('key = "x"\n', "utf-8")
    assert vorgang.fails(2, "db", "profile", path)["code"] == "cli_profile_suffix"


def test_a_setting_that_there_is_not_is_warned_of(vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VORGANG_DATABASE_ULR", "sqlite:///x.db")
    answer = vorgang("case", "list", "--json")
    assert answer.code == 0
    assert "VORGANG_DATABASE_URL" in answer.err
    assert answer.document == {"cases": []}


def test_variables_of_others_are_left_alone() -> None:
    given = {
        "VORGANG_ACTOR": "x",
        "VORGANG_DEBUG": "1",
        "VORGANG_SECRETS_DIR": "/run",
        "VORGANG_SERVICE_HOST": "10.0.0.1",
        "VORGANG_PORT_80_TCP": "tcp://",
        "VORGANG_LANG": "de",
        "VORGANG_QUATSCH": "x",
        "VORGANG_MAILTO": "smtp",
    }
    assert unknown_variables(given) == [("VORGANG_MAILTO", "VORGANG_MAIL_TO"), ("VORGANG_QUATSCH", "")]


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        (('event = "zurueckziehen"', 'event = "zurueckzeihen"'), "event_unknown", "step[1].event"),
        (('by    = "severcan"', 'by    = "severacn"'), "scenario_person_unknown", "step[1].by"),
        (('profile = "hagen"', 'profile = "hgaen"'), "profile_unknown", "profile"),
        (('open   = "anfrage"', 'open   = "anfarge"'), "lifecycle_unknown", "step[0].open"),
        (('case  = "eine"', 'case  = "keine"'), "scenario_case_unknown", "step[1].case"),
        (
            ('event = "zurueckziehen"', 'event = "x"\nchild = { mitzeichung = {} }'),
            "scenario_child_name",
            "step[1].child",
        ),
        (
            ('event = "zurueckziehen"', 'event = "x"\nchild = { mitzeichnung = 1 }'),
            "scenario_child_form",
            "step[1].child",
        ),
        (('event = "zurueckziehen"', 'event = "x"\nfiles = { a = 1 }'), "scenario_file_form", "step[1].files.a"),
    ],
)
def test_a_scenario_is_checked_before_it_is_played(
    scenario: Path, vorgang: Vorgang, change: tuple[str, str], code: str, key: str
) -> None:
    assert change[0] in SCENARIO
    scenario.write_text(SCENARIO.replace(*change), "utf-8")
    found = vorgang.fails(6, "simulate", scenario)["findings"]
    assert [(one["code"], one["key"], one["file"]) for one in found] == [(code, key, str(scenario))]
    assert found[0]["line"]
    assert not Path("var/simulate/kurz").exists()


def test_a_run_that_fails_leaves_nothing_half_made(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    scenario.write_text(SCENARIO.replace('by    = "severcan"', 'by    = "beispiel41"'), "utf-8")
    assert main(["simulate", str(scenario), "--json"]) == 3
    capsys.readouterr()
    assert not (tmp_path / "var" / "simulate" / "kurz").exists()
    assert main(["simulate", str(scenario), "--dir", "meins"]) == 3
    assert not (tmp_path / "meins").exists()


def test_a_closed_case_says_that_it_is_closed(vorgang: Vorgang) -> None:
    case = vorgang.opened()
    vorgang.json("case", "fire", case, "zurueckziehen", "--as", "severcan")
    assert "abgeschlossen; weiter führt kein Ereignis" in vorgang("case", "events", case).out


def test_no_hint_names_a_dash(vorgang: Vorgang) -> None:
    for arguments in (["qqqq"], ["case", "list", "--qqqqqqq"]):
        answer = vorgang(*arguments)
        assert answer.code == 2
        assert "–." not in answer.err


def test_one_is_told_in_the_singular(vorgang: Vorgang) -> None:
    vorgang.opened()
    assert "1 Vorgang, 1 Zeile, 0 Siegel" in vorgang("audit", "verify").out
    assert "1 case, 1 line, 0 heads" in vorgang("audit", "verify", "--lang", "en").out


def test_the_path_of_a_demo_can_be_copied(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["simulate", str(scenario), "--dir", "mein ordner"]) == 0
    assert "-d 'mein ordner/vorgang.db'" in capsys.readouterr().out


def test_the_outbox_tells_local_time_and_short_reasons(vorgang: Vorgang) -> None:
    vorgang.opened()
    with sqlite3.connect(vorgang.database) as connection:
        connection.execute("UPDATE vorgang_message SET error = ?", ("Grund " * 100,))
    connection.close()
    message = vorgang.json("outbox", "list")["messages"]
    if message:
        assert len(message[0]["error"]) > 500
    out = vorgang("outbox", "list").out
    assert "UTC" not in out
    assert "Grund " * 12 not in out


def test_links_to_this_machine_in_real_mails_are_warned_of(vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VORGANG_MAIL_TO", "smtp")
    monkeypatch.setenv("VORGANG_SMTP_PORT", "1")
    checks = vorgang("doctor", "--json").document["checks"]
    assert any("VORGANG_BASE_URL" in one["remedy_de"] for one in checks)
    monkeypatch.setenv("VORGANG_BASE_URL", "https://vorgang.example.org")
    checks = vorgang("doctor", "--json").document["checks"]
    assert not any("VORGANG_BASE_URL" in one["remedy_de"] for one in checks)


def test_doctor_tells_each_mistake_once(vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "eigene"
    folder.mkdir()
    (folder / "falsch.toml").write_text('id = "falsch"\n', "utf-8")
    for variable in ("VORGANG_RULES", "VORGANG_LIFECYCLES"):
        monkeypatch.setenv(variable, str(folder))
        told = [one["de"] for one in vorgang("doctor", "--json").document["checks"] if one["status"] == "failure"]
        assert told
        assert len(told) == len(set(told)), told
        monkeypatch.delenv(variable)


def test_mails_that_wait_for_the_server_are_called_deferred(vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VORGANG_MAIL_TO", "smtp")
    monkeypatch.setenv("VORGANG_SMTP_PORT", "1")
    case = vorgang.opened()
    vorgang.json("case", "fire", case, "zulassen", "--as", "randt")
    answer = vorgang("run", "--once")
    assert re.search(r"\d+ zurückgestellt, 0 unzustellbar", answer.out), answer
