"""Tables as they come out of offices: every encoding and delimiter, and no cell that a program would compute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vorgang.config.sheets import decoded, lines_of, read_cell, safe_cell

TEXT = "key;name\nrat;Rat für Köln\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_is_told_apart(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_is_that_of_the_first_row(delimiter: str) -> None:
    text = f'\n"a;b,c\td"{delimiter}b{delimiter}c\n1{delimiter}"2{delimiter}"{delimiter}3\n'
    rows = [[cell.text for cell in line.cells] for line in lines_of(text)]
    assert rows == [["a;b,c\td", "b", "c"], ["1", f"2{delimiter}", "3"]]


def test_empty_rows_are_passed_over_and_the_numbers_are_those_of_the_file() -> None:
    text = 'a;b\n;;\n\n1;"zwei\nZeilen"\n  ;\n2;3\n'
    assert [line.number for line in lines_of(text)] == [1, 4, 7]


def test_the_row_that_only_names_the_delimiter_is_no_heading() -> None:
    rows = list(lines_of("sep=,\r\na,b\r\n1,2;3\r\n"))
    assert [[cell.text for cell in line.cells] for line in rows] == [["a", "b"], ["1", "2;3"]]


def test_a_formula_stays_text_and_is_told() -> None:
    assert read_cell("=1+1") == ("=1+1", True)
    assert read_cell("'=1+1") == ("=1+1", False)
    assert read_cell('="0123"') == ("0123", False)
    assert read_cell("'s-Gravenhage") == ("'s-Gravenhage", False)


SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", "'", "''"])
def test_what_a_spreadsheet_would_compute_is_guarded_and_comes_back_as_it_was(before: str, sign: str) -> None:
    text = f"{before}{sign}SUM(A1)"
    assert safe_cell(text) == f"'{text}"
    assert read_cell(safe_cell(text)) == (text, False)
    assert read_cell(f"{sign}SUM(A1)").formula


@given(st.text())
def test_a_guarded_cell_is_safe_and_comes_back_as_it_was(text: str) -> None:
    assert not safe_cell(text).startswith(SIGNS)
    assert read_cell(safe_cell(text)).text == text
