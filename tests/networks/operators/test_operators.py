"""What holds for every operator found in the folder."""

import itertools
import math
import re
from types import ModuleType

import pytest
import torch
from tests.networks.kept_memory import kept_for_backward
from torch import Tensor, nn

from vilfredo.networks.cost import cost_of, count_flops, known_flops
from vilfredo.networks.grammar import build_operator, operator_modules
from vilfredo.networks.recurrent import Recurrent
from vilfredo.networks.shapes import OperandShape

# Even, odd, oblong and larger than every image and series below.
KERNELS = ((1,), (2,), (3,), (4, 3), (1, 5, 2), (12, 11))
SIZES = {"image": ((1, 1), (7, 9), (8, 8)), "series": ((1, 1), (1, 9), (1, 8))}
SHAPES = {
    kind: [
        OperandShape(3, filters, size, stride) for filters, size, stride in itertools.product((3, 5), sizes, (1, 2, 4))
    ]
    for kind, sizes in SIZES.items()
}
TELLING_SHAPES = {
    kind: [OperandShape(2, 3, odd, 2), OperandShape(3, 3, even), OperandShape(4, 2, single, 4)]
    for kind, (single, odd, even) in SIZES.items()
}


def names_of(module: ModuleType, kind: str) -> list[str]:
    example: str = module.EXAMPLES[kind]
    names = {example, *(with_sizes(example, sizes) for sizes in KERNELS)}
    names |= {re.sub(r"^(\d+x\d+|\d+)(?=[ -])", r"\1:2dr", name) for name in names}
    return sorted(name for name in names if module.PATTERNS[kind].fullmatch(name))


def with_sizes(example: str, sizes: tuple[int, ...]) -> str:
    numbers = itertools.cycle(sizes)
    return re.sub(r"\d+", lambda _: str(next(numbers)), example)


def images(shape: OperandShape, count: int = 2) -> Tensor:
    return torch.randn(count, shape.in_filters, *shape.size, generator=torch.Generator().manual_seed(0))


def blind(name: str, shape: OperandShape) -> bool:
    """Whether the taps lie to both sides of a single pixel: dilation of an even kernel, by its definition."""
    kernel = re.match(r"(?:(\d+)x)?(\d+):", name)
    return kernel is not None and shape.size == (1, 1) and any(int(extent or 1) % 2 == 0 for extent in kernel.groups())


def memoryless(operator: nn.Module, shape: OperandShape) -> bool:
    """Whether there is no step before the only one, and weights of former states cannot matter."""
    return shape.size == (1, 1) and any(isinstance(module, Recurrent) for module in operator.modules())


CASES = [(name, kind) for module in operator_modules() for kind in module.EXAMPLES for name in names_of(module, kind)]
NAMES = [name for name, _ in CASES]
every_name = pytest.mark.parametrize(("name", "kind"), CASES)
every_module = pytest.mark.parametrize("module", operator_modules(), ids=lambda module: module.__name__)


@pytest.mark.parametrize(
    "form", ["identity", "@ conv", "@:2dr conv", "@ dconv", "@-@ conv", "@ tconv", "@ maxpool", "@ avgpool"]
)
def test_the_operators_of_the_paper_are_there(form: str) -> None:
    assert form.replace("@", "12x11") in NAMES
    assert "-" in form or form.replace("@", "12") in NAMES


def test_the_recurrent_operators_of_the_paper_are_there() -> None:
    assert {("lstm", "series"), ("gru", "series")} <= set(CASES)


@every_module
def test_the_examples_are_names_of_their_module(module: ModuleType) -> None:
    assert module.EXAMPLES.keys() == module.PATTERNS.keys() <= SIZES.keys()
    assert all(module.PATTERNS[kind].fullmatch(example) for kind, example in module.EXAMPLES.items())
    assert module.__doc__
    documented = re.findall(r"``([^`]+)``", module.__doc__)
    assert all(any(pattern.fullmatch(name) for pattern in module.PATTERNS.values()) for name in documented)
    assert all(any(pattern.fullmatch(name) for name in documented) for pattern in module.PATTERNS.values())


@every_name
def test_exactly_one_module_builds_a_name(name: str, kind: str) -> None:
    builders = [
        (module.__name__, key)
        for module in operator_modules()
        for key, pattern in module.PATTERNS.items()
        if pattern.fullmatch(name)
    ]
    assert kind in {key for _, key in builders}
    assert len({builder for builder, _ in builders}) == 1


@every_name
def test_output_has_the_expected_shape_and_gradients_reach_every_parameter(name: str, kind: str) -> None:
    for shape in SHAPES[kind]:
        torch.manual_seed(1)
        operator = build_operator(name, shape)
        expected = (2, shape.out_filters, *shape.out_size)
        assert operator.train()(images(shape)).shape == expected, shape
        # In evaluation, since a batch norm in training takes every effect from the bias before it.
        y = operator.eval()(images(shape))
        assert y.shape == expected, shape
        assert y.isfinite().all(), shape
        if blind(name, shape) or memoryless(operator, shape) or not y.requires_grad:
            continue
        (y * torch.randn_like(y)).sum().backward()
        for parameter in operator.parameters():
            if not parameter.requires_grad:  # a bias that a batch norm takes off again
                continue
            assert parameter.grad is not None, shape
            assert parameter.grad.isfinite().all(), shape
            assert parameter.grad.abs().sum() > 0, shape


@pytest.mark.parametrize("name", [name for name, kind in CASES if kind == "series"])
@pytest.mark.parametrize("length", [1, 2, 7, 16])
def test_series_stay_one_high_and_shrink_by_the_stride(name: str, length: int) -> None:
    for stride in (1, 2, 3, 4):
        operator = build_operator(name, OperandShape(2, 3, (1, length), stride)).eval()
        assert operator(torch.zeros(2, 2, 1, length)).shape == (2, 3, 1, -(-length // stride)), stride


@every_name
def test_as_much_is_kept_for_the_backward_pass_as_estimated(name: str, kind: str) -> None:
    for shape in SHAPES[kind]:
        operator, cost = build_operator(name, shape), cost_of(build_operator, name, shape)
        fewer, more = (kept_for_backward(operator, (samples, shape.in_filters, *shape.size)) for samples in (16, 32))
        output, estimated = 4 * shape.out_filters * math.prod(shape.out_size), cost.kept
        if cost.keeps_input:
            estimated += 4 * shape.in_filters * math.prod(shape.size)
        kept = (more - fewer) // 16 - output  # the softmax that follows keeps what it answers
        # Of recurrent layers an upper bound is known, a looser one for a single step; all else is exact.
        recurrent = any(isinstance(module, Recurrent) for module in operator.modules())
        slack = (3 if shape.size == (1, 1) else 2) if recurrent else 1
        assert kept <= estimated <= slack * kept, shape


@every_name
def test_layers_know_the_flops_that_torch_counts(name: str, kind: str) -> None:
    for shape in TELLING_SHAPES[kind]:
        with torch.device("meta"):
            operator = build_operator(name, shape)
        assert known_flops(operator) == count_flops(operator, (shape.in_filters, *shape.size)), shape


@every_name
def test_gradients_reach_the_input(name: str, kind: str) -> None:
    for shape in TELLING_SHAPES[kind]:
        if blind(name, shape):
            continue
        x = images(shape).requires_grad_()
        y = build_operator(name, shape).eval()(x)
        (y * torch.randn(y.shape)).sum().backward()
        assert x.grad is not None, shape
        assert x.grad.isfinite().all(), shape
        assert x.grad.abs().sum() > 0, shape


@every_name
def test_evaluation_treats_samples_independently_and_repeats_itself(name: str, kind: str) -> None:
    for shape in TELLING_SHAPES[kind]:
        operator = build_operator(name, shape).eval()
        x = images(shape, 3)
        with torch.no_grad():
            together, again = operator(x), operator(x)
            apart = torch.cat([operator(sample[None]) for sample in x])
        assert torch.equal(together, again), shape
        assert torch.allclose(together, apart, atol=1e-5), shape


@every_name
def test_the_memory_format_does_not_change_the_values(name: str, kind: str) -> None:
    for shape in TELLING_SHAPES[kind]:
        operator = build_operator(name, shape).eval()
        x = images(shape)
        with torch.no_grad():
            expected = operator(x)
            operator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            y = operator(x.contiguous(memory_format=torch.channels_last))
        assert torch.allclose(y, expected, atol=1e-5), shape


@every_name
def test_operators_can_be_built_and_run_on_the_meta_device(name: str, kind: str) -> None:
    for shape in TELLING_SHAPES[kind]:
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
def test_one_seed_builds_one_operator(name: str, kind: str) -> None:
    for shape in TELLING_SHAPES[kind]:
        states = [seeded(name, shape).state_dict() for _ in range(2)]
        assert states[0].keys() == states[1].keys()
        assert all(torch.equal(states[0][key], states[1][key]) for key in states[0]), shape


def seeded(name: str, shape: OperandShape) -> nn.Module:
    torch.manual_seed(7)
    return build_operator(name, shape)
