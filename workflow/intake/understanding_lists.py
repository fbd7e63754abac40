"""Items of a list and what leads in to them: „1. Wie viele Unfälle gab es“ above „a) 2023?“. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from .understanding_rows import Paragraph, Row
from .understanding_words import words

_ROMAN = re.compile(r"^(?P<marker>\(?(?P<number>[IVX]{1,6})[.)])\s+(?=\S)")
_MARK_ALONE = re.compile(r"^(?:\(?(?:\d{1,3}|[IVX]{1,6}|[a-h])[.)]|Frage \d{1,3}[.:]?)$")
_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_STYLES = (
    ("decimal", re.compile(r"^\d+\.\d")),
    ("roman", re.compile(r"^\(?[IVX]{1,6}[.)]")),
    ("number", re.compile(r"^(?:\(?\d|\w+ )")),
    ("letter", re.compile(r"^\(?[a-z]{1,5}[.)]")),
)
#: What may stand below what: a letter below a number, and no number below a letter.
_DEPTHS = {"roman": 0, "number": 1, "decimal": 2, "letter": 3}
_BULLET = 4
_QUOTES = '„"“»'


class Led(NamedTuple):
    """A paragraph, and the words above it that its own go on from."""

    part: Paragraph
    lead: str = ""

    @property
    def text(self) -> str:
        """With what leads in to it."""
        return f"{self.lead} {self.part.text}" if self.lead else self.part.text


def with_marks(rows: Sequence[Row]) -> Iterator[Row]:
    """A mark alone in its line belongs to the next one."""
    mark = None
    for row in rows:
        alone = _MARK_ALONE.match(row.text) is not None and not row.is_item
        if mark and not alone and (row.is_item or row.level or row.cells or not row.text):
            yield mark
            mark = None
        if alone:
            yield from (mark,) if mark else ()
            mark = row
            continue
        yield row._replace(marker=mark.text) if mark else row
        mark = None
    yield from (mark,) if mark else ()


def enumerated(rows: Sequence[Row]) -> list[Row]:
    """Lines counted I., II., … are items, too; a single „I.“ may be an initial."""
    counted, run = list[int](), list[int]()
    for index, row in enumerate(rows):
        value = _roman(row)
        if value == 1 or (value and value == len(run) + 1):
            run = [*run, index] if value > 1 else [index]
            counted += run if len(run) == 2 else run[-1:] if len(run) > 2 else []  # noqa: PLR2004 - I. and II.
    marked = set(counted)
    return [_marked(row) if index in marked else row for index, row in enumerate(rows)]


def _roman(row: Row) -> int:
    match = None if row.is_item or row.cells or row.level else _ROMAN.match(f"{row.text} ")
    return _NUMERALS.index(match["number"]) + 1 if match and match["number"] in _NUMERALS else 0


def _marked(row: Row) -> Row:
    match = _ROMAN.match(row.text)
    return row._replace(text=row.text[match.end() :], marker=match["marker"]) if match else row


def led(parts: Sequence[Paragraph]) -> list[Led]:
    """The paragraphs in order; what leads in to items stands with each of these, and no longer by itself."""
    found, lead = list[Led](), None
    for part, following in zip_longest(parts, parts[1:]):
        if part is None:
            break
        if lead and _goes_below(part, lead):
            if found and found[-1].part is lead:
                found.pop()
            found.append(Led(part, lead.text))
            continue
        if part.first.is_item or (lead and not lead.first.is_item):
            lead = None
        if _is_title(part, following):
            continue
        if _leads(part, following):
            lead = part
        found.append(Led(part))
    return found


def asks_by_word(text: str) -> bool:
    """It begins with „wie viele“, „ob“, „an welchen“, and the like."""
    first, *more = text.lower().lstrip(_QUOTES).split(" ", 2)
    known = words().prose
    return first in known["wh"] or (first in known["before_asking"] and bool(more) and more[0] in known["wh"])


def is_lettered(row: Row) -> bool:
    """``a)``."""
    return row.is_item and _depth(row.marker) == _DEPTHS["letter"]


def _depth(marker: str) -> int:
    return next((_DEPTHS[name] for name, shape in _STYLES if shape.match(f"{marker} ")), _BULLET)


def _goes_below(part: Paragraph, lead: Paragraph) -> bool:
    if not part.first.is_item:
        return False
    return not lead.first.is_item or _depth(part.first.marker) > _depth(lead.first.marker)


def _is_title(part: Paragraph, following: Paragraph | None) -> bool:
    """„I. Allgemeines“ above numbered questions."""
    if following is None or not following.first.is_item or part.text.endswith(("?", ":")) or asks_by_word(part.text):
        return False
    return part.first.is_item and _depth(part.first.marker) == 0 and _depth(following.first.marker) == 1


def _leads(part: Paragraph, following: Paragraph | None) -> bool:
    """It ends in a colon, or breaks off before items that stand below it."""
    if following is None or not following.first.is_item or part.first.level:
        return part.first.is_item and part.text.endswith(":")
    if not part.first.is_item:
        return asks_by_word(part.text) and not part.text.endswith((".", "?", "!"))
    if not _goes_below(following, part):
        return False
    ended = ("?",) if is_lettered(following.first) else (".", "?", "!")
    return not part.text.endswith(ended)
