"""What a file would fetch, run or carry along when somebody opens it: no draft needs it, and no template may have it.

One answer for all who ask: a template with such a thing is found by the check and not filled in; a filled draft is
read, and the thing is named.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..config.errors import InvalidInputError
from .draft_parts import Node, Parts, W, local

#: So many are named of one file, each with so many characters.
_MOST, _SHOWN = 20, 80
#: Fields of Word that fetch or start something; QUOTE with numbers spells another field's name.
_FIELD = re.compile(
    r"\s*(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|DDEAUTO|DDE|LINK|DATABASE|EMBED|RD|MACROBUTTON|CONTROL|QUOTE\s+\d+)\b",
    re.IGNORECASE,
)
_FOLDERS = ("word/embeddings/", "word/activeX/", "word/afchunk", "word/vbaData")
_WORD = frozenset({"object", "control", "altChunk", "subDoc", "OLEObject"})
_HREF = "{http://www.w3.org/1999/xlink}href"
#: A place outside of the file.
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|/|\\\\|\.\./", re.IGNORECASE)
_NET = re.compile(r"(?:https?|ftps?|smb|dav|davs|webdav):|//|\\\\", re.IGNORECASE)
_RUNS = re.compile(
    r"\s*(?:vnd\.sun\.star\.script|macro|script|javascript|service|slot|\.uno|vnd\.sun\.star\.[\w.]*):", re.IGNORECASE
)
_ODT = frozenset(
    {"event-listener", "dde-connection", "dde-connection-decl", "dde-source", "object-ole", "plugin", "applet"}
    | {"floating-frame", "execute-macro", "script", "connection-resource", "cell-range-source"}
)
_ODT_PARTS = ("content.xml", "styles.xml", "meta.xml", "settings.xml")


class Foreign(NamedTuple):
    """Something of that kind."""

    part: str
    target: str

    @property
    def params(self) -> dict[str, object]:
        """As a text about it needs it."""
        return {"part": self.part, "target": self.target}


def foreign(parts: Parts) -> list[Foreign]:
    """What a file fetches, runs or carries along.

    Raises:
        InvalidInputError: a part of it is damaged, or declares entities.
    """
    found = _in_word(parts) if parts.format == "docx" else _in_odt(parts)
    each = dict.fromkeys(Foreign(part, _brief(target)) for part, target in found)
    return list(each)[:_MOST]


def require_nothing_foreign(parts: Parts) -> None:
    """Refuse a template that holds such a thing.

    Raises:
        InvalidInputError: it does. Others as in `foreign`.
    """
    for one in foreign(parts):
        raise InvalidInputError("draft_template_external", name=parts.name, **one.params)


def _brief(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _in_word(parts: Parts) -> Iterator[tuple[str, str]]:
    for part in parts.names():
        if part.startswith(_FOLDERS):
            yield part, part.rpartition("/")[2]
        elif part.endswith(".rels"):
            for one in parts.tree(part):
                if str(one.get("TargetMode")).lower() == "external" and not str(one.get("Type")).endswith("/hyperlink"):
                    yield part, str(one.get("Target"))
        elif part.startswith("word/") and part.endswith(".xml") and part.count("/") == 1:
            yield from ((part, target) for target in _in_part(parts.tree(part)))


def _in_part(root: Node) -> Iterator[str]:
    instructions = [""]
    for node in root.iter():
        name = local(node)
        if name in _WORD:
            yield name
        elif name == "fldSimple":
            instructions.append(node.get(f"{W}instr", ""))
        elif name == "fldChar" and node.get(f"{W}fldCharType") == "begin":
            instructions.append("")
        elif name == "instrText":
            instructions[-1] += node.text or ""
    yield from (one for one in instructions if _FIELD.match(one))


def _in_odt(parts: Parts) -> Iterator[tuple[str, str]]:
    names = parts.names()
    for part in names:
        if part in _ODT_PARTS or (part.startswith("Object") and part.endswith(("/content.xml", "/styles.xml"))):
            yield from ((part, target) for node in parts.tree(part).iter() if (target := _of_node(node)))


def _of_node(node: Node) -> str:
    name, target = local(node), str(node.get(_HREF, "")).strip()
    if name in _ODT:
        return target or name
    if not target:
        return ""
    if name == "a":  # a link that people click
        return target if _RUNS.match(target) else ""
    if name == "template":  # LibreOffice notes where a document came from, and asks before it looks there
        return target if _NET.match(target) else ""
    return target if _ELSEWHERE.match(target) else ""
