"""An outlook as one self-contained SVG, made for a landscape A4 page: time from left to right, a lane for each case.

No script, no font, no image, no reference to anything outside; a title and a description for screen readers.
"""

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from ..config.text import Lang
from ..states.diagram_draw import INK, PAPER, SOFT, Row, text
from ..states.diagram_svg import FONTS
from ..states.diagram_text import width_of
from .console import day_text
from .outlook import Outlook
from .timeline import Bar, By, Dot, DotKind, Lane, Timeline, timeline
from .timeline_axis import BAND, FILLS, PATTERNS, Scale, grid, head, shading
from .timeline_marks import MEANING, bar, mark, titled
from .wording import counted, say

WIDTH, MARGIN, HEAD = 1120.0, 20.0, 76.0
#: Up to so many lanes there is room for two rows of text in each.
ROOMY = 16
_TODAY = "#16406f"
#: Which sign is drawn above which where they meet.
_ORDER: tuple[DotKind, ...] = (
    "due",
    "act",
    "event",
    "mail",
    "reminder",
    "late",
    "undeliverable",
    "failure",
    "lapse",
    "escalation",
)
#: Signs that stand on the bars; the others stand below them.
_ON_BARS = frozenset({"lapse"})


class Sizes(NamedTuple):
    """The measures of the lanes: large where there are few of them."""

    font: float
    bar: float
    dot: float
    #: Most bars one below the other.
    rows: int
    #: Room for the dots below the bars.
    below: float
    pad: float
    labels: float


_LARGE = Sizes(font=12, bar=9, dot=4.2, rows=4, below=15, pad=5, labels=250)
_SMALL = Sizes(font=9.5, bar=4.5, dot=2.9, rows=3, below=8.5, pad=2, labels=250)


def svg(outlook: Outlook, by: By, lang: Lang) -> str:
    """The picture of `outlook`."""
    lines = timeline(outlook, by, lang)
    sizes = _LARGE if len(lines.lanes) <= ROOMY else _SMALL
    left = MARGIN + sizes.labels
    scale = Scale(lines.first, lines.last, left, WIDTH - MARGIN - left)
    top = HEAD + 3 * BAND
    placed = _placed(lines, sizes, top)
    bottom = placed[-1][1] + placed[-1][2] if placed else top + 60
    legend, legend_height = _legend(outlook, lines, lang)
    foot = bottom + (18 if lines.folded else 4)
    height = foot + legend_height + 16
    shapes = [
        *_title(outlook, lang),
        *shading(scale, outlook.shades, top, bottom),
        *grid(scale, HEAD, bottom),
        *head(scale, outlook.shades, HEAD, lang),
        *(shape for lane, y, tall in placed for shape in _lane(lane, (y, tall), scale, sizes)),
        *_frame(scale, bottom),
        *_today(lines, scale, bottom, played=outlook.start < outlook.now, lang=lang),
        *_rest(lines, (left, bottom), lang),
        f'<g transform="translate({MARGIN:.1f} {foot:.1f})">{legend}</g>',
    ]
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" width="{WIDTH:.0f}" '
        f'height="{height:.0f}" role="img" aria-labelledby="vg-title vg-desc" lang="{lang}" font-family="{FONTS}">'
    )
    about = (
        f'<title id="vg-title">{escape(heading(outlook, lang))}</title>'
        f'<desc id="vg-desc">{escape(description(outlook, lines, lang))}</desc>'
    )
    paper = f'<defs>{PATTERNS}</defs><rect width="100%" height="100%" fill="{PAPER}"/>'
    return "\n".join([opening, about, paper, *shapes, "</svg>"]) + "\n"


def heading(outlook: Outlook, lang: Lang) -> str:
    """The title of the picture."""
    return say("pic_title", lang, until=day_text(outlook.until, lang))


def subtitle(outlook: Outlook, lang: Lang) -> str:
    """The figures in one line."""
    totals = outlook.totals()
    kinds = ("mail", "escalation", "lapse")
    figures = [counted(totals[kind], f"pic_{kind}", lang) for kind in kinds]
    figures.append(say("pic_overdue", lang, count=len(outlook.overdue())))
    now = f"{day_text(outlook.now.date(), lang)} {outlook.now:%H:%M}"
    return f"{say('pic_now', lang, now=now)} · {' · '.join(figures)}"


def description(outlook: Outlook, lines: Timeline, lang: Lang) -> str:
    """The picture in words."""
    lanes = [
        f"{lane.name}: {'; '.join([one.about for one in lane.bars] + [one.about for one in lane.dots])}."
        for lane in lines.lanes[:_DESCRIBED]
    ]
    return " ".join([subtitle(outlook, lang) + ".", *lanes])


#: Lanes that the description tells of; the table of the page has them all.
_DESCRIBED = 12


def _title(outlook: Outlook, lang: Lang) -> Iterator[str]:
    yield text(Row(heading(outlook, lang), 18, INK, bold=True), MARGIN, 30)
    yield text(Row(subtitle(outlook, lang), 11.5, SOFT), MARGIN, 50)


def _placed(lines: Timeline, sizes: Sizes, top: float) -> list[tuple[Lane, float, float]]:
    """Each lane with its upper edge and its height."""
    found, y = [], top
    for lane in lines.lanes:
        rows = max(_rows(lane.bars, sizes.rows), default=-1) + 1
        tall = 2 * sizes.pad + max(rows, 0) * (sizes.bar + 2) + (sizes.below if lane.dots else 2)
        tall = max(tall, sizes.font * (2.9 if sizes is _LARGE else 1.5))
        found.append((lane, y, tall))
        y += tall
    return found


def _rows(bars: tuple[Bar, ...], most: int) -> list[int]:
    """In which row each bar lies, so that none covers another; what has no room lies in the last row."""
    free: list[Bar | None] = [None] * most
    found = []
    for one in bars:
        row = next((n for n, last in enumerate(free) if last is None or max(last.end, last.due) < one.start), most - 1)
        free[row] = one
        found.append(row)
    return found


def _lane(lane: Lane, place: tuple[float, float], scale: Scale, sizes: Sizes) -> Iterator[str]:
    y, tall = place
    yield f'<path d="M{MARGIN:.1f} {y + tall:.1f}H{WIDTH - MARGIN:.1f}" stroke="#c9d1da" stroke-width=".6"/>'
    yield from _label(lane, place, sizes)
    rows = _rows(lane.bars, sizes.rows)
    for one, row in zip(lane.bars, rows, strict=True):
        yield titled("".join(_bar(one, y + sizes.pad + row * (sizes.bar + 2), scale, sizes)), one.about)
    below = y + tall - sizes.pad - sizes.below / 2 + 1
    on_bars = y + sizes.pad + sizes.bar / 2
    for dot, shift in _spread(lane.dots, scale, sizes):
        x = scale.x(dot.day) + scale.day / 2 + shift
        size = sizes.dot * min(1.0 + 0.12 * (dot.number - 1), 1.6)
        shape = mark(dot.kind, x, on_bars if dot.kind in _ON_BARS and lane.bars else below, size)
        if dot.number > 1 and sizes is _LARGE:
            shape += text(Row(str(dot.number), 8.5, INK), x + size + 1.5, below + 3)
        yield titled(shape, dot.about)


def _label(lane: Lane, place: tuple[float, float], sizes: Sizes) -> Iterator[str]:
    y, tall = place
    room = sizes.labels - 10
    if sizes is _LARGE:
        middle = y + tall / 2
        yield text(Row(_cut(lane.name, sizes.font * 1.12, room), sizes.font, INK, bold=True), MARGIN, middle - 2)
        yield text(Row(_cut(lane.about, sizes.font - 2, room), sizes.font - 2, SOFT), MARGIN, middle + sizes.font)
        return
    base = y + tall / 2 + sizes.font * 0.35
    name = _cut(lane.name, sizes.font * 1.12, room)
    yield text(Row(name, sizes.font, INK, bold=True), MARGIN, base)
    used = width_of(name, sizes.font * 1.12) + 6
    if used < room * 0.8:
        yield text(Row(_cut(lane.about, sizes.font, room - used), sizes.font, SOFT), MARGIN + used, base)


def _cut(label: str, size: float, room: float) -> str:
    if width_of(label, size) <= room:
        return label
    while label and width_of(label + "…", size) > room:
        label = label[:-1]
    return label.rstrip(" ,;:·") + "…"


def _bar(one: Bar, y: float, scale: Scale, sizes: Sizes) -> Iterator[str]:
    """A deadline: to its due day as it should be, beyond it overdue, and a sign where it is due."""
    left, due = scale.x(one.start), scale.over(one.due)
    kind = "paused" if one.paused else "bar"
    met = min(scale.over(one.end), due)
    if met > left and one.start <= scale.last:
        yield bar(left, due if one.end >= one.due else met, y, sizes.bar, kind)
    if one.end > one.due and scale.over(one.end) > due:
        yield bar(due, scale.over(one.end), y, sizes.bar, "overdue")
    if scale.first <= one.due <= scale.last:
        yield f'<path d="M{due:.1f} {y - 1.5:.1f}v{sizes.bar + 3:.1f}" stroke="{INK}" stroke-width="1.6"/>'
        yield mark("due", due, y - 0.5, sizes.dot * 0.75)


def _spread(dots: tuple[Dot, ...], scale: Scale, sizes: Sizes) -> list[tuple[Dot, float]]:
    """The dots in the order of drawing; those of one day side by side, and what would cover each other in one sign."""
    merged = _merged(dots, max(1, round(2.1 * sizes.dot / max(scale.day, 0.01))))
    by_day: dict[object, list[Dot]] = {}
    for dot in merged:
        by_day.setdefault((dot.day, dot.kind in _ON_BARS), []).append(dot)
    found = []
    for every in by_day.values():
        every.sort(key=lambda dot: _ORDER.index(dot.kind))
        step = 2.2 * sizes.dot
        for number, dot in enumerate(every):
            found.append((dot, (number - (len(every) - 1) / 2) * step))
    return sorted(found, key=lambda pair: _ORDER.index(pair[0].kind))


def _merged(dots: tuple[Dot, ...], days: int) -> list[Dot]:
    """Dots of a kind that lie closer together than so many days, as one at the first of them."""
    last: dict[DotKind, int] = {}
    found: list[Dot] = []
    for dot in dots:
        place = last.get(dot.kind)
        if place is not None and (dot.day - found[place].day).days < days:
            before = found[place]
            about = f"{before.about}; {dot.about}" if len(before.about) < _LONG else before.about
            found[place] = before._replace(number=before.number + dot.number, about=about)
        else:
            last[dot.kind] = len(found)
            found.append(dot)
    return found


#: A tooltip that is longer takes nothing more.
_LONG = 600


def _frame(scale: Scale, bottom: float) -> Iterator[str]:
    right = scale.left + scale.width
    for y in (HEAD + BAND, HEAD + 3 * BAND):
        yield f'<path d="M{scale.left:.1f} {y:.1f}H{right:.1f}" stroke="#9aa7b5" stroke-width=".8"/>'
    size = f'x="{scale.left:.1f}" y="{HEAD:.1f}" width="{scale.width:.1f}" height="{bottom - HEAD:.1f}"'
    yield f'<rect {size} fill="none" stroke="#5b6b7d" stroke-width=".9"/>'


def _today(lines: Timeline, scale: Scale, bottom: float, *, played: bool, lang: Lang) -> Iterator[str]:
    x = scale.x(lines.today)
    label = say("pic_last" if played else "pic_today", lang, day=day_text(lines.today, lang))
    middle = scale.left + scale.width / 2
    stroke = f'stroke="{_TODAY}" stroke-width="1.8" stroke-dasharray="6 2"'
    yield f'<path d="M{x:.1f} {HEAD - 4:.1f}V{bottom:.1f}" {stroke}/>'
    yield text(Row(label, 10.5, _TODAY, bold=True), x, HEAD - 8, anchor="start" if x < middle else "end")


def _rest(lines: Timeline, corner: tuple[float, float], lang: Lang) -> Iterator[str]:
    left, bottom = corner
    if lines.folded:
        more = say("pic_more", lang, count=lines.folded, things=lines.things)
        yield text(Row(more, 10.5, SOFT), MARGIN, bottom + 13)
    if not lines.lanes:
        yield text(Row(say("sim_nothing", lang), 13, SOFT), (left + WIDTH - MARGIN) / 2, bottom - 24, anchor="middle")


def _legend(outlook: Outlook, lines: Timeline, lang: Lang) -> tuple[str, float]:
    """The signs that occur, in as many rows as they need, with the height of all."""
    kinds = _occurring(outlook, lines)
    shapes, x, y = [], 0.0, 16.0
    for kind, meaning in MEANING.items():
        if kind not in kinds:
            continue
        label = meaning.in_(lang)
        width = 28 + width_of(label, 10.5) + 14
        if x + width > WIDTH - 2 * MARGIN:
            x, y = 0.0, y + 18
        shapes += [_sample(kind, x + 11, y - 3.5), text(Row(label, 10.5, SOFT), x + 26, y)]
        x += width
    return "".join(shapes), y + 6


def _occurring(outlook: Outlook, lines: Timeline) -> set[str]:
    bars = [one for lane in lines.lanes for one in lane.bars]
    found: set[str] = {dot.kind for lane in lines.lanes for dot in lane.dots}
    found |= {"weekend", *(shade.kind for shade in outlook.shades)}
    found |= {"bar", "due"} if bars else set()
    found |= {"overdue"} if any(one.end > one.due for one in bars) else set()
    return found | ({"paused"} if any(one.paused for one in bars) else set())


def _sample(kind: str, x: float, y: float) -> str:
    if kind in {"bar", "overdue", "paused"}:
        return bar(x - 10, x + 10, y - 4, 8, kind)
    if kind in FILLS:
        place = f'x="{x - 10:.1f}" y="{y - 6:.1f}" width="20" height="12"'
        return f'<rect {place} fill="{FILLS[kind]}" stroke="#9aa7b5" stroke-width=".5"/>'
    return mark(kind, x, y, 4.2)  # type: ignore[arg-type]  # what is left are the kinds of dots
