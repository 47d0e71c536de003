"""Layered layouts of graphs: few crossings, straight edges, room between neighbours."""

import random
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vilfredo.drawing.graph import Edge, Graph, Node
from vilfredo.drawing.layout import Layout, lay_out


def _grid(*counts: int, ports: tuple[float, ...] = (0.0,)) -> tuple[Node, ...]:
    """Layers of so many nodes, 50 wide and 20 high."""
    return tuple(Node(50.0, 20.0, layer, ports) for layer, count in enumerate(counts) for _ in range(count))


def _x(layout: Layout, node: int) -> float:
    return layout.places[node][0]


def test_crossings_are_untangled() -> None:
    # As they come, every edge crosses every other.
    edges = tuple(Edge(index, 7 - index) for index in range(4))
    layout = lay_out(Graph(_grid(4, 4), edges))
    for edge in edges:
        assert _x(layout, edge.source) == pytest.approx(_x(layout, edge.target))


def _crossings(edges: Sequence[Edge], x: Mapping[int, float]) -> int:
    ends = [(x[edge.source], x[edge.target]) for edge in edges]
    return sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(ends, 2))


def test_crossings_are_as_few_as_can_be() -> None:
    rng = random.Random(3)
    found = least = 0
    for _ in range(25):
        pairs = rng.sample([(source, target) for source in range(4) for target in range(4, 8)], 8)
        edges = tuple(Edge(*pair) for pair in pairs)
        layout = lay_out(Graph(_grid(4, 4), edges))
        found += _crossings(edges, {node: _x(layout, node) for node in range(8)})
        orders = product(permutations(range(4)), permutations(range(4, 8)))
        least += min(
            _crossings(edges, {node: float(at) for row in rows for at, node in enumerate(row)}) for rows in orders
        )
    assert least > 0
    assert found <= 1.05 * least


def test_nodes_are_mirrored_where_that_helps() -> None:
    nodes = (*_grid(2), Node(50.0, 20.0, 1, ports=(-15.0, 15.0)))
    straight = lay_out(Graph(nodes, (Edge(0, 2, 0), Edge(1, 2, 1))))
    crossed = lay_out(Graph(nodes, (Edge(0, 2, 1), Edge(1, 2, 0))))
    assert 2 not in straight.mirrored
    assert 2 in crossed.mirrored
    assert _x(straight, 0) < _x(straight, 1)
    assert _x(crossed, 0) < _x(crossed, 1)


def test_long_edges_pass_beside_nodes() -> None:
    layout = lay_out(Graph(_grid(1, 1, 1), (Edge(0, 1), Edge(1, 2), Edge(0, 2))))
    route = layout.routes[2]
    assert len(route) == 4
    (_, top), (passing, begin), (also, end), (_, bottom) = route
    assert passing == also
    assert abs(passing - _x(layout, 1)) > 25
    assert top < begin < end < bottom
    assert (begin, end) == (layout.places[1][1], layout.places[1][1] + 20)


def test_edges_of_one_source_share_their_way_unless_one_is_apart() -> None:
    nodes = (*_grid(1, 1), Node(50.0, 20.0, 2), Node(50.0, 20.0, 2))
    shared = lay_out(Graph(nodes, (Edge(0, 1), Edge(0, 2), Edge(0, 3))))
    assert shared.routes[1][:3] == shared.routes[2][:3]
    apart = lay_out(Graph(nodes, (Edge(0, 1), Edge(0, 2), Edge(0, 3, apart=True))))
    assert apart.routes[1][1] != apart.routes[2][1]


def test_edges_that_come_to_a_wide_node_are_spread() -> None:
    nodes = (*_grid(3), Node(90.0, 20.0, 1, spread=True))
    layout = lay_out(Graph(nodes, tuple(Edge(index, 3) for index in range(3))))
    ends = sorted((route[0][0], route[-1][0]) for route in layout.routes)
    places = [end for _, end in ends]
    assert places == sorted(places)
    assert [place - _x(layout, 3) for place in places] == pytest.approx([-22.5, 0.0, 22.5])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=5), st.data())
def test_neighbours_have_room(counts: list[int], data: st.DataObject) -> None:
    nodes = _grid(*counts, ports=(-12.0, 12.0))
    edges: list[Edge] = []
    for target, node in enumerate(nodes):
        above = [source for source, other in enumerate(nodes) if other.layer < node.layer]
        edges += [Edge(data.draw(st.sampled_from(above)), target, port) for port in ((0, 1) if above else ())]
    layout = lay_out(Graph(nodes, tuple(edges)))
    for layer in range(len(counts)):
        row = sorted(_x(layout, index) for index, node in enumerate(nodes) if node.layer == layer)
        assert all(after - before >= 50 for before, after in pairwise(row))
    assert min(x for x, _ in layout.places) >= 25 - 1e-6
    assert max(x for x, _ in layout.places) <= layout.width - 25 + 1e-6
    assert layout == lay_out(Graph(nodes, tuple(edges)))
