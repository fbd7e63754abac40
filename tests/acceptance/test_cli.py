"""The command line as people and scripts start it: processes of their own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.bounces import dsn
from vorgang.workflow.cli_help import exit_codes
from vorgang.workflow.wording import words

VORGANG = Path(sys.executable).with_name("vorgang")


def environment(**more: str) -> dict[str, str]:
    """What a process needs, without the settings of whoever runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **more}


def vorgang(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A finished call in `folder`."""
    return subprocess.run(
        [VORGANG, *arguments],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_first_page_says_what_there_is_and_how_it_ends(tmp_path: Path, lang: str) -> None:
    done = vorgang(tmp_path, "--help", VORGANG_LANG=lang)
    assert (done.returncode, done.stderr) == (0, "")
    for command, row in words()["command"].items():
        if command != "vorgang" and " " not in command:
            assert f"\n  {command} " in done.stdout
            assert row[lang].split("\n\n")[0].split()[0] in done.stdout
    for code, meaning in exit_codes("en" if lang == "en" else "de"):
        assert f"\n  {code} " in done.stdout
        assert meaning.split()[0] in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_help_loads_no_database_library(tmp_path: Path) -> None:
    script = (
        "import sys; from vorgang.workflow.cli import main; main(sys.argv[1:]);"
        "print(sorted({'sqlalchemy', 'sqlmodel', 'rich', 'jinja2', 'apscheduler', 'holidays'} & set(sys.modules)))"
    )
    for arguments in (["--help"], ["case", "fire", "--help"], ["--version"]):
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("lifecycle", "check"), 0),
        (("kase",), 2),
        (("case", "list"), 7),
        (("simulate", "falsch.toml"), 6),
        (("doctor",), 1),
    ],
)
def test_with_json_there_is_one_document_and_nothing_else(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    (tmp_path / "falsch.toml").write_text('id = "falsch"\n', "utf-8")
    done = vorgang(tmp_path, *arguments, "--json")
    assert (done.returncode, done.stderr) == (code, "")
    document = json.loads(done.stdout)
    if code not in (0, 1):
        assert list(document["error"]) == ["code", "de", "en", "remedy_de", "remedy_en", "findings", "reasons"]


def test_json_is_readable_whatever_the_locale(tmp_path: Path) -> None:
    done = vorgang(tmp_path, "case", "list", "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 7
    assert "„" in json.loads(done.stdout)["error"]["de"]
    plain = vorgang(tmp_path, "case", "list", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (plain.returncode, "Traceback" in plain.stderr) == (7, False)


def test_the_demo_runs_headless_and_its_database_can_be_asked(tmp_path: Path) -> None:
    done = vorgang(tmp_path, "demo", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["log"]["verified"] is True
    database = ("-d", "var/demo/vorgang.db", "--json")
    audit = json.loads(vorgang(tmp_path, "audit", "verify", *database).stdout)
    assert (audit["ok"], audit["lines"]) == (True, report["log"]["transitions"])
    shown = json.loads(vorgang(tmp_path, "case", "show", "1062/2023/zusage", *database).stdout)
    assert (shown["case"]["state"], shown["case"]["owner"]) == ("offen", "amt01")
    sent = [one for one in report["messages"] if one["status"] == "sent"]
    assert len(list((tmp_path / "var/demo/mail").glob("*.eml"))) == len(sent) == len(report["messages"]) - 2


def test_the_demo_speaks_and_writes_english(tmp_path: Path) -> None:
    done = vorgang(tmp_path, "demo", "--lang", "en")
    assert done.returncode == 0, done.stderr
    for expected in ("documented", "The log is unchanged", "Statement requested"):
        assert expected in done.stdout


def test_a_reader_who_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as nobody:
        done = subprocess.run(
            [VORGANG, "lifecycle", "diagram", "anfrage", "--format", "svg"],
            cwd=tmp_path,
            env=environment(),
            stdout=nobody,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_reminding_process_stops_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    assert vorgang(tmp_path, "db", "upgrade", "-d", "v.db").returncode == 0
    process = subprocess.Popen(
        [VORGANG, "run", "-d", "v.db", "--json"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        assert "SIGTERM" in process.stderr.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, json.loads(out)) == (0, {"stopped": True}), err
    assert "Traceback" not in err


def test_a_reader_who_goes_away_ends_what_people_read_quietly_too(tmp_path: Path) -> None:
    for command in (["lifecycle", "list"], ["demo", "--dir", "probe"]):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as nobody:
            done = subprocess.run(
                [VORGANG, *command],
                cwd=tmp_path,
                env=environment(),
                stdout=nobody,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("command", ["lifecycle list", "lifecycle list --json", "--help", "lifecycle diagram anfrage"])
def test_output_that_cannot_be_written_is_no_mistake_in_the_program(tmp_path: Path, command: str) -> None:
    for redirection in (">&-", "> /dev/full"):
        done = subprocess.run(
            ["/bin/sh", "-c", f"exec {VORGANG} {command} {redirection}"],
            cwd=tmp_path,
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr.count("\n")) == (74, 1), (redirection, done.stderr)
        assert "Traceback" not in done.stderr


def test_without_any_stream_nothing_is_harmed(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {VORGANG} db upgrade -d v.db <&- >&- 2>&-"],
        cwd=tmp_path,
        env=environment(),
        check=False,
    )
    assert done.returncode == 74
    assert (tmp_path / "v.db").read_bytes().startswith(b"SQLite format 3")
    assert vorgang(tmp_path, "db", "check", "-d", "v.db").returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_of_few_characters_shows_what_it_can(tmp_path: Path, encoding: str) -> None:
    for arguments in (["lifecycle", "list"], ["demo"], ["--help"], ["kase"]):
        done = subprocess.run(
            [VORGANG, *arguments],
            cwd=tmp_path,
            env=environment(PYTHONIOENCODING=encoding, PYTHONUTF8="0"),
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == (2 if arguments == ["kase"] else 0), done.stderr
        assert b"Traceback" not in done.stderr


def test_an_interrupted_command_says_so(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [VORGANG, "demo"], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, err.strip()) == (130, "Abgebrochen.")
    assert not (tmp_path / "var" / "demo").exists()


def test_lines_of_a_log_do_not_mix_with_the_answer(tmp_path: Path) -> None:
    bounce = tmp_path / "bounce.eml"
    bounce.write_bytes(dsn(message="00000000-0000-7000-8000-000000000000"))
    vorgang(tmp_path, "db", "upgrade", "-d", "v.db")
    vorgang(tmp_path, "db", "profile", "hagen", "-d", "v.db")
    done = vorgang(tmp_path, "bounces", "read", str(bounce), "-d", "v.db", VORGANG_LANG="de")
    assert (done.returncode, done.stderr) == (0, "")
    loud = vorgang(tmp_path, "bounces", "read", str(bounce), "-d", "v.db", VORGANG_DEBUG="1")
    assert ": unknown" in loud.stderr


def test_an_empty_mail_has_no_reason_rather_than_a_word_of_python(tmp_path: Path) -> None:
    (tmp_path / "leer.eml").write_bytes(b"")
    vorgang(tmp_path, "db", "upgrade", "-d", "v.db")
    done = vorgang(tmp_path, "bounces", "read", "leer.eml", "-d", "v.db", "--json")
    assert [one["reason"] for one in json.loads(done.stdout)["mails"]] == ["–"]
