"""From the pieces of a draft to its fields, and to its lines with the fields in which each stands."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .draft_pieces import Piece

#: The bookmark behind the last answer.
END = "antworten_ende"
#: What can only come after the answers.
AFTER = re.compile(rf"{END}|angabe_\w+|wahl_\w+|veroeffentlichung_\w+|gesperrt_bis")
#: So much of a draft, from its beginning on, is searched for its number.
_BEGINNING = 4000


@dataclass
class Field:
    """What stands in a field."""

    parts: list[str] = field(default_factory=list)
    blank: bool = False
    checked: bool | None = None
    tables: int = 0
    pictures: int = 0
    #: It has a control or section of its own; and something stands behind that, but still within its bookmark.
    bounded: bool = False
    overrun: bool = False

    @property
    def text(self) -> str:
        """Its text, paragraphs on lines of their own."""
        return "".join(self.parts)


class Line(NamedTuple):
    """A paragraph, or what parts the cells and rows of a table."""

    #: Its texts with the names of the fields in which each stands; what stands behind a control, but still within the
    #: bookmark around it, stands in neither.
    runs: tuple[tuple[str, frozenset[str]], ...]
    #: Names of fields that begin in it, whether or not anything stands in them.
    opened: frozenset[str] = frozenset()
    #: How many tables it stands in.
    depth: int = 0
    parts_cells: bool = False
    #: Pictures and tables before its end.
    pictures: int = 0
    tables: int = 0

    @property
    def text(self) -> str:
        """All that stands in it."""
        return "".join(text for text, _ in self.runs)

    @property
    def names(self) -> frozenset[str]:
        """The fields that it stands in, or that begin in it."""
        return self.opened.union(*(names for _, names in self.runs))


class Collected(NamedTuple):
    """What a draft holds."""

    fields: Mapping[str, Field]
    lines: tuple[Line, ...]
    #: How the text begins.
    beginning: str


def collect(pieces: Iterable[Piece]) -> Collected:
    """Sort the pieces of a draft into its fields and lines."""
    collector = _Collector()
    for piece in pieces:
        collector.take(piece)
    return Collected(collector.fields, tuple(collector.lines), "".join(collector.beginning))


class _Collector:
    def __init__(self) -> None:
        self.fields: dict[str, Field] = {}
        self.lines: list[Line] = []
        self.beginning: list[str] = []
        self._length = 0
        self._open: dict[str, set[str]] = {}
        self._names: frozenset[str] = frozenset()
        self._runs: list[tuple[str, frozenset[str]]] = []
        self._begun: set[str] = set()
        self._depth = 0
        self._pictures = self._tables = 0

    def take(self, piece: Piece) -> None:
        """Go one step on."""
        match piece.kind:
            case "open":
                self._opened(piece)
            case "close":
                self._closed(piece)
            case "text":
                self._said(piece.value)
            case "paragraph":
                self._ended(" " if self._depth else "\n", parts_cells=False)
            case "table" | "end_table":
                self._table(1 if piece.kind == "table" else -1)
            case "cell":
                self._ended(" | ", parts_cells=True)
            case "row":
                self._ended("\n", parts_cells=True)
            case "picture":
                self._pictures += 1
                for one in self._here():
                    one.pictures += 1

    def _opened(self, piece: Piece) -> None:
        name = piece.value
        if not name:  # a control whose tag LibreOffice has dropped says something of the field around it
            known = [self.fields[one] for one in self._open if one in self.fields]
        else:
            self._open.setdefault(name, set()).add(piece.how)
            self._begun.add(name)
            self._names = frozenset(self._open)
            known = [self.fields.setdefault(name, Field())]
        for one in known:
            one.bounded = one.bounded or (bool(name) and piece.how != "bookmark")
            one.blank = one.blank or piece.blank
            one.checked = piece.checked if piece.checked is not None else one.checked

    def _closed(self, piece: Piece) -> None:
        ways = self._open.get(piece.value)
        if ways is not None:
            ways.discard(piece.how)
            if not ways:
                del self._open[piece.value]
                self._names = frozenset(self._open)

    def _here(self) -> list[Field]:
        """The fields in which something stands now."""
        return [self.fields[name] for name in self._open]

    def _said(self, text: str) -> None:
        for one in self._here():
            one.parts.append(text)
        behind = {name for name, ways in self._open.items() if ways == {"bookmark"} and self.fields[name].bounded}
        for name in behind if text.strip() else ():
            self.fields[name].overrun = True
        self._runs.append((text, self._names - behind))
        if self._length < _BEGINNING:
            self.beginning.append(text)
            self._length += len(text)

    def _ended(self, end: str, *, parts_cells: bool) -> None:
        """At the end of a paragraph, a cell or a row."""
        self._said(end)
        begun, self._begun = frozenset(self._begun), set()
        runs, self._runs = tuple(self._runs), []
        self.lines.append(Line(runs, begun, self._depth, parts_cells, self._pictures, self._tables))
        self._pictures = self._tables = 0

    def _table(self, step: int) -> None:
        self._depth += step
        if step > 0:
            self._tables += 1
            for one in self._here():
                one.tables += 1
