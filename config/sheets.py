"""Tables as spreadsheet programs save them: which encoding and delimiter, which cells are guarded against formulas."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from .text import Text

#: Signs with which a cell begins that a spreadsheet program would compute instead of showing, also in the wide forms of
#: East Asian writing.
_SIGNS = "=+-@\t\r\n＝＋－＠"  # these very signs
_FORMULA = re.compile(f"[{re.escape(_SIGNS)}]")
#: The same, however often it has been guarded.
_GUARDED = re.compile(f"'*{_FORMULA.pattern}")
#: With anything else a cell is what it says.
SUSPECT = frozenset(_SIGNS + "'")
#: ``="0123"``: how some programs keep a number a text.
_QUOTED = re.compile(r'="((?:[^"]|"")*)"')
_DELIMITERS = ";,\t"
#: The first row by which some programs say what the delimiter is.
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

#: What the reader of tables says of one that is torn, and what that means.
_TORN = {
    "expected after": Text(
        "hinter einem schließenden Anführungszeichen steht noch Text; ein Anführungszeichen im Text steht doppelt",
        "text follows a closing quotation mark; a quotation mark in a text is doubled",
    ),
    "unexpected end of data": Text("ein Anführungszeichen wird nicht geschlossen", "a quotation mark is left open"),
}


class Cell(NamedTuple):
    """The text of a cell, and whether a spreadsheet program would have computed it."""

    text: str
    formula: bool = False


class TornTableError(ValueError):
    """A table cannot be taken apart: `reason` says why, `line` where its row begins."""

    def __init__(self, reason: Text, line: int) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.line = line


class NulByteError(ValueError):
    """A NUL byte stands in a text that is not UTF-16, in `line`."""

    def __init__(self, line: int) -> None:
        super().__init__(f"NUL byte in line {line}")
        self.line = line


class Line(NamedTuple):
    """A row with its number in the file, counted from 1."""

    number: int
    cells: tuple[Cell, ...]


def safe_cell(text: str) -> str:
    """`text` so that no spreadsheet program takes it for a formula; `read_cell` takes the guard off again.

    Every cell of a table that is written as CSV goes through here.
    """
    return f"'{text}" if _GUARDED.match(text) else text


def read_cell(raw: str) -> Cell:
    """A cell as it was meant. A formula stays the text that it is; it is never computed."""
    if quoted := _QUOTED.fullmatch(raw):
        return Cell(quoted[1].replace('""', '"'))
    if raw.startswith("'") and _GUARDED.match(raw):
        return Cell(raw[1:])
    return Cell(raw, formula=_FORMULA.match(raw) is not None)


def decoded(data: bytes) -> str:
    """The text of a file: as its byte order mark says, else UTF-16 without one, UTF-8, or cp1252 (Windows).

    Raises:
        UnicodeDecodeError: it is none of these.
        NulByteError: single NUL bytes stand in it, as after a write that was broken off.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding)
    if 0 in data:
        wide = wide_encoding(data[::2].count(0), data[1::2].count(0), len(data))
        if wide is None:
            raise NulByteError(data.count(b"\n", 0, data.index(0)) + 1)
        return data.decode(wide)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def wide_encoding(even: int, odd: int, size: int) -> str | None:
    """UTF-16 without a mark, by how many of the `size` bytes are zero at even and at odd places; None: it is not.

    Letters of ours have a zero beside them each, and few others.
    """
    if min(even, odd) * 10 > max(even, odd) or max(even, odd) * 4 < size:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def delimiter_of(text: str) -> str:
    """What stands between the cells: the most frequent one of the first row that is not empty, outside of quotes."""
    if said := _SAID.match(text):
        return said[1]
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=bare.count)


def lines_of(text: str) -> Iterator[Line]:
    """The rows of a table that are not empty.

    Raises:
        TornTableError: quotes are left open, or stand inside of a cell.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    number = 1
    while (row := _next(reader, number)) is not None:
        cells = tuple(read_cell(cell) for cell in row)
        if any(cell.text.strip() for cell in cells) and not (number == 1 and _SAID.match(text)):
            yield Line(number, cells)
        number = reader.line_num + 1


def _next(reader: Iterator[list[str]], number: int) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        said = str(error)
        told = next((text for part, text in _TORN.items() if part in said), Text(said, said))
        raise TornTableError(told, number) from None
