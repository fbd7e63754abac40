"""Rows on a page of a PDF to lines: what stands in a row of a table, and where its cells begin. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .hyphens import whole_words
from .pdf_rows import NARROW, Row, Ruling, Segment, starts

#: A gap, in heights of a line, that surely parts cells; one that parts nothing.
_WIDE, _TOUCHING = 1.1, 0.1
#: Rows above and below in which things at the same place make a column; heights of a line that a row may be high.
_NEAR, _HIGHEST_ROW = 6, 15
#: Points that things which stand below each other may be apart.
_ALIGNED = 2.5


class Written(NamedTuple):
    """A line of text with its place."""

    text: str
    bottom: float
    top: float
    height: float
    #: Of its largest letters.
    size: float


def lines_of(rows: list[Row], rulings: Sequence[Ruling]) -> Iterator[Written]:
    flat = [each for each in rulings if each.is_flat]
    upright = [each for each in rulings if not each.is_flat]
    begun = [starts(row) for row in rows]
    for group in _between_rulings(rows, flat):
        beside = [start for index in _around(group, len(rows)) for start in begun[index]]
        part = [rows[index] for index in group]
        edges = _edges(part, upright, beside) if len(part) > 1 or upright else []
        if len(edges) > 1:
            cells = [" ".join(whole_words(column)) for column in _by_column(part, edges)]
            yield Written("\t".join(cells), part[-1].bottom, part[0].top, part[0].height, part[0].size)
        else:
            yield from (Written(_joined(row, beside), row.bottom, row.top, row.height, row.size) for row in part)


def _around(group: list[int], count: int) -> list[int]:
    """The rows above and below, where those of the same table would be."""
    return [*range(max(0, group[0] - _NEAR), group[0]), *range(group[-1] + 1, min(count, group[-1] + 1 + _NEAR))]


def _edges(rows: list[Row], upright: Sequence[Ruling], beside: list[float]) -> list[float]:
    """Where columns begin: at vertical lines, else where several rows have something after a gap."""
    left, right = min(row.left for row in rows), max(row.segments[-1].right for row in rows)
    middle = (rows[0].top + rows[0].bottom) / 2
    drawn = _apart(sorted(each.left for each in upright if each.bottom < middle < each.top))
    if drawn and drawn[-1] >= right - _ALIGNED:
        drawn.pop()
    if len(drawn) > 1 or (drawn and drawn[0] > left + _ALIGNED):
        return drawn if drawn[0] <= left + _ALIGNED else [left, *drawn]
    gapped = [start for row in rows for start in starts(row) if _is_aligned(start, beside)]
    return [left, *_apart(sorted(gapped))] if gapped else []


def _apart(edges: list[float]) -> list[float]:
    kept: list[float] = []
    for edge in edges:
        if not kept or edge - kept[-1] > 2 * _ALIGNED:
            kept.append(edge)
    return kept


def _by_column(rows: list[Row], edges: list[float]) -> list[list[str]]:
    """The lines of each cell."""
    columns: list[list[str]] = [[] for _ in edges]
    for row in rows:
        parts: dict[int, list[Segment]] = {}
        for segment in row.segments:
            column = max(i for i, edge in enumerate(edges) if not i or segment.left >= edge - _ALIGNED)
            parts.setdefault(column, []).append(segment)
        for column, segments in parts.items():
            columns[column].append(" ".join(each.text for each in segments))
    return columns


def _between_rulings(rows: list[Row], flat: Sequence[Ruling]) -> Iterator[list[int]]:
    """Indexes of rows that stand between the same two lines; a row elsewhere stands by itself."""
    frames = [_frame(row, flat) for row in rows]
    group: list[int] = []
    for index, frame in enumerate(frames):
        if group and (frame is None or frame != frames[group[-1]]):
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def _frame(row: Row, flat: Sequence[Ruling]) -> tuple[float, float] | None:
    """The heights of the lines above and below a row; None: there are none, or they are far."""
    middle = (row.top + row.bottom) / 2
    over_it = [each for each in flat if each.left <= row.left + _ALIGNED and each.right > row.left]
    over = min((each.bottom for each in over_it if each.bottom > middle), default=None)
    under = max((each.bottom for each in over_it if each.bottom < middle), default=None)
    if over is None or under is None or over - under > _HIGHEST_ROW * row.height:
        return None
    return round(over), round(under)


def _is_aligned(start: float, others: Iterable[float]) -> bool:
    return any(abs(other - start) <= _ALIGNED for other in others)


def _joined(row: Row, beside: list[float]) -> str:
    text = row.segments[0].text
    for before, after in zip(row.segments, row.segments[1:], strict=False):
        gap = (after.left - before.right) / max(row.height, 1.0)
        if gap > _WIDE or (gap > NARROW and _is_aligned(after.left, beside)):
            text += "\t"
        elif gap > _TOUCHING:
            text += " "
        text += after.text
    return text
