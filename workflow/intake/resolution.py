"""The words of a motion that would be decided: behind „möge beschließen:“, before the reasons. Pure."""

import re
from collections.abc import Iterator, Sequence

from .pages import Pages
from .understanding_rows import Paragraph, Row, paragraphs, rows_of
from .understanding_words import plain, words

#: „Der Rat möge beschließen:“, „möge folgenden Beschluss fassen:“, „beschließt:“.
_OPENS = re.compile(r"\b(?:beschlie(?:ß|ss)(?:en|t)|Beschlu(?:ss|ß) (?:zu )?fassen)\b[^:.?!]{0,80}:\s*", re.IGNORECASE)
_NUMBERED = re.compile(r"^\(?\d{1,3}[.)]$")


def resolution_of(text: str) -> str:
    """What is moved, out of a motion's own words; all of them, if nothing else is left."""
    parts = paragraphs(list(_apart(rows_of(Pages.of_text(text).lines).rows)))
    start, told = _start(parts)
    taken = [told] if told else []
    for part in parts[start:]:
        if _is_reason(part.first) or (taken and _is_section(part)):
            break
        if not _is_section(part):
            taken.append(part.first._replace(text=part.text).whole)
    return "\n".join(taken) or text


def points_of(resolution: str) -> list[str]:
    """Its numbered points, each without its number and with what stands below it; else all as one."""
    found = list[list[str]]()
    parts = paragraphs(rows_of(Pages.of_text(resolution).lines).rows)
    if not any(_NUMBERED.match(part.first.marker) for part in parts):
        return [resolution]
    for part in parts:
        if _NUMBERED.match(part.first.marker) or not found:
            found.append([part.text])
        else:
            found[-1].append(part.first._replace(text=part.text).whole)
    return ["\n".join(lines) for lines in found]


def _start(parts: Sequence[Paragraph]) -> tuple[int, str]:
    """The first paragraph behind the words that open the resolution, and what stands beside these."""
    for index, part in enumerate(parts):
        if match := _OPENS.search(part.text):
            return index + 1, part.text[match.end() :].strip()
    headings = (index for index, part in enumerate(parts, 1) if plain(part.text) in words().resolutions)
    return next(headings, 0), ""


def _apart(rows: Sequence[Row]) -> Iterator[Row]:
    """The reasons begin a paragraph, whatever stands beside their heading."""
    for row in rows:
        if _is_reason(row):
            yield row._replace(text="", marker="", cells=())
        yield row


def _is_reason(row: Row) -> bool:
    return plain(row.text.partition(":")[0]) in words().reasons


def _is_section(part: Paragraph) -> bool:
    return plain(part.text) in words().sections | words().ends | words().statements
