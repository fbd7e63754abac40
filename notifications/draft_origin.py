"""What a filled-in form says of itself: for which case it was made, and which of its lines are no answer.

It stands in the properties of the file, which Word and LibreOffice keep even where they drop fields and bookmarks. Of
the lines only a short mark is kept. A file without them says nothing of itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from .draft_collect import Collected, Line
from .draft_parts import Node, Parts, new, parsed, written
from .draft_words import letters

#: Names of the properties; those of lines and statements are numbered, as Word shows no more than 255 letters of one.
CASE, NUMBER, END, LINES, STATEMENTS = (
    "Vorgang",
    "Vorgang Nummer",
    "Vorgang Ende",
    "Vorgang Zeilen",
    "Vorgang Angaben",
)
#: Nothing stands behind the last answer.
_NOTHING = "-"
_MARK, _IN_ONE, _MOST_PARTS = 6, 42, 20

CUSTOM = "docProps/custom.xml"
_PROPERTIES = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
_VALUES = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_OFFICE_META = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}meta"


class Origin(NamedTuple):
    """What a draft says of the form that it was."""

    #: Id and number of the case for which the form was filled in; empty: it says nothing of it.
    case: str = ""
    number: str = ""
    #: Marks of the lines that the blank form had, and of that with which the form goes on behind the answers.
    lines: frozenset[str] = frozenset()
    end: str = ""
    #: The mandatory statements that it asked for.
    statements: tuple[str, ...] = ()

    def has(self, text: str) -> bool:
        """Whether the blank form said that line itself."""
        return bool(self.lines) and mark(text) in self.lines

    def is_end(self, text: str) -> bool:
        """Whether the form goes on with that line behind the answers."""
        return bool(self.end) and mark(text) == self.end

    @property
    def ends_with_answers(self) -> bool:
        """Whether nothing stands behind the answers."""
        return self.end == _NOTHING


def mark(text: str) -> str:
    """A short mark of a line, the same however it looks; empty for a line without letters."""
    said = letters(text)
    return sha256(said.encode()).hexdigest()[:_MARK] if said else ""


def origin_of_form(found: Collected, context: Mapping[str, Any]) -> Origin:
    """What a form that has just been filled in has to say of itself; `context`: that of its template."""
    case = context.get("case") or {}
    marks = frozenset(filter(None, (mark(text) for text in _own(found))))
    return Origin(
        case=str(case.get("id") or ""),
        number=str(case.get("number") or ""),
        lines=marks if len(marks) <= _IN_ONE * _MOST_PARTS else frozenset(),
        end=_end(found.lines),
        statements=tuple(str(one["id"]) for one in context.get("angaben") or ()),
    )


def _own(found: Collected) -> Iterator[str]:
    """The lines of a blank form that are no answer: all but those that a template has written into a field for it."""
    given = {name for name, field in found.fields.items() if not field.blank}
    for line in found.lines:
        yield "".join(text for text, names in line.runs if given.isdisjoint(names))


def _end(lines: Sequence[Line]) -> str:
    """The mark of the first line behind the last answer, if there is none like it before."""
    answering = [place for place, line in enumerate(lines) if any(_is_answer(names) for _, names in line.runs)]
    if not answering:
        return ""
    behind = next((line.text for line in lines[answering[-1] + 1 :] if letters(line.text)), None)
    if behind is None:
        return _NOTHING
    before = {mark(line.text) for line in lines[: answering[-1] + 1]}
    return mark(behind) if mark(behind) not in before else ""


def _is_answer(names: Iterable[str]) -> bool:
    return any(name.startswith("antwort_") for name in names)


def properties(origin: Origin) -> dict[str, str]:
    """The properties of a file that say so."""
    marks = sorted(origin.lines)
    packed = ["".join(marks[at : at + _IN_ONE]) for at in range(0, len(marks), _IN_ONE)]
    asked = [" ".join(origin.statements[at : at + 14]) for at in range(0, len(origin.statements), 14)]
    found = {CASE: origin.case, NUMBER: origin.number, END: origin.end}
    found |= {f"{LINES} {place}": one for place, one in enumerate(packed, 1)}
    found |= {f"{STATEMENTS} {place}": one for place, one in enumerate(asked, 1)}
    return {name: value for name, value in found.items() if value}


def origin_of(parts: Parts) -> Origin:
    """What the file says of the form that it was."""
    found = dict(_read(parts))
    marks = "".join(_numbered(found, LINES))
    return Origin(
        case=found.get(CASE, ""),
        number=found.get(NUMBER, ""),
        lines=frozenset(marks[at : at + _MARK] for at in range(0, len(marks), _MARK)),
        end=found.get(END, ""),
        statements=tuple(" ".join(_numbered(found, STATEMENTS)).split()),
    )


def _numbered(found: Mapping[str, str], name: str) -> list[str]:
    return [found[one] for place in range(1, _MOST_PARTS + 1) if (one := f"{name} {place}") in found]


def _read(parts: Parts) -> Iterator[tuple[str, str]]:
    if parts.format == "docx" and CUSTOM in parts.names():
        for one in parts.tree(CUSTOM).iter(f"{_PROPERTIES}property"):
            yield str(one.get("name")), "".join(one.itertext()).strip()
    elif parts.format == "odt" and "meta.xml" in parts.names():
        for one in parts.tree("meta.xml").iter(f"{_META}user-defined"):
            yield str(one.get(f"{_META}name")), (one.text or "").strip()


def in_word(content: bytes | None, said: Mapping[str, str], name: str) -> bytes:
    """The part `CUSTOM` of a Word file with these properties; `content`: what it was before."""
    root = parsed(content, name, CUSTOM) if content else new(f"{_PROPERTIES}Properties")
    _without(root.findall(f"{_PROPERTIES}property"), "name")
    ids = [int(one.get("pid", 1)) for one in root]
    for place, (key, value) in enumerate(said.items(), max([1, *ids]) + 1):
        one = new(f"{_PROPERTIES}property", root)
        for attribute, given in (("fmtid", _FORMAT), ("pid", str(place)), ("name", key)):
            one.set(attribute, given)
        new(f"{_VALUES}lpwstr", one).text = value
    return written(root)


def in_odt(content: bytes, said: Mapping[str, str], name: str) -> bytes:
    """The part ``meta.xml`` of a LibreOffice file with these properties."""
    root = parsed(content, name, "meta.xml")
    _without(list(root.iter(f"{_META}user-defined")), f"{_META}name")
    for meta in root.iter(_OFFICE_META):
        for key, value in said.items():
            new(f"{_META}user-defined", meta, name=key).text = value
    return written(root)


def _without(nodes: Iterable[Node], attribute: str) -> None:
    """Take out what an earlier filling has left: a draft may have become a template."""
    for node in nodes:
        if str(node.get(attribute, "")).split(" ")[0] == CASE:
            node.getparent().remove(node)
