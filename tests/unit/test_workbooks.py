"""Lists for a spreadsheet: text stays text, days are days, and the same list is the same file."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest

from vorgang.notifications.workbooks import Cell, Sheet, workbook

AT = datetime(2024, 3, 5, 9, 0, tzinfo=UTC)


def made(*rows: Sequence[Cell], name: str = "Liste") -> ZipFile:
    return ZipFile(BytesIO(workbook("Kontrollliste", [Sheet(name, ["Betreff", "Tag"], rows)], AT)))


def sheet(book: ZipFile) -> str:
    return book.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("text", ["=1+1", "+49 2331", "-1", "@SUM(A1)", "http://stadt.example", "{=A1}"])
def test_text_stays_text(text: str) -> None:
    book = made((text, None))
    assert "<f>" not in sheet(book)
    assert "hyperlink" not in sheet(book)
    assert f">{text}<" in book.read("xl/sharedStrings.xml").decode()


def test_days_and_numbers_are_no_text() -> None:
    content = sheet(made((3, date(2024, 3, 5))))
    assert re.search(r'<c r="A2"><v>3</v>', content)
    assert re.search(r'<c r="B2" s="\d+"><v>45356</v>', content)  # days since 1900, as a spreadsheet counts


def test_an_empty_list_has_its_heads() -> None:
    assert "Betreff" in made().read("xl/sharedStrings.xml").decode()


def test_the_same_list_is_the_same_file() -> None:
    one, two = (workbook("x", [Sheet("a", ["b"], [["c"]])], AT) for _ in range(2))
    assert one == two


@pytest.mark.parametrize("name", ["Ausschuss für Familie: Soziales/Gleichstellung und vieles mehr", "''", "[1]*?"])
def test_any_name_makes_a_sheet(name: str) -> None:
    assert made(name=name).testzip() is None


def test_a_very_long_text_is_cut_not_refused() -> None:
    assert "x" * 32_767 in made(("x" * 40_000, None)).read("xl/sharedStrings.xml").decode()
