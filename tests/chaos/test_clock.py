"""The clock is set: back an hour, ahead three days, over both changes of the clocks. What is told equals an oracle."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tests.chaos.conftest import Chaos
from tests.chaos.ladders import clocks, inquire, told
from tests.chaos.oracle import Clock, expected, rung_instants
from tests.helpers.house import House
from tests.helpers.soundness import assert_sound
from vorgang.config.settings import Settings
from vorgang.workflow.office import Office

BERLIN = ZoneInfo("Europe/Berlin")
#: Some days before the clocks change, and the night in which they do.
AUTUMN = (datetime(2026, 10, 12, 7, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))
SPRING = (datetime(2027, 3, 15, 8, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC))

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEPS = (-HOUR, -HOUR, timedelta(minutes=1), HOUR, 7 * HOUR, DAY, 3 * DAY, 3 * DAY)
OFF_FOR_A_WEEK = 7 * DAY


class Machine:
    """A machine whose clock is set, and which is switched off and on; it notes when it looked."""

    def __init__(self, url: str, start: datetime, folder: Path) -> None:
        self._url, self._folder = url, folder
        self.house = House(url)
        self.now = start
        self.looks: list[datetime] = []
        self._looks_before: dict[str, int] = {}

    def inquire(self, chance: Random) -> None:
        """An inquiry comes in."""
        case = inquire(self.house, chance, self.now.astimezone(BERLIN).date())
        self._looks_before[case] = len(self.looks)

    def clocks(self) -> list[Clock]:
        """The deadlines that run."""
        return clocks(self.house.database, self._looks_before)

    def look(self, now: datetime) -> None:
        """The clock shows `now`, whatever it showed before, and the scheduler looks."""
        self.now = self.house.wall.instant = now
        self.looks.append(now)
        assert Office(self.house.workflow, Settings(mail_folder=self._folder)).scan().failed == 0

    def restart(self) -> None:
        """Switched off and on."""
        self.house.close()
        self.house = House(self._url)


def courses(change: datetime, steps: int, chance: Random) -> list[timedelta | datetime]:
    """Steps in random order; twice the clock stands beside the change, as it does when one wakes a machine then."""
    course: list[timedelta | datetime] = [chance.choice(STEPS) for _ in range(steps)]
    course += [OFF_FOR_A_WEEK, -HOUR, 3 * DAY]
    chance.shuffle(course)
    beside: list[timedelta | datetime] = [change - HOUR / 2, change + HOUR / 2, change - HOUR / 4, change + HOUR]
    place = chance.randrange(len(course) // 3)
    return [*course[:place], *beside, *course[place:]]


@pytest.mark.parametrize("season", [AUTUMN, SPRING], ids=["autumn", "spring"])
def test_a_clock_that_is_set(
    database_url: str, chaos: Chaos, tmp_path: Path, season: tuple[datetime, datetime]
) -> None:
    start, change = season
    machine = Machine(database_url, start, tmp_path)
    courses_taken, cases, steps = chaos.size((1, 8, 15), (2, 20, 30))
    moves = 0
    for _ in range(courses_taken):
        machine.now = machine.house.wall.instant = start
        for move in [*courses(change, steps, chaos.random), 40 * DAY]:
            if chaos.random.random() < cases / steps:
                machine.inquire(chaos.random)
            machine.look(move if isinstance(move, datetime) else machine.now + move)
            for _ in range(chaos.random.choice((0, 0, 1, 2))):
                machine.restart()
                machine.look(machine.now)
            moves += 1
    found, running = told(machine.house.database), machine.clocks()
    assert found == expected(running, machine.looks)
    assert any(one.missed for one in found)
    assert any(not one.missed for one in found)
    assert_sound(machine.house.database)
    machine.house.close()
    chaos.report(cases=len({one.case for one in running}), moves=moves, looks=len(machine.looks), told=len(found))


def test_every_rung_is_told_at_its_instant_and_not_a_second_before(
    database_url: str, chaos: Chaos, tmp_path: Path
) -> None:
    machine = Machine(database_url, AUTUMN[0], tmp_path)
    for day in range(chaos.size(6, 25)):
        machine.now = machine.house.wall.instant = AUTUMN[0] + day * DAY
        machine.inquire(chaos.random)
    running = machine.clocks()
    instants = sorted({at for clock in running for at in rung_instants(clock.name, clock.due_on)})
    for at in instants:
        for now in (at - timedelta(seconds=1), at, at - HOUR):
            machine.look(now)
            assert told(machine.house.database) == expected(running, machine.looks)
    machine.house.close()
    chaos.report(cases=len({one.case for one in running}), instants=len(instants))
