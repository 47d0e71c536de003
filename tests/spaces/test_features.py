import math
import tracemalloc
from collections.abc import Mapping

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vilfredo.errors import InputError
from vilfredo.spaces import features
from vilfredo.spaces.canonical import unique
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Block, Cell, parse_cell
from vilfredo.spaces.expansion import expand
from vilfredo.spaces.features import EMPTY_CELL_FEATURES, TIME_FEATURES, dynamic_reindex, time_features
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.sampling import sample

PAPER = (
    "identity",
    *("3x3 dconv", "5x5 dconv", "7x7 dconv"),
    *("1x3-3x1 conv", "1x5-5x1 conv", "1x7-7x1 conv"),
    *("1x1 conv", "3x3 conv", "5x5 conv"),
    *("2x2 maxpool", "2x2 avgpool"),
)
SPACE = CellSpace(operators=PAPER)
MACRO = MacroArchitecture(motifs=3, normal_cells=2)
REINDEX = dynamic_reindex({name: 20.0 + 10.0 * index for index, name in enumerate(PAPER)}, 10.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(-1,3x3 conv,-1,3x3 conv)", (1, 8, 1.5, 0, 1, 0, 1, 0, 0.5)),
        ("(-2,identity,-2,2x2 maxpool)", (1, 4, 1.0, 0, 1, 0, 1, 0, 11 / 12)),
        ("(-2,5x5 dconv,-1,2x2 avgpool)", (1, 8, 1.25, 1, 1, 0, 1, 0, 0.8)),
        ("(-2,1x5-5x1 conv,-1,3x3 dconv);(-1,3x3 conv,0,identity)", (2, 8, 1.5, 1, 17 / 18, 1, 2, 0, 0.5)),
        ("[]", (0, 0, 0, 0, 1, 0, 0, 0, 1)),
        # Two unused blocks that read one block; the heaviest path is 5x5 conv and both operators before it.
        (
            "(-1,3x3 conv,-1,3x3 conv);(0,5x5 conv,0,identity);(0,identity,-2,identity)",
            (3, 8, 31 / 12, 1, 19 / 31, 3, 2, 2, 28 / 31),
        ),
    ],
)
def test_reference_figures(text: str, expected: tuple[float, ...]) -> None:
    found = time_features(SPACE.encode([parse_cell(text)]), SPACE, MACRO, REINDEX)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, [expected], rtol=1e-12)


def slow_features(cell: Cell, macro: MacroArchitecture, reindex: Mapping[str, float]) -> list[float]:
    """The features of one cell, from the words that describe them."""
    if not cell.blocks:
        return list(EMPTY_CELL_FEATURES)
    dependencies = nx.DiGraph()
    dependencies.add_nodes_from(range(len(cell)))
    operands = [
        (index, source, reindex[name])
        for index, block in enumerate(cell.blocks)
        for source, name in ((block.in1, block.op1), (block.in2, block.op2))
    ]
    dependencies.add_edges_from((source, index) for index, source, _ in operands if source >= 0)
    total = math.fsum(cost for _, _, cost in operands)
    outputs = [index for index in dependencies if not dependencies.out_degree(index)]
    paths = []
    for index, source, cost in operands:
        if index in outputs:
            above = {source, *nx.ancestors(dependencies, source)} if source >= 0 else set()
            paths.append(cost + math.fsum(other for block, _, other in operands if block in above))
    reads = [(source, cost) for _, source, cost in operands if source < 0]
    nearest = min(-source for source, _ in reads)
    return [
        len(cell),
        len(range(macro.motifs * (macro.normal_cells + 1) - 1)[::nearest]),
        total,
        float(len({source for source, _ in reads}) > 1),
        math.fsum(cost for _, cost in reads) / total if total else 1.0,
        len(operands) - len(reads),
        nx.dag_longest_path_length(dependencies) + 1,
        len(outputs) if len(outputs) > 1 else 0,
        max(paths) / total if total else 1.0,
    ]


@st.composite
def cells(draw: st.DrawFn, size: int, lookback: int) -> Cell:
    blocks = []
    for index in range(size):
        sources, names = st.integers(-lookback, index - 1), st.sampled_from("abcd")
        blocks.append(Block(draw(sources), draw(names), draw(sources), draw(names)))
    return Cell(tuple(blocks))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_features_equal_a_reference_one_by_one(data: st.DataObject) -> None:
    size, lookback = data.draw(st.integers(0, 6)), data.draw(st.integers(1, 4))
    drawn = data.draw(st.lists(cells(size, lookback), min_size=1, max_size=5))
    costs = data.draw(st.fixed_dictionaries({name: st.sampled_from([0.0, 0.125, 0.7, 1.0]) for name in "abcd"}))
    macro = MacroArchitecture(motifs=data.draw(st.integers(1, 4)), normal_cells=data.draw(st.integers(0, 3)))
    space = CellSpace(operators=("d", "b", "a", "c"), lookback=lookback)
    found = time_features(space.encode(drawn), space, macro, costs)
    np.testing.assert_allclose(found, [slow_features(cell, macro, costs) for cell in drawn], rtol=1e-12)


def test_neighbours_do_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = sample(SPACE, 5, 50, np.random.default_rng(0))
    whole = time_features(cells, SPACE, MACRO, REINDEX)
    alone = [time_features(cells[[index]], SPACE, MACRO, REINDEX)[0] for index in range(len(cells))]
    np.testing.assert_array_equal(alone, whole)
    monkeypatch.setattr(features, "_AT_ONCE", 7)
    np.testing.assert_array_equal(time_features(cells, SPACE, MACRO, REINDEX), whole)


def test_features_are_named_and_in_order() -> None:
    assert len(TIME_FEATURES) == len(EMPTY_CELL_FEATURES) == 9
    assert TIME_FEATURES[0] == "blocks"
    assert TIME_FEATURES[8] == "heaviest_path_fraction"


def test_features_of_no_cells() -> None:
    assert time_features(np.empty((0, 2, 4), dtype=np.int8), SPACE, MACRO, REINDEX).shape == (0, 9)


def test_an_operator_without_a_time_is_named() -> None:
    with pytest.raises(InputError, match="'5x5 conv' has none"):
        time_features(SPACE.encode([Cell()]), SPACE, MACRO, {name: 1.0 for name in PAPER if name != "5x5 conv"})


def test_dynamic_reindex_is_the_share_of_the_slowest() -> None:
    assert dynamic_reindex({"a": 20.0, "b": 60.0, "c": 110.0}, 10.0) == {"a": 0.1, "b": 0.5, "c": 1.0}


def test_dynamic_reindex_clips_noise_below_the_empty_cell() -> None:
    assert dynamic_reindex({"a": 9.0, "b": 20.0}, 10.0) == {"a": 0.0, "b": 1.0}


@settings(deadline=None)
@given(
    st.dictionaries(st.text(max_size=3), st.floats(0, 1e6), min_size=1),
    st.floats(0, 1e6),
)
def test_dynamic_reindex_lies_between_nothing_and_one_and_keeps_the_order(
    times: dict[str, float], empty: float
) -> None:
    if max(times.values()) <= empty:
        with pytest.raises(InputError):
            dynamic_reindex(times, empty)
        return
    reindex = dynamic_reindex(times, empty)
    assert max(reindex.values()) == 1.0
    assert min(reindex.values()) >= 0.0
    assert all(reindex[a] <= reindex[b] for a in times for b in times if times[a] <= times[b])


@pytest.mark.parametrize(
    ("times", "empty", "expected"),
    [
        ({"a": 5.0, "b": 10.0}, 10.0, "slower than the empty cell \\(10\\)"),
        ({}, 10.0, "slower than the empty cell"),
        ({"a": math.nan, "b": 20.0}, 10.0, "finite time for 'a', got nan"),
        ({"a": math.inf, "b": 20.0}, 10.0, "finite time for 'a', got inf"),
        ({"a": 20.0}, math.nan, "finite time for 'empty'"),
    ],
)
def test_dynamic_reindex_refuses_times_that_say_nothing(times: dict[str, float], empty: float, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        dynamic_reindex(times, empty)


def test_a_full_size_step_stays_small() -> None:
    """K = 128 parents of four blocks: 336,384 children, de-duplicated and described (issue: hundreds of MB)."""
    rng = np.random.default_rng(0)
    families, _ = unique(expand(sample(SPACE, 3, 2, rng), SPACE))
    parents = np.concatenate([families[:1830][rng.permutation(1830)[:64]], families[-64:]])
    tracemalloc.start()
    try:
        children = expand(parents, SPACE)
        forms, first = unique(children)
        described = time_features(forms, SPACE, MACRO, REINDEX)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(children) == 128 * 2628 == 336_384
    # 64 siblings: the two orders of adding any two of their last blocks give one cell.
    assert len(forms) <= len(children) - 64 * 63 // 2
    assert len({form.tobytes() for form in forms}) == len(forms) == len(first)
    assert described.shape == (len(forms), 9)
    assert np.isfinite(described).all()
    assert peak < 600e6
