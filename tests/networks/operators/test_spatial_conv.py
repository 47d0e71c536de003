import pytest
import torch
from torch import nn

from vilfredo.networks.grammar import build_operator
from vilfredo.networks.shapes import OperandShape


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(("name", "first", "second"), [("1x7-7x1 conv", 7, 7), ("2x3-4x1 conv", 6, 4)])
def test_parameters_are_those_of_two_convolutions(name: str, first: int, second: int, stride: int) -> None:
    operator = build_operator(name, OperandShape(3, 5, (8, 8), stride))
    expected = (first * 3 * 5 + 5 + 2 * 5) + (second * 5 * 5 + 5 + 2 * 5)
    assert sum(parameter.numel() for parameter in operator.parameters()) == expected


def test_each_convolution_has_its_norm_and_swish_and_the_first_one_strides() -> None:
    operator = build_operator("1x7-7x1 conv", OperandShape(3, 5, (8, 8), 2))
    kinds = [nn.Conv2d, nn.BatchNorm2d, nn.SiLU]
    layers = [list(part.children()) for part in operator.children()]
    assert [[isinstance(layer, kind) for layer, kind in zip(part, kinds, strict=True)] for part in layers] == [
        [True] * 3,
        [True] * 3,
    ]
    first, second = layers[0][0], layers[1][0]
    assert isinstance(first, nn.Conv2d)
    assert isinstance(second, nn.Conv2d)
    assert (first.kernel_size, first.stride) == ((1, 7), (2, 2))
    assert (second.kernel_size, second.stride) == ((7, 1), (1, 1))
    assert operator(torch.zeros(2, 3, 8, 8)).shape == (2, 5, 4, 4)
