"""kill -9 at any moment of the demo: no event is half there, the log verifies, and the next run completes."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.replays import Replays
from tests.helpers.soundness import assert_sound
from vorgang.states.database import Database, Options
from vorgang.states.migrate import check, require_current, upgrade
from vorgang.states.queries import counts
from vorgang.workflow.demo_folder import DemoFolder

FULL = os.environ.get("CHAOS") == "full"
SEEDS = [20231205, 20240305, 20241106, 20241119] if FULL else [20231205, 20240305]
#: How often each seed kills: together 200 in the full proof (`make chaos`), 20 in every run of the tests.
KILLS = 50 if FULL else 10
WORKERS = 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_process_leaves_no_event_half_way(seed: int, tmp_path: Path) -> None:
    print(f"seed {seed}")  # noqa: T201  # shown when the test fails
    with ThreadPoolExecutor(WORKERS) as pool:
        lines = list(
            pool.map(lambda n: _kill_many(random.Random(seed + n), tmp_path / str(n), again=n == 0), range(WORKERS))
        )
    found = [count for worker in lines for count in worker]
    assert len(found) == KILLS
    # The kills were spread over the run: some found little, some found much.
    assert len(set(found)) > KILLS // 4


def _kill_many(chance: random.Random, folder: Path, *, again: bool) -> list[int]:
    """One worker's share of the kills, the last of them perhaps played again; how many log lines each left."""
    with Replays() as replays:
        complete, moments = replays.whole(folder)
        pauses = [until - since for since, until in pairwise([0.0, *moments])]
        found: list[int] = []
        while len(found) < KILLS // WORKERS:
            number = chance.randrange(len(pauses))
            if replays.killed(folder, number, chance.uniform(0, pauses[number])):
                found.append(_lines_left(folder))
        if again:
            assert _timeless(replays.whole(folder)[0]) == _timeless(complete)
        return found


def _lines_left(folder: Path) -> int:
    """Open what the killed process left, as the next one would; the length of the log."""
    database = Database(f"sqlite:///{DemoFolder(folder).database}", Options(synchronous="NORMAL"))
    try:
        if check(database).state in {"missing", "older"}:
            upgrade(database)  # killed while the tables were made: they are made now
        require_current(database)
        assert_sound(database)
        with database.reading() as connection:
            return counts(connection)["transitions"]
    finally:
        database.close()


def _timeless(report: dict[str, Any]) -> dict[str, Any]:
    """A report without the ids that differ from run to run."""
    lifecycles = [case["lifecycle"] for case in report["cases"]]
    states = [case["state"] for case in report["cases"]]
    clocks = sorted([one["rule"], one["due"], one["status"]] for one in report["deadlines"])
    mails = sorted([one["at"], one["to"], one["template"]] for one in report["messages"])
    return {"log": report["log"], "cases": list(zip(lifecycles, states, strict=True)), "clocks": clocks, "mails": mails}
