import torch

from vilfredo.networks.grammar import build_operator
from vilfredo.networks.shapes import OperandShape


def test_parameters_are_none_or_those_of_the_adaptation() -> None:
    for filters, parameters in ((3, 0), (5, 3 * 5 + 5 + 2 * 5)):
        operator = build_operator("2x2 maxpool", OperandShape(3, filters, (8, 8), 2))
        assert sum(parameter.numel() for parameter in operator.parameters()) == parameters


def test_the_largest_value_of_each_window_is_kept() -> None:
    x = torch.tensor([[1.0, 2.0, 9.0], [4.0, 3.0, 0.0], [5.0, 7.0, 6.0]])[None, None]
    operator = build_operator("2x2 maxpool", OperandShape(1, 1, (3, 3)))
    assert operator(x)[0, 0].tolist() == [[4, 9, 9], [7, 7, 6], [7, 7, 6]]


def test_windows_of_series_lie_along_the_length() -> None:
    x = torch.tensor([1.0, 4.0, 9.0, 2.0, 3.0])[None, None, None]
    assert build_operator("2 maxpool", OperandShape(1, 1, (1, 5)))(x)[0, 0].tolist() == [[4, 9, 9, 3, 3]]
