"""The axis of a timeline: months and weeks above, and behind the lanes weekends, holidays and recesses."""

from collections.abc import Iterator
from datetime import date, timedelta
from html import escape
from typing import NamedTuple

from ..config.text import Lang, Text
from ..states.diagram_draw import INK, SOFT, Row, text
from ..states.diagram_text import width_of
from .console import day_text
from .outlook import Shade
from .timeline import months, weeks

GRID, MONTH = "#dfe5ec", "#9aa7b5"
_MONTHS = Text(
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "January February March April May June July August September October November December",
)
_SHORT = Text(
    "Jan. Feb. März April Mai Juni Juli Aug. Sep. Okt. Nov. Dez.", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
)
_WEEK = Text("KW", "W")
#: A saturday; days narrower than so many pixels are not told apart.
_SATURDAY, NARROW = 5, 1.8
#: Height of each band of the head: recesses (if there are any), months, weeks.
BAND = 16.0

PATTERNS = """\
<pattern id="vg-holiday" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="#f6e3b4"/>\
<path d="M0 2H4" stroke="#a97b12" stroke-width=".9"/></pattern>
<pattern id="vg-closed" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#f3eee2"/>\
<circle cx="2.5" cy="2.5" r=".9" fill="#8d7a4f"/></pattern>
<pattern id="vg-recess" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="#e3f0e6"/>\
<path d="M0 7 7 0" stroke="#7fae8b" stroke-width="1"/></pattern>
<pattern id="vg-late" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#f4b8b1"/>\
<path d="M0 0 5 5M-1 4 1 6M4 -1 6 1" stroke="#b3261e" stroke-width="1.3"/></pattern>
"""
WEEKEND = "#eceff3"
FILLS = {"weekend": WEEKEND, "holiday": "url(#vg-holiday)", "closed": "url(#vg-closed)", "recess": "url(#vg-recess)"}


class Scale(NamedTuple):
    """Where a day lies: the first begins at `left`, the last ends at `left + width`."""

    first: date
    last: date
    left: float
    width: float

    @property
    def day(self) -> float:
        """The width of a day."""
        return self.width / ((self.last - self.first).days + 1)

    def x(self, day: date) -> float:
        """Where a day begins; what lies outside is moved to the edge."""
        return self.left + self.day * min(max((day - self.first).days, 0), (self.last - self.first).days + 1)

    def over(self, day: date) -> float:
        """Where a day ends."""
        return self.x(day + timedelta(days=1))


def head_bottom(top: float, shades: tuple[Shade, ...]) -> float:
    """Where the head ends: two bands, and a third one above them if there are recesses to be named."""
    return top + BAND * (2 + any(shade.kind == "recess" for shade in shades))


def shading(scale: Scale, shades: tuple[Shade, ...], top: float, bottom: float) -> Iterator[str]:
    """Weekends, recesses and holidays behind the lanes, the rarer above the commoner."""
    order = {"recess": 0, "closed": 1, "holiday": 2}
    recesses = [shade for shade in shades if shade.kind == "recess"]
    for shade in recesses:
        yield _shade(scale, shade, top, bottom)
    if scale.day >= NARROW:
        for number in range((scale.last - scale.first).days + 1):
            day = scale.first + timedelta(days=number)
            if day.weekday() >= _SATURDAY:
                yield _band(scale, (day, day), WEEKEND, (top, bottom), opacity=0.85)
    for shade in sorted(shades, key=lambda one: order[one.kind]):
        if shade.kind != "recess":
            yield _shade(scale, shade, top, bottom)


def grid(scale: Scale, top: float, bottom: float) -> Iterator[str]:
    """A line where each month begins, and each week if there is room; the lanes begin at `top`.

    In the head each stands in its own band alone, so that none crosses a label.
    """
    if 7 * scale.day >= 7:  # noqa: PLR2004  # pixels
        for monday in weeks(scale.first, scale.last):
            yield _line(scale.x(monday), top - BAND, bottom, GRID, 0.7)
    for first, _ in months(scale.first, scale.last):
        yield _line(scale.x(first), top - 2 * BAND, top - BAND, MONTH, 0.9)
        yield _line(scale.x(first), top, bottom, MONTH, 0.9)


def head(scale: Scale, shades: tuple[Shade, ...], top: float, lang: Lang) -> Iterator[str]:
    """The bands of the head."""
    for shade in shades:
        if shade.kind == "recess":
            x, width = scale.x(shade.first), scale.over(shade.last) - scale.x(shade.first)
            label = shade.label.in_(lang)
            if width_of(label, 10) <= width:
                yield text(Row(label, 10, "#2c6a3d"), x + width / 2, top + 12, anchor="middle")
    top = head_bottom(top, shades) - 2 * BAND
    for first, last in months(scale.first, scale.last):
        x, width = scale.x(first), scale.over(last) - scale.x(first)
        label = next((one for one in _month_labels(first, lang) if width_of(one, 11) + 6 <= width), "")
        yield text(Row(label, 11, INK, bold=True), x + 4, top + 12)
    yield from _weeks(scale, top + BAND, lang)


def _weeks(scale: Scale, top: float, lang: Lang) -> Iterator[str]:
    width = 7 * scale.day
    for monday in weeks(scale.first, scale.last):
        number = f"{monday.isocalendar().week:02}"
        day = f"{monday:%d.%m.}" if lang == "de" else f"{monday:%m-%d}"
        labels = (f"{_WEEK.in_(lang)} {number} · {day}", f"{_WEEK.in_(lang)} {number}", number)
        label = next((one for one in labels if width_of(one, 9) + 4 <= width), "")
        if label and scale.x(monday) + width_of(label, 9) <= scale.left + scale.width:
            yield text(Row(label, 9, SOFT), scale.x(monday) + 3, top + 11)


def _month_labels(first: date, lang: Lang) -> tuple[str, ...]:
    name, short = _MONTHS.in_(lang).split()[first.month - 1], _SHORT.in_(lang).split()[first.month - 1]
    return (
        f"{name} {first.year}",
        f"{short} {first:%y}",
        short,
        f"{first:%m}",
        f"{first.year}"[2:] * (first.month == 1),
    )


def _shade(scale: Scale, shade: Shade, top: float, bottom: float) -> str:
    days = {day_text(day, "de") for day in (shade.first, shade.last)}
    title = f"{shade.label.de}: {' – '.join(sorted(days, key=lambda day: day[::-1]))}"
    band = _band(scale, (shade.first, shade.last), FILLS[shade.kind], (top, bottom))
    return band.replace("/>", f"><title>{escape(title)}</title></rect>")


def _band(scale: Scale, days: tuple[date, date], fill: str, span: tuple[float, float], *, opacity: float = 1.0) -> str:
    x, width = scale.x(days[0]), max(scale.over(days[1]) - scale.x(days[0]), 1.4)
    seen = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    place = f'x="{x:.1f}" y="{span[0]:.1f}" width="{width:.1f}" height="{span[1] - span[0]:.1f}"'
    return f'<rect {place} fill="{fill}"{seen}/>'


def _line(x: float, top: float, bottom: float, colour: str, width: float) -> str:
    return f'<path d="M{x:.1f} {top:.1f}V{bottom:.1f}" stroke="{colour}" stroke-width="{width:g}"/>'
