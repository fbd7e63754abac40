"""From the text of a message to the paragraphs, lists and links of its HTML part."""

import re
from typing import Any

_ITEM = re.compile(r"(?:-|\d+\.) +")


def paragraphs(text: str, base_url: str) -> list[dict[str, Any]]:
    """Blocks between empty lines: ``{"kind": text | dashes | numbers, "lines": [[(text, is it a link), …], …]}``.

    Only links to `base_url` become links: the text of an inquiry must not lead a reader elsewhere.
    """
    link = re.compile(re.escape(base_url) + r"(?:/[\w./-]*\w)?")
    return [block for part in re.split(r"\n{2,}", text.strip()) for block in _blocks(part.split("\n"), link)]


def _blocks(lines: list[str], link: re.Pattern[str]) -> list[dict[str, Any]]:
    """A part may begin with a line that introduces the list below it."""
    first = next((n for n, line in enumerate(lines) if _ITEM.match(line)), len(lines))
    head, items = lines[:first], lines[first:]
    if not items or not all(_ITEM.match(line) for line in items):
        head, items = lines, []
    kind = "dashes" if items and items[0].startswith("-") else "numbers"
    pieces = [_pieces(_ITEM.sub("", line, count=1), link) for line in items]
    above = [{"kind": "text", "lines": [_pieces(line, link) for line in head]}] if head else []
    return [*above, *([{"kind": kind, "lines": pieces}] if items else [])]


def _pieces(line: str, link: re.Pattern[str]) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    end = 0
    for match in link.finditer(line):
        found += [(line[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [piece for piece in [*found, (line[end:], False)] if piece[0]]
