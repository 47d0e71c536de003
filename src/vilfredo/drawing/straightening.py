"""Edges that are almost straight become so: what bends by a few pixels looks like a mistake."""

from itertools import pairwise

from vilfredo.drawing.layers import Layers, Link

_ALMOST = 12.0
"""Pixels."""


def straighten(layers: Layers, x: dict[int, float]) -> None:
    """Move vertices sideways, with all that hangs straight on them, where their neighbours leave room.

    Parameters
    ----------
    x
        The middle of each vertex, to be changed.
    """
    together = {vertex: {vertex} for vertex in x}
    links = [link for links in layers.links for link in links]
    # The straight ones first, so that no other takes them apart.
    for link in sorted(links, key=lambda link: (abs(_bend(layers, x, link)) > 0.5, -layers.weight(link))):
        upper, lower, bend = together[link.upper], together[link.lower], _bend(layers, x, link)
        if upper is lower or abs(bend) > _ALMOST:
            continue
        for moved, by in ((lower, -bend), (upper, bend)):
            if _fits(layers, x, moved, by):
                for vertex in moved:
                    x[vertex] += by
                upper |= lower
                together |= dict.fromkeys(lower, upper)
                break


def _bend(layers: Layers, x: dict[int, float], link: Link) -> float:
    return x[link.lower] + layers.end(link) - x[link.upper]


def _fits(layers: Layers, x: dict[int, float], moved: set[int], by: float) -> bool:
    for layer in layers.order:
        for left, right in pairwise(layer):
            if (left in moved) != (right in moved):
                apart = x[right] - x[left] + (by if right in moved else -by)
                if apart < layers.apart(left, right) - 1e-6:
                    return False
    return True
