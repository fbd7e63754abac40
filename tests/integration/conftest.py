"""The command line on a database with a municipality."""

from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang, copied
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
