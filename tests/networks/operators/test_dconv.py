import pytest
from torch import nn

from vilfredo.networks.grammar import build_operator
from vilfredo.networks.shapes import OperandShape


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(("name", "taps"), [("3x3 dconv", 9), ("1x5 dconv", 5), ("4x2:3dr dconv", 8)])
def test_parameters_are_taps_per_channel_a_mixture_a_bias_and_a_norm(name: str, taps: int, stride: int) -> None:
    operator = build_operator(name, OperandShape(3, 5, (8, 8), stride))
    assert sum(parameter.numel() for parameter in operator.parameters()) == taps * 3 + 3 * 5 + 5 + 2 * 5


def test_one_norm_and_one_swish_follow_both_convolutions() -> None:
    operator = build_operator("3x3 dconv", OperandShape(3, 5, (8, 8)))
    depthwise, mixture, norm, swish = operator.children()
    assert isinstance(depthwise, nn.Conv2d)
    assert isinstance(mixture, nn.Conv2d)
    assert (depthwise.groups, depthwise.bias, mixture.kernel_size) == (3, None, (1, 1))
    assert isinstance(norm, nn.BatchNorm2d)
    assert isinstance(swish, nn.SiLU)


@pytest.mark.parametrize(("name", "taps"), [("13 dconv", 13), ("4:3dr dconv", 4)])
def test_over_series_a_kernel_is_one_high(name: str, taps: int) -> None:
    operator = build_operator(name, OperandShape(3, 5, (1, 8)))
    assert next(operator.parameters()).shape == (3, 1, 1, taps)
    assert sum(parameter.numel() for parameter in operator.parameters()) == taps * 3 + 3 * 5 + 5 + 2 * 5
