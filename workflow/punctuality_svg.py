"""The report on punctuality as one self-contained SVG: a bar for each group, from in time to overdue.

No script, no font, no image; a title and a description for screen readers; patterns, so that print needs no colour.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from ..config.text import Lang
from ..states.diagram_draw import INK, LINE, PAPER, SOFT, Row, text
from ..states.diagram_svg import FONTS
from ..states.diagram_text import width_of
from .punctuality import Figures, Report, band_labels
from .punctuality_tables import about, bases, lines, percent, shown, title
from .wording import say

WIDTH, MARGIN, LABELS, NUMBERS = 820.0, 14.0, 230.0, 176.0
_TOP, _BAR, _ROW = 72.0, 22.0, 34.0
#: Where a picture without its title begins.
_UNTITLED = 58.0
_IN_TIME, _LATE, _OVERDUE = "#dfeee3", "#f3c9b5", INK


class Part(NamedTuple):
    """A part of a bar: what it means, how many, its fill and the colour of its number."""

    label: str
    number: int
    fill: str
    ink: str = INK


class Drawing(NamedTuple):
    """A picture, and its height where its width is `WIDTH`."""

    svg: str
    height: float


def svg(report: Report, lang: Lang) -> str:
    """The picture of a report."""
    return drawing(report, lang).svg


def drawing(report: Report, lang: Lang, *, titled: bool = True) -> Drawing:
    """The picture of a report; not `titled` for a page that says above what it is."""
    groups = lines(report)
    bottom = _TOP + _ROW * len(groups)
    legend, used = _legend(_parts(report, report.total, lang), bottom + 26)
    height, upper = bottom + 26 + used + 26, 0.0 if titled else _UNTITLED
    size = f'viewBox="0 {upper:.0f} {WIDTH:.0f} {height - upper:.0f}" width="{WIDTH:.0f}" height="{height - upper:.0f}"'
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="vp-title vp-desc" lang="{lang}" '
        f'font-family="{FONTS}">'
    )
    words = (
        f'<title id="vp-title">{escape(title(report, lang))}</title>'
        f'<desc id="vp-desc">{escape(description(report, lang))}</desc>'
    )
    paper = f'<defs>{_patterns(report)}</defs><rect width="{WIDTH:.0f}" height="{height:.0f}" fill="{PAPER}"/>'
    shapes = [
        *(_title(report, lang) if titled else ()),
        *(shape for number, one in enumerate(groups) for shape in _bar(report, one, _TOP + _ROW * number, lang)),
        *legend,
        text(Row(bases(report, lang), 10.5, SOFT), MARGIN, height - 12),
    ]
    return Drawing("\n".join([opening, words, paper, *shapes, "</svg>"]) + "\n", height - upper)


def _title(report: Report, lang: Lang) -> Iterator[str]:
    yield text(Row(title(report, lang), 18, INK, bold=True), MARGIN, 30)
    yield text(Row(about(report, lang), 11.5, SOFT), MARGIN, 50)


def description(report: Report, lang: Lang) -> str:
    """The picture in words: each bar with its numbers."""
    said = []
    for one in lines(report):
        parts = ", ".join(f"{part.label} {part.number}" for part in _parts(report, one, lang))
        said.append(f"{one.label.in_(lang)}: {parts}.")
    return " ".join([about(report, lang), *said, bases(report, lang)])


def _parts(report: Report, one: Figures, lang: Lang) -> list[Part]:
    late = say("punctuality_late", lang)
    labels = (
        say("punctuality_band", lang, late=late, days=label.in_(lang)) for label in band_labels(report.late_bands)
    )
    return [
        Part(say("punctuality_in_time", lang), one.in_time, _IN_TIME),
        *(
            Part(label, number, f"url(#vp-late-{place})")
            for place, (label, number) in enumerate(zip(labels, one.bands, strict=True))
        ),
        Part(say("punctuality_overdue", lang), one.overdue, _OVERDUE, PAPER),
    ]


def _patterns(report: Report) -> str:
    """Hatching, the closer the later."""
    found = []
    bands = len(report.late_bands) + 1
    for place in range(bands):
        gap = 12 - 9 * place / max(1, bands - 1)
        found.append(
            f'<pattern id="vp-late-{place}" width="{gap:.1f}" height="{gap:.1f}" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="{gap:.1f}" height="{gap:.1f}" fill="{_LATE}"/>'
            f'<path d="M0 0V{gap:.1f}" stroke="#7a2e12" stroke-width="2"/></pattern>'
        )
    return "\n".join(found)


def _bar(report: Report, one: Figures, y: float, lang: Lang) -> Iterator[str]:
    """The label of a group, its bar as a whole of what was done and what is overdue, and its numbers."""
    left, room = MARGIN + LABELS, WIDTH - 2 * MARGIN - LABELS - NUMBERS
    whole = sum(part.number for part in _parts(report, one, lang))
    last = one is report.total
    yield text(Row(_cut(one.label.in_(lang), 12, LABELS - 12), 12, INK, bold=last), MARGIN, y + 15)
    x = left
    for part in _parts(report, one, lang):
        if part.number:
            width = room * part.number / whole
            yield _box(x, y, width, part)
            x += width
    if not whole:
        yield f'<path d="M{left:.1f} {y + _BAR / 2:.1f}H{left + room:.1f}" stroke="{LINE}" stroke-dasharray="2 4"/>'
    told = say("punctuality_share_of", lang, share=shown(percent(one.share), lang), number=whole)
    yield text(Row(told, 11, INK, bold=last), left + room + 10, y + 15)


def _box(x: float, y: float, width: float, part: Part) -> str:
    box = (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{_BAR:.0f}" fill="{part.fill}" stroke="{INK}" '
        'stroke-width=".8"/>'
    )
    number = str(part.number)
    if width_of(number, 11) + 8 > width:
        return box
    row = text(Row(number, 11, part.ink, bold=True), x + width / 2, y + 15, anchor="middle")
    halo = "" if part.ink == PAPER else f'stroke="{PAPER}" stroke-width="3" paint-order="stroke" '
    return box + row.replace("<text ", f"<text {halo}", 1)


def _legend(parts: Sequence[Part], y: float) -> tuple[list[str], float]:
    shapes, x, row = [], MARGIN, 0.0
    for part in parts:
        width = 30 + width_of(part.label, 10.5) + 14
        if x + width > WIDTH - MARGIN:
            x, row = MARGIN, row + 20
        shapes.append(
            f'<rect x="{x:.1f}" y="{y + row - 10:.1f}" width="22" height="13" fill="{part.fill}" stroke="{INK}" '
            'stroke-width=".8"/>'
        )
        shapes.append(text(Row(part.label, 10.5, SOFT), x + 28, y + row + 1))
        x += width
    return shapes, row + 14


def _cut(label: str, size: float, room: float) -> str:
    if width_of(label, size * 1.12) <= room:
        return label
    while label and width_of(label + "…", size * 1.12) > room:
        label = label[:-1]
    return label.rstrip(" ,;:·") + "…"
