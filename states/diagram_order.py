"""Orders the layers of a graph so that few lines cross: sweeps by barycentre, the best arrangement wins."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .diagram_layout import Node

Layers: TypeAlias = "list[list[Node]]"
SWEEPS = 24


def ordered(layers: Layers, links: Sequence[tuple[Node, Node]]) -> Layers:
    """The same layers, each in a better order."""
    above, below = _neighbours(links)
    best, fewest = layers, crossings(layers, below)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        layers = _sorted(layers, above if down else below, downwards=down)
        layers = _swapped(layers, above, below)
        count = crossings(layers, below)
        if count < fewest:
            best, fewest = [list(layer) for layer in layers], count
    return best


def crossings(layers: Layers, below: Mapping[Node, Sequence[Node]]) -> int:
    """How many pairs of lines cross."""
    count = 0
    for upper, lower in pairwise(layers):
        at = {node: place for place, node in enumerate(lower)}
        ends = [at[node] for start in upper for node in sorted(below.get(start, ()), key=at.__getitem__)]
        count += sum(1 for i, end in enumerate(ends) for later in ends[i + 1 :] if later < end)
    return count


def _neighbours(links: Sequence[tuple[Node, Node]]) -> tuple[dict[Node, list[Node]], dict[Node, list[Node]]]:
    above: dict[Node, list[Node]] = {}
    below: dict[Node, list[Node]] = {}
    for upper, lower in links:
        below.setdefault(upper, []).append(lower)
        above.setdefault(lower, []).append(upper)
    return above, below


def _sorted(layers: Layers, near: Mapping[Node, Sequence[Node]], *, downwards: bool) -> Layers:
    """Each layer by the mean place of the neighbours in the layer before it in the direction of the sweep."""
    result = [list(layer) for layer in layers]
    numbers = range(1, len(layers)) if downwards else range(len(layers) - 2, -1, -1)
    for number in numbers:
        before = result[number - 1 if downwards else number + 1]
        at = {node: (place + 0.5) / len(before) for place, node in enumerate(before)}
        own = {node: (place + 0.5) / len(result[number]) for place, node in enumerate(result[number])}

        def centre(node: Node, at: Mapping[Node, float] = at, own: Mapping[Node, float] = own) -> float:
            places = [at[other] for other in near.get(node, ())]
            return sum(places) / len(places) if places else own[node]

        result[number].sort(key=centre)
    return result


def _swapped(layers: Layers, above: Mapping[Node, Sequence[Node]], below: Mapping[Node, Sequence[Node]]) -> Layers:
    """Swap neighbours of a layer as long as that saves crossings."""
    for number, layer in enumerate(layers):
        beside = (*layers[max(number - 1, 0) : number], *layers[number + 1 : number + 2])
        at = {node: place for nodes in beside for place, node in enumerate(nodes)}
        changed = True
        while changed:
            changed = False
            for place in range(len(layer) - 1):
                left, right = layer[place], layer[place + 1]
                kept = sum(_between(at, near.get(left, ()), near.get(right, ())) for near in (above, below))
                swapped = sum(_between(at, near.get(right, ()), near.get(left, ())) for near in (above, below))
                if swapped < kept:
                    layer[place], layer[place + 1] = right, left
                    changed = True
    return layers


def _between(at: Mapping[Node, int], left: Sequence[Node], right: Sequence[Node]) -> int:
    """Crossings between the lines of two neighbours towards one side."""
    return sum(1 for one in left for other in right if at[one] > at[other])
