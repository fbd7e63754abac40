"""Characters on a page to lines as a reader sees them: rows, cells, columns, headings, words in one piece. Pure.

A PDF knows no lines: it places characters. Those that stand at one height are a line; a gap wider than a letter parts
cells, a narrower one does so where the line beside has one at the same place. Where a table has rules, what stands
between two of them is one row, however many lines its cells have.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from .hyphens import goes_on, put_together, whole_words
from .pdf_rows import Char, Ruling, columns, gutter_of, rows_of, segments_of
from .pdf_tables import Written, lines_of
from .sheet import Sheet

#: Space above a line that parts it from what is above, in heights.
_PARTED = 0.55
#: Size of a heading in sizes of the running text, of the second and the first level; points that one may differ by.
_LARGE, _LARGER, _SAME = 1.12, 1.35, 0.5
_LONGEST_HEADING = 200
#: Heights from one line of a heading to the next.
_NEXT_LINE = 1.6


class Layout:
    """Writes the pages of a document down, one after the other."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._gutter: float | None = None

    def write(self, chars: Iterable[Char], rulings: Sequence[Ruling]) -> None:
        """Write a page."""
        rows = rows_of(list(segments_of(chars)))
        if not rows:
            return
        self._gutter = gutter_of(rows, rulings, self._gutter)
        lines = [line for part in columns(rows, self._gutter) for line in lines_of(part, rulings)]
        usual = _usual(lines)
        self._sheet.blank()
        above: Written | None = None
        for line in _whole(lines, usual):
            if above is not None and (above.bottom - line.top > _PARTED * line.height or line.bottom > above.top):
                self._sheet.blank()
            self._write(line, _heading(line, usual))
            above = line

    def _write(self, line: Written, level: int) -> None:
        if level:
            self._sheet.heading(level, line.text)
            self._sheet.blank()
        else:
            self._sheet.line(line.text)


# --- words in one piece ---


def _whole(lines: list[Written], usual: float) -> Iterator[Written]:
    """Lines with whole words, and headings of several lines as one."""
    waiting: Written | None = None
    for line in lines:
        if waiting is None:
            waiting = line
        elif _is_one_heading(waiting, line, usual):
            parts = whole_words([waiting.text, line.text])
            waiting = line._replace(text=" ".join(parts), top=waiting.top)
        elif goes_on(waiting.text, line.text) and waiting.bottom - line.top < line.height:
            head, _, rest = line.text.partition(" ")
            yield waiting._replace(text=put_together(waiting.text, head))
            waiting = line._replace(text=rest) if rest else None
        else:
            yield waiting
            waiting = line
    if waiting is not None:
        yield waiting


def _is_one_heading(above: Written, below: Written, usual: float) -> bool:
    level = _heading(above, usual)
    near = 0 <= above.bottom - below.top + below.height < _NEXT_LINE * below.height
    return bool(level) and level == _heading(below, usual) and near and abs(above.size - below.size) < _SAME


# --- headings ---


def _usual(lines: list[Written]) -> float:
    """The size of running text: that of most characters."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0]


def _heading(line: Written, usual: float) -> int:
    """The level of a heading; 0: it is none."""
    if "\t" in line.text or len(line.text) > _LONGEST_HEADING or not any(char.isalpha() for char in line.text):
        return 0
    ratio = line.size / max(usual, 1.0)
    return 1 if ratio >= _LARGER else 2 if ratio >= _LARGE else 0
