"""A house for all tests of a module: the real lifecycles on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.conftest import BOTH
from tests.helpers.databases import Postgres, Sqlite
from tests.helpers.house import START, House
from tests.helpers.soundness import assert_sound


@pytest.fixture(scope="module", params=BOTH)
def open_house(request: pytest.FixtureRequest) -> Iterator[House]:
    """Hagen on a database that the tests of the module share. At the end it must be sound."""
    maker: Sqlite | Postgres = request.getfixturevalue(request.param)
    url = maker.prepared()
    house = House(url)
    try:
        yield house
        assert_sound(house.database)
    finally:
        house.close()
        maker.drop(url)


@pytest.fixture
def house(open_house: House) -> House:
    """The shared house, on Monday, 08.01.2024, 9 o'clock."""
    open_house.wall.instant = START
    open_house.body = "hagen"
    return open_house
