"""Where the signs of a lane stand: bars below each other, dots side by side; none covers another. Pure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..states.diagram_draw import INK, PAPER, Row, text
from .timeline import Bar, Dot, DotKind, Lane
from .timeline_axis import Scale

#: Signs that stand on the bars; the others stand in tracks below them.
ON_BARS: frozenset[DotKind] = frozenset({"lapse"})
#: What stands left where several are on one day.
_ORDER: tuple[DotKind, ...] = (
    "act",
    "event",
    "mail",
    "reminder",
    "late",
    "undeliverable",
    "failure",
    "escalation",
    "due",
    "lapse",
)
#: A tooltip that is longer takes nothing more.
_LONG = 600
#: Further from its day no sign is moved; then rather two cover each other.
_AWAY = 24.0
#: Signs in which a number is written dark.
_LIGHT = frozenset({"reminder", "undeliverable", "failure"})


class Room(NamedTuple):
    """The radius of a sign, whether there is room for numbers in it, and whether all in the track are of one kind."""

    dot: float
    numbers: bool
    alone: bool


def rows_of(bars: Sequence[Bar], most: int) -> list[int]:
    """In which row each bar lies, so that none covers another; what has no room lies in the last row."""
    free: list[Bar | None] = [None] * most
    found = []
    for one in bars:
        row = next((n for n, last in enumerate(free) if last is None or max(last.end, last.due) < one.start), most - 1)
        free[row] = one
        found.append(row)
    return found


def tracks(lane: Lane) -> tuple[frozenset[DotKind], ...]:
    """Which kinds of dots share a row: beside bars all of them, without bars (an office) each has its own."""
    kinds = [
        kind for kind in _ORDER if any(dot.kind == kind for dot in lane.dots) and not (kind in ON_BARS and lane.bars)
    ]
    if lane.office:
        return tuple(frozenset({kind}) for kind in kinds)
    return (frozenset(kinds),) if kinds else ()


def lapsed_bar(dot: Dot, bars: Sequence[Bar]) -> int:
    """The bar that a lapse belongs to: the one that was due last before it."""
    over = [number for number, one in enumerate(bars) if one.due < dot.day]
    return max(over, key=lambda number: bars[number].due, default=0)


def placed_dots(dots: Sequence[Dot], scale: Scale, room: Room) -> Iterator[tuple[Dot, float, float]]:
    """Each dot with its place on the axis and its radius; what would lie too close is one dot, or moves aside."""
    widest = max((_radius(dot, room) for dot in dots), default=room.dot)
    merged = _merged(dots, max(1, round(2.2 * (widest if room.alone else room.dot) / max(scale.day, 0.01))))
    merged.sort(key=lambda dot: (dot.day, _ORDER.index(dot.kind)))
    radii = [_radius(dot, room) for dot in merged]
    days = [scale.x(dot.day) + scale.day / 2 for dot in merged]
    places = [max(day, scale.left + radius) for day, radius in zip(days, radii, strict=True)]
    for number, (before, radius) in enumerate(pairwise(radii), start=1):
        places[number] = max(places[number], places[number - 1] + before + radius + 0.5)
    limit = scale.left + scale.width
    for number in reversed(range(len(places))):
        nearest = max(min(places[number], limit - radii[number], days[number] + _AWAY), days[number] - _AWAY)
        places[number] = max(nearest, scale.left + radii[number])
        limit = places[number] - radii[number] - 0.5
    return zip(merged, places, radii, strict=True)


def numbered(dot: Dot, x: float, y: float, r: float) -> str:
    """How many a sign stands for, written into it where it is large enough."""
    if dot.number == 1 or r < _READABLE:
        return ""
    size = 8.0 if dot.number < 10 and dot.kind not in _POINTED else 6.8 if dot.number < 100 else 5.8  # noqa: PLR2004  # digits
    middle = {"escalation": 2.2, "due": -2.4}.get(dot.kind, 0.0)
    return text(
        Row(str(dot.number), size, INK if dot.kind in _LIGHT else PAPER, bold=True),
        x,
        y + middle + size * 0.36,
        "middle",
    )


_READABLE = 5.5
#: Signs with little room for a number.
_POINTED = frozenset({"due", "act", "event"})


def _radius(dot: Dot, room: Room) -> float:
    if dot.number == 1:
        return room.dot
    if not room.numbers:
        return room.dot * 1.2
    return 6.0 if dot.number < 10 and dot.kind not in _POINTED else 7.2  # noqa: PLR2004  # digits


def _merged(dots: Sequence[Dot], days: int) -> list[Dot]:
    """Dots of a kind that lie closer together than so many days, as one at the first of them."""
    last: dict[DotKind, int] = {}
    found: list[Dot] = []
    for dot in sorted(dots, key=lambda one: one.day):
        place = last.get(dot.kind)
        if place is not None and (dot.day - found[place].day).days < days:
            before = found[place]
            about = f"{before.about}; {dot.about}" if len(before.about) < _LONG else before.about
            found[place] = before._replace(number=before.number + dot.number, about=about)
        else:
            last[dot.kind] = len(found)
            found.append(dot)
    return found
