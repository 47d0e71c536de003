import numpy as np
import pytest

from vilfredo.report.facts.usage import codes_by_size, drawn, parts_of, shares
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.parallel_space import ParallelSpace
from vilfredo.spaces.space import Space

CELLS = CellSpace(operators=("identity", "3x3 conv"), lookback=2, blocks=3)
MLP = MlpSpace(widths=(8, 16, 128), activations=("relu", "tanh"), layers=3)


def test_operators_and_inputs_of_cells_are_counted() -> None:
    text = "[(-2, '3x3 conv', -1, 'identity');(-1, '3x3 conv', 0, '3x3 conv')]"
    codes = codes_by_size(CELLS, ["[]", text])
    assert list(codes) == [2]
    operators, inputs = parts_of(CELLS, 2)
    assert dict(zip(operators.labels, operators.count(codes[2]), strict=True)) == {"3x3 conv": 3, "identity": 1}
    counts = dict(zip(inputs.labels, inputs.count(codes[2]), strict=True))
    assert counts == {"previous cell": 2, "2 cells back": 1, "block 0": 1}


def test_perceptrons_have_widths_and_activations() -> None:
    codes = codes_by_size(MLP, ["[(128, 'relu');dropout;(8, 'relu')]"])
    widths, activations = parts_of(MLP, 3)
    assert widths.labels == ("8", "16", "128", "dropout")
    assert widths.count(codes[3]).tolist() == [1, 0, 1, 1]
    assert dict(zip(activations.labels, activations.count(codes[3]), strict=True)) == {
        "relu": 2,
        "tanh": 0,
        "dropout": 1,
    }


def test_what_leaves_no_choice_is_no_part() -> None:
    assert [part.name for part in parts_of(ParallelSpace(), 3)] == ["operators"]
    assert [part.name for part in parts_of(CELLS.model_copy(update={"lookback": 1}), 1)] == ["operators"]
    assert [part.name for part in parts_of(CELLS, 1)] == ["operators", "inputs"]


@pytest.mark.parametrize("space", [CELLS, MLP, ParallelSpace()])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_what_is_drawn_stands_for_the_space(space: Space, size: int) -> None:
    codes = drawn(space, size)
    assert codes.shape[1:] == (size, 4)
    assert len(set(space.texts(codes))) == len(codes)
    assert (drawn(space, size) == codes).all()
    for part in parts_of(space, size):
        assert part.count(codes).sum() == len(codes) * size * len(part.columns)


def test_small_spaces_are_counted_in_full() -> None:
    rng = np.random.default_rng(0)
    assert set(CELLS.texts(drawn(CELLS, 2))) == set(CELLS.texts(CELLS.sample(2, 10_000, rng)))
    assert len(CELLS.sample(3, 10_000, rng)) > len(drawn(CELLS, 3)) == 2000


def test_shares_of_nothing_are_unknown() -> None:
    assert np.isnan(shares(np.zeros(2))).all()
    assert shares(np.array([1.0, 3.0])).tolist() == [0.25, 0.75]
