"""``vorgang retention``, ``case export`` and ``audit verify-package`` as people and scripts meet them."""

import csv
import json
import zipfile
from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang

RULES = """
id = "hagen"
version = "1"
extends = "neutral"
valid_from = 2000-01-01
label = { de = "Hagen", en = "Hagen" }
basis = { de = "Hagen", en = "Hagen" }
source = "Test"

[calendar]
land = "NW"

[retention.anfrage]
years = 0
from = "abschluss"
offer = OFFER
answer_months = MONTHS
then = "THEN"
"""


def ruled(monkeypatch: pytest.MonkeyPatch, folder: Path, *, offer: bool = True, then: str = "anonymisieren") -> None:
    """Inquiries of Hagen are due on the day after they are closed."""
    (folder / "regeln").mkdir(exist_ok=True)
    text = RULES.replace("OFFER", str(offer).lower()).replace("MONTHS", "6" if offer else "false")
    (folder / "regeln" / "hagen.toml").write_text(text.replace("THEN", then))
    monkeypatch.setenv("VORGANG_RULES", str(folder / "regeln"))


@pytest.fixture
def due(vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vorgang:
    """One inquiry that was closed the day before yesterday, and one that is open."""
    ruled(monkeypatch, tmp_path)
    case = vorgang.opened("0101/2024", betreff="Radweg", fragen="Wann kommt der Radweg am Quellbach?")
    vorgang.json("case", "fire", case, "zurueckziehen", "--as", "severcan")
    vorgang.opened("0102/2024")
    _two_days_ago(vorgang, case)
    return vorgang


def _two_days_ago(vorgang: Vorgang, case: str) -> None:
    """Let the case have been closed then; the day of closing is no part of the log's chain."""
    import sqlite3  # noqa: PLC0415  # for this alone

    connection = sqlite3.connect(vorgang.database)
    earlier = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-2 days')"
    connection.execute(f"UPDATE vorgang_case SET closed_at = {earlier} WHERE id = ?", (case,))  # noqa: S608  # ours
    connection.commit()
    connection.close()


def test_the_plan_names_what_is_due_and_under_which_rule(due: Vorgang) -> None:
    answer = due("retention", "plan")
    assert answer.code == 0
    assert "0101/2024" in answer.out
    assert "hagen 1: anfrage" in answer.out
    assert "auszusondern" in answer.out
    assert "0102/2024" not in answer.out
    (one,) = due.json("retention", "plan")["due"]
    assert (one["number"], one["next"], one["then"], one["offer"]) == ("0101/2024", "anlegen", "anonymisieren", True)
    assert due.json("retention", "plan", "--on", "2020-01-01")["due"] == []
    assert "Nichts ist auszusondern" in due("retention", "plan", "--on", "1.1.2020").out
    assert due.fails(2, "retention", "plan", "--on", "bald")["code"] == "cli_day"
    assert due.fails(3, "retention", "plan", "--as", "beispiel01")["code"] == "retention_forbidden"


def test_a_run_asks_first_and_says_what_it_has_done(due: Vorgang, tmp_path: Path) -> None:
    run = ("retention", "run", "--as", "randt")
    asked = due.fails(2, *run)
    assert (asked["code"], asked["de"].rpartition(": ")[2]) == ("cli_unconfirmed", "1 Vorgang weiterführen?")
    assert due.fails(2, *run, "--yes")["code"] == "retention_no_folder"
    assert due.fails(2, "retention", "run", "--yes")["code"] == "cli_actor_missing"
    assert due.fails(3, "retention", "run", "--yes", "--as", "beispiel01")["code"] == "retention_forbidden"
    assert due.fails(2, *run, "--yes", "--report", "x.pdf")["code"] == "retention_report_form"
    assert due.json("retention", "plan")["due"][0]["next"] == "anlegen"
    answer = due(*run, "--yes", "--dir", "anbietung", "--report", "bericht.csv")
    assert answer.code == 0, answer
    assert "0101/2024: Aussonderung begonnen, dem Archiv angeboten" in answer.out
    (package,) = (tmp_path / "anbietung").iterdir()
    assert "_0101-2024_" in package.name
    assert "unverändert" in due("audit", "verify-package", package).out
    (row,) = csv.DictReader((tmp_path / "bericht.csv").read_text("utf-8-sig").splitlines(), delimiter=";")
    assert (row["Nummer"], row["Art"], row["Fehler"]) == ("0101/2024", "Anfrage", "")
    assert row["Was geschehen ist"] == "Aussonderung begonnen, dem Archiv angeboten"
    assert row["Wartet als"] == "dem Archiv angeboten"
    assert "wartet auf das Archiv" in due("retention", "plan").out
    assert due.json(*run, "--yes", "--dir", "anbietung")["cases"][0]["steps"] == []
    assert "Weitergeführt: 0 Vorgänge" in due(*run, "--yes", "--dir", "anbietung").out  # it waits for the archive
    assert due.fails(2, *run, "--yes", "--report", "bericht.csv")["code"] == "retention_report_exists"


def test_no_number_in_the_report_is_a_formula(
    vorgang: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled(monkeypatch, tmp_path)
    case = vorgang.opened('=HYPERLINK("https://boese.example")')
    vorgang.json("case", "fire", case, "zurueckziehen", "--as", "severcan")
    _two_days_ago(vorgang, case)
    vorgang.json("retention", "run", "--as", "randt", "--yes", "--dir", "anbietung", "--report", "bericht.csv")
    (row,) = csv.DictReader((tmp_path / "bericht.csv").read_text("utf-8-sig").splitlines(), delimiter=";")
    assert row["Nummer"] == '\'=HYPERLINK("https://boese.example")'


def test_after_the_answer_the_data_are_gone_and_the_log_is_whole(due: Vorgang, tmp_path: Path) -> None:
    run = ("retention", "run", "--as", "randt", "--yes", "--dir", "anbietung")
    due.json(*run)
    answer = ("retention", "answer", "0101/2024")
    assert due.fails(2, *answer, "vielleicht", "--as", "randt")["code"] == "retention_answer_unknown"
    assert due.json(*answer, "uebernommen", "--as", "randt", "--note", "Best. 12")["state"] == "bewertet"
    assert due.fails(3, *answer, "abgelehnt", "--as", "randt")["code"] == "event_not_now"
    (done,) = due.json(*run, "--report", "bericht.json")["cases"]
    assert (done["steps"], done["waits"], done["error"]) == (["freigeben", "anonymisieren"], None, None)
    assert done["cases"] == 1
    assert done["lines"] >= 2
    assert json.loads((tmp_path / "bericht.json").read_text())["cases"] == [done]
    shown = due("case", "show", "0101/2024")
    assert shown.code == 0
    assert "Radweg" in shown.out
    assert "Quellbach" not in shown.out
    assert "gelöscht (geschaeftsstelle)" in due("case", "history", "0101/2024").out
    assert not list((tmp_path / "anbietung").iterdir())
    assert due("case", "show", "0101/2024", "--public").code == 0
    assert due.json("search", "Quellbach")["hits"] == []
    verified = due("audit", "verify")
    assert verified.code == 0
    assert "Gelöscht nach Regel „hagen 1: anfrage“" in verified.out
    assert due.json(*run)["cases"] == []


def test_what_is_deleted_without_an_offer_keeps_its_number(
    due: Vorgang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled(monkeypatch, tmp_path, offer=False, then="loeschen")
    (done,) = due.json("retention", "run", "--as", "randt", "--yes")["cases"]
    assert done["steps"] == ["anlegen", "freigeben", "loeschen"]
    case = due.json("case", "show", "0101/2024")["case"]
    assert (case["number"], case["subject"], case["facts"], case["state"]) == ("0101/2024", None, {}, "zurueckgezogen")
    assert due("case", "show", "0101/2024").code == 0
    assert due.fails(5, "case", "show", "0101/2024", "--public")["code"] == "case_unknown"
    assert due.json("search", "0101/2024", "--public")["hits"] == []
    assert due("audit", "verify").code == 0
    assert due("db", "reindex").code == 0
    package = due.json("case", "export", "0101/2024", "--out", "rest.zip")
    assert due.json("audit", "verify-package", package["out"])["erased"] == done["lines"]


def test_a_hold_is_shown_and_lifted(due: Vorgang) -> None:
    hold = ("retention", "hold", "0101/2024", "--reason", "Klage", "--as")
    assert due.fails(5, *hold, "beispiel01")["code"] == "case_unknown"
    due.json(*hold, "randt")
    assert "gesperrt (Aufbewahrungssperre)" in due("retention", "plan").out
    assert due.json("retention", "run", "--as", "randt", "--yes")["cases"] == []
    due.json("retention", "release", "0101/2024", "--reason", "vorbei", "--as", "randt")
    assert due.fails(5, "retention", "release", "0101/2024", "--reason", "x", "--as", "randt")["code"] == (
        "retention_no_hold"
    )
    early = due.fails(5, "retention", "answer", "0101/2024", "abgelehnt", "--as", "randt")
    assert (early["code"], "0101/2024" in early["de"]) == ("retention_not_offered", True)
    assert due.json("retention", "plan")["due"][0]["next"] == "anlegen"


def test_a_case_is_exported_and_a_changed_package_found(due: Vorgang, tmp_path: Path) -> None:
    made = due.json("case", "export", "0102/2024", "--out", "paket.zip")
    assert due.json("audit", "verify-package", "paket.zip")["sha256"] == made["sha256"]
    whole = ("case", "export", "0102/2024", "--out", "x.zip", "--as")
    assert due.fails(3, *whole, "beispiel48")["code"] == "package_forbidden"
    assert (
        due.json("case", "export", "0102/2024", "--out", "geschaeftsstelle.zip", "--as", "randt")["sha256"]
        == (made["sha256"])
    )
    with zipfile.ZipFile(tmp_path / "paket.zip", "a") as archive:
        archive.writestr("mehr.txt", "mehr")
    answer = due("audit", "verify-package", "paket.zip")
    assert answer.code == 1
    assert "„mehr.txt“ gehört nicht in das Paket" in answer.out
    assert due("audit", "verify-package", "paket.zip", "--lang", "en").out.startswith("✘ [package_unlisted]")
    assert due.fails(2, "case", "export", "0102/2024", "--out", "paket.zip")["code"] == "cli_out_exists"
    assert due.fails(2, "audit", "verify-package", "fehlt.zip")["code"] == "package_unreadable"
    assert "fehlt.zip ist kein lesbares Paket (es gibt sie nicht)." in due("audit", "verify-package", "fehlt.zip").err
    assert due.fails(5, "case", "export", "9999/2024", "--out", "x.zip")["code"] == "case_unknown"
