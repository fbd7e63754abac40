"""Filling in a drafting template of LibreOffice: the only module that knows odfdo.

The language is that of Word templates (see `filling`): ``{{ … }}`` in a text, ``{%p … %}`` alone in a paragraph,
``{%tr … %}`` in a table row, both of which vanish. Names of sections may hold fields too.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from odfdo.container import Container

from .archives import repacked
from .draft_collect import collect
from .draft_language import language
from .draft_marks import mark_odt
from .draft_origin import in_odt, origin_of_form, properties
from .draft_parts import OFFICE, TABLE, TEXT, Node, as_text, parsed, written
from .draft_pieces import pieces_of

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
#: A tag that takes the place of the paragraph or row in which it stands.
_STRUCTURE = re.compile(r"\{%(-?)(p|tr)\s+(.*?)%\}", re.DOTALL)
_PARTS = ("content.xml", "styles.xml")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "\u00a0": " "})
_BREAK = re.compile(r"(<[^>]*>)|(\n)")


def filled_odt(path: Path, context: Mapping[str, Any]) -> bytes:
    """The file at `path`, filled in. Errors are those of whatever is wrong with it."""
    container = Container()
    container.open(path)
    for part in _PARTS:
        content = container.get_part(part)
        if isinstance(content, bytes) and _TAG.search(content.decode("utf-8", "replace")):
            root = parsed(content, path.name, part)
            done = _rendered(root, context, f"{path.name}/{part}")
            container.set_part(part, written(done))
            if part == _PARTS[0] and isinstance(meta := container.get_part("meta.xml"), bytes):
                said = properties(origin_of_form(collect(pieces_of(done)), context))
                container.set_part("meta.xml", in_odt(meta, said, path.name))
    target = BytesIO()
    container.save(target)
    return repacked(target)


def _rendered(root: Node, context: Mapping[str, Any], name: str) -> Node:
    prepare(root)
    source = _TAG.sub(_plain_tag, _flat(as_text(root)))
    result = _BREAK.sub(_line_break, language().from_string(source).render(context))
    done = parsed(result.encode(), *name.split("/", 1))
    for body in done.iter(f"{OFFICE}text"):
        mark_odt(body)
    return done


def _flat(text: str) -> str:
    """Without the line ends of the file itself, which mean a blank there; those that come with values mean lines."""
    return text.replace("\r", " ").replace("\n", " ")


def _line_break(match: re.Match[str]) -> str:
    return match[1] or "<text:line-break/>"


def _plain_tag(match: re.Match[str]) -> str:
    tag = match[0]
    for written_as, meant in _ENTITIES:
        tag = tag.replace(written_as, meant)
    return tag.translate(_QUOTES)


def prepare_text(text: str) -> str:
    """The text of a paragraph with plain quotes in its tags, as Word and LibreOffice make typographic ones of them."""
    return _TAG.sub(lambda match: match[0].translate(_QUOTES), text)


def prepare(root: Node) -> None:
    """Make each tag one piece of text, and put tags for whole paragraphs and rows in their places."""
    for paragraph in list(root.iter(f"{TEXT}p", f"{TEXT}h")):
        text = "".join(paragraph.itertext())
        if "{{" in text or "{%" in text or "{#" in text:
            _joined(paragraph)
            if found := _STRUCTURE.search("".join(paragraph.itertext())):
                _replaced(_whole(paragraph, found[2]), f"{{%{found[1]} {found[3]}%}}")


def _joined(paragraph: Node) -> None:
    """Take a tag that runs over several pieces (a word marked by the spelling check) into the first of them."""
    slots = [(node, place) for node in paragraph.iter() for place in ("text", "tail")]
    slots = [slot for slot in slots if slot != (paragraph, "tail") and getattr(*slot)]
    texts = [getattr(*slot) for slot in slots]
    for match in reversed(list(_TAG.finditer("".join(texts)))):
        _gather(texts, match)
    for (node, place), text in zip(slots, texts, strict=True):
        setattr(node, place, text)


def _gather(texts: list[str], match: re.Match[str]) -> None:
    start, end, at, first = match.start(), match.end(), 0, True
    for place, text in enumerate(texts):
        begin, finish = max(start - at, 0), min(end - at, len(text))
        at += len(text)
        if begin < finish and (finish > begin):
            texts[place] = text[:begin] + (match[0] if first else "") + text[finish:]
            first = False


def _whole(paragraph: Node, kind: str) -> Node:
    """What a tag stands for: the row around it, else the paragraph, or the list item that holds nothing else."""
    if kind == "tr":
        return next(paragraph.iterancestors(f"{TABLE}table-row"), paragraph)
    above = paragraph.getparent()
    return above if above.tag == f"{TEXT}list-item" and len(above) == 1 else paragraph


def _replaced(node: Node, text: str) -> None:
    parent, before = node.getparent(), node.getprevious()
    if parent is None:  # the row is gone already: it holds two tags
        return
    said = text + (node.tail or "")
    if before is not None:
        before.tail = (before.tail or "") + said
    else:
        parent.text = (parent.text or "") + said
    parent.remove(node)
