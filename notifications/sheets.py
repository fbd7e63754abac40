"""Tables as CSV that a spreadsheet opens as it is: UTF-8 with BOM, and no cell that it would carry out as a formula."""

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
    """A table with a row of titles. German: semicolons and decimal commas, as a German spreadsheet reads them.

    Numbers stay numbers, days are ISO 8601, what is None is empty; a text that looks like a formula begins with an
    apostrophe.
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
        return value.isoformat(sep=" ", timespec="minutes")
    return value.isoformat() if isinstance(value, date) else safe_cell(value)
