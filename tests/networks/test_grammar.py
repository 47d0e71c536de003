from types import ModuleType

import pytest
from torch import nn

from vilfredo.errors import InputError
from vilfredo.networks.grammar import (
    LARGEST_SIZE,
    build_operator,
    check_operators,
    kind_of,
    kinds_of,
    operator_modules,
)
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
PAPER_SERIES = (
    "identity",
    "7 dconv",
    "13 dconv",
    "21 dconv",
    "7 conv",
    "13 conv",
    "21 conv",
    "7:2dr conv",
    "7:4dr conv",
    "2 maxpool",
    "2 avgpool",
    "lstm",
    "gru",
)


@pytest.mark.parametrize(("names", "kind"), [(PAPER, "image"), (PAPER_SERIES, "series")])
def test_the_papers_operators_are_accepted_unchanged(names: tuple[str, ...], kind: str) -> None:
    assert check_operators(names) == names
    assert check_operators(names, kind) == names
    assert kind_of(names) == kind


def test_any_iterable_is_returned_as_a_tuple() -> None:
    assert check_operators(name for name in ["identity", "3x3 conv"]) == ("identity", "3x3 conv")
    assert check_operators([]) == ()


@pytest.mark.parametrize(
    "name",
    [
        "6x2 conv",
        "3x5:12dr conv",
        "2x9:1dr dconv",
        "999x1 avgpool",
        "10x20-30x40 conv",
        "1 conv",
        "999 maxpool",
        "4:12dr dconv",
    ],
)
def test_any_size_will_do(name: str) -> None:
    assert check_operators([name]) == (name,)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "conv",
        "3- conv",
        "1-3 conv",
        "3:dr conv",
        "3:2dr avgpool",
        "x3 conv",
        "7conv",
        "LSTM",
        "gru ",
        "7 lstm",
        "bilstm",
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
    examples = [example for module in operator_modules() for example in module.EXAMPLES.values()]
    assert all(f"'{example}'" in str(caught.value) for example in examples)


@pytest.mark.parametrize(
    "name",
    [
        "0 conv",
        "07 maxpool",
        "7:0dr dconv",
        f"{LARGEST_SIZE + 1} tconv",
        "٣ conv",
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


@pytest.mark.parametrize(
    ("names", "kind", "message"),
    [
        (["identity", "3x3 conv"], "series", r"'3x3 conv' is for images, .*of the kind 'series'\. Write .*'7 conv'"),
        (["7 conv", "3x3 conv"], "series", "'3x3 conv' is for images"),
        (["gru"], "image", r"'gru' is for series, .*of the kind 'image'\. Write .*'3x3 conv'"),
        (["3x3 conv"], "table", "'3x3 conv' is for images, .* 'table'. Such data have no operators"),
        (["identity"], "table", "'identity' is for images and series, .* 'table'"),
    ],
)
def test_operators_for_other_data_are_refused_with_examples(names: list[str], kind: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_operators(names, kind)


def test_examples_are_of_the_kind_that_is_wanted() -> None:
    with pytest.raises(InputError) as caught:
        check_operators(["3x3 conv"], "series")
    shown = str(caught.value).partition("Write")[2]
    assert all(
        f"'{module.EXAMPLES['series']}'" in shown for module in operator_modules() if "series" in module.EXAMPLES
    )
    assert "x" not in shown.replace("maxpool", "")


@pytest.mark.parametrize(
    "names", [["3x3 conv", "7 conv"], ["identity", "gru", "identity", "2x2 maxpool"], ["1x7-7x1 conv", "lstm"]]
)
def test_kinds_are_not_mixed(names: list[str]) -> None:
    others = [name for name in names if name != "identity"]
    for attempt in (check_operators, kind_of):
        with pytest.raises(InputError, match="Expected operators on one kind of data") as caught:
            attempt(names)
        assert all(f"'{name}'" in str(caught.value) for name in others)


@pytest.mark.parametrize("kind", [None, "image", "series", "table"])
def test_unknown_names_are_refused_whatever_the_kind(kind: str | None) -> None:
    with pytest.raises(InputError, match="'3x3 konv' is not an operator"):
        check_operators(["3x3 konv"], kind)


def test_where_all_names_suit_several_kinds_there_is_none() -> None:
    assert kind_of([]) is None
    assert kind_of(["identity", "identity"]) is None
    assert kind_of(["identity", "lstm"]) == "series"


def test_kinds_of_a_name() -> None:
    assert kinds_of("identity") == {"image", "series"}
    assert kinds_of("3x3 conv") == {"image"}
    assert kinds_of("3 conv") == {"series"}
