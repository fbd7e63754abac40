"""XML and HTML as trees: the only module that knows lxml.

Documents must declare nothing: a DTD could bring entities, which multiply (billion laughs) or fetch what lies
elsewhere. No format of an office needs one. Nothing is loaded from anywhere.
"""

from collections.abc import Iterator
from typing import Protocol

from lxml import etree, html

from ...config.errors import UnreadableError

#: Declarations, as bytes of UTF-8 and of both sorts of UTF-16.
_FORBIDDEN = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


class Node(Protocol):
    """An element; `tag` is no text for a comment or an instruction."""

    @property
    def tag(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    @property
    def tail(self) -> str | None: ...
    def get(self, key: str, /) -> str | None: ...
    def __iter__(self) -> "Iterator[Node]": ...
    def iter(self, *tags: str) -> "Iterator[Node]": ...
    def items(self) -> list[tuple[str, str]]: ...


def xml(content: bytes, *, file: str, place: str) -> Node:
    """The root of an XML part.

    Raises:
        UnreadableError: it declares entities, or is no XML.
    """
    if any(word in content for word in _FORBIDDEN):
        raise UnreadableError("intake_entity", file=file, place=place)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError("intake_broken", file=file, place=place, reason=str(error)) from error
    if root.getroottree().docinfo.doctype:  # in an encoding of another kind
        raise UnreadableError("intake_entity", file=file, place=place)
    return _node(root)


def page(text: str) -> Node | None:
    """The root of an HTML page, however it is written; None: there is nothing on it."""
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, default_doctype=False
    )
    try:
        return _node(html.document_fromstring(text.encode("utf-8", "replace"), parser=parser))
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError, ValueError):
        return None


def _node(root: Node) -> Node:
    return root


def local(tag: object) -> str:
    """The name of a tag or attribute without its namespace; of a comment: nothing."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(node: Node, name: str) -> str | None:
    """An attribute by its name, in whatever namespace (there are two sorts of each office format)."""
    return next((value for key, value in node.items() if local(key) == name), None)


def children(node: Node | None) -> Iterator[Node]:
    """Of an element that may be missing."""
    return iter(()) if node is None else iter(node)


def first(node: Node, *path: str) -> Node | None:
    """The first child of that name, its first child of the next name, and so on."""
    found = node
    for name in path:
        ending = f"}}{name}"
        for child in found:
            tag = child.tag
            if str(tag).endswith(ending) or tag == name:
                found = child
                break
        else:
            return None
    return found


def value(node: Node, *path: str) -> str | None:
    """The attribute ``val`` of the element at `path`; None: there is none."""
    found = first(node, *path)
    return None if found is None else attribute(found, "val")
