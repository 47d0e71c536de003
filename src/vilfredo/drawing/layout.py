"""A layered drawing of a graph, top to bottom: where nodes stand, and which way edges take."""

from dataclasses import dataclass
from itertools import pairwise

from vilfredo.drawing.graph import Graph
from vilfredo.drawing.layers import Layers
from vilfredo.drawing.ordering import ordered
from vilfredo.drawing.placing import placed
from vilfredo.drawing.scene import Point

_LEAST_GAP, _MOST_GAP = 34.0, 64.0
"""Between layers, pixels; the more edges go sideways, the more."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is; nothing lies left of or above 0."""

    width: float
    height: float
    places: tuple[Point, ...]
    """Of each node: the middle of its upper edge."""
    mirrored: frozenset[int]
    """Nodes whose ports are the other way round."""
    routes: tuple[tuple[Point, ...], ...]
    """Of each edge: a curve leads from the first point to the second, a line on to the third, a curve …"""


def lay_out(graph: Graph) -> Layout:
    """Lay out a graph."""
    layers = ordered(graph)
    x = placed(layers)
    tops, heights = _bands(layers, x)
    routes = tuple(_route(layers, number, x, tops, heights) for number in range(len(graph.edges)))
    width = max((x[vertex] + layers.width(vertex) / 2 for vertex in x), default=0.0)
    return Layout(
        width,
        tops[-1] + heights[-1],
        tuple((x[index], tops[node.layer]) for index, node in enumerate(graph.nodes)),
        frozenset(layers.mirrored),
        routes,
    )


def _bands(layers: Layers, x: dict[int, float]) -> tuple[list[float], list[float]]:
    """Top and height of each layer."""
    nodes = layers.graph.nodes
    heights = [max((nodes[v].height for v in layer if not layers.is_path(v)), default=0.0) for layer in layers.order]
    tops, y = [], 0.0
    for at, height in enumerate(heights):
        tops.append(y)
        y += height
        if at < len(layers.links):
            bends = [
                abs(x[link.upper] - x[link.lower] - layers.port(link.lower, link.port)) for link in layers.links[at]
            ]
            y += min(_MOST_GAP, _LEAST_GAP + sum(bend > 8 for bend in bends) * 3 + max(bends, default=0.0) * 0.06)
    return tops, heights


def _route(
    layers: Layers, number: int, x: dict[int, float], tops: list[float], heights: list[float]
) -> tuple[Point, ...]:
    edge, way = layers.graph.edges[number], layers.ways[number]
    first = layers.graph.nodes[edge.source].layer
    points: list[Point] = []
    for step, (upper, lower) in enumerate(pairwise(way)):
        at = first + step
        begin = tops[at] + (heights[at] if layers.is_path(upper) else layers.graph.nodes[upper].height)
        end = x[lower] + (_port(layers, number, x) if lower == edge.target else 0.0)
        points += [(x[upper], begin), (end, tops[at + 1])]
    return tuple(points)


def _port(layers: Layers, number: int, x: dict[int, float]) -> float:
    edge = layers.graph.edges[number]
    node = layers.graph.nodes[edge.target]
    if not node.spread:
        return layers.port(edge.target, edge.port)
    # In the order in which they come, so that they don't cross on the last bit.
    coming = sorted((x[way[-2]], other) for other, way in enumerate(layers.ways) if way[-1] == edge.target)
    place = next(place for place, (_, other) in enumerate(coming) if other == number)
    return node.width * ((place + 1) / (len(coming) + 1) - 0.5)
