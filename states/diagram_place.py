"""Finds the x of every node: near its neighbours, never overlapping, long lines straight."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .diagram_layout import Node

ROUNDS = 60


def placed(
    layers: Sequence[Sequence[Node]], links: Sequence[tuple[Node, Node]], chains: Sequence[Sequence[Node]], gap: float
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
        _straighten(layers, chains, gap)


def spread(layer: Sequence[Node], wanted: Sequence[float], weights: Sequence[float], gap: float) -> None:
    """Place a layer as near as possible (least squares) to `wanted`, in its order and without overlap."""
    offsets = [0.0]
    for left, right in zip(layer, layer[1:], strict=False):
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


def _straighten(layers: Sequence[Sequence[Node]], chains: Sequence[Sequence[Node]], gap: float) -> None:
    """Let each line run through its layers at one x, where the neighbours leave room for it."""
    beside = {
        node: (layer[place - 1] if place else None, layer[place + 1] if place + 1 < len(layer) else None)
        for layer in layers
        for place, node in enumerate(layer)
    }
    for chain in sorted(chains, key=len, reverse=True):
        lowest, highest = float("-inf"), float("inf")
        for node in chain:
            left, right = beside[node]
            if left:
                lowest = max(lowest, left.x + (left.width + node.width) / 2 + gap)
            if right:
                highest = min(highest, right.x - (right.width + node.width) / 2 - gap)
        if len(chain) > 1 and lowest <= highest:
            x = min(max(median(node.x for node in chain), lowest), highest)
            for node in chain:
                node.x = x
