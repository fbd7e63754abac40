"""Reading files of historical cases row by row: CSV as spreadsheets write it, and JSON Lines, in any usual encoding."""

import codecs
import csv
import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from ..config.errors import InvalidInputError
from ..config.sheets import read_cell, wide_encoding
from .history_columns import COLUMNS, ERRORS, Mapped, folded

_CHUNK = 1 << 20
#: So much of a file is enough to see how its first row is made.
_HEAD = 1 << 16
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
#: Bytes that mean nothing in Windows' Western code page.
_NO_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_DELIMITERS = ";,\t"
_SEPARATOR = re.compile(r"sep=([;,\t])\s*", re.IGNORECASE)
#: Files that open in a spreadsheet but are none of ours.
_PACKED = {b"PK\x03\x04": "xlsx/ods", b"\xd0\xcf\x11\xe0": "xls", b"%PDF": "pdf"}
_LINES = frozenset({".jsonl", ".ndjson"})


class Sheet(NamedTuple):
    """A file, and how it is written."""

    path: Path
    sha256: str
    encoding: str
    #: None: JSON Lines.
    delimiter: str | None
    #: Line ends in it: about as many rows.
    lines: int

    @property
    def name(self) -> str:
        """Its name without its folder."""
        return self.path.name


class Line(NamedTuple):
    """A row of a file: our columns in their order, and what stood there."""

    row: int
    cells: list[str]
    raw: list[str]
    #: What is wrong with the row as such: code and parameters.
    fault: tuple[str, dict[str, Any]] | None = None


def examined(path: Path) -> Sheet:
    """A file looked through once: its hash, its encoding and how its cells are parted.

    Raises:
        InvalidInputError: it is empty, no text, or in several encodings at once.
    """
    look = _Look()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            look.at(chunk)
    encoding = look.encoding(path)
    delimiter = None if path.suffix.lower() in _LINES else _delimiter(path, encoding)
    return Sheet(path, look.hash.hexdigest(), encoding, delimiter, look.lines)


class _Look:
    """What a file looks like, chunk by chunk."""

    def __init__(self) -> None:
        self.hash, self.lines, self.head = sha256(), 0, b""
        self._size = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8, self._beyond_ascii, self._undefined, self._zeros = True, False, False, [0, 0]
        #: The line on which UTF-8 ends, and whether it had been one until there.
        self._broken: tuple[int, bool] = (0, False)

    def at(self, chunk: bytes) -> None:
        """Look at the next chunk."""
        self.head = self.head or chunk[:_HEAD]
        self.hash.update(chunk)
        self._size += len(chunk)
        if self._is_utf8:
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError as error:
                whole = bytes(error.object[: error.start])
                self._is_utf8 = False
                self._broken = (self.lines + whole.count(b"\n") + 1, self._beyond_ascii or not whole.isascii())
        self._beyond_ascii = self._beyond_ascii or not chunk.isascii()
        self._undefined = self._undefined or any(byte in chunk for byte in _NO_CP1252)
        self._zeros = [self._zeros[0] + chunk[::2].count(0), self._zeros[1] + chunk[1::2].count(0)]
        self.lines += chunk.count(b"\n")

    def encoding(self, path: Path) -> str:
        """The encoding of what was seen."""
        if not self.head.strip():
            raise InvalidInputError("history_file_empty", file=str(path))
        packed = next((name for magic, name in _PACKED.items() if self.head.startswith(magic)), None)
        if packed:
            raise InvalidInputError("history_file_format", file=str(path), format=packed)
        named = next((name for mark, name in _BOMS.items() if self.head.startswith(mark)), None)
        if named == "utf-8-sig" and not self._is_utf8:
            raise InvalidInputError("history_file_mixed", file=str(path), line=self._broken[0])
        if named:
            return named
        if any(self._zeros):
            return self._wide(path)
        return "utf-8" if self._is_utf8 and not self._decoder.getstate()[0] else self._narrow(path)

    def _wide(self, path: Path) -> str:
        even, odd = self._zeros
        wide = wide_encoding(even, odd, self._size)
        if wide is None:
            raise InvalidInputError("history_file_format", file=str(path), format="binär/binary")
        return wide

    def _narrow(self, path: Path) -> str:
        line, was_utf8 = self._broken
        if was_utf8 or self._undefined:
            raise InvalidInputError("history_file_mixed", file=str(path), line=line or self.lines + 1)
        return "cp1252"


def _delimiter(path: Path, encoding: str) -> str | None:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        head = file.read(_HEAD).lstrip()
    if head.startswith("{"):
        return None
    named = _SEPARATOR.match(head)
    if named:
        return named[1]
    first = re.sub(r'"[^"]*"', "", head).split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


class Rows:
    """The rows of a file, one after the other; empty ones are passed over and counted."""

    def __init__(self, sheet: Sheet, mapped: Mapped) -> None:
        self.sheet, self._mapped = sheet, mapped
        #: The file's own names of the columns, ours where they mean something, and those that mean nothing.
        self.header: list[str] = list(COLUMNS)
        self.called: dict[str, str] = {}
        self.unknown: list[str] = []
        self.empty = 0

    def __iter__(self) -> Iterator[Line]:
        """The rows.

        Raises:
            InvalidInputError: the file cannot be read on from some row.
        """
        sheet = self.sheet
        with sheet.path.open(encoding=sheet.encoding, newline="") as file, closing(self._lines(file)) as lines:
            row = 0
            try:
                for line in lines:
                    row = line.row
                    yield line
            except UnicodeDecodeError as error:
                raise InvalidInputError("history_file_mixed", file=str(sheet.path), line=row + 1) from error
            except csv.Error as error:
                detail = {"line": row + 1, "detail": str(error)}
                raise InvalidInputError("history_file_csv", file=str(sheet.path), **detail) from error

    def _lines(self, file: TextIOWrapper) -> Generator[Line]:
        return self._json(file) if self.sheet.delimiter is None else self._table(file, self.sheet.delimiter)

    def _table(self, file: TextIOWrapper, delimiter: str) -> Generator[Line]:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        rows = enumerate(reader, 1)
        places = self._places(rows)
        width = len(self.header)
        for number, raw in rows:
            if not any(raw) or not "".join(raw).strip():
                self.empty += 1
            elif len(raw) == width or (len(raw) > width and not any(raw[width:])):
                yield Line(number, [raw[place] if place is not None else "" for place in places], raw)
            else:
                fault = ("history_row_cells", {"cells": len(raw), "expected": width})
                yield Line(number, [], raw, fault)

    def _places(self, rows: Iterator[tuple[int, list[str]]]) -> list[int | None]:
        """Where our columns stand; the header is the first row that is not empty."""
        for _, cells in rows:
            if any(cell.strip() for cell in cells) and not cells[0].lower().startswith("sep="):
                break
        else:
            raise InvalidInputError("history_file_empty", file=str(self.sheet.path))
        self.header = [read_cell(cell.strip().lstrip("\ufeff")).text for cell in cells]
        while self.header and not self.header[-1]:
            self.header.pop()
        found: dict[str, int] = {}
        for place, name in enumerate(self.header):
            self._named(name, place, found)
        self._require_some(found)
        return [found.get(column) for column in COLUMNS]

    def _named(self, name: str, place: int, found: dict[str, int]) -> None:
        column = self._mapped.column(name)
        if column is None:
            if name and folded(name) != folded(ERRORS):
                self.unknown.append(name)
        elif column in found:
            given = {"column": name, "other": self.called[column]}
            raise InvalidInputError("history_column_twice", file=str(self.sheet.path), **given)
        else:
            found[column] = place
            self.called[column] = name

    def _require_some(self, found: Mapping[str, int]) -> None:
        if not {"nummer", "kennung"} & found.keys() or "betreff" not in found:
            known = ", ".join(self.header[:20])
            raise InvalidInputError("history_header", file=str(self.sheet.path), found=known)

    def _json(self, file: TextIOWrapper) -> Generator[Line]:
        columns: dict[str, str | None] = {}
        order = list(COLUMNS)
        for number, text in enumerate(file, 1):
            if not text.strip():
                self.empty += 1
                continue
            try:
                given = orjson.loads(text)
                if not isinstance(given, dict):
                    raise TypeError("{…}")  # told like any other mistake
            except (orjson.JSONDecodeError, TypeError) as error:
                yield Line(number, [], [], ("history_row_json", {"detail": str(error)}))
                continue
            cells = dict.fromkeys(order, "")
            for name, value in given.items():
                if name not in columns:
                    columns[name] = self._mapped.column(name)
                    self._learned(name, columns[name])
                column = columns[name]
                if column:
                    cells[column] = _plain(value)
            values = list(cells.values())
            yield Line(number, values, values)

    def _learned(self, name: str, column: str | None) -> None:
        if column is None:
            self.unknown.append(name)
        else:
            self.called.setdefault(column, name)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, list):
        return "\n".join(map(_plain, value))
    return value if isinstance(value, str) else str(value)
