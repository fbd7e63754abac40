"""What kind of paper a document is, by its headings and words. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ...states.numbers import parent_of
from .understanding_dates import is_only_a_day
from .understanding_labels import is_salutation, label_of
from .understanding_numbers import field_number
from .understanding_publicity import publicity_in, without_publicity
from .understanding_rows import Row
from .understanding_town import KnownTown
from .understanding_words import plain, words

_HEAD_ROWS = 40
_LONG = 160
#: Kind, number, publicity.
_FEW_CELLS = 3
_REST = re.compile(
    r"^(?:\W*|\W*(?:der|des|von|durch|vom)\s.+"
    r"|\W*(?:gem\.|i\.\s?S\.)\s.*|\W*(?:an|gemäß|nach|laut|im|für d(?:ie|en|as)|zur|zum|auf|in d(?:er|ie|en)|vom)\b.*"
    r"|\W*(?:der|des|auf|zur|zum|einer)"
    r"|\W*zu\s(?:(?:der|den|Nr\.)\s)?(?:Nr|Nummer|Drs|DS|Drucksache|Vorlage|Anfrage|Antrag|TOP|[A-Z]{0,4}\s?\d).*"
    r"|\W*(?:Nr|Nummer|Drs|DS|Drucksache|Vorlage)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
#: „zur Sitzung des Ausschusses für Umwelt,“ goes on in the next line.
_SESSION = re.compile(r"\bsitzung (?:de[rs]|am)\b", re.IGNORECASE)
#: What may stand between a kind and its number.
_JOINT = re.compile(r"[\s–:.()-]*(?:(?:Nr|Nummer|Drs|DS|Drucksache|Vorlage)[\s–:.()-]*){0,2}$", re.IGNORECASE)

#: „zum Antrag“, „auf die Anfrage“: the number behind it is not the paper's own.
_REPLIED = re.compile(
    r"\b(?:zu|zur|zum|auf|der|des|einer|eines|von|Ihre[rs]?)\b.*(?:anfrage|antrag|vorlage|drucksache|ds\b|drs\b)",
    re.IGNORECASE,
)
#: „zu DS0231/25“.
_TO_NUMBER = re.compile(r"^\W*(?:zu|zur|zum)\s+$", re.IGNORECASE)


class KindRead(NamedTuple):
    """A kind by its id, in the words of the document; and what else the heading says."""

    id: str
    words: str
    row: Row
    number: str | None = None
    public: bool | None = None
    #: What follows the kind and number: ``der Fraktion …``, a subject.
    rest: str = ""
    #: It names what it answers or changes: „Stellungnahme zum Antrag“. And the number of that.
    answers: bool = False
    answered: str | None = None


def kind_of(text: str) -> tuple[str, str] | None:
    """The kind that a text begins with: its id and those words."""
    return _kind(text[:_LONG])


@lru_cache(maxsize=4096)
def _kind(text: str) -> tuple[str, str] | None:
    spaced = _unspaced(text)
    key = plain(spaced)
    match = words().kind.match(key)
    return (words().kinds[match[1]], spaced.strip("*# ")[: match.end(1)].strip()) if match else None


def kind_in(text: str) -> tuple[str, str] | None:
    """The kind that a field names: at its beginning, or else anywhere."""
    if read := kind_of(text):
        return read
    key = plain(text)
    found = next(((id, word) for word, id in words().kinds.items() if word in key), None)
    return (found[0], text.strip()) if found else None


def kind_of_field(text: str) -> tuple[str, str] | None:
    """The kind that a field for kinds names; some words are a kind only there."""
    named = words().field_kinds.get(plain(text))
    return (named, text.strip()) if named else kind_in(text)


def heading_of(row: Row, town: KnownTown) -> KindRead | None:
    """The kind that a heading names, with number and publicity: ``Geschäftliche Mitteilung - 0100/2020``."""
    text = row.whole if not row.is_item else ""
    if not text or len(text) > _LONG or _has_labels(row) or text.endswith((".", "?")):
        return None
    if text.endswith(",") and not _SESSION.search(text):
        return None
    bare = without_publicity(text)
    read = kind_of(bare)
    if not read:
        return None
    rest = _unspaced(bare)[len(read[1]) :]
    number = field_number(rest, town) if any(char.isdigit() for char in rest) else None
    joined = number is not None and _JOINT.match(rest[: number.start]) is not None
    if not joined and not _REST.match(rest):
        return None
    tail = rest[number.end :].strip(" :–-)") if number and joined else rest.strip(" :–-")
    between = rest[: number.start] if number else ""
    replied = _REPLIED.search(read[1]) or _REPLIED.search(between) or _TO_NUMBER.match(between)
    answers = follows_up(read[1]) if read[0] == "anfrage" else bool(replied)
    told = number.number if number and (joined or answers) else None
    own = told if told and (not answers or (joined and parent_of(told))) else None
    public = _public(text, bare)
    if public is None and is_only_a_day(without_publicity(tail)):
        public = _public(tail, without_publicity(tail))
    return KindRead(*read, row, own, public, tail, answers, None if own else told)


def follows_up(said: str) -> bool:
    """The words of a kind say that it asks again: what they name behind them was asked before."""
    return plain(said).startswith(words().follow_ups)


def _public(text: str, bare: str) -> bool | None:
    """What the words say that stand before or behind all others: of a subject, they say nothing."""
    return publicity_in(text.replace(bare, " ")) if bare != text else None


def _has_labels(row: Row) -> bool:
    return len(row.cells) > _FEW_CELLS or any(label_of(cell) for cell in row.cells)


def _cell_kind(row: Row, town: KnownTown) -> KindRead | None:
    """A cell that names the kind, beside labels: ``Anfrage | Datum | Nummer``."""
    labels = sum(label_of(cell) is not None for cell in row.cells)
    if not labels or len(row.cells) > 2 * _FEW_CELLS:
        return None
    cells = (cell for cell in row.cells if label_of(cell) is None and kind_of(cell) is not None)
    read = (heading_of(row._replace(text=cell, cells=()), town) for cell in cells)
    return next((one._replace(row=row) for one in read if one and not one.rest), None)


def head_kind(rows: Sequence[Row], town: KnownTown) -> KindRead | None:
    """The first heading of the head that names a kind; one with a number goes before one without."""
    read = list[KindRead]()
    seen = 0
    for row in rows:
        seen += bool(row.text)
        if seen > _HEAD_ROWS or is_salutation(row.text):
            break
        if kind := heading_of(row, town) or _cell_kind(row, town):
            read.append(kind)
    first = read[0] if read else None
    if first and first.id == "stellungnahme":
        read = [one for one in read if one.id == first.id]
    return next((one for one in read if one.number), first)


def _unspaced(text: str) -> str:
    """``A N F R A G E`` is spaced for emphasis."""
    return re.sub(r"(?<=\b\w) (?=\w\b)", "", text) if re.fullmatch(r"(?:\w ){3,}\w", text.strip()) else text
