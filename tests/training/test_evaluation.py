import pytest
import torch
from sklearn.metrics import f1_score
from torch import Tensor, nn

from vilfredo.training.evaluation import evaluate
from vilfredo.trials import SCORES


def net() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.SiLU(), nn.Flatten(), nn.Linear(144, 10))


def samples(count: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(count, 1, 8, 8, generator=generator), torch.randint(10, (count,), generator=generator)


def test_the_mean_over_all_samples_however_they_are_batched() -> None:
    network, (x, y) = net(), samples(700)
    scores = evaluate(network, x, y)
    assert tuple(sorted(scores)) == tuple(sorted(SCORES))
    assert not network.training
    with torch.no_grad():
        logits = network(x)
    assert scores["accuracy"] == pytest.approx((logits.argmax(1) == y).float().mean().item())
    assert scores["macro_f1"] == pytest.approx(f1_score(y, logits.argmax(1), average="macro"))
    assert scores["nll"] == pytest.approx(nn.functional.cross_entropy(logits, y).item(), rel=1e-5)


class Greedy(nn.Module):
    """Runs out of memory on batches of more than `most` samples."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.net, self.most, self.batches = net(), most, list[int]()

    def forward(self, x: Tensor) -> Tensor:
        if len(x) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        self.batches.append(len(x))
        logits = self.net(x)
        assert isinstance(logits, Tensor)
        return logits


def test_batches_that_do_not_fit_are_halved_and_no_sample_is_counted_twice() -> None:
    x, y = samples(300)
    greedy = Greedy(100)
    found = evaluate(greedy, x, y)
    assert greedy.batches == [64, 64, 64, 64, 44]
    assert found == pytest.approx(evaluate(greedy.net, x, y), rel=1e-5)


def test_a_single_sample_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(torch.OutOfMemoryError):
        evaluate(Greedy(0), *samples(3))


def test_mixed_precision_is_close() -> None:
    x, y = samples(300)
    seen: set[torch.dtype] = set()
    network = net()
    network.register_forward_hook(lambda module, inputs, output: seen.add(output.dtype))
    scores = evaluate(network, x, y, precision="bfloat16")
    assert seen == {torch.bfloat16}
    expected = evaluate(network, x, y)
    assert scores["accuracy"] == pytest.approx(expected["accuracy"], abs=0.05)
    assert scores["nll"] == pytest.approx(expected["nll"], rel=0.02)
