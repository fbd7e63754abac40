"""`vorgang simulate --until`: the calls, their answers and their refusals."""

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.helpers.command_line import Vorgang
from tests.helpers.contents import contents
from tests.integration.test_cli_replay import SCENARIO

DOCUMENT = [
    "source",
    "from",
    "until",
    "open",
    "waiting",
    "totals",
    "happenings",
    "overdue",
    "by_case",
    "by_party",
    "elapsed_s",
    "picture",
    "mails",
    "copy",
]


def day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


@pytest.fixture
def live(vorgang: Vorgang) -> list[str]:
    """The option that names the live database, which has an open inquiry."""
    vorgang.opened(schreiben_vom=day(-2), eingang=day(-1))
    return ["-d", str(vorgang.database)]


def test_the_answer_as_one_object(vorgang: Vorgang, live: list[str], tmp_path: Path) -> None:
    before, files = contents(f"sqlite:///{vorgang.database}"), vorgang.database.read_bytes()
    found = vorgang.json("simulate", "--until", day(90), *live, "--out", "mails", "--keep", "kopie.db")
    assert list(found) == DOCUMENT
    assert found["totals"]["mail"] == len(list(Path("mails").glob("*.eml"))) > 3
    assert found["totals"]["escalation"] >= 1
    assert found["totals"]["overdue"] == len(found["overdue"]) == 1
    assert {"party", "name", "mail", "escalation"} == set(found["by_party"][0])
    assert [one["at"] for one in found["happenings"]] == sorted(one["at"] for one in found["happenings"])
    assert Path("kopie.db").exists()
    assert contents(f"sqlite:///{vorgang.database}") == before
    assert vorgang.database.read_bytes() == files
    assert (
        vorgang.fails(2, "simulate", "--until", day(9), *live, "--keep", "kopie.db")["code"] == "simulate_keep_exists"
    )


def test_for_people_in_both_languages(vorgang: Vorgang, live: list[str]) -> None:
    told = vorgang("simulate", "--until", day(90), *live)
    assert (told.code, told.err) == (0, "")
    for words in ("wenn ab", "▲ Eskalation", "das Original ist unberührt", "Wer Post bekommt", "KW ", "überfällig"):
        assert words in told.out
    english = vorgang("simulate", "--until", day(90), *live, "--lang", "en", "--limit", "1")
    assert "if nobody acts" in english.out
    assert "more; all of them with --limit" in english.out


def test_a_quiet_time_is_called_quiet(vorgang: Vorgang) -> None:
    assert "Es geschieht nichts." in vorgang("simulate", "--until", day(1), "-d", str(vorgang.database)).out


@pytest.mark.parametrize("suffix", ["svg", "html"])
@pytest.mark.parametrize("lanes", ["case", "office"])
def test_a_picture_is_drawn(vorgang: Vorgang, live: list[str], suffix: str, lanes: str) -> None:
    path = Path(f"bild.{suffix}")
    found = vorgang.json("simulate", "--until", day(90), *live, "--picture", path, "--lanes", lanes)
    assert found["picture"] == str(path)
    picture = path.read_text("utf-8")
    assert ("0100/2024 Anfrage" if lanes == "case" else "gs-integrationsrat") in picture
    assert "<script" not in picture
    assert "://" not in picture.replace("http://www.w3.org/2000/svg", "")
    if suffix == "svg":
        ET.fromstring(picture)  # noqa: S314  # our own


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], "simulate_nothing"),
        (["--until", "bald"], "cli_day"),
        (["--until", "2020-02-30"], "cli_day"),
        (["--until", "2001-01-01"], "simulate_past"),
        (["--until", "9998-01-01"], "simulate_far"),
        (["--until", day(9), "--picture", "bild.png"], "simulate_picture"),
        (["--until", day(9), "--picture", "nirgends/bild.svg"], "simulate_picture"),
        (["--until", day(9), "--dir", "ordner"], "simulate_only_scenario"),
        (["--until", day(9), "--as", "randt"], "cli_option_useless"),
        (["--until", day(9), "--most", "1"], "simulate_endless"),
        (["kartal", "--out", "mails"], "simulate_only_copy"),
        (["kartal", "--until", "2024-11-18"], "simulate_before_end"),
    ],
)
def test_a_call_that_cannot_be_meant_is_refused(
    vorgang: Vorgang, live: list[str], arguments: list[str], code: str
) -> None:
    place = [] if "kartal" in arguments else live
    assert vorgang.fails(2, "simulate", *arguments, *place)["code"] == code
    assert not Path("bild.svg").exists()


def test_a_database_that_cannot_be_read_is_told(vorgang: Vorgang, tmp_path: Path) -> None:
    soon = ("simulate", "--until", day(9), "-d")
    assert vorgang.fails(7, *soon, "fort.db")["code"] == "cli_database_missing"
    assert not Path("fort.db").exists()
    assert vorgang.fails(7, *soon, "postgresql://vorgang@127.0.0.1:1/vorgang")["code"] == "store_unreachable"
    (tmp_path / "leer.db").touch()
    assert vorgang.fails(7, *soon, tmp_path / "leer.db")["code"] in {"store_not_prepared", "store_read_only"}
    (tmp_path / "text.db").write_text("kein" * 1000)
    assert vorgang.fails(7, *soon, tmp_path / "text.db")["code"] == "store_damaged"


def test_a_failed_run_leaves_nothing(vorgang: Vorgang, live: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", "scratch")
    vorgang.fails(2, "simulate", "--until", day(90), *live, "--out", "mails", "--keep", "kopie.db", "--most", "1")
    assert [path.exists() for path in map(Path, ("mails", "kopie.db"))] == [False, False]
    assert list(Path("scratch").iterdir()) == []


def test_time_goes_on_after_a_scenario(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "kurz.toml"
    path.write_text(SCENARIO[: SCENARIO.rindex("[[step]]")], "utf-8")  # nobody withdraws it any more
    found = vorgang.json("simulate", path, "--until", "2024-05-31", "--picture", "kurz.html")
    outlook = found["outlook"]
    assert date.fromisoformat(outlook["until"]) == date(2024, 5, 31)
    assert outlook["totals"]["escalation"] > 1  # every week anew
    assert outlook["totals"]["overdue"] == 1
    assert found["log"]["verified"]
    assert "0007/2024 Anfrage" in Path("kurz.html").read_text("utf-8")
    told = vorgang("simulate", path, "--until", "31.5.2024").out
    assert "nach dem letzten Schritt handelt niemand mehr" in told
