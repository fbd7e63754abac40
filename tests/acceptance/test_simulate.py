"""A simulation that is stopped from outside leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.helpers.contents import contents
from tests.helpers.databases import Sqlite
from tests.helpers.house import House

VORGANG = Path(sys.executable).parent / "vorgang"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_stops_it_finds_nothing_of_it(sqlite: Sqlite, tmp_path: Path, number: signal.Signals) -> None:
    url = sqlite.prepared()
    house = House(url)
    for _ in range(150):
        house.ask()
    house.close()
    before = contents(url)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    until = (datetime.now(UTC) + timedelta(days=300)).date().isoformat()
    command = [str(VORGANG), "simulate", "--until", until, "-d", url, "--out", str(tmp_path / "mails")]
    environment = {**os.environ, "TMPDIR": str(scratch), "VORGANG_LANG": "en"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as running:
        while not list(scratch.glob("*/mail/*.eml")):
            assert running.poll() is None
            time.sleep(0.01)  # between two looks at the folder
        running.send_signal(number)
        _, told = running.communicate(timeout=60)
    assert running.returncode == 130, told
    assert list(scratch.iterdir()) == []
    assert not (tmp_path / "mails").exists()
    assert contents(url) == before
    sqlite.drop(url)
