"""Tables as a workbook of a spreadsheet (XLSX, ISO/IEC 29500). Knows xlsxwriter, and alone does.

Text is written as text, whatever it begins with: nothing that somebody has typed becomes a formula. Days are days, so
that they sort. The same tables give the same bytes.
"""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import NamedTuple, TypeAlias

import xlsxwriter

Cell: TypeAlias = str | int | float | date | None

#: Excel's limits: characters of a cell, and of the name of a sheet; what cannot stand in a name.
_LONGEST_CELL, _LONGEST_NAME = 32_767, 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
_WIDEST = 60


class Sheet(NamedTuple):
    """One table: its name, the heads of its columns, and rows of as many cells."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def workbook(title: str, sheets: Sequence[Sheet], at: datetime) -> bytes:
    """A workbook with one sheet per table, its first row fixed and with filters; `at`: when it is said to be made."""
    held = BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title, "created": at.replace(tzinfo=None)})
        formats = _Formats(
            book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
            book.add_format({"num_format": "dd.mm.yyyy", "valign": "top", "align": "left"}),
        )
        for number, sheet in enumerate(sheets, 1):
            name = sheet.name.translate(_NOT_IN_NAMES)[:_LONGEST_NAME].strip("'") or str(number)
            _fill(book.add_worksheet(name), sheet, formats)
    return held.getvalue()


class _Formats(NamedTuple):
    head: object
    text: object
    day: object


def _fill(page: "xlsxwriter.worksheet.Worksheet", sheet: Sheet, formats: _Formats) -> None:
    for column, head in enumerate(sheet.head):
        page.write_string(0, column, head, formats.head)
        page.set_column(column, column, _width(sheet, column))
    for row, cells in enumerate(sheet.rows, 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(row, column, cell[:_LONGEST_CELL], formats.text)
            elif isinstance(cell, date):
                page.write_datetime(row, column, cell, formats.day)
            elif cell is not None:
                page.write_number(row, column, cell)
    page.freeze_panes(1, 0)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.head) - 1)
    page.set_landscape()
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)


def _width(sheet: Sheet, column: int) -> int:
    """Wide enough for what stands there, up to a limit; a day takes ten."""
    texts = [sheet.head[column], *(str(row[column] or "") for row in sheet.rows)]
    return min(max(map(len, texts)) + 2, _WIDEST)
