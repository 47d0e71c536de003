import torch

from vilfredo.networks.families import find_family
from vilfredo.networks.families.cells import CellNetworks
from vilfredo.networks.families.mlp import MlpNetworks
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.discovery import spaces
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.space import Space

CELLS = CellSpace(operators=("identity", "3x3 conv"))
KNOWN: dict[str, Space] = {"cells": CELLS, "mlp": MlpSpace(dropout_rate=0.5)}


def test_every_kind_of_space_has_its_networks() -> None:
    for kind in spaces():
        space = KNOWN[kind]
        family = find_family(space, MacroArchitecture(motifs=1, normal_cells=1, filters=4), (3, 6, 6), 5)
        for architecture in ("[]", *space.examples()):
            network = family.build(architecture)
            assert network(torch.zeros(2, 3, 6, 6)).shape == (2, 5)
            assert family.count(architecture).parameters == sum(weight.numel() for weight in network.parameters())


def test_settings_reach_the_networks() -> None:
    macro = MacroArchitecture(filters=7)
    cells = find_family(CELLS, macro, (3, 6, 6), 5)
    assert isinstance(cells, CellNetworks)
    assert cells.macro == macro
    perceptrons = find_family(KNOWN["mlp"], None, (3, 6, 6), 5)
    assert isinstance(perceptrons, MlpNetworks)
    assert perceptrons.dropout_rate == 0.5
