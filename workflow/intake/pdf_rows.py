"""Characters on a page of a PDF to rows, and to columns of running text. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import NamedTuple

#: A gap, in heights of a line, that may part cells.
NARROW = 0.45
#: Columns of running text: at least so many lines in each, which fill so much of it.
_COLUMN_LINES, _FILLED = 8, 0.7
#: Heights of a line that a column is wide; places that are looked at; rules across it that make it a table.
_COLUMN_WIDTH, _CANDIDATES, _RULED = 12, 8, 2
#: What PDFium makes of a hyphen at the end of a line.
_PARTING = "\u0002\ufffe"


class Char(NamedTuple):
    """A character and its box, in points from the lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    #: Of the font.
    size: float = 10.0


class Ruling(NamedTuple):
    """A horizontal or vertical line."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def is_flat(self) -> bool:
        return self.right - self.left > self.top - self.bottom


class Segment(NamedTuple):
    """Characters beside each other without a gap."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


class Row(NamedTuple):
    """What stands at one height."""

    segments: tuple[Segment, ...]

    @property
    def bottom(self) -> float:
        return min(each.bottom for each in self.segments)

    @property
    def top(self) -> float:
        return max(each.top for each in self.segments)

    @property
    def left(self) -> float:
        return self.segments[0].left

    @property
    def size(self) -> float:
        return max(each.size for each in self.segments)

    @property
    def height(self) -> float:
        return max(each.height for each in self.segments)


def segments_of(chars: Iterable[Char]) -> Iterator[Segment]:
    """Runs of characters; a break or a gap ends one."""
    run: list[Char] = []
    space = False
    for char in chars:
        if char.text in "\r\n" or (run and _is_apart(run[-1], char)):
            yield from _segment(run)
            run, space = [], False
        if char.text.isspace() or char.text == "\0":
            space = bool(run)
            continue
        if space:
            run.append(Char(" ", run[-1].right, char.bottom, char.left, char.top, char.size))
        run.append(char._replace(text="-") if char.text in _PARTING else char)
        space = False
    yield from _segment(run)


def _is_apart(last: Char, char: Char) -> bool:
    if char.text.isspace() or char.text == "\0":
        return False
    height = max(last.top - last.bottom, 1.0)
    below = min(last.top, char.top) - max(last.bottom, char.bottom) < 0
    return below or char.left - last.right > NARROW * height or char.right < last.left - height


def _segment(run: list[Char]) -> Iterator[Segment]:
    text = "".join(char.text for char in run).strip()
    if text:
        shown = [char for char in run if char.text != " "]
        left, right = min(char.left for char in shown), max(char.right for char in shown)
        yield Segment(text, left, right, *_middle(shown))


def _middle(chars: list[Char]) -> tuple[float, float, float]:
    """Bottom, top and size of most characters, whatever stands a little higher."""
    return median(c.bottom for c in chars), median(c.top for c in chars), median(c.size for c in chars)


def rows_of(segments: list[Segment]) -> list[Row]:
    """Segments at one height together, from top to bottom."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda each: (-each.top, each.left)):
        near = next((row for row in reversed(rows[-4:]) if _is_beside(row[0], segment)), None)
        if near is None:
            rows.append([segment])
        else:
            near.append(segment)
    return [Row(tuple(sorted(row, key=lambda each: each.left))) for row in rows]


def _is_beside(one: Segment, other: Segment) -> bool:
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared > 0.5 * min(one.height, other.height)


def starts(row: Row) -> list[float]:
    """Where something begins after a gap."""
    return [
        after.left
        for before, after in zip(row.segments, row.segments[1:], strict=False)
        if after.left - before.right > NARROW * row.height
    ]


# --- columns of running text ---


def columns(rows: list[Row], gutter: float | None) -> Iterator[list[Row]]:
    """Parts of a page that are read one after the other: two columns at a gutter, where there is one."""
    left, right, whole = list[Row](), list[Row](), list[Row]()
    for row in rows:
        if gutter is None or any(each.left < gutter < each.right for each in row.segments):
            yield from (part for part in (left, right) if part)
            left, right = [], []
            whole.append(row)
            continue
        if whole:
            yield whole
            whole = []
        for part, segments in zip((left, right), _sides(row, gutter), strict=True):
            if segments:
                part.append(Row(segments))
    yield from (part for part in (whole, left, right) if part)


def _sides(row: Row, gutter: float) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """What stands left and right of a gutter."""
    before = tuple(each for each in row.segments if each.right <= gutter)
    return before, row.segments[len(before) :]


def gutter_of(rows: list[Row], rulings: Sequence[Ruling], before: float | None) -> float | None:
    """Where a page parts into two columns; None: it does not. `before`: where the page before it did."""
    places = Counter(round(start) - 1 for row in rows for start in starts(row))
    for place, number in places.most_common(_CANDIDATES):
        if number >= _COLUMN_LINES and _parts(place, rows, rulings):
            return place
    crossed = before is None or any(each.left < before < each.right for row in rows for each in row.segments)
    return None if crossed else before


def _parts(place: float, rows: list[Row], rulings: Sequence[Ruling]) -> bool:
    """Whether running text stands on both sides of `place`: many lines, most of them full, and no table."""
    free = [row for row in rows if not any(each.left < place < each.right for each in row.segments)]
    beside = [sides for row in free if all(sides := _sides(row, place))]
    ruled = sum(1 for each in rulings if each.is_flat and each.left < place < each.right)
    if len(beside) < max(_COLUMN_LINES, len(rows) / 3) or ruled > _RULED:
        return False
    return all(_is_full([Row(sides[side]) for sides in beside]) for side in (0, 1))


def _is_full(column: list[Row]) -> bool:
    widths = [row.segments[-1].right - row.left for row in column]
    full = sum(1 for width in widths if width > _FILLED * max(widths))
    return full >= _FILLED * len(widths) and max(widths) > _COLUMN_WIDTH * column[0].height
