from types import ModuleType

import pytest
from torch import nn

from vilfredo.errors import InputError
from vilfredo.networks.grammar import LARGEST_SIZE, build_operator, check_operators, operator_modules
from vilfredo.networks.shapes import OperandShape

PAPER = (
    "identity",
    "3x3 dconv",
    "5x5 dconv",
    "7x7 dconv",
    "1x3-3x1 conv",
    "1x5-5x1 conv",
    "1x7-7x1 conv",
    "1x1 conv",
    "3x3 conv",
    "5x5 conv",
    "2x2 maxpool",
    "2x2 avgpool",
)


def test_the_papers_operators_are_accepted_unchanged() -> None:
    assert check_operators(PAPER) == PAPER


def test_any_iterable_is_returned_as_a_tuple() -> None:
    assert check_operators(name for name in ["identity", "3x3 conv"]) == ("identity", "3x3 conv")
    assert check_operators([]) == ()


@pytest.mark.parametrize("name", ["6x2 conv", "3x5:12dr conv", "2x9:1dr dconv", "999x1 avgpool", "10x20-30x40 conv"])
def test_any_size_will_do(name: str) -> None:
    assert check_operators([name]) == (name,)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "conv",
        "3 conv",
        "3x conv",
        "3x3",
        "3x3conv",
        "3x3  conv",
        " 3x3 conv",
        "3x3 conv ",
        "3x3 conv\n",
        "3X3 conv",
        "3x3 Conv",
        "Identity",
        "identity 3x3",
        "-3x3 conv",
        "3.5x3 conv",
        "3x3:dr conv",
        "3x3:2 conv",
        "3x3:2dr maxpool",
        "3x3:2dr tconv",
        "3x3:2dr-3x3 conv",
        "1x3-3x1 dconv",
        "1x3-3x1-1x3 conv",
        "3x3 convolution",
        "3x3 conv|identity",
        "lstm2",
    ],
)
def test_other_names_are_refused_with_examples(name: str) -> None:
    with pytest.raises(InputError, match="is not an operator") as caught:
        check_operators(["identity", name])
    assert f"'{name}'" in str(caught.value)
    assert all(f"'{module.EXAMPLE}'" in str(caught.value) for module in operator_modules())


@pytest.mark.parametrize(
    "name",
    [
        "0x3 conv",
        "3x0 conv",
        "3x3:0dr conv",
        "00x3 dconv",
        "1x0-3x1 conv",
        "0x0 maxpool",
        "2x0 avgpool",
        "0x1 tconv",
        "03x3 conv",
        f"{LARGEST_SIZE + 1}x3 conv",
        "3x99999999999999999999 conv",
        f"{'9' * 5000}x3 conv",
        "٣x3 conv",
        "０x3 conv",
    ],
)
def test_sizes_out_of_range_are_refused(name: str) -> None:
    for attempt in (lambda: check_operators([name]), lambda: build_operator(name, OperandShape(2, 2, (4, 4)))):
        with pytest.raises(InputError, match=f"has the size .*Expected .* 1 … {LARGEST_SIZE}"):
            attempt()


def test_building_refuses_what_checking_refuses() -> None:
    with pytest.raises(InputError, match="'3x3 konv' is not an operator"):
        build_operator("3x3 konv", OperandShape(2, 2, (4, 4)))


def test_the_first_wrong_name_is_named() -> None:
    with pytest.raises(InputError, match="'bad'") as caught:
        check_operators(["identity", "bad", "worse"])
    assert "worse" not in str(caught.value)


def test_modules_are_found_once_each_in_order_of_their_files() -> None:
    names = [module.__name__ for module in operator_modules()]
    assert names == sorted(set(names))
    assert {name.rpartition(".")[2] for name in names} >= {"conv", "dconv", "identity", "maxpool", "tconv"}
    assert all(isinstance(module, ModuleType) for module in operator_modules())


def test_a_built_operator_is_a_module() -> None:
    assert isinstance(build_operator("identity", OperandShape(2, 2, (4, 4))), nn.Module)
