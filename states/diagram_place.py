"""Finds the x of every node: near its neighbours, never overlapping, long lines straight."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .diagram_layout import Line, Node

Span: TypeAlias = tuple[float, float]
#: Lines touch a box no nearer to its corner than this.
CORNER = 16.0
_ANYWHERE: Span = (-inf, inf)
ROUNDS = 60


def placed(
    layers: Sequence[Sequence[Node]], links: Sequence[tuple[Node, Node]], lines: Sequence[Line], gap: float
) -> None:
    """Set `x` of every node."""
    pulls: dict[Node, list[tuple[Node, float]]] = {}
    for upper, lower in links:
        # What is in the middle of a line pulls harder: a crooked line disturbs more than a box beside its neighbour.
        weight = 1.0 + 2.0 * upper.inner + 2.0 * lower.inner
        pulls.setdefault(upper, []).append((lower, weight))
        pulls.setdefault(lower, []).append((upper, weight))
    for layer in layers:
        spread(layer, [0.0] * len(layer), [1.0] * len(layer), gap)
    for _ in range(ROUNDS):
        for layer in (*layers, *reversed(layers)):
            wanted = [_mean(pulls.get(node, [(node, 1.0)])) for node in layer]
            weights = [sum(weight for _, weight in pulls.get(node, [(node, 1.0)])) for node in layer]
            spread(layer, wanted, weights, gap)
    for _ in range(4):
        _straighten(layers, lines, gap)
    _centre_ends(layers, pulls, gap)


def spread(layer: Sequence[Node], wanted: Sequence[float], weights: Sequence[float], gap: float) -> None:
    """Place a layer as near as possible (least squares) to `wanted`, in its order and without overlap."""
    offsets = [0.0]
    for left, right in pairwise(layer):
        offsets.append(offsets[-1] + (left.width + right.width) / 2 + gap)
    for node, offset, x in zip(
        layer, offsets, isotonic([w - o for w, o in zip(wanted, offsets, strict=False)], weights), strict=False
    ):
        node.x = x + offset


def isotonic(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The nearest values (least squares) that never fall: pool adjacent violators."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        block = (value, weight, 1)
        while blocks and blocks[-1][0] > block[0]:
            mean, total, count = blocks.pop()
            joined = total + block[1]
            block = ((mean * total + block[0] * block[1]) / joined, joined, count + block[2])
        blocks.append(block)
    return [mean for mean, _, count in blocks for _ in range(count)]


def _mean(pulls: Sequence[tuple[Node, float]]) -> float:
    return sum(node.x * weight for node, weight in pulls) / sum(weight for _, weight in pulls)


def _centre_ends(
    layers: Sequence[Sequence[Node]], pulls: Mapping[Node, Sequence[tuple[Node, float]]], gap: float
) -> None:
    """A box with a single line stands in the middle of it, if there is room."""
    for layer in layers:
        for place, node in enumerate(layer):
            if not node.inner and len(pulls.get(node, ())) == 1:
                room = _room(node, layer[max(place - 1, 0) : place], layer[place + 1 : place + 2], gap)
                node.x = min(max(pulls[node][0][0].x, room[0]), max(room))


def _room(node: Node, left: Sequence[Node], right: Sequence[Node], gap: float) -> Span:
    """Where the middle of a node may be between its neighbours."""
    lowest = max((other.x + (other.width + node.width) / 2 + gap for other in left), default=-inf)
    return lowest, min((other.x - (other.width + node.width) / 2 - gap for other in right), default=inf)


def _straighten(layers: Sequence[Sequence[Node]], lines: Sequence[Line], gap: float) -> None:
    """Let each line run at one x, also at its boxes, where the neighbours in its layers leave room for it."""
    beside = {
        node: (layer[max(place - 1, 0) : place], layer[place + 1 : place + 2])
        for layer in layers
        for place, node in enumerate(layer)
    }
    for line in sorted(lines, key=lambda line: len(line.chain), reverse=True):
        room, wish = _ANYWHERE, _ANYWHERE
        for node in line.chain:
            room = _within(room, _room(node, *beside[node], gap))
        for box in line.ends():
            reach = max(box.width / 2 - CORNER, 0.0)
            wish = _within(wish, (box.x - reach, box.x + reach))
        if room[0] > room[1]:
            continue
        both = _within(room, wish)
        lowest, highest = both if both[0] <= both[1] else room
        x = min(max(median(node.x for node in line.chain), lowest), highest)
        for node in line.chain:
            node.x = x


def _within(span: Span, other: Span) -> Span:
    return max(span[0], other[0]), min(span[1], other[1])
