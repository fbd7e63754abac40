"""Word files (.docx): headings, lists, tables, headers and footers, text boxes, content controls, notes.

The parts are read as XML, and no relationship is followed out of the file: a template elsewhere, a linked picture or
object is remarked on and stays where it is. Links in the text are harmless. Macros are refused.
"""

from collections.abc import Iterable, Iterator
from posixpath import dirname, join, normpath

from ...config.errors import UnreadableError
from .archive import Archive
from .blocks import Block, margin, rows, write
from .docx_styles import Lists, Styles, outline, place_of
from .docx_text import Notes, choice, is_placeholder, words
from .limits import MOST_CELLS
from .markup import Node, attribute, children, first, local, value, xml
from .numbering import Counters
from .sheet import Sheet

_TYPES = "[Content_Types].xml"
#: Elements that hold blocks, and are none.
_HOLDERS = frozenset({"sdtContent", "ins", "moveTo", "customXml", "smartTag", "body", "hdr", "ftr", "txbxContent"})

#: Endings of Word files that may hold macros.
_WITH_MACROS = (".docm", ".dotm")


def read_docx(archive: Archive, sheet: Sheet) -> None:
    """Read a Word file.

    Raises:
        UnreadableError: it has macros, or is broken.
    """
    _refuse_macros(archive)
    _remark_external(archive, sheet)
    _Document(archive, sheet).write()


def _refuse_macros(archive: Archive) -> None:
    found = [name for name in archive.names if name.rpartition("/")[2].lower() in {"vbaproject.bin", "vbadata.xml"}]
    if b"macroEnabled" in archive.read(_TYPES):
        found.append(_TYPES)
    # Word would run what it finds in a file of that name; that none is there now is no reason to let it in.
    found += [ending for ending in _WITH_MACROS if archive.file.lower().endswith(ending)]
    if found:
        raise UnreadableError("intake_macros", file=archive.file, place=found[0])


def _remark_external(archive: Archive, sheet: Sheet) -> None:
    for name in sorted(archive.names):
        if not name.endswith(".rels"):
            continue
        for node in xml(archive.read(name), file=archive.file, place=name):
            kind = (node.get("Type") or "").rpartition("/")[2]
            if node.get("TargetMode") == "External" and kind != "hyperlink":
                sheet.remark("intake_remark_external", kind=kind, target=(node.get("Target") or "")[:200])
    for folder in ("/embeddings/", "/activeX/"):
        if any(folder in name for name in archive.names):
            sheet.remark("intake_remark_embedded", place=folder.strip("/"))
    if any(name.endswith("/comments.xml") for name in archive.names):
        sheet.remark("intake_remark_comments")


class _Document:
    """The parts of a Word file that say something."""

    def __init__(self, archive: Archive, sheet: Sheet) -> None:
        self.archive, self.sheet = archive, sheet
        self.main = self._main()
        self.related = self._relations(self.main)
        self.styles = Styles(self._part("styles"))
        self.lists = Lists(self._part("numbering"))
        self.counters, self.notes = Counters(), Notes()

    def write(self) -> None:
        """Header, body, notes, footer: in this order."""
        root = self._root(self.main)
        body = first(root, "body")
        if body is None:
            raise UnreadableError("intake_broken", file=self.archive.file, place=self.main, reason="no body")
        write(margin(map(self.blocks, self._margins(root, "headerReference"))), self.sheet)
        self.sheet.blank()
        write(self.blocks(body), self.sheet)
        self._write_notes()
        self.sheet.blank()
        write(margin(map(self.blocks, self._margins(root, "footerReference"))), self.sheet)
        self._remark(root)

    def _remark(self, root: Node) -> None:
        for code in self.notes.fetching:
            self.sheet.remark("intake_remark_external", kind="field", target=code)
        if self.notes.hidden:
            self.sheet.remark("intake_remark_hidden")
        if any(local(node.tag) in {"ins", "del", "moveFrom"} and attribute(node, "author") for node in root.iter()):
            self.sheet.remark("intake_remark_tracked")

    # --- parts ---

    def _main(self) -> str:
        for kind, target in self._relations("").values():
            if kind == "officeDocument":
                return target
        return "word/document.xml"

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Kind and name of the parts that `part` refers to, by their id."""
        place = join(dirname(part), "_rels", f"{part.rpartition('/')[2]}.rels")
        if place not in self.archive.names:
            return {}
        return {
            node.get("Id") or "": (
                (node.get("Type") or "").rpartition("/")[2],
                normpath(join("/", dirname(part), node.get("Target") or "")).lstrip("/"),
            )
            for node in self._root(place)
            if node.get("TargetMode") != "External"
        }

    def _root(self, name: str) -> Node:
        return xml(self.archive.read(name), file=self.archive.file, place=name)

    def _part(self, kind: str) -> Node | None:
        names = [name for each, name in self.related.values() if each == kind and name in self.archive.names]
        return self._root(names[0]) if names else None

    def _margins(self, root: Node, kind: str) -> Iterator[Node]:
        """Headers or footers in the order in which sections name them."""
        keys = [attribute(node, "id") or "" for node in root.iter() if local(node.tag) == kind]
        names = dict.fromkeys(self.related[key][1] for key in keys if key in self.related)
        yield from (self._root(name) for name in names if name in self.archive.names)

    def _write_notes(self) -> None:
        found = {
            (kind, attribute(node, "id") or ""): node
            for kind in ("footnote", "endnote")
            for node in children(self._part(f"{kind}s"))
        }
        for number, key in enumerate(self.notes.referred, 1):
            text = " ".join(block.words for block in self.blocks(found[key])) if key in found else ""
            self.sheet.paragraph(f"[{number}] {text}")

    # --- blocks ---

    def blocks(self, parent: Iterable[Node]) -> Iterator[Block]:
        """The blocks below an element."""
        for node in parent:
            name = local(node.tag)
            if name == "p":
                yield from self._paragraph(node)
            elif name == "tbl":
                yield from self._table(node)
            elif name == "AlternateContent":
                yield from self.blocks(choice(node))
            elif name == "altChunk":
                self.sheet.remark("intake_remark_embedded", place="altChunk")
            elif name in _HOLDERS or (name == "sdt" and not is_placeholder(node)):
                yield from self.blocks(node)

    def _paragraph(self, node: Node) -> Iterator[Block]:
        found = words(node, self.notes)
        properties = first(node, "pPr")
        style = self.styles.style(value(node, "pPr", "pStyle") or "")
        place = place_of(properties) or style.place
        label = None
        list_ = self.lists.list(place.list) if place else None
        if place and list_ and found.text.strip():
            key = place.list if list_.starts else f"abstract {list_.abstract}"
            label = self.counters.label(key, place.level, list_.levels, list_.starts.get(place.level))
        level = outline(properties) or style.heading
        if level:
            yield Block("heading", found.text, label.strip("-") if label else "", level)
        elif label is not None:
            yield Block("item", found.text, label)
        else:
            yield Block("paragraph", found.text)
        for box in found.boxes:
            yield from self.blocks(box)

    def _table(self, table: Node) -> Iterator[Block]:
        for row in _inside(table, "tr"):
            if first(row, "trPr", "del") is None:
                yield from rows(list(self._cells(row)))

    def _cells(self, row: Node) -> Iterator[list[Block]]:
        """The cells of a row, an empty one for each column that another cell covers."""
        for cell in _inside(row, "tc"):
            merged = first(cell, "tcPr", "vMerge")
            covered = merged is not None and attribute(merged, "val") in {None, "continue"}
            yield [] if covered else list(self.blocks(cell))
            span = value(cell, "tcPr", "gridSpan") or "1"
            yield from ([] for _ in range(min(int(span) if span.isdecimal() else 1, MOST_CELLS) - 1))


def _inside(node: Node, name: str) -> Iterator[Node]:
    """Rows of a table or cells of a row, also those within content controls."""
    for child in node:
        if local(child.tag) == name:
            yield child
        elif local(child.tag) in {"sdt", "sdtContent", "ins", "moveTo", "customXml"} and not is_placeholder(child):
            yield from _inside(child, name)
