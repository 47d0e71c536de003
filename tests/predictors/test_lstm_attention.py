import numpy as np
import pytest
import torch

from vilfredo.errors import InputError
from vilfredo.predictors import lstm_attention
from vilfredo.predictors.attention_network import forward, tokens
from vilfredo.predictors.lstm_attention import LstmAttention
from vilfredo.predictors.protocol import Samples
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.sampling import sample

SPACE = CellSpace(operators=("a", "b", "c"))


def draw(size: int, count: int) -> Samples:
    cells = sample(SPACE, size, count, np.random.default_rng(size))
    return Samples.of_one_size(cells, np.zeros((len(cells), 9)), operators=3, lookback=2)


@pytest.mark.parametrize("target", [-0.01, 1.01, 95.0])
def test_targets_outside_the_unit_interval_are_refused(target: float) -> None:
    with pytest.raises(InputError, match=r"fractions in \[0, 1\]"):
        LstmAttention().fit(draw(1, 2), np.array([0.5, target]), seed=0)


def test_augmentation_keeps_each_spelling_with_its_source() -> None:
    samples = Samples.concatenate([draw(3, 5), draw(0, 1), draw(1, 4)])
    augmented, source = lstm_attention._augment(samples, 24, np.random.default_rng(0))
    assert set(source.tolist()) == set(range(len(samples)))
    np.testing.assert_array_equal(augmented.sizes, samples.sizes[source])
    assert len(augmented) > len(samples)
    alone, _ = lstm_attention._augment(samples, 1, np.random.default_rng(0))
    assert len(alone) == len(samples)


def test_each_member_sees_only_its_rows_and_all_of_them() -> None:
    seen = [np.arange(0, 20), np.arange(10, 23)]
    order = lstm_attention._order(seen, 8, np.random.default_rng(0))
    assert order.shape == (3, 2, 8)
    for member, rows in enumerate(seen):
        assert set(order[:, member].flatten().tolist()) == set(rows.tolist())


def test_the_weights_kept_are_those_of_the_lowest_training_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    # Member 0 gets better in epochs 0 and 2; member 1 in epoch 0 only, and epoch 4 comes too late for it.
    losses = iter([[3.0, 3.0], [4.0, 4.0], [2.0, 5.0], [4.0, 6.0], [4.0, 1.0], [4.0, 1.0], [0.0, 0.0]])
    marks = iter(range(7))

    def epoch(parameters: dict[str, torch.Tensor], *_: object) -> torch.Tensor:
        mark = next(marks)
        with torch.no_grad():
            for values in parameters.values():
                values.fill_(mark)
        return torch.tensor(next(losses))

    monkeypatch.setattr(lstm_attention, "_epoch", epoch)
    samples = draw(1, 6)
    settings = LstmAttention(members=2, epochs=30, patience=3)
    fitted = settings.fit(samples, np.full(len(samples), 0.5), seed=0)
    assert fitted.parameters["output"][:, 0, 0].tolist() == [2.0, 0.0]
    assert next(marks) == 6


def test_members_are_trained_independently() -> None:
    """A gradient of one member's loss never reaches another's weights."""
    samples = draw(2, 12)
    fitted = LstmAttention(members=3, epochs=1).fit(samples, np.full(12, 0.5), seed=0)
    parameters = {name: values.clone().requires_grad_() for name, values in fitted.parameters.items()}
    rows, sizes = tokens(samples)
    answer = forward(parameters, rows.expand(3, -1, -1, -1), sizes.expand(3, -1))[1].sum()
    gradients = torch.autograd.grad(answer, list(parameters.values()))
    for name, gradient in zip(parameters, gradients, strict=True):
        reached = gradient.flatten(1).abs().sum(dim=1) > 0
        assert reached.tolist() == [False, True, False], name
