"""Where the vertices of ordered layers stand: edges as straight as their neighbours allow."""

from collections.abc import Sequence

from vilfredo.drawing.layers import Layers
from vilfredo.drawing.straightening import straighten

_GRAVITY = 0.3
"""How much a vertex is drawn to the middle, beside the weight of a plain edge: what could be anywhere makes it wide."""
_SMOOTH, _STRAIGHT = 12, 50
"""Rounds that minimise squared bends, then bends: many small ones become few."""


def placed(layers: Layers) -> dict[int, float]:
    """Find x of the middle of each vertex; the smallest left edge is at 0."""
    x: dict[int, float] = {}
    for layer in layers.order:
        _spread(layers, layer, x)
    for sweep in range(_SMOOTH + _STRAIGHT):
        rows = range(len(layers.order))
        for at in rows if sweep % 2 == 0 else reversed(rows):
            _settle(layers, at, x, absolute=sweep >= _SMOOTH)
    straighten(layers, x)
    left = min((x[vertex] - layers.width(vertex) / 2 for vertex in x), default=0.0)
    return {vertex: place - left for vertex, place in x.items()}


def _spread(layers: Layers, layer: Sequence[int], x: dict[int, float]) -> None:
    """Begin with vertices side by side around 0."""
    at = 0.0
    for place, vertex in enumerate(layer):
        at += layers.apart(layer[place - 1], vertex) if place else 0.0
        x[vertex] = at
    for vertex in layer:
        x[vertex] -= at / 2


def _settle(layers: Layers, at: int, x: dict[int, float], absolute: bool) -> None:
    """Move one layer to where its edges bend least."""
    layer = layers.order[at]
    pulls: dict[int, list[tuple[float, float]]] = {vertex: [] for vertex in layer}
    for gap, own_is_lower in ((at - 1, True), (at, False)):
        for link in layers.links[gap] if 0 <= gap < len(layers.links) else ():
            port = layers.end(link)
            own, goal = (link.lower, x[link.upper] - port) if own_is_lower else (link.upper, x[link.lower] + port)
            weight = layers.weight(link)
            pulls[own].append((goal, weight / max(1.0, abs(goal - x[own])) if absolute else weight))
    if absolute:
        middle = (min(x.values()) + max(x.values())) / 2
        for vertex in layer:
            pulls[vertex].append((middle, _GRAVITY / max(1.0, abs(middle - x[vertex]))))
    wanted: list[float] = []
    weights: list[float] = []
    offsets: list[float] = []
    offset = 0.0
    for place, vertex in enumerate(layer):
        if place:
            offset += layers.apart(layer[place - 1], vertex)
        weight = sum(each for _, each in pulls[vertex])
        pulled = sum(target * each for target, each in pulls[vertex]) / weight if weight else x[vertex]
        wanted.append(pulled - offset)
        weights.append(weight or 1e-6)
        offsets.append(offset)
    for vertex, settled, before in zip(layer, _ascending(wanted, weights), offsets, strict=True):
        x[vertex] = settled + before


def _ascending(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The ascending values that are nearest to those wanted, in weighted squares: pooled adjacent violators."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(wanted, weights, strict=True):
        pools.append((value, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, first, many), (other, second, more) = pools[-2:]
            pools[-2:] = [((one * first + other * second) / (first + second), first + second, many + more)]
    return [value for value, _, count in pools for _ in range(count)]
