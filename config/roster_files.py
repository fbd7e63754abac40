"""Reads rosters from files: one JSON document of all kinds, or tables (CSV) of one kind each.

All mistakes of all files are found together, each with file, row, column and remedy.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .errors import Finding
from .json_faults import fault_of
from .os_errors import cause
from .reader import meant
from .roster import FIELDS, LISTS, Field, Place, Roster, Row
from .roster_kinds import KINDS, Kind
from .roster_values import ValueFaultError, value_of
from .sheets import Cell, Line, NulByteError, TornTableError, decoded, lines_of
from .text import LANGS, Text

#: The format of the document, with its version.
FORMAT = "vorgang-org/1"
#: Bytes of the largest file that is read.
LARGEST = 20_000_000
_HEAD = frozenset({"format", "body"})
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class _Reading:
    """What has been read so far: rows, mistakes, and what is worth knowing."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.rows: list[Row] = []
        self.kinds: set[Kind] = set()
        self.findings: list[Finding] = []
        self.notices: list[Finding] = []
        self.torn = False

    def find(self, place: Place, field: str, code: str, **params: object) -> None:
        """Record a mistake after which rows or columns are missing."""
        self.findings.append(place.finding(code, field, **params))
        self.torn = True


def read_rosters(paths: Sequence[Path], body: str, *, kind: Kind | None = None, complete: bool = False) -> Roster:
    """The roster in these files, of the municipality `body`.

    `kind`: that of the tables, where their heads do not say it. `complete`: the files hold every row of their kinds.
    What cannot be read is among its findings.
    """
    reading = _Reading(body)
    for path in paths:
        _read(reading, path, kind)
    return Roster(
        tuple(reading.rows),
        source=", ".join(path.name for path in paths),
        whole=frozenset(reading.kinds if complete else ()),
        notices=tuple(reading.notices),
        findings=tuple(reading.findings),
        torn=reading.torn,
    )


def _read(reading: _Reading, path: Path, kind: Kind | None) -> None:
    place = Place(str(path))
    try:
        if path.stat().st_size > LARGEST:
            reading.find(place, "–", "org_too_large", most=LARGEST // 1_000_000)
            return
        data = path.read_bytes()
        if data.startswith(b"PK\x03\x04"):
            reading.find(place, "–", "org_workbook")
            return
        text = decoded(data)
    except NulByteError as error:
        reading.find(place._replace(line=error.line), "–", "org_nul")
        return
    except (OSError, UnicodeDecodeError) as error:
        reading.find(place, "–", "org_unreadable", reason=cause(error))
        return
    if path.suffix.lower() == ".json" or text.lstrip()[:1] == "{":
        _document(reading, place, text)
    else:
        _table(reading, place, text, kind)


# --- JSON ---


def _document(reading: _Reading, place: Place, text: str) -> None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        reading.find(place._replace(line=getattr(error, "lineno", None)), "–", "org_json", reason=fault_of(error))
        return
    lists = {name: kind for kind, name in LISTS.items()}
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        reading.find(place, "format", "org_format", format=FORMAT)
        return
    if found.get("body", reading.body) != reading.body:
        reading.find(place, "body", "org_other_body", value=found["body"], body=reading.body)
    for name in found.keys() - lists.keys() - _HEAD:
        reading.find(place, name, "config_key_unknown", known=", ".join(lists), meant=meant(name, lists))
    for name in found.keys() & lists.keys():
        if isinstance(found[name], list):
            reading.kinds.add(lists[name])
            _objects(reading, lists[name], found[name], place)
        else:
            reading.find(place, name, "org_list")


def _objects(reading: _Reading, kind: Kind, found: Sequence[object], place: Place) -> None:
    known = {field.name: field for field in FIELDS[kind]}
    for index, one in enumerate(found):
        here = place._replace(prefix=f"{LISTS[kind]}[{index}].")
        if not isinstance(one, dict):
            reading.find(here, "–", "org_object")
            continue
        for name in one.keys() - known.keys():
            reading.find(here, name, "config_key_unknown", known=", ".join(known), meant=meant(name, known))
        _row(reading, kind, {known[name]: value for name, value in one.items() if name in known}, here)


# --- CSV ---


def _table(reading: _Reading, place: Place, text: str, kind: Kind | None) -> None:
    try:
        lines = list(lines_of(text))
    except TornTableError as error:
        reading.find(place._replace(line=error.line), "–", "org_csv", reason=error.reason)
        return
    if not lines:
        reading.find(place, "–", "org_empty")
        return
    head = [cell.text for cell in lines[0].cells]
    chosen = kind or _kind_of(head)
    if chosen is None:
        kinds = _by_kind()
        reading.find(place._replace(line=lines[0].number), "–", "org_kind_unclear", head=", ".join(head), known=kinds)
        return
    reading.kinds.add(chosen)
    place = place._replace(columns=_called(chosen, head))
    columns = _columns(reading, chosen, head, place._replace(line=lines[0].number))
    for line in lines[1:]:
        _cells(reading, chosen, columns, line, place._replace(line=line.number))


def _columns(reading: _Reading, kind: Kind, head: Sequence[str], place: Place) -> list[Field | None]:
    known = _headers(kind)
    columns: list[Field | None] = []
    for title in head:
        field = known.get(plain(title))
        if field is None and title.strip():
            near = meant(title.casefold(), [name.casefold() for name in _names(kind)])
            reading.find(place, title, "org_column", known=_listed(FIELDS[kind]), meant=near)
        elif field is not None and field in columns:
            reading.find(place, title, "org_column_double", column=_word(field))
        columns.append(field)
    return columns


def _cells(reading: _Reading, kind: Kind, columns: Sequence[Field | None], line: Line, place: Place) -> None:
    if any(cell.text.strip() for cell in line.cells[len(columns) :]):
        reading.find(place, "–", "org_row_long", cells=len(line.cells), columns=len(columns))
    cells = (*line.cells, *[Cell("")] * (len(columns) - len(line.cells)))
    for field, cell in zip(columns, cells, strict=False):
        if field is not None and cell.formula:
            reading.notices.append(place.finding("org_formula", field.name, value=cell.text))
    _row(reading, kind, {field: cell.text for field, cell in zip(columns, cells, strict=False) if field}, place)


def _headers(kind: Kind) -> Mapping[str, Field]:
    return {plain(name): field for field in FIELDS[kind] for name in (field.name, *field.headers)}


def _names(kind: Kind) -> list[str]:
    return [name for field in FIELDS[kind] for name in (field.name, *field.headers)]


def _word(field: Field) -> Text:
    return Text(next(iter(field.headers), field.name), field.name)


def _listed(fields: Iterable[Field]) -> Text:
    words = [_word(field) for field in fields]
    return Text(*(", ".join(word.in_(lang) for word in words) for lang in LANGS))


def _by_kind() -> Text:
    """By which columns each kind is told."""
    told = {kind: _listed(field for field in FIELDS[kind] if field.required) for kind in KINDS}
    return Text(*("; ".join(f"{kind}: {words.in_(lang)}" for kind, words in told.items()) for lang in LANGS))


def _called(kind: Kind, head: Sequence[str]) -> Mapping[str, str]:
    """What the table calls the fields: as it heads them; those that it lacks in the language of the others."""
    known = _headers(kind)
    heads = {field.name: title.strip() for title in reversed(head) if (field := known.get(plain(title)))}
    is_german = any(plain(name) != plain(title) for name, title in heads.items())
    usual = {field.name: _word(field).de for field in FIELDS[kind]} if is_german else {}
    return {**usual, **heads}


def plain(title: str) -> str:
    """A heading, so that spelling makes no difference."""
    return re.sub(r"[\s_./-]+", "", title.casefold()).translate(_LETTERS)


def _kind_of(head: Sequence[str]) -> Kind | None:
    """The kind whose required columns are all there; among several the one that knows the most columns."""
    known: dict[Kind, int] = {}
    for kind in KINDS:
        found = [field for title in head if (field := _headers(kind).get(plain(title))) is not None]
        if all(field in found for field in FIELDS[kind] if field.required):
            known[kind] = len(found)
    best = [kind for kind, count in known.items() if count == max(known.values())]
    return best[0] if len(best) == 1 else None


# --- both ---


def _row(reading: _Reading, kind: Kind, given: Mapping[Field, object], place: Place) -> None:
    values: dict[str, Any] = {}
    for field, value in given.items():
        try:
            values[field.name] = value_of(field, value)
        except ValueFaultError as fault:
            reading.findings.append(place.finding(fault.code, field.name, **fault.params))
    for field in _always(kind):
        if field not in given:
            reading.findings.append(place.finding("org_missing", field.name))
    if all(field.name in values for field in _always(kind)):
        reading.rows.append(Row(kind, values, place))
    else:
        reading.torn = True


def _always(kind: Kind) -> Iterator[Field]:
    """The fields by which a row is recognised."""
    recognised = ("person", "organization") if kind == "membership" else ("key",)
    return (field for field in FIELDS[kind] if field.name in recognised)
