"""Lays a graph out in layers so that nothing overlaps: every line has its own place in each layer that it crosses.

The classic four steps (Sugiyama, Tagawa, Toda 1981): turn back the edges that go up, give every node a layer, order
each layer so that few lines cross, then find coordinates that keep lines straight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .diagram_order import ordered
from .diagram_place import placed

GAP_X = 26.0


@dataclass(eq=False, slots=True)
class Node:
    """A box, a caption or a bend of a line. `x` is its middle, `y` its top; `band` the height of its layer."""

    width: float
    height: float
    layer: int = 0
    x: float = 0.0
    y: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    #: A bend or a caption: part of a line.
    inner: bool = False


@dataclass(eq=False, slots=True)
class Line:
    """A line from one or more boxes to one other, through a caption. `chain` goes downwards."""

    sources: Sequence[Node]
    target: Node
    caption: Node
    chain: list[Node] = field(default_factory=list)
    #: Leads to a higher layer.
    upward: bool = False

    def ends(self) -> list[Node]:
        """The boxes to which the line should run straight; of several sources none comes first."""
        return [self.target, *self.sources] if len(self.sources) == 1 else [self.target]


@dataclass(frozen=True, slots=True)
class Layout:
    """The layers from top to bottom, each from left to right, and the links between neighbouring layers."""

    layers: list[list[Node]]
    links: list[tuple[Node, Node]]
    width: float
    height: float


def ranks(start: str, edges: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The layer of each state: the longest way from the start, ways back left out."""
    forward: dict[str, list[str]] = {}
    order: list[str] = []

    def visit(state: str, above: tuple[str, ...]) -> None:
        forward[state] = []
        for target in edges.get(state, ()):
            if target in above or target == state:
                continue
            forward[state].append(target)
            if target not in forward:
                visit(target, (*above, state))
        order.append(state)

    visit(start, ())
    for state in edges:
        if state not in forward:
            visit(state, ())
    found = dict.fromkeys(forward, 0)
    for state in reversed(order):
        for target in forward[state]:
            found[target] = max(found[target], found[state] + 1)
    return found


def lay_out(boxes: Sequence[Node], lines: Sequence[Line], gap_y: float) -> Layout:
    """Place boxes (their layers are even numbers), captions and bends."""
    links = [link for line in lines for link in _route(line)]
    nodes = [*boxes, *(node for line in lines for node in line.chain)]
    layers: list[list[Node]] = [[] for _ in range(max(node.layer for node in nodes) + 1)]
    for node in nodes:
        layers[node.layer].append(node)
    layers = ordered(layers, links)
    placed(layers, links, lines, GAP_X)
    height = _stack(layers, links, gap_y)
    left = min(node.x - node.width / 2 for node in nodes)
    for node in nodes:
        node.x = max(node.x - left, node.width / 2)  # never left of the edge by a rounding error
    return Layout(layers, links, max(node.x + node.width / 2 for node in nodes), height)


def _route(line: Line) -> list[tuple[Node, Node]]:
    """Fill the chain of bends around the caption; the links go from the upper to the lower node."""
    line.upward = line.sources[0].layer > line.target.layer
    ends = [source.layer for source in line.sources]
    upper, lower = (line.target.layer, max(ends)) if line.upward else (min(ends), line.target.layer)
    # The caption of a single line stands near its source; several lines share one near the target.
    near_top = (len(ends) == 1) != line.upward
    line.caption.layer = upper + 1 if near_top else lower - 1
    line.chain = [
        line.caption if layer == line.caption.layer else Node(0.0, 0.0, layer, inner=True)
        for layer in range(upper + 1, lower)
    ]
    inner = list(zip(line.chain, line.chain[1:], strict=False))
    by_layer = {node.layer: node for node in line.chain}
    if line.upward:
        outer = [(by_layer[source.layer - 1], source) for source in line.sources]
        return [(line.target, line.chain[0]), *inner, *outer]
    outer = [(source, by_layer[source.layer + 1]) for source in line.sources]
    return [*outer, *inner, (line.chain[-1], line.target)]


def _stack(layers: Sequence[Sequence[Node]], links: Sequence[tuple[Node, Node]], gap: float) -> float:
    """Heights: each layer below the one above, farther where lines have to go far to the side."""
    widest = dict.fromkeys(range(len(layers)), 0.0)
    for upper, lower in links:
        reach = abs(upper.x - lower.x) - (upper.width + lower.width) / 4
        widest[upper.layer] = max(widest[upper.layer], reach)
    y = 0.0
    for number, layer in enumerate(layers):
        height = max((node.height for node in layer), default=0.0)
        for node in layer:
            node.top, node.bottom = y, y + height
            node.y = y + (height - node.height) / 2
        y += height + min(gap + widest[number] * 0.07, gap * 2.4)
    return y
