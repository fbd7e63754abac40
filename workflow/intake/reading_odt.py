"""Texts of LibreOffice (.odt): headings, lists, tables, headers and footers, text boxes, notes.

Read as XML. What lies elsewhere (linked sections, pictures, objects) is not fetched but remarked on; links in the text
are harmless. Basic and scripts are refused.
"""

import re
from collections.abc import Iterable, Iterator

from ...config.errors import UnreadableError
from .archive import Archive
from .blocks import Block, margin, rows, write
from .limits import MOST_CELLS, MOST_REPEATS
from .markup import Node, attribute, first, local, xml
from .numbering import Counters, Level
from .sheet import Sheet

_MANIFEST = "META-INF/manifest.xml"
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}
_HIDDEN = frozenset({"annotation", "annotation-end", "tracked-changes", "hidden-text", "ruby-text", "title", "desc"})
_SIGNS = {"tab": "\t", "line-break": "\n"}
_SPACE = re.compile(r"[ \t\r\n]+")


def read_odt(archive: Archive, sheet: Sheet) -> None:
    """Read a text of LibreOffice.

    Raises:
        UnreadableError: it has a password or macros, or is broken.
    """
    if _MANIFEST in archive.names and b"encryption-data" in archive.read(_MANIFEST):
        raise UnreadableError("intake_password", file=archive.file, place=_MANIFEST)
    macros = sorted(name for name in archive.names if name.startswith(("Basic/", "Scripts/")))
    if macros:
        raise UnreadableError("intake_macros", file=archive.file, place=macros[0])
    if any(name.startswith("Object ") for name in archive.names):
        sheet.remark("intake_remark_embedded", place="Object")
    _Document(archive, sheet).write()


class _Document:
    """Content and styles of a text."""

    def __init__(self, archive: Archive, sheet: Sheet) -> None:
        self.archive, self.sheet = archive, sheet
        self.content = self._root("content.xml")
        self.styles = self._root("styles.xml") if "styles.xml" in archive.names else None
        self.lists = dict(self._list_styles())
        self.counters, self.notes = Counters(), list[Node]()
        self._list = 0

    def write(self) -> None:
        """Header, body, notes, footer: in this order."""
        body = first(self.content, "body", "text")
        if body is None:
            raise UnreadableError("intake_broken", file=self.archive.file, place="content.xml", reason="no text")
        write(margin(map(self.blocks, self._margins("header"))), self.sheet)
        self.sheet.blank()
        write(self.blocks(body), self.sheet)
        for number, note in enumerate(self.notes, 1):
            self.sheet.paragraph(f"[{number}] {' '.join(block.words for block in self.blocks(note))}")
        self.sheet.blank()
        write(margin(map(self.blocks, self._margins("footer"))), self.sheet)
        self._remark(body)

    def _root(self, name: str) -> Node:
        return xml(self.archive.read(name), file=self.archive.file, place=name)

    def _margins(self, name: str) -> Iterator[Node]:
        for node in self.styles.iter() if self.styles is not None else ():
            if local(node.tag) in {name, f"{name}-first", f"{name}-left"} and _is_shown(node):
                yield node

    def _remark(self, body: Node) -> None:
        for node in body.iter():
            name, target = local(node.tag), attribute(node, "href") or ""
            if name in {"image", "object", "section-source", "plugin", "applet"} and _is_outside(target):
                self.sheet.remark("intake_remark_external", kind=name, target=target[:200])
            elif name in {"tracked-changes", "annotation"}:
                self.sheet.remark("intake_remark_tracked" if name == "tracked-changes" else "intake_remark_comments")

    # --- blocks ---

    def blocks(self, parent: Iterable[Node]) -> Iterator[Block]:
        """The blocks below an element."""
        for node in parent:
            name = local(node.tag)
            if name in {"p", "h"}:
                yield from self._paragraph(node, name)
            elif name == "list":
                self._list += 1
                yield from self._items(node, attribute(node, "style-name") or "", self._key(node), 0)
            elif name == "table":
                yield from self._table(node)
            elif name not in _HIDDEN and name != "table-of-content-source" and _is_shown(node):
                yield from self.blocks(node)

    def _paragraph(self, node: Node, name: str) -> Iterator[Block]:
        text, boxes = self._words(node)
        level = attribute(node, "outline-level") or "1"
        yield (
            Block("heading", text, level=int(level) if level.isdecimal() else 1)
            if name == "h"
            else Block("paragraph", text)
        )
        for box in boxes:
            yield from self.blocks(box)

    def _key(self, node: Node) -> str:
        """Lists that continue an earlier one count on with it."""
        if attribute(node, "continue-numbering") == "true" or attribute(node, "continue-list"):
            return f"style {attribute(node, 'style-name')}"
        return f"list {self._list}"

    def _items(self, list_: Node, style: str, key: str, level: int) -> Iterator[Block]:
        style = attribute(list_, "style-name") or style
        levels = self.lists.get(style, {})
        for item in list_:
            start = attribute(item, "start-value") or ""
            fresh = local(item.tag) == "list-item"
            for node in item:
                if local(node.tag) == "list":
                    yield from self._items(node, style, key, level + 1)
                    continue
                for block in self.blocks([node]):
                    label = ""
                    if fresh and block.words:
                        begin = int(start) if start.isdecimal() else None
                        label, fresh = self.counters.label(key, level, levels, begin), False
                    yield _labelled(block, label)

    def _table(self, table: Node) -> Iterator[Block]:
        for row in _rows(table):
            yield from rows(list(self._cells(row)))

    def _cells(self, row: Node) -> Iterator[list[Block]]:
        """The cells of a row, an empty one for each column that another cell covers."""
        number = 0
        for cell in row:
            if local(cell.tag) in {"table-cell", "covered-table-cell"} and number < MOST_CELLS:
                found = list(self.blocks(cell)) if local(cell.tag) == "table-cell" else []
                for _ in range(_repeats(cell, "number-columns-repeated")):
                    number += 1
                    yield found

    # --- words ---

    def _words(self, node: Node) -> tuple[str, list[Node]]:
        pieces, boxes = [_SPACE.sub(" ", node.text or "")], list[Node]()
        for child in node:
            pieces.append(self._piece(child, boxes))
            pieces.append(_SPACE.sub(" ", child.tail or ""))
        return "".join(pieces), boxes

    def _piece(self, node: Node, boxes: list[Node]) -> str:
        name = local(node.tag)
        if name in _SIGNS:
            return _SIGNS[name]
        if name == "s":
            return " " * _repeats(node, "c")
        if name == "note":
            self.notes.extend(each for each in node if local(each.tag) == "note-body")
            return f"[{len(self.notes)}]"
        if name == "text-box":
            boxes.append(node)
            return ""
        if name in _HIDDEN:
            return ""
        text, below = self._words(node)
        boxes.extend(below)
        return text

    # --- lists ---

    def _list_styles(self) -> Iterator[tuple[str, dict[int, Level]]]:
        for root in (self.styles, self.content):
            for node in root.iter() if root is not None else ():
                if local(node.tag) == "list-style":
                    yield attribute(node, "name") or "", dict(map(_level, node))


def _level(node: Node) -> tuple[int, Level]:
    number = attribute(node, "level") or "1"
    level = int(number) - 1 if number.isdecimal() else 0
    if local(node.tag) != "list-level-style-number":
        return level, Level("bullet")
    start, shown = attribute(node, "start-value") or "1", attribute(node, "display-levels") or "1"
    count = min(int(shown) if shown.isdecimal() else 1, level + 1)
    places = ".".join(f"%{each + 1}" for each in range(level + 1 - count, level + 1))
    text = f"{attribute(node, 'num-prefix') or ''}{places}{attribute(node, 'num-suffix') or ''}"
    form = _FORMATS.get(attribute(node, "num-format") or "", "decimal")
    return level, Level(form, text, int(start) if start.isdecimal() else 1)


def _labelled(block: Block, label: str) -> Block:
    if block.kind == "heading":
        return block._replace(label=label.strip("-"))
    return block._replace(kind="item", label=label) if block.kind == "paragraph" else block


def _rows(table: Node) -> Iterator[Node]:
    for node in table:
        if local(node.tag) == "table-row":
            yield from (node for _ in range(_repeats(node, "number-rows-repeated")))
        elif local(node.tag) in {"table-header-rows", "table-rows", "table-row-group"}:
            yield from _rows(node)


def _repeats(node: Node, name: str) -> int:
    """How often something stands there: at most so often that a few bytes do not become millions of cells."""
    given = attribute(node, name) or "1"
    return min(int(given[:6]) if given.isdecimal() else 1, MOST_REPEATS)


def _is_shown(node: Node) -> bool:
    return attribute(node, "display") not in {"none", "false"}


def _is_outside(target: str) -> bool:
    return bool(re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|\.\./|/", target)) and not target.startswith("data:")
