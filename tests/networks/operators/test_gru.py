import pytest
from torch import nn

from vilfredo.networks.grammar import build_operator, kinds_of
from vilfredo.networks.recurrent import Recurrent
from vilfredo.networks.shapes import OperandShape


@pytest.mark.parametrize("stride", [1, 2])
def test_parameters_are_those_of_keras_and_a_norm(stride: int) -> None:
    operator = build_operator("gru", OperandShape(3, 5, (1, 8), stride))
    assert sum(parameter.numel() for parameter in operator.parameters()) == 3 * (5 * 3 + 5 * 5 + 2 * 5) + 2 * 5


def test_one_layer_is_followed_by_a_norm_and_nothing_that_bends() -> None:
    operator = build_operator("gru", OperandShape(3, 5, (1, 8)))
    layers = [module for module in operator.modules() if isinstance(module, Recurrent)]
    assert [layer.kind for layer in layers] == ["gru"]
    assert {type(module) for module in operator.children()} == {Recurrent, nn.BatchNorm2d, nn.Identity}


def test_it_is_for_series_only() -> None:
    assert kinds_of("gru") == {"series"}
