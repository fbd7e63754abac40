"""``vorgang history import`` as a council office and its scripts meet it."""

from pathlib import Path

import pytest

from tests.helpers.command_line import Vorgang
from tests.helpers.history import many, row, written


def bring(*more: str) -> list[str]:
    return ["--as", "randt", "--yes", *more]


def test_a_dry_run_says_what_would_come_in_and_changes_nothing(vorgang: Vorgang, tmp_path: Path) -> None:
    path = written(tmp_path / "alt.csv", [row("1/2021"), row("2/2021", Status="zurückgezogen", Aktenplan="7")])
    answer = vorgang("history", "import", path, "--as", "randt", "--dry-run")
    assert answer.code == 0
    for told in ("anfrage/abgeschlossen", "anfrage/zurueckgezogen", "Nicht übernommene Spalten: Aktenplan"):
        assert told in answer.out
    assert "Übernommen: 0" in answer.out
    assert vorgang.json("case", "list")["cases"] == []


def test_cases_come_in_and_are_shown_searched_and_proven_like_our_own(vorgang: Vorgang, tmp_path: Path) -> None:
    done = vorgang.json("history", "import", written(tmp_path / "alt.csv", [row("12/2021")]), *bring())
    assert (done["imported"], done["indexed"], done["bad"]) == (1, 1, 0)
    shown = vorgang("case", "show", "0012/2021")
    assert "Bänke am Marktplatz" in shown.out
    assert "abgeschlossen" in shown.out
    assert "aus dem Altbestand übernommen" in vorgang("case", "history", "12/2021").out
    (hit,) = vorgang.json("search", "Sitzgelegenheiten", "--public")["hits"]
    assert hit["number"] == "12/2021"
    assert vorgang.json("audit", "verify")["ok"]
    assert vorgang.json("case", "list", "--closed")["cases"][0]["number"] == "12/2021"


def test_mistakes_are_told_with_file_row_column_and_remedy(vorgang: Vorgang, tmp_path: Path) -> None:
    path = written(tmp_path / "alt.csv", [row("1/2021"), row("2/2021", Eingang="gestern"), row("1/2021")])
    answer = vorgang("history", "import", path, *bring())
    assert answer.code == 6
    assert "alt.csv:3: Eingang: [history_day] „gestern“ ist kein Tag." in answer.err
    assert "alt.csv:4: Nummer: [history_double] Nummer oder Kennung steht schon in alt.csv:2." in answer.err
    error = vorgang.fails(6, "history", "import", path, *bring())
    assert [(one["line"], one["key"]) for one in error["findings"]] == [(3, "Eingang"), (4, "Nummer")]
    assert vorgang.json("case", "list")["cases"] == []


def test_nothing_comes_in_without_being_asked_for(vorgang: Vorgang, tmp_path: Path) -> None:
    path = many(tmp_path / "alt.csv", 3)
    assert vorgang.fails(2, "history", "import", path, "--as", "randt")["code"] == "cli_unconfirmed"
    assert vorgang.fails(2, "history", "import", path, "--yes")["code"] == "cli_actor_missing"
    assert vorgang.fails(3, "history", "import", path, "--yes", "--as", "severcan")["code"] == "role_missing"
    assert vorgang.json("case", "list")["cases"] == []


def test_a_pipe_is_told_how_far_the_work_is(vorgang: Vorgang, tmp_path: Path) -> None:
    answer = vorgang("history", "import", many(tmp_path / "alt.csv", 20), *bring())
    assert "Zeilen geprüft: 21 von 21" in answer.err
    assert "Vorgänge übernommen: 20 von 20" in answer.err
    assert "Bericht über die Pünktlichkeit: 20 von 20" in answer.err
    assert "Index der Suche: 20 von 20" in answer.err
    assert vorgang("history", "import", tmp_path / "alt.csv", *bring()).out.count("schon vorhanden: 20") == 1


def test_a_mapping_names_columns_kinds_states_and_people_of_the_old_system(vorgang: Vorgang, tmp_path: Path) -> None:
    path = tmp_path / "alt.csv"
    path.write_text("Vorl.;Gegenstand;Steller;Stand;am\n1/2021;Bänke;Fraktion Alt;Erl.;1.2.2021\n", "cp1252")
    mapping = tmp_path / "alt.toml"
    mapping.write_text(
        'source = "altsystem"\n[columns]\n"Vorl." = "nummer"\nGegenstand = "betreff"\nSteller = "fragesteller"\n'
        'Stand = "zustand"\nam = "eingang"\n[states]\n"Erl." = "zurueckgezogen"\n'
        '[parties]\n"Fraktion Alt" = "severcan"\n[defaults]\nart = "anfrage"\noeffentlich = "ja"\n'
        'abgeschlossen = "2021-12-31"\n'
    )
    assert vorgang.json("history", "import", path, "--map", mapping, *bring())["imported"] == 1
    case = vorgang.json("case", "show", "1/2021")["case"]
    assert (case["state"], case["facts"]["fragesteller"]) == ("zurueckgezogen", "severcan")


def test_bad_rows_go_into_a_file_that_must_not_be_there_yet(vorgang: Vorgang, tmp_path: Path) -> None:
    path = written(tmp_path / "alt.csv", [row("1/2021"), row("2/2021", Status="?")])
    aside = tmp_path / "fehler.csv"
    call = ["history", "import", str(path), "--skip-bad", str(aside), *bring()]
    done = vorgang.json(*call)
    assert (done["imported"], done["bad"], done["bad_rows"]) == (1, 1, str(aside))
    assert vorgang.fails(2, *call)["code"] == "history_bad_exists"
    two = ["history", "import", str(path), str(path), "--skip-bad", "x.csv", *bring()]
    assert vorgang.fails(2, *two)["code"] == "history_bad_single"
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_file_that_is_none_is_one_sentence(vorgang: Vorgang, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "alt.xlsx"
    path.write_bytes(b"PK\x03\x04")
    answer = vorgang("history", "import", path, *bring("--lang", lang))
    assert (answer.code, answer.out) == (2, "")
    assert "[history_file_format]" in answer.err
    assert vorgang.fails(2, "history", "import", tmp_path / "weg.csv", *bring())["code"] == "cli_file"
