"""What is joined to what: whatever the cell, its edges are those of its text."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawing.test_cells import cells

from vilfredo.drawing.wiring import Sizes, Wiring, wire
from vilfredo.spaces.cells import Cell

_SIZE = (80.0, 30.0)


def _wired(cell: Cell, *, residual: bool, abreast: int = 2) -> Wiring:
    count = len(cell)
    sizes = Sizes(
        (_SIZE,) * len(cell.lookbacks), (_SIZE,) * count, ((-20.0, 20.0),) * count, _SIZE, (18.0, 18.0), 29.0, _SIZE
    )
    return wire(cell, residual, abreast, sizes)


def _names(cell: Cell, wiring: Wiring) -> dict[int, str]:
    """What each node is."""
    names = {wiring.output: "output"}
    names |= {node: f"input {back}" for node, back in zip(wiring.inputs, cell.lookbacks, strict=True)}
    names |= {node: f"block {number}" for number, node in enumerate(wiring.blocks)}
    ends = (wiring.concatenation, "concatenation"), (wiring.residual, "residual")
    return names | {node: name for node, name in ends if node is not None}


@settings(deadline=None)
@given(cells(), st.booleans())
def test_edges_are_those_of_the_cell(cell: Cell, residual: bool) -> None:
    wiring = _wired(cell, residual=residual)
    names = _names(cell, wiring)
    assert sorted(names) == list(range(len(wiring.graph.nodes)))
    source = {**{back: f"input {back}" for back in cell.lookbacks}, **{n: f"block {n}" for n in range(len(cell))}}
    expected = [
        (source[read], f"block {number}", port)
        for number, block in enumerate(cell.blocks)
        for port, read in enumerate((block.in1, block.in2))
    ]
    unused = [number for number in range(len(cell)) if all(number not in block.inputs for block in cell.blocks)]
    last = f"block {unused[0]}"
    if len(unused) > 1:
        expected += [(f"block {number}", "concatenation", 0) for number in unused]
        last = "concatenation"
    if residual:
        nearest = max(read for block in cell.blocks for read in block.inputs if read < 0)
        expected += [(last, "residual", 0), (f"input {nearest}", "residual", 1)]
        last = "residual"
    expected.append((last, "output", 0))
    assert [(names[edge.source], names[edge.target], edge.port) for edge in wiring.graph.edges] == expected


@settings(deadline=None)
@given(cells(most=8), st.integers(1, 3))
def test_all_stand_below_what_they_read(cell: Cell, abreast: int) -> None:
    wiring = _wired(cell, residual=True, abreast=abreast)
    layer = [node.layer for node in wiring.graph.nodes]
    assert all(layer[edge.source] < layer[edge.target] for edge in wiring.graph.edges)
    assert layer[wiring.output] == max(layer)
    rows = [layer[node] for node in wiring.blocks]
    assert max(map(rows.count, rows)) <= abreast
