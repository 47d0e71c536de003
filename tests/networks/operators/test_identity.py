import pytest
import torch

from vilfredo.networks.grammar import build_operator
from vilfredo.networks.shapes import OperandShape


def test_an_unchanged_shape_passes_the_input_itself() -> None:
    x = torch.randn(2, 3, 4, 4)
    assert build_operator("identity", OperandShape(3, 3, (4, 4)))(x) is x


@pytest.mark.parametrize(("filters", "stride"), [(5, 1), (5, 2), (3, 2)])
def test_another_shape_takes_a_pointwise_convolution(filters: int, stride: int) -> None:
    operator = build_operator("identity", OperandShape(3, filters, (4, 4), stride))
    assert sum(parameter.numel() for parameter in operator.parameters()) == 3 * filters + filters + 2 * filters
    assert str(operator) == str(build_operator("1x1 conv", OperandShape(3, filters, (4, 4), stride)))
