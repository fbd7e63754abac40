"""Pieces of SVG: boxes, captions and lines at the places that the layout found. No colour of its own means black."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from .diagram import Caption
from .diagram_layout import Line, Node
from .diagram_place import CORNER, isotonic
from .diagram_text import width_of, wrapped

INK, SOFT, FRAME, LINE = "#16202c", "#4a5665", "#2f4a6b", "#5b6b7d"
PAPER, OPEN, CLOSED, CLOCK = "#ffffff", "#f1f6fc", "#eef4ea", "#8a3b12"
TEXT_WIDTH, PAD = 190.0, 12.0
#: Least distance of two lines at the same side of a box.
PORT = 16.0
#: A line that is off by less is straight.
STRAIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """A line of text, perhaps behind a small sign."""

    text: str
    size: float
    colour: str = INK
    bold: bool = False
    sign: str = ""

    @property
    def indent(self) -> float:
        """Room for the sign."""
        return self.size * 1.35 if self.sign else 0.0

    @property
    def width(self) -> float:
        """As wide as it may become."""
        return self.indent + width_of(self.text, self.size) * (1.12 if self.bold else 1.0)

    @property
    def height(self) -> float:
        """With the space to the next row."""
        return self.size * 1.32


def rows(text: str, size: float, colour: str = INK, *, bold: bool = False, sign: str = "") -> list[Row]:
    """A text broken into rows; only the first has the sign."""
    parts = wrapped(text, size * (1.12 if bold else 1.0), TEXT_WIDTH)
    return [
        Row(part, size, colour, bold, sign if number == 0 else " " * bool(sign)) for number, part in enumerate(parts)
    ]


def caption_rows(captions: Iterable[Caption]) -> list[Row]:
    """The events of an arrow, one below the other, each with its roles."""
    found: list[Row] = []
    for caption in captions:
        found += rows(caption.text, 12.5)
        found += rows(caption.roles, 10.5, SOFT)
    return found


def size_of(lines: Sequence[Row], pad: float, least: float = 0.0) -> tuple[float, float]:
    """Width and height of a block of rows with a margin."""
    return max([least, *(row.width + 2 * pad for row in lines)]), sum(row.height for row in lines) + 2 * pad


def block(lines: Sequence[Row], node: Node, pad: float) -> list[str]:
    """The rows of a block; those with signs are aligned to the left, the others centred."""
    shapes: list[str] = []
    y = node.y + pad
    left = node.x - max((row.width for row in lines if row.sign), default=0.0) / 2
    for row in lines:
        base = y + row.size * 0.98
        if row.sign:
            shapes += _sign(row, left + row.size * 0.5, base - row.size * 0.36)
            shapes.append(text(row, left + row.indent, base))
        else:
            shapes.append(text(row, node.x, base, anchor="middle"))
        y += row.height
    return shapes


def text(row: Row, x: float, y: float, anchor: str = "start") -> str:
    """One row of text."""
    weight = ' font-weight="700"' if row.bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{row.size:g}"'
    return f'<text {place} fill="{row.colour}" text-anchor="{anchor}"{weight}>{escape(row.text)}</text>'


def frame(node: Node, *, final: bool) -> list[str]:
    """The box of a state; that of a final one has a double border."""
    shapes = [_rect(node, 0.0, CLOSED if final else OPEN, FRAME)]
    return [*shapes, _rect(node, 4.0, "none", FRAME)] if final else shapes


def backing(node: Node) -> str:
    """Lets a line seem to run behind its caption."""
    return _rect(node, 0.0, PAPER, "none")


def ports(links: Sequence[tuple[Node, Node]]) -> dict[tuple[Node, Node, bool], float]:
    """Where lines touch boxes: the x for each (box, neighbour, at its lower side)."""
    sides: dict[tuple[Node, bool], list[Node]] = {}
    for upper, lower in links:
        for box, other, below in ((upper, lower, True), (lower, upper, False)):
            if not box.inner:
                sides.setdefault((box, below), []).append(other)
    found: dict[tuple[Node, Node, bool], float] = {}
    for (box, below), others in sides.items():
        others.sort(key=lambda node: node.x)
        reach = max(box.width / 2 - CORNER, 0.0)
        step = min(PORT, 2 * reach / max(len(others) - 1, 1))
        left, right = box.x - reach, box.x + reach - step * (len(others) - 1)
        wanted = isotonic([node.x - step * place for place, node in enumerate(others)], [1.0] * len(others))
        for place, (node, x) in enumerate(zip(others, wanted, strict=True)):
            found[box, node, below] = min(max(x, left), right) + step * place
    return found


def paths(line: Line, at: dict[tuple[Node, Node, bool], float]) -> list[str]:
    """The line as path data: the first ends at the target, the others join it on its way."""
    first = min if not line.upward else max
    start = first(line.sources, key=lambda node: node.layer)
    chain = list(reversed(line.chain)) if line.upward else line.chain
    down = not line.upward
    trunk = _leave(start, chain[0], at, down=down)
    for one, other in pairwise(chain):
        trunk += _through(one, down=down) + _bend(one.x, _edge(one, down), other.x, _edge(other, not down))
    last, target = chain[-1], line.target
    x = at[target, last, line.upward]
    trunk += _through(last, down=down) + _bend(last.x, _edge(last, down), x, _edge(target, not down))
    trunk += f"V{target.y if down else target.y + target.height:.1f}"
    by_layer = {node.layer: node for node in chain}
    joins = [source for source in line.sources if source is not start]
    return [trunk, *(_leave(node, by_layer[node.layer + (1 if down else -1)], at, down=down) for node in joins)]


def _leave(box: Node, other: Node, at: dict[tuple[Node, Node, bool], float], *, down: bool) -> str:
    x = at[box, other, down]
    y = box.y + box.height if down else box.y
    edge = _edge(box, down)
    return f"M{x:.1f} {y:.1f}V{edge:.1f}" + _bend(x, edge, other.x, _edge(other, not down))


def _edge(node: Node, lower: bool) -> float:  # noqa: FBT001  # which of two edges
    return node.bottom if lower else node.top


def _through(node: Node, *, down: bool) -> str:
    return f"V{_edge(node, down):.1f}"


def _bend(x: float, y: float, to_x: float, to_y: float) -> str:
    if abs(x - to_x) < STRAIGHT:
        return f"V{to_y:.1f}"
    middle = (y + to_y) / 2
    return f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"


def _rect(node: Node, inset: float, fill: str, stroke: str) -> str:
    x, y = node.x - node.width / 2 + inset, node.y + inset
    size = f'width="{node.width - 2 * inset:.1f}" height="{node.height - 2 * inset:.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} rx="{max(8 - inset, 2):g}" fill="{fill}" stroke="{stroke}"/>'


def _sign(row: Row, x: float, y: float) -> list[str]:
    """A clock (deadline) or a turning arrow (stays), drawn because not every font has them."""
    r = row.size * 0.4
    if row.sign == "clock":
        hands = f"M{x:.1f} {y - r * 0.6:.1f}V{y:.1f}H{x + r * 0.5:.1f}"
        ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="none" stroke="{row.colour}"/>'
        return [ring, f'<path d="{hands}" fill="none" stroke="{row.colour}"/>']
    if row.sign == "turn":
        arc = f"M{x + r:.1f} {y:.1f}A{r:.1f} {r:.1f} 0 1 1 {x:.1f} {y - r:.1f}"
        tip = f"M{x - 0.5:.1f} {y - r - 2.6:.1f}l3.4 2.6l-3.4 2.6z"
        return [
            f'<path d="{arc}" fill="none" stroke="{row.colour}"/>',
            f'<path d="{tip}" fill="{row.colour}"/>',
        ]
    return []
