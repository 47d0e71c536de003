import json
from dataclasses import replace

import pytest
import torch

from vilfredo.errors import InputError
from vilfredo.networks.families import find_family, restore_family
from vilfredo.networks.families.cells import CellNetworks
from vilfredo.networks.families.mlp import MlpNetworks
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.discovery import spaces
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.parallel_space import ParallelSpace
from vilfredo.spaces.space import Space

CELLS = CellSpace(operators=("identity", "3x3 conv"))
KNOWN: dict[str, Space] = {
    "cells": CELLS,
    "mlp": MlpSpace(dropout_rate=0.5),
    "parallel": ParallelSpace(normal_cells=1, filters=4),
}


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


@pytest.mark.parametrize("last", [None, 2])
def test_networks_of_cells_survive_a_trip_through_json(last: int | None) -> None:
    family = replace(CellNetworks(MacroArchitecture(motifs=2, filters=5), (3, 6, 6), 5), last=last)
    assert restore_family("cells", json.loads(json.dumps(family.to_dict()))) == family


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": 0}, "0 is no size"),
        ({"classes": "5"}, "'5' is no size"),
        ({"input_shape": [3, 6]}, "damaged"),
        ({"last": 99}, "Expected 0 to"),
        ({"last": -1}, "Expected 0 to"),
        ({"macro": {"motifs": 0}}, "macro.motifs"),
        ({"macro": {"stride": 2}}, "'stride'|stride"),
    ],
)
def test_damaged_descriptions_are_refused(changes: dict[str, object], message: str) -> None:
    values = CellNetworks(MacroArchitecture(), (3, 6, 6), 5).to_dict()
    with pytest.raises(InputError, match=message):
        restore_family("cells", values | changes)
    with pytest.raises(InputError, match="damaged"):
        restore_family("cells", {})
    with pytest.raises(InputError, match="Known: cells, mlp"):
        restore_family("trees", values)
