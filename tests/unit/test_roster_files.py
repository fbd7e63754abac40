"""What is wrong in a file of master data is named by file, row and column, all of it at once."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.helpers.rosters import faults, file
from vorgang.config.roster_files import FORMAT, read_rosters

TABLES = {
    "term": "Schlüssel;Bezeichnung;Beginn;Ende\n2020-2025;Wahlperiode;1.11.2020;31.10.2025\n",
    "organization": "Schlüssel,Name,Typ,E-Mail\nrat,Rat,gremium,\n",
    "person": "key\tname\temail\nanna\tAnna Muster\tanna@hagen.example\n",
    "membership": "Person;Gremium;Funktion;von;Stimmrecht\nanna;rat;;;nein\n",
}


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_table_tells_by_its_head_what_it_holds(tmp_path: Path, kind: str, encoding: str) -> None:
    roster = read_rosters([file(tmp_path, "x.csv", TABLES[kind], encoding)], "hagen", complete=True)
    assert not roster.findings
    assert [row.kind for row in roster.rows] == [kind]
    assert roster.whole == {kind}


def test_values_are_read_as_people_write_them(tmp_path: Path) -> None:
    term, member = (file(tmp_path, f"{kind}.csv", TABLES[kind]) for kind in ("term", "membership"))
    first, second = (row.values for row in read_rosters([term, member], "hagen").rows)
    assert (first["from"], first["until"]) == (date(2020, 11, 1), date(2025, 10, 31))
    assert second == {"person": "anna", "organization": "rat", "role": None, "from": None, "voting": False}


def test_every_mistake_of_every_file_is_named(tmp_path: Path) -> None:
    first = file(
        tmp_path,
        "a.csv",
        "key;name;type;email;from;seats;lang\n;;;;;;\nRat;Rat;Gremum;rat;2020-13-01;0;fr\namt;;Gremium;;;;;zu viel\n",
    )
    second = file(tmp_path, "b.csv", "Person;Gremium;Stimmrecht;Farbe;Organisation\nanna;rat;vielleicht;;\n")
    assert faults(first, second) == [
        ("profile_key", 3, "key"),
        ("org_choice", 3, "type"),
        ("profile_email", 3, "email"),
        ("org_day", 3, "from"),
        ("profile_count", 3, "seats"),
        ("org_choice", 3, "lang"),
        ("org_row_long", 4, "–"),
        ("org_missing", 4, "name"),
        ("org_column", 1, "Farbe"),
        ("org_column_double", 1, "Organisation"),
        ("org_missing", 2, "Gremium"),
        ("org_flag", 2, "Stimmrecht"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.csv", "", "org_empty"),
        ("a.csv", "Farbe;Form\nrot;rund\n", "org_kind_unclear"),
        ("a.csv", 'key;name\na;"offen\n', "org_csv"),
        ("a.csv", "PK\x03\x04…", "org_workbook"),
        ("a.csv", "key;name\na;A\x07\n", "org_text"),
        ("a.csv", "key;name\na;A\x00\n", "org_nul"),
        ("a.json", "{", "org_json"),
        ("a.json", "[]", "org_format"),
        ("a.json", json.dumps({"format": FORMAT, "body": "kiel"}), "org_other_body"),
        ("a.json", json.dumps({"format": FORMAT, "person": []}), "config_key_unknown"),
        ("a.json", json.dumps({"format": FORMAT, "persons": {}}), "org_list"),
        ("a.json", json.dumps({"format": FORMAT, "persons": ["anna"]}), "org_object"),
        ("a.json", json.dumps({"format": FORMAT, "persons": [{"key": "a", "nme": "A"}]}), "config_key_unknown"),
    ],
)
def test_a_file_that_is_none_says_so(tmp_path: Path, name: str, text: str, code: str) -> None:
    assert [found for found, _, _ in faults(file(tmp_path, name, text))] == [code]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('key;name\na;A\nb;"B" C\n', 3, "hinter einem schließenden Anführungszeichen steht noch Text"),
        ('key;name\na;"offen\nb;B\n', 2, "ein Anführungszeichen wird nicht geschlossen"),
    ],
)
def test_a_torn_table_says_in_which_row(tmp_path: Path, text: str, line: int, said: str) -> None:
    (found,) = read_rosters([file(tmp_path, "a.csv", text)], "hagen").findings
    assert (found.line, said in found.text("de")) == (line, True)


@pytest.mark.parametrize("text", ["key;name\na;A\nb;B\0\n", "key;name\na;A\n" + "\0" * 9 + "b;B\n"])
def test_single_nul_bytes_do_not_make_other_text_of_a_table(tmp_path: Path, text: str) -> None:
    assert faults(file(tmp_path, "a.csv", text)) == [("org_nul", 3, "–")]


def test_columns_are_called_as_the_file_has_them_and_those_that_lack_in_its_language(tmp_path: Path) -> None:
    german = file(tmp_path, "a.csv", "Schlüssel;Ab\nanna;1.1.2024\n")
    english = file(tmp_path, "b.csv", "key;from\nbert;1.1.2024\n")
    rows = read_rosters([german, english], "hagen", kind="organization").rows
    told = [[row.place.told(field) for field in ("from", "until")] for row in rows]
    assert told == [[f"{german}:2: Ab", f"{german}:2: bis"], [f"{english}:2: from", f"{english}:2: until"]]
    (found,) = read_rosters([file(tmp_path, "c.csv", "Person;Gremium;Role;Stimmen\n")], "hagen").findings
    assert "Bekannt sind: Kennung, Person, Organisation, Rolle, von" in found.remedy("de")


def test_a_missing_file_is_a_mistake_among_the_others(tmp_path: Path) -> None:
    there = file(tmp_path, "b.csv", "Farbe\nrot\n")
    assert [code for code, _, _ in faults(tmp_path / "fehlt.csv", there)] == ["org_unreadable", "org_kind_unclear"]


def test_a_cell_that_looks_like_a_formula_is_text_and_told(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", "Person;Gremium;Rolle\nanna;rat;=1+1\nanna;rat;'-x\n")
    roster = read_rosters([path], "hagen")
    assert [row.values["role"] for row in roster.rows] == ["=1+1", "-x"]
    assert [(one.code, one.line, one.key) for one in roster.notices] == [("org_formula", 2, "Rolle")]


def test_a_column_that_is_not_there_is_not_emptied(tmp_path: Path) -> None:
    (row,) = read_rosters([file(tmp_path, "a.csv", "key;name\nanna;Anna\n")], "hagen").rows
    assert row.values == {"key": "anna", "name": "Anna"}


def test_a_table_without_its_required_columns_needs_a_kind(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", "key;until\nrat;2025-10-31\n")
    (row,) = read_rosters([path], "hagen", kind="organization").rows
    assert row.values == {"key": "rat", "until": date(2025, 10, 31)}
