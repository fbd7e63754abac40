"""kill -9 while historical cases come in: none is half there, and the same call brings in the rest, none twice."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.databases import Sqlite
from tests.helpers.history import many
from tests.helpers.soundness import assert_sound
from vorgang.config.profile_files import load_profiles
from vorgang.states.database import Database
from vorgang.states.queries import counts
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.workflow import Workflow

CASES = 12_000
DONE = "Vorgänge übernommen"


def start(url: str, path: Path) -> "subprocess.Popen[str]":
    call = ["-c", "from vorgang.workflow.cli import main; raise SystemExit(main())", "history", "import", str(path)]
    more = ["--as", "randt", "--yes", "--no-index", "--lang", "de", "--database", url]
    return subprocess.Popen([sys.executable, *call, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed(url: str, path: Path) -> int:
    """Kill it once some cases have come in; how many had been told of."""
    process = start(url, path)
    assert process.stderr is not None
    told = next(line for line in process.stderr if line.startswith(DONE))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    return int(told.split(":")[1].split()[0])


@pytest.mark.slow
def test_who_interrupts_it_is_told_how_far_it_is_and_how_to_go_on(sqlite: Sqlite, tmp_path: Path) -> None:
    url = sqlite.prepared()
    with Workflow.open(url) as workflow:
        import_profile(workflow, load_profiles().get("hagen"))
    process = start(url, many(tmp_path / "alt.csv", CASES))
    assert process.stderr is not None
    next(line for line in process.stderr if line.startswith(DONE))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert f"von {CASES} Vorgängen sind übernommen; derselbe Aufruf macht dort weiter." in err


@pytest.mark.slow
def test_a_killed_run_leaves_whole_cases_and_goes_on(database_url: str, tmp_path: Path) -> None:
    with Workflow.open(database_url) as workflow:
        import_profile(workflow, load_profiles().get("hagen"))
    path = many(tmp_path / "alt.csv", CASES)
    told = killed(database_url, path)
    database = Database(database_url)
    try:
        assert_sound(database)
        with database.reading() as connection:
            left = counts(connection)["cases"]
        assert told <= left < CASES
        out, err = start(database_url, path).communicate()
        assert f"Übernommen: {CASES - left}; schon vorhanden: {left}" in out, err
        assert_sound(database)
        with database.reading() as connection:
            assert counts(connection)["cases"] == CASES
    finally:
        database.close()
