"""What people write into an answer: paragraphs, lists and simple tables, told apart by how the lines look.

``- `` (or ``*``, ``•``) begins an item, ``1. `` a numbered one; an indented line belongs to the item above, or begins a
list in it (see `listing`). A table has its cells between ``|`` or tabs in every line; the first line is its head.
Everything else is a paragraph; lines that each end a sentence are paragraphs of their own, as they come out of a draft.
No letter and no number of a text is ever changed or left out: what cannot be set as it was written stays text.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from .listing import Line, line_of, lists
from .model import Block, Grid, Paragraph, cleaned

_Kind: TypeAlias = Literal["list", "cells", "text"]
_RULE = re.compile(r":?-{2,}:?")
#: How a line ends with which a sentence ends.
_ENDED = re.compile(r"[.!?:][“”\"')]*\s*$")
#: Bars of a line that holds two cells, between bars or with one behind each cell (as tables come out of a draft).
_BETWEEN, _BEHIND = 3, 2


class _Group(NamedTuple):
    """Lines that belong together, and what they are."""

    kind: _Kind
    lines: list[Line]


def prose(text: str) -> list[Block]:
    """The blocks of a text."""
    parts = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))
    groups: list[_Group] = []
    for part in parts:
        if part.strip():
            found = _groups([line_of(line) for line in part.split("\n") if line.strip()])
            last = groups[-1] if groups else None
            if last and last.kind == found[0].kind == "list" and found[0].lines[0].follows(last.lines):
                last.lines.extend(found.pop(0).lines)  # a list with empty lines between its items
            groups += found
    return [block for group in groups for block in _made(group)]


def _groups(lines: Sequence[Line]) -> list[_Group]:
    """The groups of a part without empty lines."""
    groups: list[_Group] = []
    for line in lines:
        last = groups[-1] if groups else None
        kind = _kind(line, last)
        if last and last.kind == kind and (kind != "list" or line.goes_on(last.lines)):
            last.lines.append(line)
        else:
            groups.append(_Group(kind, [line]))
    return groups


def _kind(line: Line, before: _Group | None) -> _Kind:
    """What a line is, after a group; within a text, of numbers only 1 begins a list (5. März …)."""
    if before and before.kind == "list" and line.goes_on(before.lines):
        return "list"
    if line.mark is not None and (before is None or line.number in {None, 1}):
        return "list"
    if _is_row(line.raw) or (before and before.kind == "cells" and "|" in line.raw and _ends(line.raw)):
        return "cells"
    return "text"


def _is_row(raw: str) -> bool:
    line = raw.strip()
    return "\t" in line or (_ends(line) and line.count("|") >= (_BETWEEN if line.startswith("|") else _BEHIND))


def _ends(raw: str) -> bool:
    return raw.rstrip().endswith("|")


def _made(group: _Group) -> Sequence[Block]:
    raw = [line.raw for line in group.lines]
    if group.kind == "cells" and (table := _table(raw)) is not None:
        return [table]
    if group.kind == "list" and (found := lists(group.lines)) is not None:
        return found
    whole = all(map(_ENDED.search, raw))
    return [Paragraph(cleaned(text)) for text in (raw if whole else ["\n".join(raw)])]


def _table(lines: Sequence[str]) -> Grid | None:
    head, *rows = _rows(lines)
    if rows and all(map(_RULE.fullmatch, rows[0])):  # what parts the head from the rest
        del rows[0]
    width = max(len(row) for row in (head, *rows))
    if not rows or width < 2:  # noqa: PLR2004  # one column is no table
        return None
    head, *rows = [row + ("",) * (width - len(row)) for row in (head, *rows)]
    return Grid(head, tuple(rows))


def _rows(lines: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The cells of each line; the bar before the first one counts as such only if every line has it."""
    between = all(line.strip().startswith("|") for line in lines if _ends(line))
    for line in lines:
        text = line.strip()
        if _ends(text):
            parts = (text.removeprefix("|") if between else text).removesuffix("|").split("|")
        else:
            parts = text.split("\t")
        yield tuple(cleaned(part.strip()) for part in parts)
