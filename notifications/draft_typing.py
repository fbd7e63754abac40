"""Typing into a drafting template the way Word does it: texts into its fields, ticks into its boxes.

Fields are the content controls of a .docx by their tags; a line is a paragraph. Pure: bytes in, bytes out. The same
texts give the same bytes.
"""

from collections.abc import Collection, Mapping
from copy import copy
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from ..config.errors import InvalidInputError
from .archives import repacked
from .draft_parts import W14, Node, W, new, open_parts, written

_BODY = "word/document.xml"


def typed(content: bytes, name: str, texts: Mapping[str, str], ticks: Collection[str] = ()) -> bytes:
    """The .docx `content` with `texts` in its fields and its boxes `ticks` ticked; `name` is for errors.

    Raises:
        InvalidInputError: it is no Word file, or has no field of such a name.
    """
    parts = open_parts(content, name)
    if parts.format != "docx":
        raise InvalidInputError("draft_typing_kind", name=name)
    root = parts.tree(_BODY)
    fields = {tag: field for field in root.iter(f"{W}sdt") if (tag := _tag(field))}
    for field in (*texts, *ticks):
        if field not in fields:
            raise InvalidInputError("draft_typing_field", name=name, field=field, known=", ".join(fields) or "–")
    for field, text in texts.items():
        _type(fields[field], text)
    for field in ticks:
        _tick(fields[field])
    return _with_body(content, written(root))


def _tag(field: Node) -> str:
    tag = field.find(f"{W}sdtPr/{W}tag")
    return "" if tag is None else str(tag.get(f"{W}val", ""))


def _type(field: Node, text: str) -> None:
    """Replace what stands in the field; the first letter takes the invitation away."""
    blank = field.find(f"{W}sdtPr/{W}showingPlcHdr")
    if blank is not None:
        blank.getparent().remove(blank)
    inside = field.find(f"{W}sdtContent")
    block = inside.find(f"{W}p") is not None
    style = inside.find(f"{W}p/{W}pPr") if block else None
    for old in list(inside):
        inside.remove(old)
    for line in text.split("\n") if block else [" ".join(text.split())]:
        paragraph = new(f"{W}p", inside) if block else inside
        if style is not None:
            paragraph.append(copy(style))
        new(f"{W}t", new(f"{W}r", paragraph)).text = line


def _tick(field: Node) -> None:
    box = field.find(f"{W}sdtPr/{W14}checkbox")
    if box is None:
        raise InvalidInputError("draft_typing_box", field=_tag(field))
    state = box.find(f"{W14}checked")
    state = new(f"{W14}checked", box) if state is None else state
    state.set(f"{W14}val", "1")
    shown = next(field.iter(f"{W}t"), None)
    if shown is not None:
        shown.text = "☒"


def _with_body(content: bytes, body: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for part in source.namelist():
            archive.writestr(part, body if part == _BODY else source.read(part))
    return repacked(target)
