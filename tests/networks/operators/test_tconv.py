import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from vilfredo.networks.cost import known_flops
from vilfredo.networks.grammar import build_operator
from vilfredo.networks.operators.tconv import DoublingConv
from vilfredo.networks.shapes import OperandShape


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(("name", "taps"), [("3x3 tconv", 9), ("2x4 tconv", 8)])
def test_parameters_are_those_of_two_convolutions(name: str, taps: int, stride: int) -> None:
    operator = build_operator(name, OperandShape(3, 5, (8, 8), stride))
    expected = (taps * 3 * 5 + 5 + 2 * 5) + (taps * 5 * 5 + 5 + 2 * 5)
    assert sum(parameter.numel() for parameter in operator.parameters()) == expected


def doubled(x: NDArray[np.float64], weight: NDArray[np.float64], bias: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjoint of a "same" convolution of stride 2 on the doubled image: (c, h, w) to (f, 2h, 2w)."""
    _, height, width = x.shape
    _, filters, *kernel = weight.shape
    top, left = (max(extent - 2, 0) // 2 for extent in kernel)
    y = np.tile(bias[:, None, None], (1, 2 * height, 2 * width))
    for i, j, a, b in np.ndindex(height, width, *kernel):
        row, column = 2 * i + a - top, 2 * j + b - left
        if 0 <= row < 2 * height and 0 <= column < 2 * width:
            y[:, row, column] += weight[:, :, a, b].T @ x[:, i, j]
    assert len(y) == filters
    return y


@pytest.mark.parametrize("size", [(1, 1), (4, 3)])
@pytest.mark.parametrize("kernel", [(1, 1), (2, 2), (3, 3), (4, 5), (1, 6)])
def test_height_and_width_are_doubled_as_same_padding_does(kernel: tuple[int, int], size: tuple[int, int]) -> None:
    conv = DoublingConv(2, 3, kernel, size).double()
    x = torch.randn(1, 2, *size, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert conv.bias is not None
    expected = doubled(x[0].numpy(), conv.weight.detach().numpy(), conv.bias.detach().numpy())
    np.testing.assert_allclose(conv(x)[0].detach().numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("kernel", [1, 2, 3, 6])
def test_of_series_only_the_length_is_doubled(kernel: int) -> None:
    conv = DoublingConv(2, 3, (1, kernel), (1, 4), (1, 2)).double()
    x = torch.randn(1, 2, 1, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    y = conv(x)
    assert y.shape == (1, 3, 1, 8)
    # Of both axes doubled, the first row is the same: a kernel of height 1 puts nothing into the second.
    both = DoublingConv(2, 3, (1, kernel), (1, 4)).double()
    both.load_state_dict(conv.state_dict())
    assert torch.allclose(y, both(x)[:, :, :1])


@pytest.mark.parametrize("stride", [1, 2])
def test_over_series_parameters_are_those_of_two_flat_convolutions(stride: int) -> None:
    operator = build_operator("7 tconv", OperandShape(3, 5, (1, 8), stride))
    expected = (7 * 3 * 5 + 5 + 2 * 5) + (7 * 5 * 5 + 5 + 2 * 5)
    assert sum(parameter.numel() for parameter in operator.parameters()) == expected


def test_over_series_nothing_is_spent_on_a_second_row() -> None:
    operator = build_operator("7 tconv", OperandShape(3, 5, (1, 8)))
    doubling = next(module for module in operator.modules() if isinstance(module, DoublingConv))
    assert doubling.stride == (1, 2)
    assert known_flops(operator) == 2 * 8 * 7 * (3 * 5 + 5 * 5)
