"""The list „Anlage/n“, and which of the documents that follow is which. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ...states.numbers import canonical_number
from .understanding_dates import packed_day
from .understanding_kind import kind_in
from .understanding_labels import is_salutation, label_of
from .understanding_numbers import field_number
from .understanding_publicity import publicity
from .understanding_rows import Row
from .understanding_town import KnownTown
from .understanding_words import plain, words
from .understood import Found, Understood

_NUMBERED = re.compile(
    r"^(?:(?:Anlage|Anhang)\s*)?(?:\d{1,3}|[IVX]{1,4})?\s*[-–:.)]\s+|^(?:Anlage|Anhang)\s\d{1,3}\s+", re.IGNORECASE
)
_PUBLIC = re.compile(
    r"(?:^|\s+|\s*\()(?P<public>(?i:(?:nicht\s?-?\s?)?öffentlich|(?<=\()(?:streng )?vertraulich)|Ö|N|NÖ)\)?\s*$"
)
_SIZE = re.compile(r"\s*\(?\b(?:PDF|DOCX?|ODT|JPG|XLSX?)?,?\s?\d+(?:[.,]\d+)?\s?[KMk]i?B\)?|\s+PDF-Dokument$")
#: The ending of a file, or a name like 0321_2022.
_FILE = re.compile(r"\.(?:pdf|docx?|odt|xlsx?|jpe?g|png|zip)\b|^\w*\d+_\d+\w*$", re.IGNORECASE)
_FILE_END, _WORDS = re.compile(r"\.\w{2,5}$"), re.compile(r"\w+")
_LONG, _FEW = 160, 3
_MOST_PAIRS = 10_000
_NONE = {"keine", "ohne", "-", "–", "nein", "entfällt", "keine anlagen"}


class Listed(NamedTuple):
    """An entry of the list."""

    name: str
    public: bool | None
    row: Row


def listed(rows: Sequence[Row]) -> tuple[list[Listed], Row | None]:
    """The entries of the list „Anlage/n“, and its heading if there is one."""
    first = None
    for index, row in enumerate(rows):
        if _is_heading(row):
            if entries := entries_at(rows, index):
                return entries, row
            first = first or row
    return [], first


def entries_at(rows: Sequence[Row], start: int) -> list[Listed]:
    """The entries below a heading. Behind an empty line only what looks like one, or all if no text follows."""
    inline = rows[start].text.partition(":")[2].strip() if not rows[start].cells else ""
    found = [(True, rows[start]._replace(text=inline))] if inline else []
    apart = prose = False
    for row in rows[start + 1 :]:
        prose = bool(row.text) and _is_prose(row)
        if prose or row.level or (row.text and label_of(row.text)):
            break
        apart = apart or not row.text
        if row.text and not _is_head(row):
            found.append((not apart or _is_marked(row), row))
    entries = [_entry(row) for sure, row in found if sure or not prose]
    return [one for one in entries if one.name and plain(one.name) not in _NONE]


def _is_head(row: Row) -> bool:
    """The heads of columns: ``Nr. | Name | Größe``."""
    cells = [plain(cell) for cell in row.cells if cell]
    known = words().columns | words().attachment_columns
    return len(cells) > 1 and all(label_of(cell) is not None or cell in known for cell in cells)


def _is_prose(row: Row) -> bool:
    told = row.text.endswith((".", "?", "!")) and (row.text.endswith("?") or len(row.text.split()) > _FEW)
    section = plain(row.text.partition(":")[0]) in words().sections
    return told or section or len(row.text) > _LONG or is_salutation(row.text)


def _is_marked(row: Row) -> bool:
    """It has a number, a bullet, cells, an ending or a size, as entries of a list have."""
    marks = (_NUMBERED, _PUBLIC, _SIZE, _FILE)
    return bool(row.marker or row.cells) or any(mark.search(row.text) for mark in marks)


def matched(entries: Sequence[Listed], papers: Sequence[Understood], town: KnownTown) -> tuple[list[Understood], bool]:
    """The documents with their names; an entry without a document is one of name and publicity. And: all fitted."""
    if len(entries) == len(papers):
        return [_named(paper, entry, town) for entry, paper in zip(entries, papers, strict=True)], True
    if len(entries) * len(papers) > _MOST_PAIRS:
        return list(papers), False
    left, found = list(papers), list[Understood]()
    for entry in entries:
        best = max(left, key=lambda paper: _likeness(entry, paper, town), default=None)
        if best is not None and _likeness(entry, best, town) > 0:
            left.remove(best)
            found.append(_named(best, entry, town))
        else:
            found.append(Understood(name=entry.name, public=entry.public))
    return [*found, *left], not left


def together(listed: Sequence[Understood], files: Sequence[Understood]) -> tuple[Understood, ...]:
    """Attachments as a paper lists them and files beside it, each once: a file is the entry whose name it has."""
    named = {_title(one.name or ""): index for index, one in enumerate(listed) if not one.found}
    found, more = list(listed), list[Understood]()
    for file in files:
        index = named.pop(_title(file.name or ""), None)
        if index is None:
            more.append(file)
        else:
            entry = listed[index]
            public = entry.public if entry.public is False or file.public is None else file.public
            found[index] = replace(file, name=entry.name, public=public)
    return (*found, *more)


def _title(name: str) -> str:
    """A name without number, ending and marks."""
    stem = _FILE_END.sub("", name.strip())
    return " ".join(_WORDS.findall(_NUMBERED.sub("", stem.replace("_", " ")).lower()))


def _is_heading(row: Row) -> bool:
    head = row.text.partition(":")[0]
    return not row.cells and label_of(head) == "attachments" and (row.level > 0 or ":" in row.text or head == row.text)


def _entry(row: Row) -> Listed:
    text = next((cell for cell in row.cells if len(cell) > 3), row.text) if row.cells else row.text  # noqa: PLR2004
    if row.marker and row.marker not in "-•*▪◦‣●○–":
        text = row.text
    text = _SIZE.sub("", text)
    said = next((publicity(cell) for cell in row.cells if publicity(cell) is not None), None)
    if said is None and (match := _PUBLIC.search(text)):
        said, text = publicity(match["public"]), text[: match.start()]
    return Listed(_NUMBERED.sub("", text).strip(" -–"), said, row)


def _named(paper: Understood, entry: Listed, town: KnownTown) -> Understood:
    public = paper.public if paper.public is not None else entry.public
    number = field_number(entry.name, town) if paper.number is None else None
    if number is None or number.end - number.start < len(entry.name):
        return replace(paper, name=entry.name, public=public)
    place = Found(file_of(paper), entry.row.number, entry.row.page, entry.row.text, "derived")
    return replace(paper, name=entry.name, public=public, number=number.number, found={**paper.found, "number": place})


def file_of(paper: Understood) -> str:
    """The file in which a paper stands."""
    return next((place.file for place in paper.found.values()), "–")


def _likeness(entry: Listed, paper: Understood, town: KnownTown) -> int:
    """How much speaks for the entry being this paper."""
    kind, number = kind_in(entry.name), field_number(entry.name, town)
    same_kind = kind is not None and kind[0] == paper.kind
    same_number = (
        number is not None
        and paper.number is not None
        and canonical_number(number.number) == canonical_number(paper.number)
    )
    same_day = packed_day(entry.name) is not None and packed_day(entry.name) == paper.date
    title = bool(paper.subject) and plain(paper.subject or "")[:30] in plain(entry.name)
    return 2 * same_number + 2 * same_day + same_kind + 2 * title
