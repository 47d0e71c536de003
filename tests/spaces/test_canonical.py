"""The canonical form against two independent oracles: the definition spelt out, and networkx on labelled graphs."""

import itertools
import random
from collections import defaultdict

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vilfredo.spaces import canonical as canonical_module
from vilfredo.spaces.canonical import canonical, canonical_cell, first_occurrences, unique
from vilfredo.spaces.cell_space import Cells, CellSpace
from vilfredo.spaces.cells import MOST_BLOCKS, Block, Cell, parse_cell
from vilfredo.spaces.expansion import expand
from vilfredo.spaces.sampling import sample


@st.composite
def cells(draw: st.DrawFn, most: int = 6) -> Cell:
    names = st.sampled_from(draw(st.sampled_from(["a", "ab", "abc"])))  # one operator alone: twins abound
    lookback = draw(st.integers(1, 4))
    blocks = []
    for index in range(draw(st.integers(1, most))):
        sources = st.integers(-lookback, index - 1)
        blocks.append(Block(draw(sources), draw(names), draw(sources), draw(names)))
    return Cell(tuple(blocks))


def every_cell(operators: str, lookback: int, size: int) -> list[Cell]:
    """All spellings, specular ones included."""
    choices = [
        [Block(*values) for values in itertools.product(sources, operators, sources, operators)]
        for sources in (range(-lookback, index) for index in range(size))
    ]
    return [Cell(blocks) for blocks in itertools.product(*choices)]


def relabelled(cell: Cell, order: list[int], swaps: list[bool]) -> Cell:
    """`cell` with its blocks listed in a topological `order` and the operands of some swapped."""
    label = {block: position for position, block in enumerate(order)}
    blocks = []
    for index, swap in zip(order, swaps, strict=True):
        block = cell.blocks[index]
        left = (label.get(block.in1, block.in1), block.op1)
        right = (label.get(block.in2, block.in2), block.op2)
        blocks.append(Block(*right, *left) if swap else Block(*left, *right))
    return Cell(tuple(blocks))


def random_respelling(cell: Cell, rng: random.Random) -> Cell:
    order: list[int] = []
    while len(order) < len(cell):
        ready = [
            index
            for index, block in enumerate(cell.blocks)
            if index not in order and all(source < 0 or source in order for source in block.inputs)
        ]
        order.append(rng.choice(ready))
    return relabelled(cell, order, [rng.random() < 0.5 for _ in order])


def smallest_spelling(cell: Cell) -> tuple[tuple[tuple[int, str], ...], ...]:
    """The definition, spelt out: every topological order, sorted operands, the smallest of all."""
    spellings = []
    for order in itertools.permutations(range(len(cell))):
        label = {block: position for position, block in enumerate(order)}
        rows = []
        for position, index in enumerate(order):
            block = cell.blocks[index]
            operands = [(label.get(block.in1, block.in1), block.op1), (label.get(block.in2, block.in2), block.op2)]
            if any(source >= position for source, _ in operands):
                break
            rows.append(tuple(sorted(operands)))
        else:
            spellings.append(tuple(rows))
    return min(spellings)


def operands(cell: Cell) -> tuple[tuple[tuple[int, str], ...], ...]:
    return tuple(((block.in1, block.op1), (block.in2, block.op2)) for block in cell.blocks)


def graph(cell: Cell) -> nx.DiGraph:
    """Nodes for lookbacks, blocks and single operators; whatever has no label here is only a name."""
    labelled = nx.DiGraph()
    for lookback in cell.lookbacks:
        labelled.add_node(lookback, label=str(lookback))
    for index, block in enumerate(cell.blocks):
        labelled.add_node(index, label="add")
        for side, (source, name) in enumerate(zip(block.inputs, (block.op1, block.op2), strict=True)):
            labelled.add_node((index, side), label=name)
            labelled.add_edge(source, (index, side))
            labelled.add_edge((index, side), index)
    return labelled


def isomorphic(left: nx.DiGraph, right: nx.DiGraph) -> bool:
    return bool(nx.is_isomorphic(left, right, node_match=lambda a, b: a["label"] == b["label"]))


def canonical_forms(everything: list[Cell], operators: str, lookback: int) -> list[Cell]:
    space = CellSpace(operators=tuple(operators), lookback=lookback)
    return space.decode(canonical(space.encode(everything)))


@pytest.mark.parametrize(
    ("operators", "lookback", "size"),
    [("ab", 1, 1), ("ab", 1, 2), ("ab", 1, 3), ("ab", 2, 1), ("ab", 2, 2), ("ab", 2, 3), ("a", 1, 4), ("a", 3, 3)],
)
def test_every_cell_has_the_smallest_spelling(operators: str, lookback: int, size: int) -> None:
    everything = every_cell(operators, lookback, size)
    for cell, form in zip(everything, canonical_forms(everything, operators, lookback), strict=True):
        assert operands(form) == smallest_spelling(cell)


@pytest.mark.parametrize(
    ("operators", "lookback", "size"),
    [("ab", 1, 1), ("ab", 2, 1), ("ab", 1, 2), ("ab", 2, 2), ("ab", 1, 3), ("a", 1, 4)],
)
def test_forms_are_equal_exactly_for_isomorphic_graphs(operators: str, lookback: int, size: int) -> None:
    everything = every_cell(operators, lookback, size)
    classes: dict[Cell, list[nx.DiGraph]] = defaultdict(list)
    for cell, form in zip(everything, canonical_forms(everything, operators, lookback), strict=True):
        classes[form].append(graph(cell))
    for first, *others in classes.values():
        assert all(isomorphic(first, other) for other in others)
    # Graphs whose labelled degrees differ are not isomorphic, so only the others need comparing.
    by_degrees = defaultdict(list)
    for first, *_ in classes.values():
        degrees = sorted((first.nodes[n]["label"], first.in_degree(n), first.out_degree(n)) for n in first)
        by_degrees[str(degrees)].append(first)
    for group in by_degrees.values():
        assert not any(isomorphic(left, right) for left, right in itertools.combinations(group, 2))


@settings(deadline=None, max_examples=150)
@given(cells(), st.randoms(use_true_random=False))
def test_respelling_leaves_the_form_unchanged(cell: Cell, rng: random.Random) -> None:
    form = canonical_cell(cell)
    assert canonical_cell(random_respelling(cell, rng)) == form


@settings(deadline=None)
@given(cells())
def test_the_form_is_isomorphic_to_the_cell_and_its_own_form(cell: Cell) -> None:
    form = canonical_cell(cell)
    assert isomorphic(graph(form), graph(cell))
    assert canonical_cell(form) == form


@settings(deadline=None, max_examples=50)
@given(cells(most=5), cells(most=5))
def test_two_cells_have_one_form_only_if_isomorphic(left: Cell, right: Cell) -> None:
    assert (canonical_cell(left) == canonical_cell(right)) == isomorphic(graph(left), graph(right))


@settings(deadline=None)
@given(cells(), st.integers(0, 8))
def test_the_form_does_not_depend_on_the_space(cell: Cell, more: int) -> None:
    space = CellSpace(operators=(*"cabdz", *(f"0{index}" for index in range(more))), lookback=4 + more)
    assert space.decode(canonical(space.encode([cell])))[0] == canonical_cell(cell)


@settings(deadline=None)
@given(st.lists(cells(), min_size=1, max_size=8))
def test_cells_of_a_batch_do_not_influence_each_other(drawn: list[Cell]) -> None:
    batch = [cell for cell in drawn if len(cell) == len(drawn[0])]
    space = CellSpace(operators=("a", "b", "c"), lookback=4)
    assert space.decode(canonical(space.encode(batch))) == [canonical_cell(cell) for cell in batch]


def test_many_cells_are_treated_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches that don't divide the cells evenly, some with ties to follow and some without."""
    space = CellSpace(operators=("a", "b"), lookback=1)
    children = expand(sample(space, 3, 20, np.random.default_rng(0)), space)
    whole = canonical(children)
    monkeypatch.setattr(canonical_module, "_AT_ONCE", 7)
    np.testing.assert_array_equal(canonical(children), whole)


def test_the_largest_numbers_fit() -> None:
    """The most blocks that a cell can have, and more operators and lookbacks than that."""
    lookback, operators, size = 127, 127, MOST_BLOCKS
    cells = np.empty((1, size, 4), dtype=np.int8)
    cells[0, :, 0] = np.arange(size) - 1
    cells[0, :, 1] = operators - 1 - np.arange(size)
    cells[0, :, 2], cells[0, :, 3] = -lookback, operators - 1
    np.testing.assert_array_equal(canonical(cells), cells[..., [2, 3, 0, 1]])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("(-1,b,-2,a)", "(-2,a,-1,b)"),
        ("(-1,a,-1,a);(-2,a,-2,a)", "(-2,a,-2,a);(-1,a,-1,a)"),
        ("(-1,a,-2,b);(0,a,-1,b);(0,b,-1,a)", "(-2,b,-1,a);(-1,a,0,b);(-1,b,0,a)"),
        # Twins, of which a different one is read.
        ("(-1,a,-1,a);(-1,a,-1,a);(0,b,-1,a)", "(-1,a,-1,a);(-1,a,-1,a);(1,b,-1,a)"),
        # Twins read by different blocks, crossed.
        ("(-1,a,-1,a);(-1,a,-1,a);(0,a,-1,a);(1,b,-1,a)", "(-1,a,-1,a);(-1,a,-1,a);(1,a,-1,a);(0,b,-1,a)"),
        # Swaps deep in a nest.
        ("(-1,a,-2,b);(0,a,-1,b);(1,a,-2,b);(2,a,-1,b)", "(-2,b,-1,a);(-1,b,0,a);(-2,b,1,a);(-1,b,2,a)"),
        ("(-1,a,-4,b);(-3,a,0,a)", "(-4,b,-1,a);(0,a,-3,a)"),
    ],
)
def test_isomorphic_cells_have_one_form(left: str, right: str) -> None:
    assert canonical_cell(parse_cell(left)) == canonical_cell(parse_cell(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        # One block read twice, or two equal blocks read once each.
        ("(-1,a,-1,a);(-1,a,-1,a);(0,b,0,b)", "(-1,a,-1,a);(-1,a,-1,a);(0,b,1,b)"),
        ("(-1,a,-1,a);(-1,a,-1,a);(0,a,-1,a);(0,b,-1,a)", "(-1,a,-1,a);(-1,a,-1,a);(0,a,-1,a);(1,b,-1,a)"),
        # The operators stand at other inputs.
        ("(-1,a,-2,b)", "(-1,b,-2,a)"),
        ("(-1,a,-1,a)", "(-2,a,-2,a)"),
        ("(-3,a,-1,a)", "(-2,a,-1,a)"),
    ],
)
def test_other_cells_have_two_forms(left: str, right: str) -> None:
    assert canonical_cell(parse_cell(left)) != canonical_cell(parse_cell(right))


def test_the_empty_cell_is_its_own_form() -> None:
    assert canonical_cell(Cell()) == Cell()
    assert canonical(np.empty((3, 0, 4), dtype=np.int8)).shape == (3, 0, 4)


@pytest.mark.parametrize("size", [0, 1, 5])
def test_no_cells_have_no_forms(size: int) -> None:
    nothing: Cells = np.empty((0, size, 4), dtype=np.int8)
    forms, first = unique(nothing)
    assert forms.shape == (0, size, 4)
    assert first.tolist() == []


def test_unique_keeps_the_first_of_each_class() -> None:
    space = CellSpace(operators=("a", "b"), lookback=2)
    texts = ["(-1,b,-1,a)", "(-2,a,-1,a)", "(-1,a,-1,b)", "(-1,a,-2,a)", "(-1,a,-1,a)"]
    forms, first = unique(space.encode([parse_cell(text) for text in texts]))
    assert first.tolist() == [0, 1, 4]
    assert [str(cell) for cell in space.decode(forms)] == [
        "[(-1, 'a', -1, 'b')]",
        "[(-2, 'a', -1, 'a')]",
        "[(-1, 'a', -1, 'a')]",
    ]


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(-1, 1), min_size=12, max_size=12), max_size=20))
def test_first_occurrences_equals_a_scan(rows: list[list[int]]) -> None:
    scanned = [index for index, row in enumerate(rows) if row not in rows[:index]]
    assert first_occurrences(np.array(rows, dtype=np.int8).reshape(-1, 3, 4)).tolist() == scanned


def test_the_input_is_left_alone() -> None:
    space = CellSpace(operators=("a", "b"), lookback=2)
    array = space.encode([parse_cell("(-1,b,-2,a);(0,b,-1,a)")])
    before = array.copy()
    canonical(array)
    assert (array == before).all()
