"""What a Word file's styles and numberings say about its paragraphs. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from .markup import Node, attribute, children, first, local, value
from .numbering import Level

_HEADING = re.compile(r"(?:heading|überschrift|berschrift)\s*([1-9])", re.I)
_TITLES = {"title": 1, "titel": 1, "subtitle": 2, "untertitel": 2}
#: Levels of a heading that Word knows; the one above is running text.
_OUTLINES = 9
_FOLLOWED = 20


class Place(NamedTuple):
    """Where in which list an item stands."""

    list: str
    level: int


class Style(NamedTuple):
    """A style of paragraphs."""

    #: Of a heading, from 1; None: it is none.
    heading: int | None
    place: Place | None


class List(NamedTuple):
    """A list: the levels it shares with others, and where it begins anew."""

    abstract: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]


class Styles:
    """The styles of paragraphs; what one does not say, the one it is based on does."""

    def __init__(self, root: Node | None) -> None:
        self._raw = {attribute(node, "styleId") or "": node for node in children(root) if _is(node, "style")}
        self._read: dict[str, Style] = {}

    def style(self, key: str) -> Style:
        """A style by its id; one that is missing says nothing."""
        if key not in self._read:
            self._read[key] = self._found(key)
        return self._read[key]

    def _found(self, key: str) -> Style:
        heading: int | None = None
        place: Place | None = None
        for _ in range(_FOLLOWED):
            node = self._raw.get(key)
            if node is None:
                break
            heading = heading or outline(first(node, "pPr")) or _named(node, key)
            place = place or place_of(first(node, "pPr"))
            key = value(node, "basedOn") or ""
        return Style(heading, place)


def _named(node: Node, key: str) -> int | None:
    name = (value(node, "name") or key).strip().lower()
    found = _HEADING.fullmatch(name)
    return int(found[1]) if found else _TITLES.get(name)


def outline(properties: Node | None) -> int | None:
    """The level of a heading that the properties of a paragraph name."""
    level = _number(value(properties, "outlineLvl")) if properties is not None else None
    return level + 1 if level is not None and 0 <= level < _OUTLINES else None


def place_of(properties: Node | None) -> Place | None:
    """The place in a list that the properties of a paragraph name."""
    if properties is None or first(properties, "numPr") is None:
        return None
    list_ = value(properties, "numPr", "numId") or ""
    return Place(list_, _number(value(properties, "numPr", "ilvl")) or 0)


class Lists:
    """The lists of a document by their number."""

    def __init__(self, root: Node | None) -> None:
        every = list(children(root))
        self._abstract = {attribute(node, "abstractNumId") or "": node for node in every if _is(node, "abstractNum")}
        self._raw = {attribute(node, "numId") or "": node for node in every if _is(node, "num")}
        self._read: dict[str, List] = {}

    def list(self, key: str) -> List | None:
        """A list; None: there is none of that number."""
        node = self._raw.get(key)
        if node is not None and key not in self._read:
            of = value(node, "abstractNumId") or ""
            shared = self._abstract.get(of)
            self._read[key] = List(of, {} if shared is None else _levels(shared), _starts(node))
        return self._read.get(key)


def _levels(node: Node) -> dict[int, Level]:
    return {_level(child): _read(child) for child in node if _is(child, "lvl")}


def _read(node: Node) -> Level:
    text, start = value(node, "lvlText") or "", _number(value(node, "start"))
    return Level(value(node, "numFmt") or "decimal", text, 1 if start is None else start)


def _starts(node: Node) -> dict[int, int]:
    """Levels that begin anew in this list."""
    overrides = [(child, _number(value(child, "startOverride"))) for child in node if _is(child, "lvlOverride")]
    return {_level(child): start for child, start in overrides if start is not None}


def _level(node: Node) -> int:
    return _number(attribute(node, "ilvl")) or 0


def _is(node: Node, name: str) -> bool:
    return local(node.tag) == name


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text) else None
