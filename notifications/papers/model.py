"""A paper in plain records, before it becomes PDF, DOCX or HTML.

Every text in it is a value: no writer reads markup out of it. A line end within a text is a line end on paper.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar

from ...config.text import Lang
from ..plain import printable

ParagraphStyle: TypeAlias = Literal["text", "strong", "small", "marking"]
PARAGRAPH_STYLES: tuple[ParagraphStyle, ...] = ("text", "strong", "small", "marking")


class Heading(NamedTuple):
    """A heading; a paper has one of level 1."""

    text: str
    level: int


class Paragraph(NamedTuple):
    """A paragraph; a `marking` says what the paper is not (a draft)."""

    text: str
    style: ParagraphStyle = "text"


class Labelled(NamedTuple):
    """What a form calls a field, and what stands in it."""

    label: str
    text: str


#: What stands before each item of a list, or behind its number.
Mark: TypeAlias = Literal["–", "•", "*", ".", ")"]


class Item(NamedTuple):
    """An item of a list, with the lists in it."""

    text: str
    below: tuple["Items", ...] = ()


class Items(NamedTuple):
    """A list; `first` is the number of the first item, None: it has no numbers."""

    items: tuple[Item, ...]
    first: int | None = None
    mark: Mark = "•"


class Grid(NamedTuple):
    """A table with a row of headings; `widths` are shares of the whole width, one a column."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()


class Question(NamedTuple):
    """A numbered question, a heading of its own; what answers it follows."""

    number: int
    text: str
    level: int = 3


class Signature(NamedTuple):
    """Who has signed, line by line; stays on one page."""

    lines: tuple[str, ...]


class Tick(NamedTuple):
    """A box that is ticked or not, and what it stands for."""

    text: str
    ticked: bool


class SignHere(NamedTuple):
    """Lines on which people sign by hand, each with what stands below it."""

    labels: tuple[str, ...]


class Picture(NamedTuple):
    """A picture with what it shows in words, and its height in millimetres."""

    content: bytes
    media_type: str
    alt: str
    height: int


class PageBreak(NamedTuple):
    """What follows begins on a new page."""


Block: TypeAlias = (
    Heading | Paragraph | Labelled | Items | Grid | Question | Signature | Tick | SignHere | Picture | PageBreak
)
_KINDS: Mapping[str, Any] = {
    kind.__name__.lower(): kind
    for kind in (Heading, Paragraph, Labelled, Items, Grid, Question, Signature, Tick, SignHere, Picture, PageBreak)
}
#: How pictures are written for JSON.
_HEX = "hex:"


class Paper(NamedTuple):
    """A paper as it is laid out."""

    #: What a reader of the file is told it is.
    title: str
    #: In whose name it is written.
    author: str
    lang: Lang
    #: The name of the file, without its ending.
    file: str
    #: What stands at the foot of each page.
    footer: str
    #: What lies across each page; empty: nothing.
    watermark: str
    blocks: tuple[Block, ...]
    #: The instant that the file says it was made.
    created: datetime
    #: Whether its pages lie on their side, as wide tables want it.
    landscape: bool = False


T = TypeVar("T")


#: Fields that hold a word of ours, by which writers know what to do, and no text.
_WORDS = frozenset({"style", "media_type", "lang", "mark"})


def mapped(value: T, change: Callable[[str], str]) -> T:
    """`value` (a paper, a block, a text) with every text in it changed, in the order of its fields."""
    found: Any = value
    if isinstance(found, str):
        found = change(found)
    elif isinstance(found, tuple) and hasattr(found, "_make"):
        kind: Any = type(found)
        named = zip(kind._fields, found, strict=True)
        found = kind._make(part if name in _WORDS else mapped(part, change) for name, part in named)
    elif isinstance(found, tuple):
        found = tuple(mapped(part, change) for part in found)
    return found  # type: ignore[no-any-return]  # the same type as it was


def outlined(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with headings that form an outline: one of level 1, which comes first, and none skips a level."""
    found: list[Block] = []
    last = 0
    for block in blocks:
        if isinstance(block, Heading | Question):
            last = min(max(block.level, 1 if last == 0 else 2), last + 1)
            found.append(block._replace(level=last))
        else:
            found.append(block)
    return tuple(found)


def cleaned(text: str) -> str:
    """`text` in composed letters, without control characters and without what steers the direction of writing."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ").split("\n")
    return "\n".join(printable(line).rstrip() for line in lines).strip("\n")


def items_of(texts: Iterable[str], first: int | None = None) -> Items:
    """A list without others in it."""
    return Items(tuple(map(Item, texts)), first, "•" if first is None else ".")


def block_data(block: Block) -> dict[str, Any]:
    """A block as JSON knows it."""
    return {"kind": type(block).__name__.lower(), **_parts(block)}


def _parts(record: Any) -> dict[str, Any]:
    return {name: _plain(value) for name, value in record._asdict().items()}


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return _parts(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return _HEX + value.hex() if isinstance(value, bytes) else value


def block_of(data: Mapping[str, Any]) -> Block:
    """The block that `block_data` wrote, also after it has been JSON."""
    values = {name: _tupled(value) for name, value in data.items() if name != "kind"}
    if data["kind"] == "picture":
        values["content"] = bytes.fromhex(str(data["content"]).removeprefix(_HEX))
    if data["kind"] == "items":
        values["items"] = tuple(map(_item_of, data["items"]))
    block: Block = _KINDS[data["kind"]](**values)
    return block


def _item_of(data: Mapping[str, Any]) -> Item:
    below = [Items(tuple(map(_item_of, one["items"])), one["first"], one["mark"]) for one in data["below"]]
    return Item(data["text"], tuple(below))


def _tupled(value: Any) -> Any:
    return tuple(map(_tupled, value)) if isinstance(value, list) else value
