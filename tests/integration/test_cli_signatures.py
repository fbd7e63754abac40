"""``vorgang signatures``: the chain by the command line, and for whom."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang

NUMBER = "0800/2024"


@pytest.fixture
def case(vorgang: Vorgang, tmp_path: Path) -> str:
    """An inquiry whose draft one office has co-signed."""
    (tmp_path / "entwurf.txt").write_text("Gebaut wird im Herbst.", "utf-8")
    vorgang.opened(NUMBER)
    for event, person, *data in (
        ("zulassen", "randt"),
        ("zuweisen", "randt", "federfuehrung=amt01", "beteiligt=amt41"),
        ("annehmen", "beispiel01"),
        ("entwurf_ablegen", "beispiel01", f"entwurf=@{tmp_path / 'entwurf.txt'}"),
        ("in_mitzeichnung_geben", "beispiel01"),
    ):
        vorgang.json("case", "fire", NUMBER, event, "--as", person, *(word for one in data for word in ("-s", one)))
    (step,) = vorgang.json("signatures", NUMBER)["steps"]
    vorgang.signs(step["case_id"], "mitzeichnen", "beispiel41", "anmerkung=Seite 2")
    return NUMBER


def test_the_chain_is_shown(vorgang: Vorgang, case: str) -> None:
    (step,) = vorgang.json("signatures", case)["steps"]
    assert (step["office"], step["standing"], step["signatures"][0]["version"]) == ("amt41", "done", 1)
    shown = vorgang("signatures", case).out
    assert "mitgezeichnet mit Anmerkung" in shown
    assert "Seite 2" in shown


def test_who_may_not_see_the_work_on_the_case_gets_the_answer_of_a_missing_one(vorgang: Vorgang, case: str) -> None:
    assert vorgang.json("signatures", case, "--as", "beispiel01")["steps"]
    for reader in (("--public",), ("--as", "severcan")):
        hidden = vorgang.fails(5, "signatures", case, "--body", "hagen", *reader)
        missing = vorgang.fails(5, "signatures", "0999/2024", "--body", "hagen", *reader)
        assert hidden["code"] == missing["code"] == "case_unknown"
        assert hidden["de"].replace(case, "") == missing["de"].replace("0999/2024", "")


def test_a_tampered_signature_is_found(vorgang: Vorgang, case: str) -> None:
    assert vorgang("audit", "verify").code == 0
    with closing(sqlite3.connect(vorgang.database)) as connection:
        connection.execute("DROP TRIGGER vorgang_signature_unchanged")
        connection.execute("UPDATE vorgang_signature SET result = 'mitgezeichnet'")
        connection.commit()
    answer = vorgang("audit", "verify", "--json")
    assert answer.code != 0
    assert "audit_signature_changed" in {one["code"] for one in answer.document["findings"]}
