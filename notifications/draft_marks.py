"""Bookmarks around the fields of a filled draft, under the same names.

LibreOffice drops the tags of content controls, Word the sections of LibreOffice; bookmarks survive both. They are put
in after the template has been filled in, so that nobody who writes a template need think of them.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import count

from .draft_collect import END
from .draft_parts import LOEXT, TEXT, Node, W, local, new

#: Names that Word takes for a bookmark.
_NAME = re.compile(r"[A-Za-z_]\w{0,39}")
_ANSWER = re.compile(r"antwort_\d{1,6}")
#: Ids of our bookmarks begin here.
_FIRST_ID = 70_000


def mark_word(body: Node) -> None:
    """Put bookmarks around the controls of a Word document that have a tag, and one behind the last answer."""
    known = {one.get(f"{W}name") for one in body.iter(f"{W}bookmarkStart")}
    ids = count(_FIRST_ID)
    last = None
    for control in list(body.iter(f"{W}sdt")):
        name = _tag(control)
        if not _NAME.fullmatch(name) or local(control.getparent()) in {"tr", "tbl"}:
            continue
        last = control if _ANSWER.fullmatch(name) else last
        if name not in known:
            known.add(name)
            start, end = _bookmark(name, next(ids))
            control.addprevious(start)
            control.addnext(end)
    if last is not None and END not in known:
        start, end = _bookmark(END, next(ids))
        following = _behind(last, f"{W}p")
        if following.tag == f"{W}p":  # around its text: an empty bookmark gets lost on the way
            first = next((one for one in following if local(one) != "pPr"), None)
            following.append(start) if first is None else first.addprevious(start)
            following.append(end)
        else:
            following.addprevious(start)
            following.addprevious(end)


def _tag(control: Node) -> str:
    tag = control.find(f"{W}sdtPr/{W}tag")
    return str(tag.get(f"{W}val", "")) if tag is not None else ""


def _bookmark(name: str, id: int) -> tuple[Node, Node]:
    return new(f"{W}bookmarkStart", id=str(id), name=name), new(f"{W}bookmarkEnd", id=str(id))


def _behind(node: Node, paragraph: str) -> Node:
    """The first paragraph behind `node` that says something, else whatever stands behind it last."""
    following = [one for one in _up(node).itersiblings() if local(one) != "bookmarkEnd"]
    told = (one for one in following if one.tag != paragraph or "".join(one.itertext()).strip())
    return next(told, following[-1] if following else _up(node))


def _up(node: Node) -> Node:
    """The node itself, or the paragraph around it."""
    return next((one for one in node.iterancestors() if local(one) in {"p", "h"}), node)


def mark_odt(body: Node) -> None:
    """The same for sections and controls of a LibreOffice document."""
    known = {one.get(f"{TEXT}name") for one in body.iter(f"{TEXT}bookmark-start")}
    last = None
    for field, name in list(_named(body)):
        last = field if _ANSWER.fullmatch(name) else last
        if name not in known:
            known.add(name)
            if local(field) == "section":
                _mark_paragraphs(list(field.iter(f"{TEXT}p", f"{TEXT}h")), name)
            else:
                _mark_control(field, name)
    if last is not None and END not in known:
        following = _behind(last, f"{TEXT}p")
        if local(following) in {"p", "h"}:
            _mark_paragraphs([following], END)


def _named(body: Node) -> Iterator[tuple[Node, str]]:
    for field in body.iter(f"{TEXT}section", f"{LOEXT}content-control"):
        name = field.get(f"{TEXT}name") if local(field) == "section" else field.get(f"{LOEXT}tag")
        if name and _NAME.fullmatch(name):
            yield field, name


def _mark_paragraphs(paragraphs: Sequence[Node], name: str) -> None:
    if paragraphs:
        first, last = paragraphs[0], paragraphs[-1]
        start = new(f"{TEXT}bookmark-start", name=name)
        start.tail, first.text = first.text, None
        first.insert(0, start)
        new(f"{TEXT}bookmark-end", last, name=name)


def _mark_control(control: Node, name: str) -> None:
    control.addprevious(new(f"{TEXT}bookmark-start", name=name))
    tail, control.tail = control.tail, None
    end = new(f"{TEXT}bookmark-end", name=name)
    control.addnext(end)
    end.tail = tail
