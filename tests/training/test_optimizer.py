import pytest
import torch
from torch import Tensor, nn

from vilfredo.training.optimizer import AdamW, make_optimizer
from vilfredo.training.settings import TrainingSettings


def parameters(seed: int = 0) -> list[nn.Parameter]:
    generator = torch.Generator().manual_seed(seed)
    weights = [torch.randn(5, 3, 3, 3, generator=generator), torch.randn(7, generator=generator)]
    weights[0] = weights[0].contiguous(memory_format=torch.channels_last)
    return [nn.Parameter(weight) for weight in weights]


def gradients(step: int, like: list[nn.Parameter]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(step)
    return [torch.empty_like(weight).copy_(torch.randn(weight.shape, generator=generator)) for weight in like]


def test_bit_for_bit_what_torch_does() -> None:
    ours, theirs = parameters(), parameters()
    optimizer = AdamW(ours, 0.03, 0.2)
    reference = torch.optim.AdamW(theirs, lr=0.03, weight_decay=0.2, fused=True)
    for step in range(20):
        rate = 0.03 / (1 + step)
        optimizer.set_learning_rate(rate)
        reference.param_groups[0]["lr"] = rate
        for weights in (ours, theirs):
            for weight, gradient in zip(weights, gradients(step, weights), strict=True):
                weight.grad = gradient
        optimizer.step()
        reference.step()
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_weights_without_a_gradient_stay() -> None:
    weights = parameters()
    frozen = nn.Parameter(torch.ones(2), requires_grad=False)
    before = [weight.detach().clone() for weight in weights]
    optimizer = AdamW([*weights, frozen], 0.1, 0.1)
    optimizer.step()
    assert torch.equal(weights[0], before[0])
    weights[1].grad = torch.ones(7)
    optimizer.step()
    assert torch.equal(weights[0], before[0])
    assert not torch.equal(weights[1], before[1])
    assert torch.equal(frozen, torch.ones(2))
    optimizer.zero_grad()
    assert weights[1].grad is None
    AdamW([], 0.1, 0.1).step()


def test_reset_begins_anew() -> None:
    weights = parameters()
    before = [weight.detach().clone() for weight in weights]
    optimizer = AdamW(weights, 0.1, 0.1)
    results = []
    for _ in range(2):
        for step in range(3):
            for weight, gradient in zip(weights, gradients(step, weights), strict=True):
                weight.grad = gradient
            optimizer.step()
        results.append([weight.detach().clone() for weight in weights])
        optimizer.reset()
        with torch.no_grad():
            for weight, value in zip(weights, before, strict=True):
                weight.copy_(value)
    assert all(torch.equal(a, b) for a, b in zip(*results, strict=True))


@pytest.mark.parametrize("rate", [0.01, 0.5])
def test_decay_is_independent_of_the_learning_rate(rate: float) -> None:
    network = nn.Linear(1, 1, bias=False)
    optimizer = make_optimizer(network, TrainingSettings(learning_rate=rate, weight_decay=0.02))
    before = network.weight.item()
    network.weight.grad = torch.zeros(1, 1)
    optimizer.step()
    assert network.weight.item() == pytest.approx(before * 0.98)
