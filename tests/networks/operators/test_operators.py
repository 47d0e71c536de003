"""What holds for every operator found in the folder."""

import itertools
import re
from types import ModuleType

import pytest
import torch
from torch import Tensor, nn

from vilfredo.networks.cost import count_flops, known_flops
from vilfredo.networks.grammar import build_operator, operator_modules
from vilfredo.networks.shapes import OperandShape

# Even, odd, oblong and larger than every image below.
KERNELS = ((1,), (2,), (3,), (4, 3), (1, 5, 2), (12, 11))
SHAPES = [
    OperandShape(3, filters, size, stride)
    for filters, size, stride in itertools.product((3, 5), ((1, 1), (7, 9), (8, 8)), (1, 2, 4))
]
TELLING_SHAPES = [OperandShape(2, 3, (7, 9), 2), OperandShape(3, 3, (8, 8)), OperandShape(4, 2, (1, 1), 4)]


def names_of(module: ModuleType) -> list[str]:
    example: str = module.EXAMPLE
    names = {example, *(with_sizes(example, sizes) for sizes in KERNELS)}
    names |= {re.sub(r"(\d+x\d+)", r"\1:2dr", name, count=1) for name in names}
    return sorted(name for name in names if module.PATTERN.fullmatch(name))


def with_sizes(example: str, sizes: tuple[int, ...]) -> str:
    numbers = itertools.cycle(sizes)
    return re.sub(r"\d+", lambda _: str(next(numbers)), example)


def images(shape: OperandShape, count: int = 2) -> Tensor:
    return torch.randn(count, shape.in_filters, *shape.size, generator=torch.Generator().manual_seed(0))


def blind(name: str, shape: OperandShape) -> bool:
    """Whether the taps lie to both sides of a single pixel: dilation of an even kernel, by its definition."""
    kernel = re.match(r"(\d+)x(\d+):", name)
    return kernel is not None and shape.size == (1, 1) and any(int(extent) % 2 == 0 for extent in kernel.groups())


NAMES = [name for module in operator_modules() for name in names_of(module)]
every_name = pytest.mark.parametrize("name", NAMES)
every_module = pytest.mark.parametrize("module", operator_modules(), ids=lambda module: module.__name__)


@pytest.mark.parametrize(
    "form", ["identity", "@ conv", "@:2dr conv", "@ dconv", "@-@ conv", "@ tconv", "@ maxpool", "@ avgpool"]
)
def test_the_operators_of_the_paper_are_there(form: str) -> None:
    assert form.replace("@", "12x11") in NAMES


@every_module
def test_the_example_is_a_name_of_its_module(module: ModuleType) -> None:
    assert module.PATTERN.fullmatch(module.EXAMPLE)
    assert module.__doc__
    documented = re.findall(r"``([^`]+)``", module.__doc__)
    assert documented
    assert all(module.PATTERN.fullmatch(name) for name in documented)


@every_name
def test_exactly_one_module_builds_a_name(name: str) -> None:
    assert sum(module.PATTERN.fullmatch(name) is not None for module in operator_modules()) == 1


@every_name
def test_output_has_the_expected_shape_and_gradients_reach_every_parameter(name: str) -> None:
    for shape in SHAPES:
        torch.manual_seed(1)
        operator = build_operator(name, shape)
        expected = (2, shape.out_filters, *shape.out_size)
        assert operator.train()(images(shape)).shape == expected, shape
        # In evaluation, since a batch norm in training takes every effect from the bias before it.
        y = operator.eval()(images(shape))
        assert y.shape == expected, shape
        assert y.isfinite().all(), shape
        if blind(name, shape) or not y.requires_grad:
            continue
        (y * torch.randn_like(y)).sum().backward()
        for parameter in operator.parameters():
            if not parameter.requires_grad:  # a bias that a batch norm takes off again
                continue
            assert parameter.grad is not None, shape
            assert parameter.grad.isfinite().all(), shape
            assert parameter.grad.abs().sum() > 0, shape


@every_name
def test_layers_know_the_flops_that_torch_counts(name: str) -> None:
    for shape in TELLING_SHAPES:
        with torch.device("meta"):
            operator = build_operator(name, shape)
        assert known_flops(operator) == count_flops(operator, (shape.in_filters, *shape.size)), shape


@every_name
def test_gradients_reach_the_input(name: str) -> None:
    for shape in TELLING_SHAPES:
        if blind(name, shape):
            continue
        x = images(shape).requires_grad_()
        y = build_operator(name, shape).eval()(x)
        (y * torch.randn(y.shape)).sum().backward()
        assert x.grad is not None, shape
        assert x.grad.isfinite().all(), shape
        assert x.grad.abs().sum() > 0, shape


@every_name
def test_evaluation_treats_samples_independently_and_repeats_itself(name: str) -> None:
    for shape in TELLING_SHAPES:
        operator = build_operator(name, shape).eval()
        x = images(shape, 3)
        with torch.no_grad():
            together, again = operator(x), operator(x)
            apart = torch.cat([operator(sample[None]) for sample in x])
        assert torch.equal(together, again), shape
        assert torch.allclose(together, apart, atol=1e-5), shape


@every_name
def test_the_memory_format_does_not_change_the_values(name: str) -> None:
    for shape in TELLING_SHAPES:
        operator = build_operator(name, shape).eval()
        x = images(shape)
        with torch.no_grad():
            expected = operator(x)
            operator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            y = operator(x.contiguous(memory_format=torch.channels_last))
        assert torch.allclose(y, expected, atol=1e-5), shape


@every_name
def test_operators_can_be_built_and_run_on_the_meta_device(name: str) -> None:
    for shape in TELLING_SHAPES:
        with torch.device("meta"):
            operator = build_operator(name, shape)
            y = operator(torch.empty(2, shape.in_filters, *shape.size))
        real = build_operator(name, shape)
        assert y.is_meta
        assert y.shape == (2, shape.out_filters, *shape.out_size)
        assert [parameter.shape for parameter in operator.parameters()] == [
            parameter.shape for parameter in real.parameters()
        ]


@every_name
def test_one_seed_builds_one_operator(name: str) -> None:
    for shape in TELLING_SHAPES:
        states = [seeded(name, shape).state_dict() for _ in range(2)]
        assert states[0].keys() == states[1].keys()
        assert all(torch.equal(states[0][key], states[1][key]) for key in states[0]), shape


def seeded(name: str, shape: OperandShape) -> nn.Module:
    torch.manual_seed(7)
    return build_operator(name, shape)
