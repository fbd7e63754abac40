"""The blocks of a document as a word processor or a page has them, and how they are written down. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from .numbering import BULLET
from .sheet import Sheet

#: From so many paragraphs on, a cell is no cell of a table but a part of the page's layout.
_LAYOUT = 4
_PAGE_NUMBER = re.compile(r"(?:Seite|Page|S\.)?\s*\d*\s*(?:(?:von|of|/)\s*\d*)?\s*", re.I)


class Block(NamedTuple):
    """A paragraph, a heading, an item of a list, or a row of a table."""

    kind: Literal["paragraph", "heading", "item", "row"]
    text: str = ""
    #: Of an item: ``-`` or its number. Of a heading: its number, if it has one.
    label: str = ""
    #: Of a heading, from 1.
    level: int = 1
    cells: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """On one line, as in a cell."""
        text = "\t".join(self.cells) if self.kind == "row" else self.text
        return " ".join([*([self.label] if self.label not in {"", BULLET} else []), *text.split()])


def rows(cells: Sequence[Sequence[Block]]) -> Iterator[Block]:
    """What the cells of a table row are: a row, or blocks of the page that a table only arranges."""
    filled = [found for cell in cells if (found := [block for block in cell if block.words])]
    alone = len(filled) == 1 and (len(cells) == 1 or len(filled[0]) > 1)
    if alone or any(len(cell) >= _LAYOUT or any(block.kind == "row" for block in cell) for cell in filled):
        yield from (block for cell in filled for block in cell)
    elif filled:
        yield Block("row", cells=tuple(" ".join(block.words for block in cell if block.words) for cell in cells))


def write(blocks: Iterable[Block], sheet: Sheet) -> None:
    """Write blocks down, one after the other."""
    for block in blocks:
        if block.kind == "row":
            sheet.row(list(block.cells))
        elif block.kind == "heading":
            sheet.heading(block.level, f"{block.label} {block.text}")
        elif block.kind == "item" and block.text.strip():
            sheet.item(block.label, block.text)
        else:
            sheet.paragraph(block.text)


def margin(parts: Iterable[Iterable[Block]]) -> Iterator[Block]:
    """Headers or footers of all pages: each block once, without page numbers."""
    seen = set()
    for block in (block for part in parts for block in part):
        if block.words and block.words not in seen and not _PAGE_NUMBER.fullmatch(block.words):
            seen.add(block.words)
            yield block
