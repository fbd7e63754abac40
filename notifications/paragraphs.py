"""From the text of a message to the paragraphs, lists and links of its HTML part."""

import re
from typing import Any

from .plain import SIGNATURE

_ITEM = re.compile(r"(?:-|\d+\.) +")
_INDENT = "  "


def paragraphs(text: str, base_url: str) -> list[dict[str, Any]]:
    """Blocks between empty lines: ``{"kind": …, "lines": [[(text, is it a link), …], …]}``.

    Kinds are text, head (of the list that follows), dashes, numbers, footer. Of the two lists, each item is a list of
    such lines, ``{"kind": …, "items": [lines, …]}``: an indented line belongs to the item above.
    Two lines, a label with a colon and below it nothing but the link, are what the reader shall do:
    ``{"kind": "action", "label": …, "link": …}``. Only links to `base_url` become links: the text of an inquiry must
    not lead a reader elsewhere.
    """
    link = re.compile(re.escape(base_url) + r"(?:/[\w./-]*\w)?")
    return [block for part in re.split(r"\n{2,}", text.strip()) for block in _blocks(part.split("\n"), link)]


def _blocks(lines: list[str], link: re.Pattern[str]) -> list[dict[str, Any]]:
    """A part may begin with a line that introduces the list below it."""
    if lines[0] == SIGNATURE:
        return [_block("footer", lines[1:], link)]
    if len(lines) == 2 and lines[0].endswith(":") and link.fullmatch(lines[1]):  # noqa: PLR2004  # a label and its link
        return [{"kind": "action", "label": lines[0].removesuffix(":"), "link": lines[1]}]
    first = next((n for n, line in enumerate(lines) if _ITEM.match(line)), len(lines))
    head, items = lines[:first], lines[first:]
    if not items or not all(_ITEM.match(line) or line.startswith(_INDENT) for line in items):
        return [_block("text", lines, link)]
    kind = "dashes" if items[0].startswith("-") else "numbers"
    listed = {"kind": kind, "items": [[_pieces(line, link) for line in item] for item in _items(items)]}
    return [_block("head", head, link), listed] if head else [listed]


def _items(lines: list[str]) -> list[list[str]]:
    """Each item with the lines that belong to it."""
    found: list[list[str]] = []
    for line in lines:
        if _ITEM.match(line):
            found.append([_ITEM.sub("", line, count=1)])
        else:
            found[-1].append(line.strip())
    return found


def _block(kind: str, lines: list[str], link: re.Pattern[str]) -> dict[str, Any]:
    return {"kind": kind, "lines": [_pieces(line, link) for line in lines]}


def _pieces(line: str, link: re.Pattern[str]) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    end = 0
    for match in link.finditer(line):
        found += [(line[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [piece for piece in [*found, (line[end:], False)] if piece[0]]
