"""Recurrent layers stay whole in a program, and what is not a plain one is let through."""

from typing import Literal

import pytest
import torch
from torch import Tensor, nn

from vilfredo.bundle.export_recurrent import KeptWhole, placeholder, restored
from vilfredo.bundle.plain.recurrent import Recurrent

BATCH = torch.export.Dim("batch", min=1)


def program_of(module: nn.Module, x: Tensor) -> torch.export.ExportedProgram:
    with torch.no_grad(), KeptWhole(placeholder):
        return torch.export.export(module, (x,), dynamic_shapes=({0: BATCH},), strict=False)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_a_program_has_torchs_own_function_again(kind: Literal["lstm", "gru"]) -> None:
    layer = Recurrent(kind, 3, 5).eval()
    for parameter in layer.parameters():
        nn.init.normal_(parameter)
    program = restored(program_of(nn.Sequential(layer, Recurrent(kind, 5, 2)).eval(), torch.zeros(2, 3, 1, 40)))
    targets = [str(node.target) for node in program.graph.nodes if node.op == "call_function"]
    assert targets.count(f"aten.{kind}.input") == 2
    assert not any("vilfredo" in target for target in targets)
    x = torch.randn(7, 3, 1, 40)
    alone = restored(program_of(layer, torch.zeros(2, 3, 1, 40))).module()
    assert torch.allclose(alone(x), layer(x), atol=1e-6)
    assert torch.allclose(alone(x[:1]), layer(x[:1]), atol=1e-6)


def nines(kind: str, steps: Tensor, start: Tensor, weights: object) -> Tensor:
    return steps.new_full((5, 2, 4), 9.0)


@pytest.mark.parametrize("layer", [nn.GRU(3, 4, bidirectional=True), nn.LSTM(3, 4, num_layers=2)])
def test_layers_that_a_stand_in_does_not_know_answer_themselves(layer: nn.Module) -> None:
    x = torch.randn(5, 2, 3)
    expected = layer(x)[0]
    with KeptWhole(nines):
        assert torch.equal(layer(x)[0], expected)


@pytest.mark.parametrize("layer", [nn.GRU(3, 4), nn.LSTM(3, 4)])
def test_others_get_the_answers_and_the_last_of_them(layer: nn.Module) -> None:
    with KeptWhole(nines):
        answers, last = layer(torch.randn(5, 2, 3))
    assert torch.equal(answers, torch.full((5, 2, 4), 9.0))
    assert torch.equal(last if isinstance(layer, nn.GRU) else last[0], torch.full((1, 2, 4), 9.0))
