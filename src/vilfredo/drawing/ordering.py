"""The order of the nodes in each layer, with few crossings (Sugiyama, Tagawa and Toda 1981)."""

import random
from collections.abc import Iterator

from vilfredo.drawing.graph import Graph
from vilfredo.drawing.layers import Layers, Link, cut

_STARTS = 6
"""Orders to begin with, of which the best end is kept."""
_SWEEPS = 4


def ordered(graph: Graph) -> Layers:
    """Order the nodes, the first one rather at the left; the same graph always comes out the same."""
    layers = cut(graph)
    _search(layers)
    top = layers.order[0]
    if 2 * top.index(0) > len(top) - 1:
        for layer in layers.order:
            layer.reverse()
        layers.mirrored ^= set(range(len(graph.nodes)))
    return layers


def _search(layers: Layers) -> None:
    """Leave the layers in the order with the fewest crossings that was found."""
    rng = random.Random(0)
    best: tuple[int, list[list[int]], set[int]] | None = None
    for start in range(_STARTS):
        if start:
            for layer in layers.order:
                rng.shuffle(layer)
        for sweep in range(_SWEEPS):
            _sweep(layers, down=sweep % 2 == 0)
            while _improve(layers):
                pass
            crossings = sum(_crossings(layers, at) for at in range(len(layers.links)))
            if best is None or crossings < best[0]:
                best = crossings, [list(layer) for layer in layers.order], set(layers.mirrored)
            if not best[0]:
                return
    assert best is not None
    layers.order, layers.mirrored = best[1], best[2]


def _sweep(layers: Layers, down: bool) -> None:
    """Order each layer by the barycentres of what its vertices are joined to in the one before."""
    for at in range(1, len(layers.order)) if down else range(len(layers.order) - 2, -1, -1):
        _by_barycentre(layers, at, down)


def _by_barycentre(layers: Layers, at: int, down: bool) -> None:
    places = _places(layers, at - 1 if down else at + 1)
    pulls: dict[int, list[float]] = {}
    for link in layers.links[at - 1 if down else at]:
        own, other = (link.lower, link.upper) if down else (link.upper, link.lower)
        pulls.setdefault(own, []).append(places[other] + (0.0 if down else _sign(layers, link)))
    now = _places(layers, at)
    middle = {vertex: sum(found) / len(found) for vertex, found in pulls.items()}
    layers.order[at].sort(key=lambda vertex: (middle.get(vertex, float(now[vertex])), now[vertex]))


def _improve(layers: Layers) -> bool:
    """Swap neighbours and mirror nodes where that helps; whether any did."""
    better = False
    for at, layer in enumerate(layers.order):
        before = _around(layers, at)
        for change in _changes(layers, at):
            if not before:
                break
            _apply(layers, layer, change)
            after = _around(layers, at)
            if after < before:
                before, better = after, True
            else:
                _apply(layers, layer, change)
    return better


def _changes(layers: Layers, at: int) -> Iterator[tuple[int, int]]:
    """Pairs of neighbours to swap; a place twice: the node there to be mirrored."""
    for place, vertex in enumerate(list(layers.order[at])):
        if not layers.is_path(vertex) and len(layers.graph.nodes[vertex].ports) > 1:
            yield place, place
        if place:
            yield place - 1, place


def _apply(layers: Layers, layer: list[int], change: tuple[int, int]) -> None:
    one, other = change
    if one == other:
        layers.mirrored ^= {layer[one]}
    layer[one], layer[other] = layer[other], layer[one]


def _around(layers: Layers, at: int) -> int:
    return sum(_crossings(layers, gap) for gap in (at - 1, at) if 0 <= gap < len(layers.links))


def _crossings(layers: Layers, gap: int) -> int:
    upper, lower = _places(layers, gap), _places(layers, gap + 1)
    ends = sorted((upper[link.upper], lower[link.lower] + _sign(layers, link)) for link in layers.links[gap])
    # Of two edges that begin at one place, the sorting has the one first that ends first: they never cross.
    return sum(one > other for index, (_, other) in enumerate(ends) for _, one in ends[:index])


def _places(layers: Layers, at: int) -> dict[int, int]:
    return {vertex: place for place, vertex in enumerate(layers.order[at])}


def _sign(layers: Layers, link: Link) -> float:
    """Where an edge comes in beside others that come to the same vertex, well below a place."""
    port = layers.port(link.lower, link.port)
    return 0.25 if port > 0 else -0.25 if port < 0 else 0.0
