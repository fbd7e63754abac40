"""Files of historical cases as offices have them: encodings, delimiters, and the traces of spreadsheets."""

import codecs
from pathlib import Path

import pytest

from tests.helpers.history import row, written
from vorgang.config.errors import AuthorError, InvalidInputError
from vorgang.workflow.history_check import iso_day
from vorgang.workflow.history_columns import COLUMNS, Mapped, read_mapping
from vorgang.workflow.history_files import Line, Rows, examined

SUBJECT = list(COLUMNS).index("betreff")


def lines(path: Path) -> list[Line]:
    return list(Rows(examined(path), Mapped()))


def code_of(path: Path) -> str:
    with pytest.raises(InvalidInputError) as caught:
        lines(path)
    assert str(path) in caught.value.text()
    assert caught.value.remedy()
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_file_is_read_in_its_encoding_and_with_its_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = written(
        tmp_path / "alt.csv", [row("1/2021", Betreff="Größe, Maß; Fuß")], encoding=encoding, delimiter=delimiter
    )
    (line,) = lines(path)
    assert (line.row, line.cells[SUBJECT]) == (2, "Größe, Maß; Fuß")


def test_quoted_line_breaks_stay_and_empty_rows_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "alt.csv"
    path.write_bytes(b'Nummer;Betreff\r\n;\r\n\r\n1/2021;"Zeile eins\nZeile ""zwei"""\r\n;;;\r\n2/2021;x;;\r\n')
    rows = Rows(examined(path), Mapped())
    assert [(line.row, line.cells[SUBJECT]) for line in rows] == [(4, 'Zeile eins\nZeile "zwei"'), (6, "x")]
    assert rows.empty == 3


def test_a_spreadsheet_may_name_its_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "alt.csv"
    path.write_text("sep=,\r\nNummer,Betreff\r\n1/2021,a;b\r\n")
    assert lines(path)[0].cells[SUBJECT] == "a;b"


def test_json_lines_are_read_with_german_and_english_names(tmp_path: Path) -> None:
    path = tmp_path / "alt.jsonl"
    path.write_text(
        '{"number": "1/2021", "subject": "x", "public": true, "questions": ["a", "b"]}\n\n[1]\n{"Betreff": '
    )
    first, second, third = lines(path)
    named = dict(zip(COLUMNS, first.cells, strict=True))
    assert (named["nummer"], named["oeffentlich"], named["fragen"]) == ("1/2021", "ja", "a\nb")
    assert [line.fault and line.fault[0] for line in (second, third)] == ["history_row_json"] * 2
    assert [second.row, third.row] == [3, 4]


def test_a_row_with_too_many_or_too_few_cells_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    path = tmp_path / "alt.csv"
    path.write_text("Nummer;Betreff;Art\n1/2021;a;b;c\n2/2021;a\n3/2021;a;b\n")
    faults = [line.fault for line in lines(path)]
    assert [fault and fault[1]["cells"] for fault in faults] == [4, 2, None]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "history_file_empty"),
        (codecs.BOM_UTF8 + b" \n", "history_file_empty"),
        (b"PK\x03\x04rest", "history_file_format"),
        (b"Nummer;Betreff\x00\x01\x00\x02\n", "history_file_format"),
        ("Nummer;Betreff\n1;Größe\n".encode() + "2;Größe\n".encode("cp1252"), "history_file_mixed"),
        (codecs.BOM_UTF8 + b"Nummer;Betreff\n1;Gr\xf6\xdfe\n", "history_file_mixed"),
        (b"Nummer;Betreff\n1;\x81\n", "history_file_mixed"),
        (codecs.BOM_UTF16_LE + b"N\x00u", "history_file_mixed"),
        (b'Nummer;Betreff\n1;"offen\n2;x\n', "history_file_csv"),
        (b"Zahl;Wort\n1;x\n", "history_header"),
        (b"Nummer;Betreff;Titel\n1;x;y\n", "history_column_twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_place_and_remedy(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "alt.csv"
    path.write_bytes(content)
    assert code_of(path) == code


def test_the_line_where_the_encoding_changes_is_named(tmp_path: Path) -> None:
    path = tmp_path / "alt.csv"
    path.write_bytes("Nummer;Betreff\n1;ä\n2;ö\n".encode() + b"3;\xfc\n")
    with pytest.raises(InvalidInputError) as caught:
        examined(path)
    assert caught.value.params["line"] == 4


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("1.3.2021", "2021-03-01"),
        ("2021-03-01", "2021-03-01"),
        ("01.03.2021 14:30", "2021-03-01"),
        ("2021-03-01T00:00:00", "2021-03-01"),
        ("31.02.2021", None),
        ("März 2021", None),
        ("3/1/2021", None),
    ],
)
def test_days_are_read_german_and_iso(given: str, day: str | None) -> None:
    assert iso_day(given) == day


def test_the_mapping_of_the_handbook_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    block = page.split("```text\nsource = ", 1)[1].split("```", 1)[0]
    path = tmp_path / "altsystem.toml"
    path.write_text("source = " + block, "utf-8")
    mapped = read_mapping(path)
    assert (mapped.source, mapped.column("Vorl.-Nr.")) == ("altsystem", "nummer")
    assert mapped.defaults == {"art": "anfrage", "oeffentlich": "ja"}


def test_every_column_of_the_handbook_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in page] == []


def test_a_mapping_is_read_and_all_its_mistakes_are_told(tmp_path: Path) -> None:
    path = tmp_path / "alt.toml"
    path.write_text('source = "allris"\n[columns]\n"Vorl.-Nr." = "number"\n[states]\nErledigt = "abgeschlossen"\n')
    mapped = read_mapping(path)
    assert (mapped.source, mapped.column("VORL NR"), mapped.states) == (
        "allris",
        "nummer",
        {"erledigt": "abgeschlossen"},
    )
    path.write_text('sourc = "x"\nsource = 3\nkinds = "y"\n[columns]\nX = "z"\nY = 1\n')
    with pytest.raises(AuthorError) as caught:
        read_mapping(path)
    found = [(one.code, one.key) for one in caught.value.findings]
    assert found == [
        ("history_map_key", "sourc"),
        ("history_map_text", "source"),
        ("history_map_column", "columns.X"),
        ("history_map_text", "columns.Y"),
        ("history_map_table", "kinds"),
    ]
