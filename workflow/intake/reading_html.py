"""HTML pages, such as those of ALLRIS and SessionNet, as a reader sees them: no scripts, styles, navigation."""

import re
from collections.abc import Iterator

from .blocks import Block, rows, write
from .limits import MOST_CELLS, MOST_REPEATS
from .markup import Node, local, page
from .numbering import spelled
from .reading_text import text_of
from .sheet import Sheet, Source

_SKIPPED = frozenset(
    {
        "head",
        "script",
        "style",
        "nav",
        "noscript",
        "template",
        "svg",
        "math",
        "button",
        "datalist",
        "audio",
        "video",
        "canvas",
        "map",
        "object",
        "embed",
        "iframe",
        "frameset",
        "rp",
        "rt",
        "dialog",
    }
)
_ROLES = frozenset({"navigation", "menu", "menubar", "search"})
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "details",
        "div",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "main",
        "p",
        "pre",
        "section",
        "summary",
        "tbody",
        "thead",
        "tfoot",
        "caption",
    }
)
_HEADING = re.compile(r"h[1-6]")
_FETCHED = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
_LISTS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_SPACE = re.compile(r"[ \t\r\n\f]+")
#: A line break that is meant, among the white space that is not.
_BREAK = "\ue000"
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)

#: What a walk through a page meets: text, a block, or (None) the edge of one.
_Piece = str | Block | None


def read_html(source: Source, sheet: Sheet) -> None:
    """Read a page; what it would fetch from elsewhere is not fetched."""
    declared = _CHARSET.search(source.content[:2048])
    write_html(text_of(source, sheet, declared[1].decode("ascii") if declared else None), sheet)


def write_html(text: str, sheet: Sheet) -> None:
    """Write down a page given as text."""
    root = page(text)
    if root is None:
        return
    write(_gathered(_pieces(root)), sheet)
    for node in root.iter(*_FETCHED):
        target = node.get(_FETCHED[local(node.tag)]) or ""
        if target:
            sheet.remark("intake_remark_external", kind=local(node.tag), target=target[:200])


def _gathered(pieces: Iterator[_Piece]) -> Iterator[Block]:
    """Blocks, with the text between them as paragraphs."""
    text: list[str] = []
    for piece in (*pieces, None):
        if isinstance(piece, str):
            text.append(piece)
            continue
        words = _SPACE.sub(" ", "".join(text)).strip()
        text.clear()
        if words.strip(_BREAK + " "):
            yield Block("paragraph", words.replace(_BREAK, "\n"))
        if piece is not None:
            yield piece


def _pieces(node: Node) -> Iterator[_Piece]:
    yield node.text or ""
    for child in node:
        if not _is_hidden(child):
            yield from _met(child, local(child.tag))
        yield child.tail or ""


def _met(node: Node, name: str) -> Iterator[_Piece]:
    if name == "br":
        yield _BREAK
    elif _HEADING.fullmatch(name):
        yield Block("heading", _inline(node), level=int(name[1]))
    elif name in {"ul", "ol", "menu"}:
        yield from _items(node, ordered=name == "ol")
    elif name == "dl":
        yield from _definitions(node)
    elif name == "table":
        yield from _table(node)
    elif name in {"input", "select", "textarea"}:
        yield _filled_in(node, name)
    elif name == "pre":
        yield None
        yield from (piece.replace("\n", _BREAK) if isinstance(piece, str) else piece for piece in _pieces(node))
        yield None
    elif name in _BLOCKS:
        yield None
        yield from _pieces(node)
        yield None
    else:
        yield from _pieces(node)


def _inline(node: Node) -> str:
    return " ".join(block.words for block in _gathered(_pieces(node)))


def _is_hidden(node: Node) -> bool:
    name = local(node.tag)
    return (
        not name
        or name in _SKIPPED
        or node.get("hidden") is not None
        or node.get("role") in _ROLES
        or node.get("aria-hidden") == "true"
        or _INVISIBLE.search(node.get("style") or "") is not None
    )


def _filled_in(node: Node, name: str) -> str:
    """What stands in a field of a form."""
    if name == "textarea":
        return (node.text or "").replace("\n", _BREAK)
    if name == "select":
        chosen = [each for each in node.iter("option") if each.get("selected") is not None]
        return " ".join(each.text or "" for each in chosen)
    kind = (node.get("type") or "text").lower()
    if kind in {"checkbox", "radio"}:
        return "☐ " if node.get("checked") is None else "☒ "
    return f" {node.get('value') or ''} " if kind in {"text", "date", "number", "email"} else ""


def _items(list_: Node, *, ordered: bool) -> Iterator[_Piece]:
    yield None
    number = _number(list_.get("start"), 1) - 1
    form = _LISTS.get(list_.get("type") or "", "decimal")
    for item in list_:
        if local(item.tag) != "li" or _is_hidden(item):
            if not _is_hidden(item):
                yield from _met(item, local(item.tag))
            continue
        number = _number(item.get("value"), number + 1)
        label = f"{spelled(number, form)}." if ordered else "-"
        for block in _gathered(_pieces(item)):
            yield block._replace(kind="item", label=label) if block.kind == "paragraph" else block
            label = "" if block.kind == "paragraph" else label


def _definitions(list_: Node) -> Iterator[_Piece]:
    """Terms with what belongs to them, ``Term: words``."""
    term = ""
    for node in list_.iter("dt", "dd"):
        words = "" if _is_hidden(node) else _inline(node)
        if local(node.tag) == "dt":
            if term:
                yield Block("paragraph", f"{term}:")
            term = words.rstrip(": ")
        else:
            yield Block("paragraph", f"{term}: {words}" if term else words)
            term = ""
    if term:
        yield Block("paragraph", f"{term}:")


def _table(table: Node) -> Iterator[_Piece]:
    yield None
    waiting: dict[int, int] = {}
    for row in _rows(table):
        if local(row.tag) == "caption":
            yield Block("paragraph", _inline(row))
        else:
            yield from rows(list(_cells(row, waiting)))


def _rows(table: Node) -> Iterator[Node]:
    for node in table:
        if _is_hidden(node):
            continue
        if local(node.tag) in {"tr", "caption"}:
            yield node
        elif local(node.tag) in {"thead", "tbody", "tfoot", "form"}:
            yield from _rows(node)


def _cells(row: Node, waiting: dict[int, int]) -> Iterator[list[Block]]:
    """The cells of a row, an empty one for each column that another cell covers; `waiting`: from rows above."""
    column = 0
    for cell in row:
        if local(cell.tag) not in {"td", "th"} or _is_hidden(cell) or column >= MOST_CELLS:
            continue
        while waiting.get(column, 0) > 0:
            waiting[column] -= 1
            column += 1
            yield []
        span, deep = _span(cell, "colspan"), _span(cell, "rowspan")
        yield list(_gathered(_pieces(cell)))
        yield from ([] for _ in range(span - 1))
        waiting.update(dict.fromkeys(range(column, column + span), deep - 1))
        column += span


def _span(cell: Node, name: str) -> int:
    return min(max(_number(cell.get(name), 1), 1), MOST_REPEATS)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text.strip()) else otherwise
