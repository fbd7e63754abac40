"""What is wrong with a drafting template, found without filling it in: file, place, remedy.

Pure: bytes in, findings out. A place is the part of the file and the beginning of the paragraph.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from jinja2 import TemplateSyntaxError, nodes

from ..config.errors import Finding
from ..config.reader import meant
from .draft_foreign import foreign
from .draft_language import language
from .draft_names import ITEMS, KNOWN, LOOP
from .draft_parts import LOEXT, TEXT, Parts, W, open_parts
from .filling_odt import prepare_text

_TAG = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)
_STATEMENT = re.compile(r"^[-+]?\s*(?:(?:p|tr|tc|r)\s+)?(\w+)")
_WHOLE = re.compile(r"(\{[{%])(?:p|tr|tc|r)\s")
_ENDS = {"for": "endfor", "if": "endif", "macro": "endmacro", "filter": "endfilter", "with": "endwith"}
_ANSWER = re.compile(r"^antwort_(\d+|\{\{.*\}\})$")
_WORDS = {"Include": "include", "Import": "import", "FromImport": "from", "Extends": "extends"}
_LOOKED_AT = (
    *(nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Call),
    *(nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends),
)
#: What a draft cannot do without: the finding, and what its tags have to name.
_NEEDED = (
    ("draft_template_number", r"\bcase\s*\.\s*number\b"),
    ("draft_template_subject", r"\bcase\s*\.\s*(?:title|subject)\b|\bfacts\s*\.\s*betreff\b"),
    ("draft_template_offices", r"\bfacts\s*\.\s*(?:federfuehrung|beteiligt)\b|\brecipient\b|\bgegenzeichen\b"),
    ("draft_template_bodies", r"\bberatungsfolge\b"),
    ("draft_template_question", r"\bfragen\b"),
)
_STATEMENT_FIELD = re.compile(r"^(?:angabe|wahl)_(\w+?|\{\{.*?\}\})(?:_.*)?$")
#: So much of a paragraph shows where a mistake stands.
_SHOWN = 60


class Line(NamedTuple):
    """A paragraph of a template."""

    part: str
    text: str

    def place(self) -> str:
        """Where it stands, for people."""
        text = " ".join(self.text.split())
        return f"{self.part}: „{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}“"


def check_template(content: bytes, name: str, known: Mapping[str, Any]) -> list[Finding]:
    """The mistakes of a drafting template.

    `known`: ``facts`` (names of fields), ``blocks`` (id to problem or None), ``required`` (ids of statements).

    Raises:
        InvalidInputError: it cannot be opened at all (damaged, protected, macros, another kind).
    """
    parts = open_parts(content, name)
    lines = _lines(parts)
    found = [*_unclosed(lines, name)] or [*_unbalanced(lines, name)]
    if not found:
        found = [*_syntax(lines, name)]
    if not found:
        found = [*_names(lines, name, known)]
    outside = [_finding("draft_template_external", name, Line(one.part, "–"), **one.params) for one in foreign(parts)]
    return [*found, *_missing(parts, lines, name, known.get("required", ())), *outside]


def _lines(parts: Parts) -> list[Line]:
    found = []
    for part in parts.texts():
        root = parts.tree(part)
        tags = (f"{W}p",) if parts.format == "docx" else (f"{TEXT}p", f"{TEXT}h")
        own = [Line(part, prepare_text("".join(_said(node)))) for node in root.iter(*tags)]
        named = [Line(part, name) for name in _field_names(root) if "{" in name]
        found += [line for line in (*own, *named) if _TAG.search(line.text) or "{%" in line.text or "{{" in line.text]
    return found


def _said(paragraph: Any) -> Iterator[str]:
    """The texts of a paragraph, without those of paragraphs within it (a text box)."""
    for node in paragraph.iter(f"{W}t") if paragraph.tag == f"{W}p" else ():
        if next(node.iterancestors(f"{W}p"), None) is paragraph:
            yield node.text or ""
    if paragraph.tag != f"{W}p":
        yield from paragraph.itertext()


def _field_names(root: Any) -> list[str]:
    tags = [one.get(f"{W}val", "") for one in root.iter(f"{W}tag")]
    sections = [one.get(f"{TEXT}name", "") for one in root.iter(f"{TEXT}section", f"{TEXT}bookmark-start")]
    bookmarks = [one.get(f"{W}name", "") for one in root.iter(f"{W}bookmarkStart")]
    return [*tags, *sections, *bookmarks, *(one.get(f"{LOEXT}tag", "") for one in root.iter(f"{LOEXT}content-control"))]


def _unclosed(lines: Iterable[Line], name: str) -> Iterator[Finding]:
    """A tag that is not closed in its own paragraph: it would take what follows along, and be found far below."""
    for line in lines:
        left = _TAG.sub("", line.text)
        begun = min((at for sign in ("{{", "{%") if (at := left.find(sign)) >= 0), default=-1)
        if begun >= 0:
            end = "}}" if left[begun + 1] == "{" else "%}"
            yield _finding("draft_template_unclosed", name, line, tag=left[begun : begun + _SHOWN].strip(), end=end)


def _unbalanced(lines: Iterable[Line], name: str) -> Iterator[Finding]:
    """What begins and does not end, or ends and has not begun."""
    opened: list[tuple[str, Line]] = []
    for line in lines:
        for tag in _TAG.finditer(line.text):
            begun = _STATEMENT.match(tag[2].strip()) if tag[2] else None
            if begun and begun[1] in _ENDS:
                opened.append((begun[1], line))
            elif begun and begun[1].startswith("end"):
                if not opened or _ENDS[opened[-1][0]] != begun[1]:
                    yield _finding("draft_template_close", name, line, tag=tag[0])
                    return
                opened.pop()
    for word, line in opened:
        yield _finding("draft_template_open", name, line, tag=f"{{% {word} … %}}", end=f"{{% {_ENDS[word]} %}}")


def _finding(code: str, file: str, line: Line, /, **params: object) -> Finding:
    return Finding(code=code, file=file, key=line.place(), params=params)


def _source(lines: Sequence[Line]) -> str:
    """The template without its looks, one paragraph a line: so the line of an error is its paragraph."""
    return "\n".join(_WHOLE.sub(r"\1 ", " ".join(line.text.split("\n"))) for line in lines)


def _syntax(lines: Sequence[Line], name: str) -> Iterator[Finding]:
    try:
        language().parse(_source(lines))
    except TemplateSyntaxError as error:
        line = lines[min(error.lineno, len(lines)) - 1]
        yield _finding("draft_template_syntax", name, line, detail=(error.message or "").rstrip("."))


def _names(lines: Sequence[Line], name: str, known: Mapping[str, Any]) -> Iterator[Finding]:
    tree = language().parse(_source(lines))
    local = {one.name for one in tree.find_all(nodes.Name) if one.ctx in {"store", "param"}}
    local |= {one.name for one in tree.find_all(nodes.Macro)}
    fields = {**KNOWN, "facts": frozenset(known["facts"]), "data": None}
    items = _items(tree, fields)
    for node in tree.find_all(_LOOKED_AT):
        for code, params in _wrong(node, local - items.keys(), {**fields, **items}, known["blocks"]):
            yield _finding(code, name, lines[node.lineno - 1], **params)


def _items(tree: nodes.Template, fields: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The variables of loops whose items have known fields; not those that a template uses in another way, too."""
    found: dict[str, frozenset[str]] = {}
    for loop in tree.find_all(nodes.For):
        match loop:
            case nodes.For(target=nodes.Name(name=name), iter=nodes.Name(name=over)) if over in ITEMS:
                found[name] = ITEMS[over]
    stored = [one.name for one in tree.find_all(nodes.Name) if one.ctx in {"store", "param"}]
    return {name: inside for name, inside in found.items() if stored.count(name) == 1 and name not in fields}


def _wrong(
    node: Any, local: set[str], fields: Mapping[str, Any], blocks: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, object]]]:
    match node:
        case nodes.Include() | nodes.Import() | nodes.FromImport() | nodes.Extends():
            yield "draft_template_include", {"word": _WORDS[type(node).__name__]}
        case nodes.Name(name=name) if name not in local and name not in fields and name not in LOOP:
            yield "draft_template_name", {"name": name, "near": meant(name, fields)}
        case nodes.Getattr(attr=attr) | nodes.Getitem(arg=nodes.Const(value=str(attr))) if attr.startswith("_"):
            yield "draft_template_forbidden", {"name": attr}
        case nodes.Filter(name="attr"):
            yield "draft_template_forbidden", {"name": "attr"}
        case (
            nodes.Getattr(node=nodes.Name(name=name), attr=attr)
            | nodes.Getitem(node=nodes.Name(name=name), arg=nodes.Const(value=str(attr)))
        ) if name not in local:
            inside = fields.get(name)
            if inside is not None and attr not in inside:
                yield "draft_template_name", {"name": f"{name}.{attr}", "near": f"{name}.{meant(attr, inside)}"}
        case nodes.Filter(name=name) if name not in language().filters:
            own = ("date", "weekday", "party", "listed", "sentence")
            near = meant(name, language().filters)
            yield "draft_template_filter", {"name": name, "near": near, "known": ", ".join(own)}
        case nodes.Call(node=nodes.Name(name="baustein"), args=[nodes.Const(value=id)]):
            yield from _block(str(id), blocks)


def _block(id: str, blocks: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, object]]]:
    if id not in blocks:
        yield "draft_block_unknown", {"id": id, "near": meant(id, blocks), "known": ", ".join(blocks) or "–"}
    elif blocks[id]:
        code, params = blocks[id]
        yield code, dict(params)


def _missing(parts: Parts, lines: Sequence[Line], name: str, required: Sequence[str]) -> Iterator[Finding]:
    """What a draft cannot do without: what it is about, the questions with their answers, the mandatory statements."""
    whole = Line(next(parts.texts()), "–")
    text = "\n".join(tag[0] for tag in _TAG.finditer(_source(lines)))
    names = [each for part in parts.texts() for each in _field_names(parts.tree(part))]
    for code, wanted in _NEEDED:
        if not re.search(wanted, text):
            yield _finding(code, name, whole)
    if not any(_ANSWER.match(one) for one in names):
        yield _finding("draft_template_answers", name, whole)
    made = {found[1] for one in names if (found := _STATEMENT_FIELD.match(one))}
    missing = [] if any("{{" in one for one in made) else [id for id in required if id not in made]
    if missing:
        yield _finding("draft_template_statements", name, whole, ids=", ".join(missing))
