"""``vorgang init``: from nothing to a municipality that can work."""

from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang
from vorgang.states.migrate import HEAD

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("town", ["hagen", "kiel", "magdeburg"])
def test_one_command_sets_a_town_up(vorgang: Vorgang, tmp_path: Path, town: str) -> None:
    vorgang.database = tmp_path / "neu.db"
    made = vorgang.json("init", "--profile", town)
    assert (made["body"], made["database"]["before"], made["database"]["after"]) == (town, None, HEAD)
    assert made["persons"] > 0
    failed = [one["check"] for one in vorgang("doctor", "--json").document["checks"] if one["status"] == "failure"]
    assert set(failed) <= {"ticks"}, "only the worker has not run yet"
    again = vorgang("init", "--profile", town)
    assert again.code == 0
    assert "auf dem Stand dieses Programms" in again.out
    assert "Weiter mit: vorgang doctor" in again.out


def test_a_profile_of_ones_own_sets_a_town_up(vorgang: Vorgang, tmp_path: Path) -> None:
    own = tmp_path / "auental.toml"
    text = (ROOT / "config" / "profiles" / "hagen.toml").read_text("utf-8")
    own.write_text(text.replace('"hagen"', '"auental"', 1), "utf-8")
    vorgang.database = tmp_path / "neu.db"
    assert vorgang("init", "--profile", str(own)).code == 0


def test_a_wrong_profile_leaves_no_database(vorgang: Vorgang, tmp_path: Path) -> None:
    vorgang.database = tmp_path / "neu.db"
    assert vorgang.fails(5, "init", "--profile", "hagn")["code"]
    (tmp_path / "leer.toml").write_text("name = 1\n", "utf-8")
    assert vorgang.fails(6, "init", "--profile", tmp_path / "leer.toml")["findings"]
    assert not vorgang.database.exists()
