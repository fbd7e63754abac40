"""A filled draft as a stream of pieces, the same for Word and LibreOffice: text, ends of paragraphs, fields, tables.

A field is what carries a name of ours: a content control (its tag), a section, or a bookmark. What was deleted under
change tracking is left out, what was inserted counts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

from .draft_parts import LOEXT, TABLE, TEXT, W14, Node, Parts, W, local

How: TypeAlias = Literal["control", "section", "bookmark"]
#: Elements within each other; a real draft has two dozen.
DEEPEST = 200


class Piece(NamedTuple):
    """One step through a draft."""

    kind: Literal["open", "close", "text", "paragraph", "table", "cell", "row", "end_table", "picture"]
    #: Of a text: the text. Of "open" and "close": the name of the field.
    value: str = ""
    how: How = "bookmark"
    #: Of "open": the control still shows its placeholder.
    blank: bool = False
    #: Of "open": whether the box is ticked; None: it is no box.
    checked: bool | None = None


Pieces: TypeAlias = Iterator[Piece]


def pieces(parts: Parts) -> Pieces:
    """The pieces of the body of a draft."""
    yield from pieces_of(parts.tree("word/document.xml" if parts.format == "docx" else "content.xml"))


def pieces_of(root: Node) -> Pieces:
    """The pieces below the root of a body, of either kind."""
    return _Word().walk(root) if root.tag.startswith(W) else _walk_odt(root, 0)


class _Word:
    """Walks through a body of WordprocessingML."""

    #: What holds no text of the draft: properties, what was deleted, instructions of fields.
    _SILENT = frozenset(
        {"rPr", "pPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "del", "moveFrom", "delText"}
        | {"instrText", "delInstrText", "Fallback"}
    )
    _TEXTS: Mapping[str, str] = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._handlers: Mapping[str, Callable[[Node, int], Pieces]] = {
            "p": self._paragraph,
            "sdt": self._control,
            "tbl": self._table,
            "drawing": self._picture,
            "pict": self._picture,
            "object": self._picture,
        }

    def walk(self, node: Node, depth: int = 0) -> Pieces:
        """The pieces of a node."""
        name = local(node)
        if name in self._SILENT or depth > DEEPEST:
            return
        if name == "t":
            yield Piece("text", node.text or "")
        elif name in self._TEXTS:
            yield Piece("text", self._TEXTS[name])
        elif name == "bookmarkStart":
            self._names[node.get(f"{W}id", "")] = node.get(f"{W}name", "")
            yield Piece("open", node.get(f"{W}name", ""))
        elif name == "bookmarkEnd":
            yield Piece("close", self._names.get(node.get(f"{W}id", ""), ""))
        else:
            yield from self._handlers.get(name, self._inside)(node, depth)

    def _inside(self, node: Node, depth: int) -> Pieces:
        for child in node:
            yield from self.walk(child, depth + 1)

    def _paragraph(self, node: Node, depth: int) -> Pieces:
        if node.find(f"{W}pPr/{W}numPr") is not None:
            yield Piece("text", "- ")
        yield from self._inside(node, depth)
        yield Piece("paragraph")

    def _control(self, node: Node, depth: int) -> Pieces:
        properties = node.find(f"{W}sdtPr")
        tag, blank, checked = "", False, None
        if properties is not None:
            named = properties.find(f"{W}tag")
            tag = named.get(f"{W}val", "") if named is not None else ""
            blank = properties.find(f"{W}showingPlcHdr") is not None
            box = properties.find(f"{W14}checkbox")
            if box is not None:
                state = box.find(f"{W14}checked")
                checked = state is not None and state.get(f"{W14}val") in {"1", "true", None}
        yield Piece("open", tag, "control", blank, checked)
        yield from self._inside(node, depth)
        yield Piece("close", tag, "control")

    def _table(self, node: Node, depth: int) -> Pieces:
        yield Piece("table")
        for row in node.iterchildren():
            for cell in row.iter(f"{W}tc") if local(row) in {"tr", "sdt", "ins"} else ():
                if _owner(cell, f"{W}tbl") is node:
                    yield from self._inside(cell, depth + 2)
                    yield Piece("cell")
            if local(row) in {"tr", "sdt"}:
                yield Piece("row")
        yield Piece("end_table")

    def _picture(self, node: Node, depth: int) -> Pieces:
        boxes = list(node.iter(f"{W}txbxContent"))
        if not boxes:
            yield Piece("picture")
        for box in boxes:
            if not any(local(above) == "Fallback" for above in box.iterancestors()):
                yield from self._inside(box, depth + 2)


def _owner(node: Node, tag: str) -> Node:
    return next(node.iterancestors(tag), None)


_SILENT_ODT = frozenset({"tracked-changes", "annotation", "annotation-end", "sequence-decls", "forms", "note"})
_BLANKS = re.compile(r"[ \t\r\n]+")


def _walk_odt(node: Node, depth: int) -> Pieces:
    name = local(node)
    if name in _SILENT_ODT or depth > DEEPEST:
        return
    if name == "document-content":
        for body in node.iter("{urn:oasis:names:tc:opendocument:xmlns:office:1.0}text"):
            yield from _inside_odt(body, depth)
        return
    yield from _HANDLERS.get(node.tag, _inside_odt)(node, depth)


def _inside_odt(node: Node, depth: int) -> Pieces:
    said = any(True for _ in node.iterancestors(f"{TEXT}p", f"{TEXT}h")) or node.tag in {f"{TEXT}p", f"{TEXT}h"}
    if said and node.text:
        yield Piece("text", _BLANKS.sub(" ", node.text))
    for child in node:
        yield from _walk_odt(child, depth + 1)
        if said and child.tail:
            yield Piece("text", _BLANKS.sub(" ", child.tail))


def _paragraph_odt(node: Node, depth: int) -> Pieces:
    above = node.getparent()
    if above is not None and local(above) == "list-item" and above.index(node) == 0:
        yield Piece("text", "- ")
    yield from _inside_odt(node, depth)
    yield Piece("paragraph")


def _section(node: Node, depth: int) -> Pieces:
    name = node.get(f"{TEXT}name", "")
    yield Piece("open", name, "section", next(node.iter(f"{TEXT}placeholder"), None) is not None)
    yield from _inside_odt(node, depth)
    yield Piece("close", name, "section")


def _control_odt(node: Node, depth: int) -> Pieces:
    name, ticked = node.get(f"{LOEXT}tag", ""), node.get(f"{LOEXT}checked")
    checked = ticked == "true" if node.get(f"{LOEXT}checkbox") == "true" else None
    yield Piece("open", name, "control", node.get(f"{LOEXT}showing-place-holder") == "true", checked)
    yield from _inside_odt(node, depth)
    yield Piece("close", name, "control")


def _table_odt(node: Node, depth: int) -> Pieces:
    yield Piece("table")
    for row in node.iter(f"{TABLE}table-row"):
        if _owner(row, f"{TABLE}table") is node:
            for cell in row.iterchildren(f"{TABLE}table-cell"):
                yield from _inside_odt(cell, depth + 2)
                yield Piece("cell")
            yield Piece("row")
    yield Piece("end_table")


def _blanks(node: Node, _depth: int) -> Pieces:
    wanted = node.get(f"{TEXT}c", "1")
    yield Piece("text", " " * min(int(wanted), 100) if wanted.isdigit() else " ")


def _text(said: str) -> Callable[[Node, int], Pieces]:
    return lambda _node, _depth: iter([Piece("text", said)])


def _point(node: Node, _depth: int) -> Pieces:
    name = node.get(f"{TEXT}name", "")
    yield Piece("open", name)
    yield Piece("close", name)


def _bookmark(kind: Literal["open", "close"]) -> Callable[[Node, int], Pieces]:
    return lambda node, _depth: iter([Piece(kind, node.get(f"{TEXT}name", ""))])


_HANDLERS: Mapping[str, Callable[[Node, int], Pieces]] = {
    f"{TEXT}p": _paragraph_odt,
    f"{TEXT}h": _paragraph_odt,
    f"{TEXT}section": _section,
    f"{LOEXT}content-control": _control_odt,
    f"{TABLE}table": _table_odt,
    f"{TEXT}s": _blanks,
    f"{TEXT}tab": _text("\t"),
    f"{TEXT}line-break": _text("\n"),
    f"{TEXT}bookmark": _point,
    f"{TEXT}bookmark-start": _bookmark("open"),
    f"{TEXT}bookmark-end": _bookmark("close"),
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}image": lambda _node, _depth: iter([Piece("picture")]),
}
