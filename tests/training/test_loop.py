import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from torch import Tensor, nn

from vilfredo.networks.drop_path import DropPath
from vilfredo.training import loop
from vilfredo.training.data import TrainingData, resident
from vilfredo.training.loop import (
    Abandoned,
    TrainingError,
    TrainingResult,
    split_batches,
    steps_per_epoch,
    train,
)
from vilfredo.training.optimizer import AdamW
from vilfredo.training.schedule import annealing, periods
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Epoch

CPU = torch.device("cpu")


def digits(count: int = 1797, validation: int = 297) -> TrainingData:
    pixels, labels = load_digits(return_X_y=True)
    x = torch.tensor(pixels[:count] / 16.0 - 0.3).float().view(-1, 1, 8, 8)
    y = torch.tensor(labels[:count])
    return resident(x[validation:], y[validation:], x[:validation], y[:validation], 10, CPU)


def small_net(seed: int = 0, channels: int = 1, classes: int = 10) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(channels, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.SiLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1),
            nn.BatchNorm2d(32),
            nn.SiLU(),
            nn.Flatten(),
            nn.Linear(512, classes),
        )


def weights(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


QUICK = TrainingSettings(epochs=2, batch_size=32)


class Dropping(nn.Module):
    """Two paths, of which drop path chooses."""

    def __init__(self) -> None:
        super().__init__()
        self.paths = nn.ModuleList([small_net(1), small_net(2)])
        self.drop = DropPath()

    def forward(self, x: Tensor) -> Tensor:
        a, b = self.drop([path(x)[:, :, None, None] for path in self.paths])
        logits: Tensor = (a + b).flatten(1)
        return logits


def test_learns_digits() -> None:
    result = train(small_net(), digits(), TrainingSettings(epochs=5, batch_size=64, schedule="cosine"), 0)
    assert result.best.scores["accuracy"] > 0.9
    assert result.best.scores["nll"] < 0.5
    assert [epoch.epoch for epoch in result.curve] == [1, 2, 3, 4, 5]
    assert result.curve[-1].training_loss < result.curve[0].training_loss / 2


@pytest.mark.parametrize("build", [small_net, Dropping])
def test_the_same_bits_whatever_ran_before(build: Callable[[], nn.Module]) -> None:
    settings = QUICK.model_copy(update={"drop_path": 0.5, "horizontal_flip": True, "cutout": 3})
    data = digits(200, 50)
    first = build()
    result = train(first, data, settings, 7)
    torch.rand(100)
    train(small_net(5), data, settings, 8)
    torch.manual_seed(1)
    second = build()
    assert train(second, data, settings, 7) == result
    assert same(weights(first), weights(second))
    third = build()
    train(third, data, settings, 8)
    assert not same(weights(first), weights(third))


def test_global_generator_and_data_are_left_as_they_were() -> None:
    data = digits(200, 50)
    before, x = torch.get_rng_state(), data.x_train.clone()
    train(Dropping(), data, QUICK.model_copy(update={"drop_path": 0.5, "cutout": 3}), 0)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(data.x_train, x)


def test_drop_path_grows_linearly_with_the_steps() -> None:
    rates: list[float] = []

    class Noting(Dropping):
        def forward(self, x: Tensor) -> Tensor:
            if self.training:
                rates.append(float(self.drop.rate))
            return super().forward(x)

    train(Noting(), digits(146, 50), QUICK.model_copy(update={"drop_path": 0.4}), 0)
    assert rates == pytest.approx([0.4 * step / 6 for step in range(6)])


class OneWeight(nn.Module):
    """Logits that don't depend on its weight: only the decay moves it."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(2.0))

    def forward(self, x: Tensor) -> Tensor:
        return torch.zeros(len(x), 10) + 0.0 * self.weight


@pytest.mark.parametrize("rate", [0.01, 0.1])
def test_weight_decay_is_decoupled_from_the_learning_rate_and_scheduled(rate: float) -> None:
    settings = TrainingSettings(epochs=9, batch_size=50, learning_rate=rate, weight_decay=0.02)
    network = OneWeight()
    weights: list[float] = []
    train(network, digits(200, 50), settings, 0, on_epoch=lambda epoch: weights.append(network.weight.item()))
    expected = 2.0
    for step in range(9 * 3):
        expected *= 1.0 - 0.02 * annealing(step, 3, periods("cosine-restart", 9, 3))
    assert weights[-1] == pytest.approx(expected, rel=1e-5)


def test_ends_with_the_weights_of_the_best_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [(0.5, 1.0), (0.9, 0.4), (0.9, 0.3), (0.7, 0.1)]
    scores = iter({"accuracy": a, "balanced_accuracy": a, "macro_f1": a, "nll": b} for a, b in values)
    monkeypatch.setattr(loop, "evaluate_exits", lambda *arguments, precision: [next(scores)])
    network = small_net()
    states: list[dict[str, Tensor]] = []

    def keep(epoch: Epoch) -> None:
        states.append({name: value.clone() for name, value in network.state_dict().items()})

    result = train(network, digits(150, 50), TrainingSettings(epochs=4, batch_size=50), 0, on_epoch=keep)
    assert result.best.epoch == 3
    final = network.state_dict()
    assert all(torch.equal(final[name], states[2][name]) for name in final)
    assert any(not torch.equal(final[name], states[3][name]) for name in final)


def test_learning_rate_follows_the_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[float] = []
    monkeypatch.setattr(AdamW, "step", lambda optimizer: used.append(optimizer.learning_rate))
    result = train(small_net(), digits(150, 50), TrainingSettings(epochs=6, batch_size=50), 0)
    assert used == pytest.approx([0.01 * annealing(step, 2, (3, 3)) for step in range(12)])
    assert [epoch.learning_rate for epoch in result.curve] == pytest.approx(used[::2])


def test_label_smoothing_raises_the_training_loss_only_by_its_floor() -> None:
    data = digits(200, 50)
    plain = train(OneWeight(), data, QUICK, 0).curve[0].training_loss
    smooth = train(OneWeight(), data, QUICK.model_copy(update={"label_smoothing": 0.3}), 0).curve[0].training_loss
    assert plain == pytest.approx(math.log(10))
    assert smooth == pytest.approx(math.log(10))
    learnt = train(small_net(), data, QUICK.model_copy(update={"label_smoothing": 0.3}), 0)
    assert learnt.curve[-1].training_loss > train(small_net(), data, QUICK, 0).curve[-1].training_loss


@pytest.mark.parametrize("samples", [2, 3, 5, 32, 33, 65])
def test_small_and_odd_numbers_of_samples(samples: int) -> None:
    network = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.BatchNorm1d(1), nn.Linear(1, 10))
    result = train(network, digits(samples + 1, 1), QUICK, 0)
    assert len(result.curve) == 2


@given(st.integers(2, 300), st.integers(2, 64))
@settings(max_examples=50)
def test_batches_hold_every_sample_once_and_never_one_alone(samples: int, size: int) -> None:
    batches = split_batches(torch.arange(samples), size)
    assert torch.equal(torch.cat(batches), torch.arange(samples))
    assert all(2 <= len(batch) <= size + 1 for batch in batches)
    assert len(batches) == steps_per_epoch(samples, size)


def test_batch_norm_averages_over_half_of_a_short_epoch() -> None:
    network = small_net()
    train(network, digits(50 + 32 * 8, 50), QUICK, 0)
    norm = network[1] if isinstance(network, nn.Sequential) else None
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.momentum == 0.25


def test_best_epoch_has_the_highest_accuracy_then_the_lowest_loss() -> None:
    values = [(0.5, 1.0), (0.9, 0.7), (0.9, 0.4), (0.8, 0.1)]
    curve = tuple(
        Epoch(epoch=n, learning_rate=0.1, training_loss=1.0, validation_accuracy=a, validation_nll=b)
        for n, (a, b) in enumerate(values)
    )
    assert TrainingResult(curve).best.epoch == 2
    assert TrainingResult(curve, score="nll").best.epoch == 3
    with pytest.raises(KeyError):
        _ = TrainingResult(curve, score="macro_f1").best


def test_the_score_picks_the_epoch() -> None:
    values = [(0.9, 0.5), (0.8, 0.7)]
    curve = tuple(
        Epoch(
            epoch=n,
            learning_rate=0.1,
            training_loss=1.0,
            validation_accuracy=accuracy,
            validation_nll=1.0,
            validation_macro_f1=f1,
        )
        for n, (accuracy, f1) in enumerate(values)
    )
    assert TrainingResult(curve).best.epoch == 0
    assert TrainingResult(curve, score="macro_f1").best.epoch == 1


class Diverging(nn.Module):
    """Logits times `factor` from the second training step of the second epoch on."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor, self.calls, self.net = factor, 0, small_net()

    def forward(self, x: Tensor) -> Tensor:
        self.calls += self.training
        logits = self.net(x)
        assert isinstance(logits, Tensor)
        return logits * self.factor if self.calls == 5 else logits


@pytest.mark.parametrize(("factor", "word"), [(math.nan, "NaN"), (math.inf, "(NaN|infinite)")])
def test_a_loss_that_is_not_finite_ends_the_training(factor: float, word: str) -> None:
    with pytest.raises(TrainingError, match=f"loss became {word} in epoch 2"):
        train(Diverging(factor), digits(146, 50), TrainingSettings(epochs=5, batch_size=32), 0)


def test_the_deadline_ends_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(1000))
    monkeypatch.setattr("vilfredo.training.loop.time.monotonic", lambda: next(seconds))
    with pytest.raises(TrainingError, match="time limit reached in epoch 2"):
        train(small_net(), digits(146, 50), TrainingSettings(epochs=5, batch_size=32), 0, deadline=5.5)


def test_a_stop_is_heeded_within_a_step_and_leaves_the_generator_alone() -> None:
    asked, points = [], list[Epoch]()
    before = torch.get_rng_state()

    def stop() -> bool:
        asked.append(1)
        return len(asked) == 6

    with pytest.raises(Abandoned):
        train(small_net(), digits(146, 50), QUICK, 0, should_stop=stop, on_epoch=points.append)
    assert len(asked) == 6
    assert [point.epoch for point in points] == [1]
    assert torch.equal(torch.get_rng_state(), before)


def test_images_and_weights_are_channels_last_even_with_one_channel() -> None:
    network = small_net()
    train(network, digits(100, 50), QUICK, 0)
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    assert all(conv.weight.is_contiguous(memory_format=torch.channels_last) for conv in convolutions)


def test_mixed_precision_learns_and_keeps_weights_and_statistics_in_float32() -> None:
    settings = TrainingSettings(epochs=5, batch_size=64, schedule="cosine", precision="bfloat16")
    seen: set[torch.dtype] = set()
    network = small_net()
    network.register_forward_hook(lambda module, inputs, output: seen.add(output.dtype))
    assert train(network, digits(), settings, 0).best.scores["accuracy"] > 0.9
    assert seen == {torch.bfloat16}  # in evaluation too
    assert {value.dtype for value in network.state_dict().values()} == {torch.float32, torch.int64}


def test_a_precision_that_nobody_chose_is_float32() -> None:
    data = digits(200, 50)
    results = [
        train(small_net(), data, QUICK.model_copy(update={"precision": each}), 0) for each in ("auto", "float32")
    ]
    assert results[0] == results[1]
    assert results[0].remark == ""


def test_no_gradients_are_left_behind() -> None:
    network = small_net()
    train(network, digits(146, 50), QUICK, 0)
    assert all(weight.grad is None for weight in network.parameters())
