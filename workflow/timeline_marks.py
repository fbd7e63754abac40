"""The signs of a timeline: bars, dots, crosses. Each differs from the others by its form, not by colour alone."""

from collections.abc import Callable, Mapping
from html import escape

from ..config.text import Text
from ..states.diagram_draw import INK, PAPER
from .timeline import DotKind

RED, BLUE, AMBER, GREEN = "#b3261e", "#1f5fa8", "#8a5a00", "#2c6a3d"
BAR, BAR_EDGE = "#9dbfe6", "#1f5fa8"

#: What the legend says, in its order.
MEANING: Mapping[str, Text] = {
    "bar": Text("Frist läuft bis zum Fälligkeitstag", "deadline, running to its due day"),
    "overdue": Text("Frist überschritten", "deadline overdue"),
    "paused": Text("Frist ruht", "deadline paused"),
    "due": Text("fällig", "due"),
    "lapse": Text("Fristablauf mit Folge", "lapse with a consequence"),
    "escalation": Text("Eskalation per Mail", "escalation by mail"),
    "reminder": Text("Erinnerung per Mail", "reminder by mail"),
    "late": Text("Mail: überfällig", "mail: overdue"),
    "mail": Text("andere Mail", "other mail"),
    "undeliverable": Text("Mail unzustellbar", "undeliverable mail"),
    "event": Text("Folge im Vorgang", "consequence in a case"),
    "act": Text("jemand handelt", "somebody acts"),
    "failure": Text("Fehler", "failure"),
    "weekend": Text("Wochenende", "weekend"),
    "holiday": Text("Feiertag", "public holiday"),
    "closed": Text("Schließtag", "closing day"),
    "recess": Text("sitzungsfreie Zeit", "recess"),
}


def mark(kind: DotKind, x: float, y: float, r: float) -> str:
    """The sign of a kind around a point; the ring of paper keeps it legible on bars and shades."""
    return _SIGNS[kind](x, y, r)


def _circle(x: float, y: float, r: float, looks: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {looks}/>'


def _square(x: float, y: float, r: float) -> str:
    side = 1.8 * r
    place = f'x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}" height="{side:.1f}"'
    return f'<rect {place} fill="{RED}" {_RING}/>'


def _crossed(colour: str) -> Callable[[float, float, float], str]:
    looks = f'fill="{PAPER}" stroke="{colour}" stroke-width="1.2"'
    return lambda x, y, r: _circle(x, y, r, looks) + _cross(x, y, r * 0.55, colour, 1.4)


def _up(x: float, y: float, r: float) -> str:
    high = r * 1.7
    foot = y + high * 0.62
    corners = f"{x:.1f},{y - high * 0.72:.1f} {x - high * 0.8:.1f},{foot:.1f} {x + high * 0.8:.1f},{foot:.1f}"
    return f'<polygon points="{corners}" fill="{RED}" {_RING}/>'


def _down(x: float, y: float, r: float) -> str:
    return f'<path d="M{x - r:.1f} {y - r:.1f}h{2 * r:.1f}l{-r:.1f} {1.7 * r:.1f}z" fill="{INK}" {_RING}/>'


def _diamond(colour: str) -> Callable[[float, float, float], str]:
    def draw(x: float, y: float, r: float) -> str:
        corners = f"{x:.1f},{y - r:.1f} {x + r:.1f},{y:.1f} {x:.1f},{y + r:.1f} {x - r:.1f},{y:.1f}"
        return f'<polygon points="{corners}" fill="{colour}" {_RING}/>'

    return draw


def _cross(x: float, y: float, r: float, colour: str, width: float) -> str:
    data = f"M{x - r:.1f} {y - r:.1f}l{2 * r:.1f} {2 * r:.1f}M{x - r:.1f} {y + r:.1f}l{2 * r:.1f} {-2 * r:.1f}"
    return f'<path d="{data}" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round"/>'


_RING = f'stroke="{PAPER}" stroke-width=".8"'
_SIGNS: Mapping[DotKind, Callable[[float, float, float], str]] = {
    "mail": lambda x, y, r: _circle(x, y, r, f'fill="{BLUE}" {_RING}'),
    "reminder": lambda x, y, r: _circle(x, y, r - 0.4, f'fill="{PAPER}" stroke="{AMBER}" stroke-width="1.7"'),
    "late": _square,
    "undeliverable": _crossed(INK),
    "failure": _crossed(RED),
    "escalation": _up,
    "lapse": lambda x, y, r: _cross(x, y, r * 1.3, PAPER, 4.2) + _cross(x, y, r * 1.2, RED, 2.4),
    "due": _down,
    "event": _diamond(GREEN),
    "act": _diamond(INK),
}


def bar(left: float, right: float, y: float, height: float, kind: str) -> str:
    """A piece of a deadline: ``bar``, ``overdue`` or ``paused``."""
    width = max(right - left, 1.0)
    looks = {
        "bar": f'fill="{BAR}" stroke="{BAR_EDGE}" stroke-width=".8"',
        "overdue": f'fill="url(#vg-late)" stroke="{RED}" stroke-width="1"',
        "paused": f'fill="{PAPER}" stroke="{BAR_EDGE}" stroke-width="1" stroke-dasharray="3 2"',
    }
    return f'<rect x="{left:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {looks[kind]}/>'


def thread(left: float, right: float, y: float) -> str:
    """From where a deadline was met to the day on which it would have been due."""
    looks = f'stroke="{BAR_EDGE}" stroke-width="1" stroke-dasharray="1 2.5"'
    return f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" {looks}/>'


def titled_shape(shape: str, about: str) -> str:
    """A shape with a tooltip."""
    return f"<g><title>{escape(about)}</title>{shape}</g>"
