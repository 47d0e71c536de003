"""The steps by hand against torch's own."""

import pytest
import torch
from torch import Tensor

from vilfredo.networks.gru_steps import gru_steps


def arguments(length: int, n: int, inputs: int, units: int) -> list[Tensor]:
    generator = torch.Generator().manual_seed(length)
    shapes = [(length, n, inputs), (3 * units, inputs), (3 * units, units), (3 * units,), (3 * units,)]
    return [torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_() for shape in shapes]


def reference(x: Tensor, *weights: Tensor) -> Tensor:
    start = x.new_zeros(1, x.shape[1], weights[1].shape[1])
    return torch.gru(x, start, list(weights), True, 1, 0.0, True, False, False)[0]


@pytest.mark.parametrize(
    ("length", "n", "inputs", "units"), [(1, 1, 1, 1), (1, 3, 2, 4), (2, 1, 3, 2), (9, 5, 3, 4), (40, 2, 5, 1)]
)
def test_states_and_gradients_are_those_of_torch(length: int, n: int, inputs: int, units: int) -> None:
    made, expected = arguments(length, n, inputs, units), arguments(length, n, inputs, units)
    states, right = gru_steps(*made), reference(*expected)
    assert torch.allclose(states, right, atol=1e-12)
    weight = torch.randn(right.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    torch.autograd.backward((states * weight).sum())
    torch.autograd.backward((right * weight).sum())
    for one, other in zip(made, expected, strict=True):
        assert one.grad is not None
        assert other.grad is not None
        assert torch.allclose(one.grad, other.grad, atol=1e-10)


def test_gradients_are_those_of_differences() -> None:
    assert torch.autograd.gradcheck(gru_steps, arguments(4, 2, 3, 2))


def test_only_the_last_state_may_matter() -> None:
    made, expected = arguments(6, 2, 3, 2), arguments(6, 2, 3, 2)
    torch.autograd.backward(gru_steps(*made)[-1].sum())
    torch.autograd.backward(reference(*expected)[-1].sum())
    assert made[0].grad is not None
    assert expected[0].grad is not None
    assert torch.allclose(made[0].grad, expected[0].grad, atol=1e-12)


def test_nothing_handed_over_is_changed() -> None:
    made = arguments(5, 2, 3, 2)
    before = [tensor.detach().clone() for tensor in made]
    torch.autograd.backward(gru_steps(*made).sum())
    assert all(torch.equal(one, other) for one, other in zip(made, before, strict=True))


def test_passes_repeat_themselves_bit_for_bit() -> None:
    grads = []
    for _ in range(2):
        made = [tensor.detach().float().requires_grad_() for tensor in arguments(30, 4, 3, 8)]
        torch.autograd.backward(gru_steps(*made).sum())
        grads.append([tensor.grad for tensor in made])
    assert all(torch.equal(one, other) for one, other in zip(*grads, strict=True) if one is not None)


def test_inference_gives_the_same_states() -> None:
    made = arguments(5, 2, 3, 2)
    with torch.inference_mode():
        states = gru_steps(*made)
    assert torch.equal(states, gru_steps(*made))
