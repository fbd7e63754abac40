"""The words of a paragraph in a Word file. Pure."""

from typing import NamedTuple

from .markup import Node, attribute, first, local, value

#: What is not shown: field codes, deleted or moved text, properties.
_HIDDEN = frozenset(
    {"instrText", "delText", "delInstrText", "del", "moveFrom", "rPr", "pPr", "rt", "sdtPr", "sdtEndPr"}
)
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
#: Signs of Wingdings that offices tick with or list with.
_WINGDINGS = {
    "a8": "☐",
    "6f": "☐",
    "71": "☐",
    "fe": "☒",
    "fd": "☒",
    "78": "☒",
    "fc": "✓",
    "fb": "✗",
    "a7": "•",
    "b7": "•",
}
#: Fields that fetch something from elsewhere.
_FETCHING = ("DDE", "INCLUDETEXT", "INCLUDEPICTURE", "LINK", "IMPORT")


class Notes:
    """Notes referred to, in order, and fields that would fetch something."""

    def __init__(self) -> None:
        self.referred: list[tuple[str, str]] = []
        self.fetching: list[str] = []
        self.hidden = False

    def sign(self, kind: str, key: str) -> str:
        """What stands in the text for a note."""
        if (kind, key) not in self.referred:
            self.referred.append((kind, key))
        return f"[{self.referred.index((kind, key)) + 1}]"


class Words(NamedTuple):
    """The words of a paragraph, and the text boxes that hang on it."""

    text: str
    boxes: tuple[Node, ...]


def words(paragraph: Node, notes: Notes) -> Words:
    """What a reader sees of a paragraph."""
    pieces: list[str] = []
    boxes: list[Node] = []
    _collect(paragraph, notes, pieces, boxes)
    return Words("".join(pieces), tuple(boxes))


def _collect(node: Node, notes: Notes, pieces: list[str], boxes: list[Node]) -> None:
    for child in node:
        name = local(child.tag)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "txbxContent":
            boxes.append(child)
        elif name == "AlternateContent":
            _collect(choice(child), notes, pieces, boxes)
        elif name in _HIDDEN or is_placeholder(child) or _vanishes(child, notes):
            _note_field(child, notes)
        else:
            pieces.append(_sign(child, name, notes))
            _collect(child, notes, pieces, boxes)


def _sign(node: Node, name: str, notes: Notes) -> str:
    if name in {"footnoteReference", "endnoteReference"}:
        return notes.sign(name.removesuffix("Reference"), attribute(node, "id") or "")
    if name == "br":
        return "" if attribute(node, "type") in {"page", "column"} else "\n"
    if name == "sym":
        return _WINGDINGS.get((attribute(node, "char") or "").lower()[-2:], "")
    if name == "checkBox":
        return _box(node)
    return _SIGNS.get(name, "")


def _box(node: Node) -> str:
    """The box of an old form, ticked or not."""
    for name in ("checked", "default"):
        found = first(node, name)
        if found is not None:
            return "☐" if attribute(found, "val") in {"0", "false", "off"} else "☒"
    return "☐"


def _vanishes(node: Node, notes: Notes) -> bool:
    properties = first(node, "rPr", "vanish") if local(node.tag) == "r" else None
    vanishes = properties is not None and attribute(properties, "val") not in {"0", "false", "off"}
    notes.hidden = notes.hidden or vanishes
    return vanishes


def _note_field(node: Node, notes: Notes) -> None:
    code = (node.text or "").split() if local(node.tag) == "instrText" else []
    if code and code[0].upper().startswith(_FETCHING):
        notes.fetching.append(" ".join(code)[:100])


def choice(node: Node) -> Node:
    """The one of several versions of a thing that newer programs show."""
    chosen = first(node, "Choice")
    return next(iter(node), node) if chosen is None else chosen


def is_placeholder(node: Node) -> bool:
    """Whether this is a field that nobody has filled in, showing what should go there."""
    if local(node.tag) != "sdt" or first(node, "sdtPr", "showingPlcHdr") is None:
        return False
    return value(node, "sdtPr", "showingPlcHdr") not in {"0", "false"}
