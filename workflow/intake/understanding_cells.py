"""What a cell or line of a Beratungsfolge is: a body, a day, a role, öffentlich, or something else. Pure.

Its content says that; a body must look like one, be known to the town, or stand in the column for bodies. What is
none of these is kept as unknown, so that it can be told.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from .understanding_dates import day_of, days_in
from .understanding_publicity import has_boxes, is_boxes, publicity, publicity_in, said_in
from .understanding_rows import Row
from .understanding_town import KnownTown
from .understanding_words import plain, words

_Type: TypeAlias = Literal["body", "date", "role", "public", "other", "unknown"]

_NOISE = re.compile(
    r"\b(?:Mo|Di|Mi|Do|Fr|Sa|So|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag)\b,?|\b\d{1,2}[:.]\d\d(?:\s?-\s?\d{1,2}[:.]\d\d)?\s?Uhr\b"
    r"|\b(?:am|den|dem)$|^(?:TOP\s)?(?:Ö|N)\s?\d+(?:\.\d+)*\b|^TOP\s?\d+(?:\.\d+)*\b|^\d{1,2}\.?$"
)
_ITEM = re.compile(r"^(?:TOP\s)?(Ö|N)\s?\d{1,3}(?:\.\d{1,3})*$")
#: A line or cell that tells which session it was.
_SESSION = re.compile(
    r"^(?:\d{1,3}\.\s.{0,60}Sitzung\b|(?:\W{0,3}(?:nicht)?öffentliche){0,3}\W{0,3}Sitzung (?:des|der|vom)\s)", re.I
)
#: The number of a session: BVV/002/IX.
_SESSION_NUMBER = re.compile(r"(?<!\S)[^\s,;]{0,20}\d[^\s,;]{0,20}/[^\s,;]{0,20}")
_ARTICLE = re.compile(r"^(?:der|die|das|den|dem|im|in der|an den|an die)\s+", re.IGNORECASE)
_SHORT_NAME = re.compile(r"^[A-ZÄÖÜ][a-zäöü]?[A-ZÄÖÜ][A-ZÄÖÜa-zäöü]{0,4}(?:\s[A-ZÄÖÜ][\w-]{2,20}|\s\d{1,2})?$")
_PERSON = re.compile(r"\b(?:Herrn?|Frau|Dr\.|Prof\.)\s")
_MARKS = " -–,.;:("
_LONGEST, _MOST_WORDS, _LONG_ROLE = 160, 16, 60
_PUBLIC = re.compile(r"[\s,;(–-]*\b(?:nicht\s?-?\s?)?öffentlich\w*\)?|(?<=\s)\(?(?:Ö|NÖ|N)\)?$", re.IGNORECASE)


class Piece(NamedTuple):
    """What a line or row of the table holds."""

    row: Row
    body: str | None = None
    day: date | None = None
    role: str | None = None
    public: bool | None = None
    #: Words that are none of these: perhaps a body that is not known as one.
    unknown: str | None = None
    #: The index of the cell that is the body, or else unknown.
    column: int | None = None

    @property
    def held(self) -> list[str]:
        """The names of what it holds."""
        return [name for name in ("body", "day", "role", "public", "unknown") if getattr(self, name) is not None]


def column_types(cells: Sequence[str]) -> tuple[str, ...]:
    """What the heads of columns announce: ``body``, ``role``, ``open``, ``closed``, or nothing."""
    return tuple(words().column_types.get(plain(cell)) or _flag(cell) for cell in cells)


def is_head(row: Row) -> bool:
    """Heads of columns, or one of them."""
    cells = [cell for cell in (row.cells or (row.text,)) if cell]
    known = [plain(cell) in words().columns for cell in cells]
    if len(cells) > 1:
        return any(known) and all(one or publicity(cell) is not None for one, cell in zip(known, cells, strict=True))
    return known == [True] and plain(cells[0]) not in words().roles


def is_session(text: str) -> bool:
    """It tells which session it was."""
    return _SESSION.match(text) is not None


def is_approver(body: str) -> bool:
    """Who is named approves papers of the administration and is no body of the council."""
    return plain(_ARTICLE.sub("", plain(body))) in words().approvers


def looks_like_body(text: str, town: KnownTown) -> bool:
    """A body that the town knows, or a name such as bodies have."""
    if not text or len(text) > _LONGEST or len(text.split()) > _MOST_WORDS:
        return False
    known = any(plain(text) == plain(name) for one in town.bodies for name in one.spellings)
    named = words().body_part.search(text) is not None or _SHORT_NAME.match(text) is not None
    return known or is_approver(text) or (named and _PERSON.search(text) is None and not text.endswith("?"))


def type_of(cell: str, town: KnownTown) -> _Type:
    """What the content of a cell is."""
    key = plain(cell)
    if not key or key in words().outcomes or is_boxes(cell):
        return "other"
    if _public(cell) is not None:
        return "public"
    if key in words().roles:
        return "role"
    if is_session(cell):
        return "date" if day_of(cell) else "other"
    rest = _NOISE.sub("", _without_days(cell)).strip(" -–,.;:()")
    if len(rest) < 2 or rest.isdigit():  # noqa: PLR2004 - a letter is no name
        return "date" if day_of(cell) else "other"
    return "body" if looks_like_body(of_text(Row("", 0, None), cell, town).body or "", town) else "unknown"


def of_cells(row: Row, columns: Sequence[str], town: KnownTown) -> Piece:
    """What the cells of a row hold; `columns` is what their heads announce."""
    piece = Piece(row, public=said_in(row.text).public if has_boxes(row.text) else None)
    for index, cell in enumerate(row.cells):
        kind, head = type_of(cell, town), columns[index] if index < len(columns) else ""
        if kind == "date" and piece.day is None:
            piece = piece._replace(day=day_of(cell))
        elif kind == "public" and piece.public is None and not has_boxes(row.text):
            piece = piece._replace(public=_public(cell))
        elif kind == "role" and piece.role is None:
            piece = piece._replace(role=cell)
        elif kind == "body" or (kind == "unknown" and head == "body"):
            piece = _with_body(piece, of_text(row, cell, town), cell, index)
        elif kind == "unknown" and head == "role" and len(cell) <= _LONG_ROLE:
            piece = piece._replace(role=piece.role or cell)
        elif kind == "unknown" and piece.unknown is None:
            piece = piece._replace(unknown=cell, column=index if piece.body is None else piece.column)
    return _ticked(piece, columns)


def of_text(row: Row, text: str, town: KnownTown) -> Piece:
    """One line that may hold everything: ``06.04.2022 Integrationsrat (Kenntnisnahme), öffentlich``."""
    if plain(text) in words().roles:
        return Piece(row, role=text)
    if (alone := publicity(text)) is not None:
        return Piece(row, public=alone)
    rest = _NOISE.sub("", _without_days(text).strip(" -–,.;:")).strip(" -–,.;:")
    public = publicity_in(rest)
    rest = words().outcome_at_end.sub("", _PUBLIC.sub("", rest)).strip(" -–,.;:")
    ends = re.search(r"\s\(?(Ö|NÖ|N)\)?$", text.strip())
    public = public if public is not None else publicity(ends[1]) if ends else None
    role = words().role_at_end.search(rest)
    name = _SESSION_NUMBER.sub(" ", rest[: role.start()] if role else rest)
    body = " ".join(_NOISE.sub("", name.strip(_MARKS)).strip(_MARKS).split()) or None
    if body and not looks_like_body(body, town):
        return Piece(row, None, day_of(text), role["role"] if role else None, public, body)
    return Piece(row, body, day_of(text), role["role"] if role else None, public)


def _flag(cell: str) -> str:
    public = publicity(cell)
    return "" if public is None else "open" if public else "closed"


def _with_body(piece: Piece, inner: Piece, cell: str, index: int) -> Piece:
    if piece.body is not None:
        return piece
    piece = piece._replace(role=piece.role or inner.role, day=piece.day or inner.day)
    return piece._replace(body=inner.body or inner.unknown or cell, column=index)


def _ticked(piece: Piece, columns: Sequence[str]) -> Piece:
    """A tick below „öffentlich“ or „nichtöffentlich“."""
    flags = {"open": True, "closed": False}
    pairs = zip(columns, piece.row.cells, strict=False)
    ticked = {
        flags[head] for head, cell in pairs if head in flags and is_boxes(cell) and said_in(f"öffentlich {cell}").public
    }
    return piece._replace(public=ticked.pop()) if len(ticked) == 1 else piece


def _public(cell: str) -> bool | None:
    """„Ö“, „öffentlich“; also by the item of the agenda, „Ö 4“."""
    item = _ITEM.match(cell)
    return publicity(item[1] if item else cell)


def _without_days(text: str) -> str:
    parts, end = list[str](), 0
    for written in days_in(text):
        parts.append(text[end : written.start])
        end = written.end
    return " ".join([*parts, text[end:]])
