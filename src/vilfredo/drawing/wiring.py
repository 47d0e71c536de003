"""A cell as a graph in layers: inputs, blocks, the concatenation, the residual sum and the output."""

from collections.abc import Sequence
from dataclasses import dataclass

from vilfredo.drawing.graph import Edge, Graph, Node
from vilfredo.spaces.cells import Cell

_END, _RESIDUAL = 3.0, 0.2
"""What bends cost on the way to the output, and in the residual connection."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the nodes, width and height in pixels."""

    inputs: tuple[tuple[float, float], ...]
    blocks: tuple[tuple[float, float], ...]
    ports: tuple[tuple[float, float], ...]
    """Where each block's operators stand, from its middle."""
    concatenation: tuple[float, float]
    residual: tuple[float, float]
    side: float
    """Where what is added comes to the residual sum, from its middle."""
    output: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Wiring:
    """The graph, and which of its nodes is what; edges of blocks come first, in their order, two for each."""

    graph: Graph
    inputs: range
    blocks: range
    concatenation: int | None
    residual: int | None
    output: int


def wire(cell: Cell, residual: bool, abreast: int, sizes: Sizes) -> Wiring:
    """Build the graph of a cell with at least one block, and at most `abreast` in a layer."""
    layers = _block_layers(cell, abreast)
    nodes = [Node(*size, layer=0) for size in sizes.inputs]
    inputs = range(len(nodes))
    nodes += [
        Node(*size, layer=layer, ports=ports)
        for size, layer, ports in zip(sizes.blocks, layers, sizes.ports, strict=True)
    ]
    blocks = range(len(inputs), len(nodes))
    by_source = {lookback: index for index, lookback in enumerate(cell.lookbacks)} | dict(enumerate(blocks))
    edges = [
        Edge(by_source[source], blocks[index], port)
        for index, block in enumerate(cell.blocks)
        for port, source in enumerate(block.inputs)
    ]
    layer, last = max(layers) + 1, blocks[cell.unused[0]]
    concatenation = summed = None
    if len(cell.unused) > 1:
        concatenation = last = len(nodes)
        nodes.append(Node(*sizes.concatenation, layer=layer, spread=True))
        edges += [Edge(blocks[index], concatenation, weight=_END) for index in cell.unused]
        layer += 1
    if residual:
        summed = len(nodes)
        nodes.append(Node(*sizes.residual, layer=layer, ports=(0.0, sizes.side)))
        edges += [Edge(last, summed, weight=_END), Edge(0, summed, 1, apart=True, weight=_RESIDUAL)]
        last, layer = summed, layer + 1
    nodes.append(Node(*sizes.output, layer=layer))
    edges.append(Edge(last, len(nodes) - 1, weight=_END))
    return Wiring(Graph(tuple(nodes), tuple(edges)), inputs, blocks, concatenation, summed, len(nodes) - 1)


def _block_layers(cell: Cell, abreast: int) -> list[int]:
    """Layer of each block, 1 and up, after all that it reads; those that much depends on come first where it is full.

    Coffman and Graham (1972) with the length of the longest way to the output as priority.
    """
    heights = _heights(cell)
    layers = [0] * len(cell)
    waiting, layer = set(range(len(cell))), 0
    while waiting:
        layer += 1
        ready = [index for index in waiting if not any(source in waiting for source in cell.blocks[index].inputs)]
        for index in sorted(ready, key=lambda index: (-heights[index], index))[:abreast]:
            layers[index] = layer
        waiting -= {index for index in ready if layers[index]}
    return layers


def _heights(cell: Cell) -> Sequence[int]:
    """Blocks on the longest way from each block to the output."""
    heights = [1] * len(cell)
    for index in reversed(range(len(cell))):
        for source in cell.blocks[index].inputs:
            if source >= 0:
                heights[source] = max(heights[source], heights[index] + 1)
    return heights
