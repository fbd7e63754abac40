"""Houses with secret cases, and the command line on them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, cast

import pytest
from sqlalchemy import insert

from tests.helpers.databases import Sqlite
from tests.helpers.house import START, House
from tests.helpers.secrets import STRANGER, Secret, convened, everything
from vorgang.states.ids import new_id
from vorgang.states.records import Person
from vorgang.states.tables import table_of
from vorgang.workflow.cli import main
from vorgang.workflow.search_texts import TextReader


@pytest.fixture(scope="session")
def world(sqlite: Sqlite) -> Iterator[tuple[House, list[Secret]]]:
    """A house with secret cases, for all tests that only read.

    On one database: that both know the same of a case and let the same readers see it is tried in tests/storage.
    """
    url = sqlite.prepared()
    house = House(url)
    _know_a_stranger(house)
    try:
        found = everything(house)
        convened(house, "integrationsrat")
        convened(house, "rat")
        TextReader(house.database, house.workflow.lifecycle, house.wall).read_new()
        yield house, found
    finally:
        house.close()
        sqlite.drop(url)


def _know_a_stranger(house: House) -> None:
    """Somebody who belongs to nothing in the town."""
    with house.database.writing() as connection:
        values = {"id": new_id(START), "body": house.body, "key": STRANGER, "name": "Fremd", "also_written": []}
        connection.execute(insert(table_of(Person)).values(**values))
    house.workflow.directory.forget()


@pytest.fixture
def house(world: tuple[House, list[Secret]]) -> House:
    """The shared house; tests that let something happen there found one of their own."""
    return world[0]


@pytest.fixture
def secrets(world: tuple[House, list[Secret]]) -> list[Secret]:
    return world[1]


@pytest.fixture
def own_house(database_url: str) -> Iterator[House]:
    """A house of the test's own, with nothing in it."""
    house = House(database_url)
    yield house
    house.close()


class Said(NamedTuple):
    code: int
    text: str


@pytest.fixture
def say_on(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calls the command line on a database and hands back everything it says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("VORGANG_MAIL_FOLDER", str(tmp_path / "mails"))

    def call(url: str, *arguments: str) -> Said:
        capsys.readouterr()
        code = main([*arguments, "--database", url])
        captured = capsys.readouterr()
        return Said(code, captured.out + captured.err)

    return call


class Say:
    """Calls the command line on one database."""

    #: What was said before on the shared houses, by the call.
    said: ClassVar[dict[tuple[str, ...], Said]] = {}

    def __init__(self, say_on: Any, url: str) -> None:
        self._say_on, self._url = say_on, url

    def __call__(self, *arguments: str) -> Said:
        return cast("Said", self._say_on(self._url, *arguments))

    def once(self, *arguments: str) -> Said:
        """The same, for a command that only reads; not called again."""
        key = (self._url, *arguments)
        if key not in self.said:
            self.said[key] = self(*arguments)
        return self.said[key]


@pytest.fixture
def say(house: House, say_on: Any) -> Say:
    """Calls the command line on the shared house."""
    return Say(say_on, house.url)
