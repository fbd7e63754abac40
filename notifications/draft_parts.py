"""The parts of a Word or LibreOffice file, opened with care: the only module that knows lxml here.

What a file is, its content says and not its name. Nothing is fetched, no entity is expanded, nothing is unpacked to
disk, and what is larger than any draft is not unpacked at all. Nothing here knows what a draft is.
"""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Literal, NamedTuple, TypeAlias
from zipfile import BadZipFile, ZipFile

from lxml import etree

from ..config.errors import InvalidInputError

Format: TypeAlias = Literal["docx", "odt"]
#: An element of lxml, which ships no types.
Node: TypeAlias = Any

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
MEDIA_TYPES: Mapping[Format, str] = {"docx": DOCX, "odt": ODT}

#: Most bytes of one part of XML, and entries of an archive; real drafts have a hundredth of that.
MOST_XML, MOST_ENTRIES = 40 << 20, 4000
#: Endings of Word files that may hold macros: Word would run what it finds there, whatever there is now.
WITH_MACROS = (".docm", ".dotm")
#: The beginning of what Word writes when a password protects a file (and of the format before .docx).
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ODF_TEXT = (ODT, f"{ODT}-template")

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"


class Parts(NamedTuple):
    """An opened file."""

    name: str
    format: Format
    archive: ZipFile

    def names(self) -> list[str]:
        """The names of all parts."""
        return self.archive.namelist()

    def read(self, part: str) -> bytes:
        """The content of a part.

        Raises:
            InvalidInputError: it is damaged, or larger than any draft.
        """
        try:
            with self.archive.open(part) as stream:
                content = stream.read(MOST_XML + 1)
        except Exception as error:  # zipfile and zlib raise a dozen kinds
            raise InvalidInputError("draft_file_broken", name=self.name, part=part, detail=str(error)) from None
        if len(content) > MOST_XML:
            raise InvalidInputError("draft_file_too_large", name=self.name, part=part, most=MOST_XML >> 20)
        return content

    def tree(self, part: str) -> Node:
        """The root element of a part of XML. Errors as in `read`, and for what is no XML or declares entities."""
        return parsed(self.read(part), self.name, part)

    def texts(self) -> Iterator[str]:
        """The names of the parts in which text stands: the body first, then headers, footers and notes."""
        if self.format == "odt":
            yield from (part for part in ("content.xml", "styles.xml") if part in self.names())
            return
        yield "word/document.xml"
        others = ("word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments")
        yield from sorted(one for one in self.names() if one.startswith(others) and one.endswith(".xml"))


def parsed(content: bytes, name: str, part: str) -> Node:
    """XML as a tree.

    Raises:
        InvalidInputError: it is none, or it declares a document type (in which entities could be multiplied).
    """
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
        raise InvalidInputError("draft_file_entities", name=name, part=part)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidInputError("draft_file_broken", name=name, part=part, detail=str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:  # in another encoding, or far behind
        raise InvalidInputError("draft_file_entities", name=name, part=part)
    return root


def written(root: Node) -> bytes:
    """A tree as the bytes of a part."""
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))


def as_text(root: Node) -> str:
    """A tree as text, without a declaration."""
    return str(etree.tostring(root, encoding="unicode"))


def new(tag: str, parent: Node | None = None, **attributes: str) -> Node:
    """A new element; `attributes` belong to the namespace of `tag`."""
    space = tag[: tag.index("}") + 1]
    named = {space + key.replace("_", "-"): value for key, value in attributes.items()}
    return etree.SubElement(parent, tag, named) if parent is not None else etree.Element(tag, named)


def open_parts(content: bytes, name: str) -> Parts:
    """Open a file; `name` is for errors.

    Raises:
        InvalidInputError: it is empty, damaged, protected, of another kind, holds macros, or is far too large.
    """
    if not content:
        raise InvalidInputError("draft_file_empty", name=name)
    if content.startswith(_OLE):
        raise InvalidInputError("draft_file_protected", name=name)
    if not content.startswith(b"PK"):
        raise InvalidInputError("draft_file_kind", name=name)
    try:
        archive = ZipFile(BytesIO(content))
        entries = archive.namelist()
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise InvalidInputError("draft_file_broken", name=name, part="ZIP", detail=str(error)) from None
    if len(entries) > MOST_ENTRIES:
        raise InvalidInputError("draft_file_entries", name=name, most=MOST_ENTRIES)
    parts = Parts(name, _format(archive, name), archive)
    _require_harmless(parts)
    return parts


def _format(archive: ZipFile, name: str) -> Format:
    entries = set(archive.namelist())
    if {"[Content_Types].xml", "word/document.xml"} <= entries:
        return "docx"
    if "mimetype" in entries and "content.xml" in entries:
        kind = Parts(name, "odt", archive).read("mimetype").decode("ascii", "replace").strip()
        if kind in _ODF_TEXT:
            return "odt"
    raise InvalidInputError("draft_file_kind", name=name)


def _require_harmless(parts: Parts) -> None:
    entries = parts.names()
    macros = any(one.endswith("vbaProject.bin") or one.startswith(("Basic/", "Scripts/")) for one in entries)
    if parts.format == "docx":
        macros = macros or b"macroEnabled" in parts.read("[Content_Types].xml")
    elif "META-INF/manifest.xml" in entries and b"encryption-data" in parts.read("META-INF/manifest.xml"):
        raise InvalidInputError("draft_file_protected", name=parts.name)
    if macros:
        raise InvalidInputError("draft_file_macros", name=parts.name)


def local(node: Node) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
