"""Tables as CSV for people: UTF-8 with BOM, as a spreadsheet of their language opens it, without a formula.

What is to be read in again (master data, rows set aside) is written elsewhere, with days as ISO 8601 in any language.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from ..config.sheets import safe_cell
from ..config.text import Lang

Cell: TypeAlias = str | int | float | Decimal | bool | date | None

_YES_NO = {"de": ("ja", "nein"), "en": ("yes", "no")}
_DELIMITER = {"de": ";", "en": ","}


def csv_file(titles: Sequence[str], rows: Iterable[Sequence[Cell]], lang: Lang) -> bytes:
    """A table with a row of titles. German: semicolons, decimal commas and 31.12.2026, as spreadsheets there.

    Numbers stay numbers, days are ISO 8601 in English, what is None is empty; a text that looks like a formula begins
    with an apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=_DELIMITER[lang], lineterminator="\r\n")
    writer.writerow([safe_cell(title) for title in titles])
    writer.writerows([_cell(cell, lang) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Cell, lang: Lang) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES_NO[lang][not value]
    if isinstance(value, int | float | Decimal):
        return str(value).replace(".", ",") if lang == "de" else str(value)
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}" if lang == "de" else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}" if lang == "de" else value.isoformat()
    return safe_cell(value)
