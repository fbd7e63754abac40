"""A process that fires event after event does not grow."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.databases import Sqlite
from tests.helpers.house import House
from vorgang.states.step import Command

#: Events fired to warm every cache, and then to look for growth.
WARM, MORE = 4_000, 20_000
CASES = 50
PAGE_KIB = 4


@pytest.fixture
def house(sqlite: Sqlite) -> Iterator[House]:
    url = sqlite.prepared()
    house = House(url)
    house.ask()
    # The page cache grows with the database up to its limit; here it is about what Python holds.
    house.database.store._connection.execute("PRAGMA cache_size = -1024")  # type: ignore[attr-defined]
    yield house
    house.close()
    sqlite.drop(url)


def fire(house: House, cases: list[str], events: int) -> None:
    """So many assignments: each stops and starts a deadline and tells two offices. Most come in batches."""
    clerk = house.actor("randt")
    data = {"federfuehrung": "amt01", "beteiligt": ["amt41"]}
    for n in range(events // CASES):
        if n % 4 == 0:
            for case in cases:
                house.workflow.fire(case, "zuweisen", actor=clerk, data=data, key=f"{case}-{n}-{events}")
        else:
            house.workflow.fire_batch([Command(case, "zuweisen", clerk, data) for case in cases])


@pytest.mark.slow
def test_twenty_thousand_events_leave_nothing_in_memory(house: House) -> None:
    cases = [house.at("zugelassen") for _ in range(CASES)]
    fire(house, cases, WARM)
    gc.collect()
    objects, resident = len(gc.get_objects()), _resident_kib()
    fire(house, cases, MORE)
    gc.collect()
    assert len(gc.get_objects()) - objects < MORE // 100
    assert _resident_kib() - resident < 8 * 1024
    assert len(house.workflow.history(cases[0])) == 2 + (WARM + MORE) // CASES


def _resident_kib() -> int:
    """Memory that the process occupies now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KIB
