"""What is laid out in layers: nodes with the places at which edges come in, and edges from node to node."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """Something of a size; edges leave it at the middle of its lower edge."""

    width: float
    height: float
    layer: int
    """0 is the top; edges lead to higher ones."""
    ports: tuple[float, ...] = (0.0,)
    """Where edges come in at the top, from the middle; may be mirrored to untangle them."""
    spread: bool = False
    """Its one port is as wide as it: edges that come in are spread over its upper edge."""


@dataclass(frozen=True, slots=True)
class Edge:
    """From one node to a port of another, by their indices. Edges of one source share their way, apart from others."""

    source: int
    target: int
    port: int = 0
    apart: bool = False
    """It shares its way with no other edge."""
    weight: float = 1.0
    """How much a bend in it costs, beside others."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
