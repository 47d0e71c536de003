import numpy as np
import pytest
import torch

from vilfredo.predictors import attention_inference
from vilfredo.predictors.attention_inference import predict
from vilfredo.predictors.attention_network import Parameters, forward, initial_parameters, tokens
from vilfredo.predictors.protocol import Samples
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.sampling import sample

MEMBERS, OPERATORS, LOOKBACK = 3, 5, 2
SPACE = CellSpace(operators=tuple("abcde"), lookback=LOOKBACK)


@pytest.fixture
def parameters() -> Parameters:
    """Weights so large that all gates are put to use, in shapes that tell one dimension from another."""
    drawn = initial_parameters(MEMBERS, OPERATORS, LOOKBACK, 3, 4, 6, np.random.default_rng(0))
    generator = torch.Generator().manual_seed(0)
    return {name: values + 0.5 * torch.randn(values.shape, generator=generator) for name, values in drawn.items()}


def draw(size: int, count: int) -> Samples:
    cells = sample(SPACE, size, count, np.random.default_rng(size))
    return Samples.of_one_size(cells, np.zeros((len(cells), 9)), OPERATORS, LOOKBACK)


def mixed() -> Samples:
    """Cells of all sizes, in no order; 1 + 15 + 60 + 60 + 60."""
    joined = Samples.concatenate([draw(0, 1), draw(1, 15), draw(2, 60), draw(4, 60), draw(5, 60)])
    return joined.take(np.random.default_rng(1).permutation(len(joined)))


@pytest.mark.parametrize("side_by_side", [8, 1040])
def test_it_computes_what_the_trained_network_does(
    parameters: Parameters, side_by_side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention_inference, "_SIDE_BY_SIDE", side_by_side)
    samples = mixed()
    rows, sizes = tokens(samples)
    expected = forward(parameters, rows.expand(MEMBERS, -1, -1, -1), sizes.expand(MEMBERS, -1))
    assert expected.std(dim=1).min() > 0.01
    torch.testing.assert_close(predict(parameters, samples), expected, rtol=0, atol=1e-6)


def test_neighbours_and_padding_do_not_change_a_bit(parameters: Parameters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention_inference, "_SIDE_BY_SIDE", 16)
    samples = mixed()
    whole = predict(parameters, samples)
    order = np.random.default_rng(2).permutation(len(samples))[:77]
    assert torch.equal(predict(parameters, samples.take(order)), whole[:, torch.from_numpy(order)])
    padded = np.full((len(samples), 9, 4), 77, dtype=np.int8)
    padded[:, :5] = samples.cells
    wider = Samples(padded, samples.sizes, samples.features, OPERATORS, LOOKBACK)
    assert torch.equal(predict(parameters, wider), whole)


def test_the_order_of_operands_does_not_change_a_bit(parameters: Parameters) -> None:
    samples = draw(3, 40)
    swapped = Samples.of_one_size(samples.cells[..., [2, 3, 0, 1]], samples.features, OPERATORS, LOOKBACK)
    assert torch.equal(predict(parameters, swapped), predict(parameters, samples))


def test_no_cells_and_the_empty_cell(parameters: Parameters) -> None:
    assert predict(parameters, draw(3, 0)).shape == (MEMBERS, 0)
    bias = parameters["output_bias"].flatten().sigmoid()
    torch.testing.assert_close(predict(parameters, draw(0, 1))[:, 0], bias)


def test_its_arguments_are_left_alone(parameters: Parameters) -> None:
    samples = mixed()
    cells, before = samples.cells.copy(), {name: values.clone() for name, values in parameters.items()}
    predict(parameters, samples)
    np.testing.assert_array_equal(samples.cells, cells)
    assert all(torch.equal(parameters[name], values) for name, values in before.items())
