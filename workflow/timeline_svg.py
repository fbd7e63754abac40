"""An outlook as one self-contained SVG, made for a landscape A4 page: time from left to right, a lane for each case.

No script, no font, no image, no reference to anything outside; a title and a description for screen readers.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from ..config.text import Lang
from ..states.diagram_draw import INK, PAPER, SOFT, Row, text
from ..states.diagram_svg import FONTS
from ..states.diagram_text import width_of
from .console import day_text
from .outlook import Outlook
from .timeline import Bar, By, Lane, Timeline, timeline
from .timeline_axis import BAND, FILLS, PATTERNS, Scale, grid, head, head_bottom, shading
from .timeline_marks import MEANING, bar, mark, thread, titled_shape
from .timeline_place import ON_BARS, Room, lapsed_bar, numbered, placed_dots, rows_of, tracks
from .wording import counted, say

WIDTH, MARGIN, HEAD = 1120.0, 20.0, 76.0
#: Up to so many lanes there is room for two rows of text in each.
ROOMY = 16
_TODAY = "#16406f"
#: Where a picture without its title begins.
_UNTITLED = 54.0


class Sizes(NamedTuple):
    """The measures of the lanes: large where there are few of them."""

    font: float
    bar: float
    gap: float
    dot: float
    #: Most bars one below the other.
    rows: int
    #: Height of a row of dots.
    track: float
    pad: float
    labels: float = 250.0


_LARGE = Sizes(font=12, bar=11, gap=2.5, dot=4.2, rows=4, track=15, pad=5)
_SMALL = Sizes(font=9.5, bar=4, gap=1.2, dot=2.8, rows=2, track=7, pad=1.8)


def svg(outlook: Outlook, by: By, lang: Lang, *, titled: bool = True) -> str:
    """The picture of `outlook`; not `titled` for a page that has its title above."""
    lines = timeline(outlook, by, lang)
    sizes = _LARGE if len(lines.lanes) <= ROOMY else _SMALL
    left = MARGIN + sizes.labels
    scale = Scale(lines.first, lines.last, left, WIDTH - MARGIN - left)
    top = head_bottom(HEAD, outlook.shades)
    placed = _placed(lines, sizes, top)
    bottom = placed[-1][1] + placed[-1][2] if placed else top + 60
    legend, legend_height = _legend(outlook, lines, lang)
    foot = bottom + (18 if lines.folded else 4)
    shapes = [
        *(_title(outlook, lang) if titled else ()),
        *shading(scale, outlook.shades, top, bottom),
        *grid(scale, top, bottom),
        *head(scale, outlook.shades, HEAD, lang),
        *(shape for lane, y, tall in placed for shape in _lane(lane, (y, tall), scale, sizes)),
        *_frame(scale, top, bottom),
        *_today(lines, scale, (top, bottom), played=outlook.played, lang=lang),
        *_rest(lines, (left, bottom), lang),
        f'<g transform="translate({MARGIN:.1f} {foot:.1f})">{legend}</g>',
    ]
    upper, lower = (0.0 if titled else _UNTITLED), foot + legend_height + 16
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {upper:.0f} {WIDTH:.0f} {lower - upper:.0f}" '
        f'width="{WIDTH:.0f}" height="{lower - upper:.0f}" role="img" aria-labelledby="vg-title vg-desc" lang="{lang}" '
        f'font-family="{FONTS}">'
    )
    about = (
        f'<title id="vg-title">{escape(heading(outlook, lang))}</title>'
        f'<desc id="vg-desc">{escape(description(outlook, lines, lang))}</desc>'
    )
    paper = f'<defs>{PATTERNS}</defs><rect width="{WIDTH:.0f}" height="{lower:.0f}" fill="{PAPER}"/>'
    return "\n".join([opening, about, paper, *shapes, "</svg>"]) + "\n"


def heading(outlook: Outlook, lang: Lang) -> str:
    """The title of the picture."""
    key = "pic_title" if not outlook.played else "pic_played"
    return say(key, lang, until=day_text(outlook.until, lang), source=outlook.source)


def subtitle(outlook: Outlook, lang: Lang) -> str:
    """The figures in one line."""
    now = f"{day_text(outlook.now.date(), lang)} {outlook.now:%H:%M}"
    ahead, late = _figures(outlook.totals(), lang), say("pic_overdue", lang, count=len(outlook.overdue()))
    if not outlook.played:
        return f"{say('pic_now', lang, now=now)} · {ahead} · {late}"
    past = _figures(outlook.past(), lang)
    return f"{say('pic_past', lang, now=now, figures=past)} – {say('pic_ahead', lang, figures=ahead)} · {late}"


def _figures(totals: Mapping[str, int], lang: Lang) -> str:
    return " · ".join(counted(totals[kind], f"pic_{kind}", lang) for kind in ("mail", "escalation", "lapse"))


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
        rows = max(rows_of(lane.bars, sizes.rows), default=-1) + 1
        tall = 2 * sizes.pad + rows * (sizes.bar + sizes.gap) + len(tracks(lane)) * sizes.track
        tall = max(tall, sizes.font * (2.9 if sizes is _LARGE else 1.5))
        found.append((lane, y, tall))
        y += tall
    return found


def _lane(lane: Lane, place: tuple[float, float], scale: Scale, sizes: Sizes) -> Iterator[str]:
    y, tall = place
    yield f'<path d="M{MARGIN:.1f} {y + tall:.1f}H{WIDTH - MARGIN:.1f}" stroke="#c9d1da" stroke-width=".6"/>'
    yield from _label(lane, place, sizes)
    rows = rows_of(lane.bars, sizes.rows)
    edges = [y + sizes.pad + row * (sizes.bar + sizes.gap) for row in rows]
    for one, edge in zip(lane.bars, edges, strict=True):
        yield titled_shape("".join(_bar(one, edge, scale, sizes)), one.about)
    below = y + tall - sizes.pad - len(tracks(lane)) * sizes.track
    for number, kinds in enumerate(tracks(lane)):
        middle = below + (number + 0.5) * sizes.track
        dots = [dot for dot in lane.dots if dot.kind in kinds]
        for dot, x, r in placed_dots(dots, scale, Room(sizes.dot, sizes is _LARGE, alone=len(kinds) == 1)):
            yield titled_shape(mark(dot.kind, x, middle, r) + numbered(dot, x, middle, r), dot.about)
    for dot in lane.dots:
        if dot.kind in ON_BARS:
            edge = edges[lapsed_bar(dot, lane.bars)] if lane.bars else below
            yield titled_shape(mark(dot.kind, scale.x(dot.day), edge + sizes.bar / 2, sizes.dot), dot.about)


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
    left, due, end = scale.x(one.start), scale.over(one.due), scale.over(one.end)
    if one.end < one.due and end < due:
        yield thread(end, due, y + sizes.bar / 2)
    if one.start <= scale.last and min(end, due) > left:
        yield bar(left, min(end, due), y, sizes.bar, "paused" if one.paused else "bar")
    if one.end > one.due and end > due:
        yield bar(due, end, y, sizes.bar, "overdue")
    if sizes is _LARGE:
        yield _named(one.name, (left, max(min(end, due), left)) if due - left > end - due else (due, end), y)
    if scale.first <= one.due <= scale.last:
        yield f'<path d="M{due:.1f} {y - 1:.1f}v{sizes.bar + 2:.1f}" stroke="{INK}" stroke-width="1.5"/>'
        yield mark("due", due, y - 0.3, sizes.dot * 0.7)


def _named(name: str, span: tuple[float, float], y: float) -> str:
    """The name of a deadline on its bar, if it fits."""
    left, right = span
    if width_of(name, 8.5) + 14 > right - left:
        return ""
    row = text(Row(name, 8.5, INK), left + 6, y + 8.6)
    return row.replace("<text ", f'<text stroke="{PAPER}" stroke-width="2.4" paint-order="stroke" ', 1)


def _frame(scale: Scale, top: float, bottom: float) -> Iterator[str]:
    right = scale.left + scale.width
    for y in (top - 2 * BAND, top):
        yield f'<path d="M{scale.left:.1f} {y:.1f}H{right:.1f}" stroke="#9aa7b5" stroke-width=".8"/>'
    size = f'x="{scale.left:.1f}" y="{HEAD:.1f}" width="{scale.width:.1f}" height="{bottom - HEAD:.1f}"'
    yield f'<rect {size} fill="none" stroke="#5b6b7d" stroke-width=".9"/>'


def _today(lines: Timeline, scale: Scale, lanes: tuple[float, float], *, played: bool, lang: Lang) -> Iterator[str]:
    """Where now is, from the label above the head on; in the head it crosses none of its labels."""
    top, bottom = lanes
    x = scale.x(lines.today)
    label = say("pic_last" if played else "pic_today", lang, day=day_text(lines.today, lang))
    middle = scale.left + scale.width / 2
    stroke = f'stroke="{_TODAY}" stroke-width="1.8" stroke-dasharray="6 2"'
    yield f'<path d="M{x:.1f} {HEAD - 5:.1f}V{HEAD + 3:.1f}M{x:.1f} {top - 3:.1f}V{bottom:.1f}" {stroke}/>'
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
