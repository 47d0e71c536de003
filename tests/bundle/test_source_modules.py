"""Each operator on its own is the same in plain PyTorch; what has no counterpart is named."""

import itertools
import re
from types import ModuleType

import pytest
import torch
from tests.bundle.rebuilt import difference, rebuild, trained
from torch import nn

from vilfredo.bundle.source_modules import expression
from vilfredo.errors import VilfredoError
from vilfredo.networks.grammar import build_operator, operator_modules
from vilfredo.networks.network import build_network
from vilfredo.networks.shapes import OperandShape
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture

# Even, odd, oblong, 1, and larger than what they are laid over.
KERNELS = ((1,), (2,), (3,), (4, 3), (1, 5, 2), (12, 11))
SIZES = {"image": ((1, 1), (7, 9), (8, 6)), "series": ((1, 1), (1, 9), (1, 8))}


def names_of(module: ModuleType, kind: str) -> list[str]:
    example: str = module.EXAMPLES[kind]
    names = {example}
    for sizes in KERNELS:
        numbers = itertools.cycle(sizes)
        names.add(re.sub(r"\d+", lambda _, numbers=numbers: str(next(numbers)), example))  # type: ignore[misc]
    names |= {re.sub(r"^(\d+x\d+|\d+)(?=[ -])", r"\1:2dr", name) for name in names}
    return sorted(name for name in names if module.PATTERNS[kind].fullmatch(name))


CASES = [(name, kind) for module in operator_modules() for kind in module.EXAMPLES for name in names_of(module, kind)]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_every_operator_answers_the_same(name: str, kind: str) -> None:
    for filters, size, stride in itertools.product((3, 5), SIZES[kind], (1, 2, 4)):
        shape = OperandShape(3, filters, size, stride)
        operator = trained(build_operator(name, shape))
        x = torch.randn(3, 3, *size, generator=torch.Generator().manual_seed(1))
        assert difference(operator, rebuild(operator), x) <= 1e-5, shape


def test_averages_and_maxima_at_the_edge_are_those_of_the_pixels_inside() -> None:
    for name, stride in itertools.product(("2x2 avgpool", "3x3 avgpool", "2x2 maxpool"), (1, 2)):
        operator = rebuild(build_operator(name, OperandShape(2, 2, (5, 5), stride)))
        x = torch.full((1, 2, 5, 5), -3.0)
        assert torch.equal(operator(x), torch.full_like(operator(x), -3.0)), name


def test_keys_of_the_state_are_those_of_the_network() -> None:
    text = (
        "[(-2, '3x3 dconv', -1, '2x2 tconv');(0, '1x3-3x1 conv', -2, 'identity');(-1, '2x2 maxpool', 0, '3x3 avgpool')]"
    )
    macro = MacroArchitecture(motifs=3, normal_cells=1, filters=4, lookback_reshape=True)
    network = build_network(parse_cell(text), macro, (3, 9, 7), 4)
    assert any("reshapes" in key for key in network.state_dict())
    plain = rebuild(network)
    assert list(plain.state_dict()) == list(network.state_dict())


def test_a_layer_that_is_not_known_is_named() -> None:
    class Curious(nn.Conv2d):
        """Not what its base class is."""

    network = build_network(parse_cell("[(-1, '3x3 conv', -1, 'identity')]"), MacroArchitecture(), (3, 8, 8), 2)
    network.cells[0].blocks[0].op1[0] = Curious(3, 3, 3)  # type: ignore[index, union-attr]
    with pytest.raises(VilfredoError, match=r"test_source_modules\..*Curious"):
        expression(network, set())


def test_a_secondary_exit_must_have_been_dropped() -> None:
    cell = parse_cell("[(-1, '3x3 conv', -1, 'identity')]")
    network = build_network(cell, MacroArchitecture(), (3, 8, 8), 2, secondary_exit=True)
    assert network.secondary is not None
    with pytest.raises(VilfredoError, match="secondary"):
        expression(network, set())
    network.secondary = None
    expression(network, set())
