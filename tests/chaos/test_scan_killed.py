"""kill -9 of two scanners at random moments, also between finding a case and its commit: each rung is told once."""

import signal
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from tests.chaos.conftest import Chaos
from tests.chaos.ladders import clocks, inquire, lines, told
from tests.chaos.oracle import expected, rung_instants
from tests.chaos.processes import Process
from tests.chaos.scene import wait_for
from tests.chaos.workers import Time, scan
from tests.helpers.house import House
from tests.helpers.soundness import assert_sound

START = datetime(2026, 10, 12, 7, tzinfo=UTC)
#: Seconds that two scanners live at most after they have begun to tell, and how often they are killed before.
LONGEST, EARLY = 0.15, 0.2


def test_scanners_killed_again_and_again(database_url: str, chaos: Chaos) -> None:
    cases, most = chaos.size((30, 6), (240, 60))
    house = House(database_url)
    for number in range(cases):
        house.wall.instant = START + timedelta(hours=number * 100 / cases)
        inquire(house, chaos.random, house.wall.instant.date())
    running = clocks(house.database, defaultdict(int))
    instants = sorted({at for clock in running for at in rung_instants(clock.name, clock.due_on)})
    # Looks that leave much to be told at once, and many a rung that was missed.
    looks = [*instants[2 :: len(instants) // 3], instants[-1]]
    kills = amidst = 0
    for number, now in enumerate(looks, start=1):
        due = expected(running, looks[:number])
        while kills < most * number / len(looks) and told(house.database) != due:
            before = lines(house.database)
            scanners = [Process(scan, house.url, Time(now, 0, 0)) for _ in range(2)]
            if chaos.random.random() < EARLY:
                time.sleep(chaos.random.uniform(0, LONGEST))  # the moment is what is tried here
            else:
                wait_for(lambda: lines(house.database) > before or not any(each.alive for each in scanners))  # noqa: B023  # called at once
                time.sleep(chaos.random.uniform(0, LONGEST))  # as above
            kills += [each.end(signal.SIGKILL) for each in scanners].count(-signal.SIGKILL)
            found = told(house.database)
            assert found <= due
            amidst += found != due and lines(house.database) > before
        scan(house.url, Time(now, 0, 0))
    found = told(house.database)
    assert found == expected(running, looks)
    assert_sound(house.database)
    house.close()
    chaos.report(cases=cases, kills=kills, times_amidst_the_scan=amidst, told=len(found), twice=0)
