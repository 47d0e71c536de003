import pytest
import torch
from torch import nn

from vilfredo.networks.grammar import build_operator
from vilfredo.networks.layers import SameMaxPool
from vilfredo.networks.shapes import OperandShape


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(("name", "taps"), [("3x3 conv", 9), ("1x5 conv", 5), ("4x2:3dr conv", 8)])
def test_parameters_are_weights_a_bias_and_a_norm(name: str, taps: int, stride: int) -> None:
    operator = build_operator(name, OperandShape(3, 5, (8, 8), stride))
    assert sum(parameter.numel() for parameter in operator.parameters()) == taps * 3 * 5 + 5 + 2 * 5


def test_the_first_size_is_the_height() -> None:
    operator = build_operator("1x5 conv", OperandShape(3, 5, (8, 8)))
    assert next(operator.parameters()).shape == (5, 3, 1, 5)


def test_a_rate_of_one_is_no_dilation() -> None:
    shape = OperandShape(3, 5, (8, 8), 2)
    assert str(build_operator("3x3:1dr conv", shape)) == str(build_operator("3x3 conv", shape))


@pytest.mark.parametrize("kind", ["conv", "dconv"])
def test_a_dilated_convolution_is_pooled_instead_of_strided(kind: str) -> None:
    torch.manual_seed(0)
    dense, pool = build_operator(f"3x3:2dr {kind}", OperandShape(3, 5, (7, 9), 2)).eval().children()
    torch.manual_seed(0)
    unstrided = build_operator(f"3x3:2dr {kind}", OperandShape(3, 5, (7, 9))).eval()
    x = torch.randn(2, 3, 7, 9)
    assert isinstance(pool, SameMaxPool)
    assert torch.equal(dense(x), unstrided(x))
    assert (pool.kernel, pool.stride) == ((2, 2), 2)


@pytest.mark.parametrize("kind", ["conv", "dconv"])
def test_dilation_spreads_the_taps(kind: str) -> None:
    operator = build_operator(f"3x3:3dr {kind}", OperandShape(1, 1, (9, 9))).eval()
    for module in operator.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.ones_(module.weight)
    x = torch.zeros(1, 1, 9, 9)
    x[0, 0, 4, 4] = 1
    changed = operator(x) - operator(torch.zeros_like(x))
    expected = torch.zeros(9, 9, dtype=torch.bool)
    expected[1::3, 1::3] = True
    assert torch.equal(changed[0, 0].abs() > 1e-6, expected)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(("name", "taps"), [("7 conv", 7), ("4:3dr conv", 4)])
def test_over_series_a_kernel_is_one_high(name: str, taps: int, stride: int) -> None:
    operator = build_operator(name, OperandShape(3, 5, (1, 8), stride))
    assert next(operator.parameters()).shape == (5, 3, 1, taps)


def test_over_series_it_is_torchs_own() -> None:
    operator = build_operator("7:2dr conv", OperandShape(3, 5, (1, 20))).eval()
    conv = next(module for module in operator.modules() if isinstance(module, nn.Conv2d))
    x = torch.randn(2, 3, 1, 20)
    expected = nn.functional.conv1d(x.squeeze(2), conv.weight.squeeze(2), conv.bias, padding=6, dilation=2)
    assert torch.allclose(conv(x).squeeze(2), expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["conv", "dconv"])
def test_over_series_a_dilated_convolution_is_pooled_along_the_length_only(kind: str) -> None:
    _, pool = build_operator(f"3:2dr {kind}", OperandShape(3, 5, (1, 9), 2)).children()
    assert isinstance(pool, SameMaxPool)
    assert pool.kernel == (1, 2)
