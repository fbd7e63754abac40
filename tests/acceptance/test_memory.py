"""A process that fires event after event does not grow."""

import gc
import resource
import tracemalloc
from collections.abc import Iterator

import pytest

from tests.helpers.databases import Sqlite
from tests.helpers.house import House
from vorgang.states.step import Command

#: Events fired to warm every cache, and then to look for growth.
WARM, MORE = 2_000, 20_000
BATCH = 50


@pytest.fixture
def house(sqlite: Sqlite) -> Iterator[House]:
    url = sqlite.prepared()
    house = House(url)
    yield house
    house.close()
    sqlite.drop(url)


def fire(house: House, cases: list[str], events: int) -> None:
    """So many events, spread over the cases, some alone and most in batches."""
    actor = house.actor("beispiel01")
    data = {"grund": "Rückfrage", "neuer_termin": "2024-03-01"}
    for n in range(events // BATCH):
        if n % 10 == 0:
            for m in range(BATCH):
                house.workflow.fire(cases[m % len(cases)], "zwischenbescheid", actor=actor, data=data)
        else:
            house.workflow.fire_batch(
                [Command(cases[m % len(cases)], "zwischenbescheid", actor, data) for m in range(BATCH)]
            )


@pytest.mark.slow
def test_twenty_thousand_events_leave_nothing_in_memory(house: House) -> None:
    cases = [house.at("in_bearbeitung") for _ in range(BATCH)]
    fire(house, cases, WARM)
    gc.collect()
    before, resident = _held(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fire(house, cases, MORE)
    gc.collect()
    assert _held() - before < 2 * 2**20
    # SQLite fills its page cache (64 MiB at most); what Python holds was looked at above.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - resident < 100 * 1024
    assert sum(house.workflow.case(case).case.version for case in cases) > MORE


def _held() -> int:
    """Bytes held by objects that Python's allocator has handed out."""
    if not tracemalloc.is_tracing():
        tracemalloc.start()
        return 0
    return tracemalloc.get_traced_memory()[0]
