"""A graph cut into layers: its long edges pass the layers between their ends at places of their own."""

from collections import Counter
from dataclasses import dataclass, field

from vilfredo.drawing.graph import Graph

_PATH_WIDTH = 4.0
"""Room for an edge that passes a layer."""
_GAP, _PATH_GAP = 18.0, 13.0
"""Between two nodes that are neighbours, and beside an edge that passes."""
_WEIGHTS = (1.0, 2.0, 8.0)
"""What a bend costs between two nodes, at one place where an edge passes, and between two such places."""


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of an edge, from one layer to the next."""

    upper: int
    lower: int
    port: int
    weight: float


@dataclass(slots=True)
class Layers:
    """A graph with long edges cut into pieces: vertices are its nodes, then the places where edges pass a layer."""

    graph: Graph
    order: list[list[int]]
    """Vertices of each layer, from left to right."""
    links: list[list[Link]]
    """From each layer to the next."""
    ways: list[list[int]]
    """Of each edge: the vertices that it passes, source and target included."""
    twins: frozenset[tuple[int, int]]
    """Vertices that two edges lead from and to."""
    mirrored: set[int] = field(default_factory=set)
    """Nodes whose ports are the other way round."""

    def is_path(self, vertex: int) -> bool:
        """Whether it is where an edge passes."""
        return vertex >= len(self.graph.nodes)

    def width(self, vertex: int) -> float:
        """Room that it takes."""
        return _PATH_WIDTH if self.is_path(vertex) else self.graph.nodes[vertex].width

    def apart(self, left: int, right: int) -> float:
        """How far the middles of two neighbours are at least."""
        gap = _PATH_GAP if self.is_path(left) or self.is_path(right) else _GAP
        return (self.width(left) + self.width(right)) / 2 + gap

    def port(self, vertex: int, port: int) -> float:
        """Where an edge comes in, from the middle."""
        if self.is_path(vertex):
            return 0.0
        place = self.graph.nodes[vertex].ports[port]
        return -place if vertex in self.mirrored else place

    def end(self, link: Link) -> float:
        """Where an edge had better come in, from the middle: where two from the same vertex do, half way."""
        return 0.0 if (link.upper, link.lower) in self.twins else self.port(link.lower, link.port)

    def weight(self, link: Link) -> float:
        """How much a bend in it costs (Gansner et al. 1993)."""
        return link.weight * _WEIGHTS[self.is_path(link.upper) + self.is_path(link.lower)]


def cut(graph: Graph) -> Layers:
    """Cut the long edges of a graph; its layers are in the order of its nodes."""
    count = 1 + max((node.layer for node in graph.nodes), default=0)
    order: list[list[int]] = [[] for _ in range(count)]
    for index, node in enumerate(graph.nodes):
        order[node.layer].append(index)
    links: list[dict[Link, None]] = [{} for _ in range(count - 1)]
    places: dict[tuple[int, int, int], int] = {}
    ways = []
    for number, edge in enumerate(graph.edges):
        way = [edge.source]
        for layer in range(graph.nodes[edge.source].layer + 1, graph.nodes[edge.target].layer):
            key = (edge.source, number if edge.apart else -1, layer)
            if key not in places:
                places[key] = len(graph.nodes) + len(places)
                order[layer].append(places[key])
            way.append(places[key])
            links[layer - 1][Link(way[-2], way[-1], 0, edge.weight)] = None
        way.append(edge.target)
        links[graph.nodes[edge.target].layer - 1][Link(way[-2], edge.target, edge.port, edge.weight)] = None
        ways.append(way)
    pairs = Counter((link.upper, link.lower) for each in links for link in each)
    twins = frozenset(pair for pair, count in pairs.items() if count > 1)
    return Layers(graph, order, [list(each) for each in links], ways, twins)
