"""Lists in what people write: which lines are one, and what stands before each item.

A list may be set anew only if its marks come out as they were written. So numbers have to run on by one, with the same
sign behind each; else (1., 3., 7.) the lines stay text. A number that counts something (2. Quartal, 5. März) marks no
item.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from .model import Item, Items, Mark, cleaned

#: A list in a list in a list; what lies deeper is text of its item.
_DEEPEST = 3
_MARK = re.compile(r"(?P<blanks>[ \t]*)(?:(?P<dash>[-–•*])|(?P<number>[1-9]\d{0,2})(?P<behind>[.)]))[ \t]+(?=\S)")
_BLANKS = re.compile(r"[ \t]*")
_DASHES: dict[str, Mark] = {"-": "–", "–": "–", "•": "•", "*": "*"}
_NUMBERED: dict[str, Mark] = {".": ".", ")": ")"}
#: What follows a number that says the how manieth it is.
_COUNTED = re.compile(
    r"(?:Quartal|Halbjahr|Jahreshälfte|Trimester|Vierteljahr|Kalenderwoche|KW|Woche|Bauabschnitt|Lesung|Änderung|Nachtrag"
    r"|Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
    r"|(?:Jan|Feb|Mrz|Apr|Jun|Jul|Aug|Sept?|Okt|Nov|Dez)\.|Stock|Obergeschoss|OG|Etage|Klasse|Jahrhundert)(?!\w)",
    re.IGNORECASE,
)


class Line(NamedTuple):
    """A line as it was written: how far it is indented, the mark at its beginning, and what follows."""

    raw: str
    indent: int
    #: What kind of mark; None: none.
    mark: Mark | None
    #: The number of a numbered one.
    number: int | None
    text: str

    def goes_on(self, lines: Sequence["Line"]) -> bool:
        """Whether it belongs to the list that `lines` are."""
        first = lines[0]
        return self.indent > first.indent or self.mark in {first.mark} - {None}

    def follows(self, lines: Sequence["Line"]) -> bool:
        """Whether it belongs to that list also after an empty line."""
        base = lines[0].indent
        last = next(line for line in reversed(lines) if line.mark is not None and line.indent <= base)
        return self.mark == last.mark and (last.number is None or self.number == last.number + 1)


def line_of(raw: str) -> Line:
    """A line taken apart."""
    found = _MARK.match(raw)
    if found is None:
        return Line(raw, _width(_BLANKS.match(raw)), None, None, raw.strip())
    number = int(found["number"]) if found["number"] else None
    mark = _DASHES[found["dash"]] if number is None else _NUMBERED[found["behind"]]
    return Line(raw, len(found["blanks"].expandtabs(4)), mark, number, raw[found.end() :])


def _width(blanks: re.Match[str] | None) -> int:
    return len(blanks[0].expandtabs(4)) if blanks else 0


class _Entry(NamedTuple):
    """A line that begins an item, and the lines that belong to it."""

    line: Line
    more: list[Line]


def lists(lines: Sequence[Line], depth: int = 1) -> list[Items] | None:
    """The lists that these lines are, the first of which has a mark; None: they must stay as they are written."""
    if depth > _DEEPEST:
        return None
    found: list[Items] = []
    for mark, entries in groupby(_entries(lines), key=lambda entry: entry.line.mark):
        made = _list(mark or "–", list(entries), depth)
        if made is None:
            return None
        found.append(made)
    return found


def _entries(lines: Iterable[Line]) -> list[_Entry]:
    found: list[_Entry] = []
    for line in lines:
        if not found or (line.mark is not None and line.indent <= found[0].line.indent):
            found.append(_Entry(line, []))
        else:
            found[-1].more.append(line)
    return found


def _list(mark: Mark, entries: Sequence[_Entry], depth: int) -> Items | None:
    first = entries[0].line.number
    if first is not None and not _runs_on([entry.line for entry in entries]):
        return None
    return Items(tuple(_item(entry, depth) for entry in entries), first, mark)


def _runs_on(lines: Sequence[Line]) -> bool:
    """Whether the numbers are those that a list would have; a single one only if it is the first."""
    first = lines[0].number or 0
    numbers = [line.number for line in lines]
    if numbers != list(range(first, first + len(lines))) or (len(lines) == 1 and first != 1):
        return False
    return not any(_COUNTED.match(line.text) for line in lines)


def _item(entry: _Entry, depth: int) -> Item:
    """An item with the lists in it; what cannot be one is text of the item, line by line."""
    marked = next((place for place, line in enumerate(entry.more) if line.mark is not None), len(entry.more))
    own, rest = entry.more[:marked], entry.more[marked:]
    below = lists(rest, depth + 1) if rest else []
    if below is None:
        own, below = entry.more, []
    text = "\n".join([entry.line.text, *(line.raw.strip() for line in own)])
    return Item(cleaned(text), tuple(below))
