"""The command line itself: languages, options, errors, help."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.helpers.command_line import Vorgang, copied
from vorgang.workflow.cli import app, main
from vorgang.workflow.cli_help import translate
from vorgang.workflow.wording import chosen_lang, words


def commands(lang: str) -> Iterator[Any]:
    """Every command and group as people meet it in `lang`."""
    whole: Any = get_command(app)
    translate(whole, "en" if lang == "en" else "de")
    waiting = [whole]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += getattr(one, "commands", {}).values()


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_command_and_option_is_explained_with_an_example(lang: str) -> None:
    paths = set()
    for command in commands(lang):
        paths.add(command.path or "vorgang")
        assert command.help
        assert all(param.help for param in command.params), command.path
        example = words()["command"][command.path or "vorgang"]["example"]
        assert f"vorgang {command.path}".strip() in example
    assert paths == set(words()["command"])


def test_the_wording_is_complete_in_both_languages() -> None:
    for section in words().values():
        for key, row in section.items():
            assert row["de"], key
            assert row["en"], key
            places = {lang: set(re.findall(r"{(\w+)}", row[lang])) for lang in ("de", "en")}
            assert places["de"] == places["en"], key


def test_every_exit_code_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
    assert re.findall(r"^\| (\d+) \|", page, re.MULTILINE) == list(words()["exit"])


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        ([], {}, "de"),
        ([], {"LANG": "C.UTF-8"}, "de"),
        ([], {"LANG": "de_DE.UTF-8"}, "de"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "en_GB.UTF-8", "LC_ALL": "de_AT"}, "de"),
        ([], {"LANG": "en_GB.UTF-8", "VORGANG_LANG": "de"}, "de"),
        (["case", "--lang", "en"], {"VORGANG_LANG": "de"}, "en"),
        (["--lang=de"], {"LANG": "en_US"}, "de"),
        (["--lang"], {}, "de"),
    ],
)
def test_the_language_is_that_of_the_option_the_setting_or_the_locale(
    arguments: list[str], environ: dict[str, str], expected: str
) -> None:
    assert chosen_lang(arguments, environ) == expected


def test_common_options_may_stand_anywhere(vorgang: Vorgang, capsys: pytest.CaptureFixture[str]) -> None:
    case = vorgang.opened()
    database = str(vorgang.database)
    for arguments in (
        ["--json", "-d", database, "case", "list"],
        ["case", "--json", "--database", database, "list"],
        ["case", "list", f"--database=sqlite:///{database}", "--json"],
    ):
        assert main(arguments) == 0
        assert [one["id"] for one in json.loads(capsys.readouterr().out)["cases"]] == [case]


@pytest.mark.parametrize(
    ("arguments", "code", "german", "english"),
    [
        (["kase"], "cli_command_unknown", "Gemeint sein könnte: case", "Perhaps you meant: case"),
        (["case", "shwo"], "cli_command_unknown", "Gemeint sein könnte: show", "Perhaps you meant: show"),
        (["case", "list", "--opne"], "cli_option_unknown", "Gemeint sein könnte: --open", "Perhaps you meant: --open"),
        (["case", "show"], "cli_parameter_missing", "„REF“ fehlt", '"REF" is missing'),
        (["case", "override", "1", "x"], "cli_parameter_missing", "„--reason“ fehlt", '"--reason" is missing'),
        (
            ["case", "list", "--limit", "viele"],
            "cli_parameter_wrong",
            "„--limit“ passt nicht",
            '"--limit" does not fit',
        ),
        (["case", "list", "--limit"], "cli_option_value", "fehlt ein Wert", "value is missing"),
        (["case", "list", "zuviel"], "cli_usage", "nicht verständlich", "cannot be understood"),
        (["lifecycle", "check", "nirgends"], "cli_path_missing", "gibt es nicht", "does not exist"),
    ],
)
def test_a_wrong_call_is_explained_in_both_languages(
    arguments: list[str], code: str, german: str, english: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for lang, expected in (("de", german), ("en", english)):
        assert main(["--lang", lang, *arguments]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert f"[{code}]" in err
        assert expected in err
    assert main(["--json", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (json.loads(out)["error"]["code"], err) == (code, "")


def test_a_group_alone_shows_what_it_offers(capsys: pytest.CaptureFixture[str]) -> None:
    for lang, expected in (("de", "Befehle:"), ("en", "Commands:")):
        assert main(["--lang", lang]) == 2
        assert "[cli_command_missing]" in capsys.readouterr().err
        assert main(["case", "--help", "--lang", lang]) == 0
        assert expected in capsys.readouterr().out
    assert main(["case"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "history" in err


def test_no_database_is_made_by_asking_for_one(vorgang: Vorgang, tmp_path: Path) -> None:
    vorgang.database = tmp_path / "verschrieben.db"
    for arguments in (("case", "list"), ("db", "check"), ("audit", "verify"), ("outbox", "list"), ("run", "--once")):
        assert vorgang.fails(7, *arguments)["code"] == "cli_database_missing"
    assert not vorgang.database.exists()


def test_a_file_that_is_no_database_is_called_so(vorgang: Vorgang) -> None:
    vorgang.database.write_text("keine Datenbank, sondern ein Brief " * 100, "utf-8")
    assert vorgang.fails(7, "case", "list")["code"] == "store_damaged"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_database_that_cannot_be_written_to_is_called_so(vorgang: Vorgang) -> None:
    vorgang.database.chmod(0o444)
    vorgang.database.parent.chmod(0o555)
    try:
        assert vorgang.fails(7, "db", "profile", "hagen")["code"] == "store_read_only"
    finally:
        vorgang.database.parent.chmod(0o755)


def test_of_several_municipalities_one_must_be_named(vorgang: Vorgang) -> None:
    case = vorgang.opened()
    vorgang.json("db", "profile", "kiel")
    assert vorgang.fails(2, "worklist")["code"] == "cli_body_unclear"
    assert [one["id"] for one in vorgang.json("worklist", "--body", "hagen")["cases"]] == [case]
    assert vorgang.json("case", "list", "--body", "kiel")["cases"] == []
    assert vorgang.fails(5, "worklist", "--body", "bonn")["code"] == "body_unknown"


def test_a_database_without_municipality_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    empty = Vorgang(tmp_path / "leer.db", capsys.readouterr)
    empty.json("db", "upgrade")
    assert empty.fails(2, "worklist")["code"] == "cli_body_none"


def test_a_wrong_file_of_the_municipality_is_named_with_its_place(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "eigene"
    folder.mkdir()
    (folder / "falsch.toml").write_text('id = "falsch"\nversion = "eins"\n', "utf-8")
    monkeypatch.setenv("VORGANG_LIFECYCLES", str(folder))
    error = vorgang.fails(6, "case", "list")
    assert any(finding["file"].endswith("falsch.toml") for finding in error["findings"])
    printed = vorgang("case", "list")
    assert (printed.code, printed.out) == (6, "")
    assert "falsch.toml:2: version" in printed.err


def test_a_file_that_cannot_be_written_is_one_sentence_and_a_trace_only_on_demand(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kein-bild"
    folder.mkdir()
    answer = vorgang("lifecycle", "diagram", "anfrage", "--output", folder)
    assert (answer.code, answer.out) == (2, "")
    assert "[cli_file]" in answer.err
    assert "Traceback" not in answer.err
    monkeypatch.setenv("VORGANG_DEBUG", "1")
    assert "Traceback" in vorgang("lifecycle", "diagram", "anfrage", "--output", folder).err


def test_a_setting_that_is_wrong_is_named_without_its_value(vorgang: Vorgang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VORGANG_SMTP_PORT", "geheim")
    error = vorgang.fails(2, "case", "list")
    assert "VORGANG_SMTP_PORT" in error["de"]
    assert "geheim" not in json.dumps(error)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"vorgang \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


def test_two_databases_do_not_mix(vorgang: Vorgang, hagen: Path, tmp_path: Path) -> None:
    vorgang.opened()
    vorgang.database = copied(hagen, tmp_path / "zweite.db")
    assert vorgang.json("case", "list")["cases"] == []


@pytest.mark.parametrize(
    ("arguments", "de", "en"),
    [
        (("calendar", "show", "bald"), "erwartet wird eine ganze Zahl", "a whole number is expected"),
        (("case", "list", "--limit", "0"), "mindestens 1", "at least 1"),
        (("case", "list", "--limit", "999999999"), "höchstens 10000", "at most 10000"),
        (("simulate", "kartal", "--lanes", "x"), "möglich sind: case, office", "possible are: case, office"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_in_both_languages(
    vorgang: Vorgang, arguments: tuple[str, ...], de: str, en: str
) -> None:
    error = vorgang.fails(2, *arguments)
    assert error["code"] == "cli_parameter_wrong"
    assert de in error["de"]
    assert en in error["en"]
