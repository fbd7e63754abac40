"""A municipality for each test: its workflow on both databases, and the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang, copied
from tests.helpers.house import House
from vorgang.workflow.cli import main


@pytest.fixture(scope="session")
def hagen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared database with the municipality of Hagen and no case; to be copied."""
    path = tmp_path_factory.mktemp("hagen") / "hagen.db"
    assert main(["db", "upgrade", "-d", str(path)]) == 0
    assert main(["db", "profile", "hagen", "-d", str(path)]) == 0
    return path


@pytest.fixture
def vorgang(
    hagen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Vorgang:
    """The command line on a fresh database, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    return Vorgang(copied(hagen, tmp_path / "vorgang.db"), capsys.readouterr)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """Hagen on a fresh database of either kind."""
    house = House(database_url)
    yield house
    house.close()
