"""The training loop: one network, from its initial weights to its learning curve."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vilfredo.errors import VilfredoError
from vilfredo.networks.drop_path import set_drop_path
from vilfredo.training.augmentation import augment
from vilfredo.training.data import TrainingData, memory_layout
from vilfredo.training.schedule import annealing, periods
from vilfredo.training.seeding import derive_seed, seeded
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Epoch

_EVALUATION_BATCH = 256  # larger ones are slower on a CPU: their activations leave the cache


class TrainingError(VilfredoError):
    """The network cannot be trained as asked; the message is the reason to record."""


class Abandoned(Exception):  # noqa: N818 - nothing went wrong: somebody wants to stop
    """Raised out of a training when `should_stop` says so; what was in flight is dropped."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a training showed."""

    curve: tuple[Epoch, ...]

    @property
    def best(self) -> Epoch:
        """The epoch of the best validation accuracy; of several, the one with the lowest loss."""
        return max(self.curve, key=lambda epoch: (epoch.validation_accuracy, -epoch.validation_nll))


def never() -> bool:
    """Go on to the end: the default of `should_stop`."""
    return False


def train(
    network: nn.Module,
    data: TrainingData,
    settings: TrainingSettings,
    seed: int,
    *,
    should_stop: Callable[[], bool] = never,
    deadline: float = math.inf,
    on_epoch: Callable[[Epoch], None] | None = None,
) -> TrainingResult:
    """Train `network` in place with AdamW and validate it after each epoch (POPNASv3, section 3 and table 3).

    It ends with the weights of its best epoch.

    With the same weights, data, settings, seed and number of threads, the result on a CPU is the same bit by
    bit, whatever the process did before. Torch's global generators are left as they were.

    Parameters
    ----------
    network
        Maps (n, channels, height, width) to logits (n, classes). Moved to the device of the data.
    should_stop
        Asked at each step.
    deadline
        Value of ``time.monotonic()`` after which the training is given up.
    on_epoch
        Told each point of the learning curve as it comes.

    Raises
    ------
    TrainingError
        When the loss is no longer finite, or the deadline has passed.
    Abandoned
        When `should_stop` returned True.
    """
    place(network, data)
    generator = torch.Generator(data.device).manual_seed(derive_seed(seed, "batches"))
    optimizer = make_optimizer(network, settings)
    samples = len(data.y_train)
    steps = steps_per_epoch(samples, settings.batch_size)
    lengths = periods(settings.schedule, settings.epochs, settings.first_period)
    _set_batch_norm_momentum(network, min(1.0, max(settings.batch_norm_momentum, 2 / steps)))
    curve: list[Epoch] = []
    best: dict[str, Tensor] = {}
    with seeded(derive_seed(seed, "network"), data.device):  # drop path draws from the global generator
        for epoch in range(1, settings.epochs + 1):
            network.train()
            # The loss is summed up on the device: reading it at each step would stall a GPU.
            loss_sum = torch.zeros((), device=data.device)
            order = torch.randperm(samples, generator=generator, device=data.device)
            check = partial(_check, epoch, should_stop, deadline)
            for number, indices in enumerate(split_batches(order, settings.batch_size)):
                check()
                step = (epoch - 1) * steps + number
                rate = annealing(step, steps, lengths)
                optimizer.param_groups[0]["lr"] = settings.learning_rate * rate
                if settings.drop_path:
                    set_drop_path(network, settings.drop_path * step / (settings.epochs * steps))

                x = augment(data.x_train[indices], settings, generator)  # (n, c, h, w)
                y = data.y_train[indices]  # (n,)
                loss = training_step(network, optimizer, x, y, settings.label_smoothing)
                loss_sum += loss * len(indices)
            loss_mean = _finite(loss_sum.item() / samples, "loss", epoch)

            accuracy, nll = evaluate(network, data.x_val, data.y_val, check)
            point = Epoch(
                epoch=epoch,
                learning_rate=settings.learning_rate * annealing((epoch - 1) * steps, steps, lengths),
                training_loss=loss_mean,
                validation_accuracy=accuracy,
                validation_nll=_finite(nll, "validation loss", epoch),
            )
            curve.append(point)
            if TrainingResult(tuple(curve)).best is point:
                best = {name: value.clone() for name, value in network.state_dict().items()}
            if on_epoch:
                on_epoch(point)
    network.load_state_dict(best)
    return TrainingResult(tuple(curve))


def training_step(
    network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor, smoothing: float
) -> Tensor:
    """Forward, backward and update on one batch; returns its mean loss, detached and still on the device."""
    optimizer.zero_grad()
    loss = F.cross_entropy(network(x), y, label_smoothing=smoothing)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return loss.detach()


def evaluate(network: nn.Module, x: Tensor, y: Tensor, check: Callable[[], None] = lambda: None) -> tuple[float, float]:
    """Accuracy in [0, 1] and mean negative log-likelihood of `network` on samples (m, c, h, w), labels (m,).

    `check` is called before each batch and may raise. The network is left in evaluation mode.
    """
    network.eval()
    correct = torch.zeros((), device=x.device)
    nll = torch.zeros((), device=x.device)
    with torch.inference_mode():
        for start in range(0, len(y), _EVALUATION_BATCH):
            check()
            batch = slice(start, start + _EVALUATION_BATCH)
            logits = network(x[batch])  # (n, classes)
            correct += (logits.argmax(dim=1) == y[batch]).sum()
            nll += F.cross_entropy(logits, y[batch], reduction="sum")
    return correct.item() / len(y), nll.item() / len(y)


def place(network: nn.Module, data: TrainingData) -> None:
    """Move `network` to the device of `data`, in the memory layout of its images."""
    network.to(data.device)
    network.to(memory_format=memory_layout(data.device))  # type: ignore[call-overload]


def make_optimizer(network: nn.Module, settings: TrainingSettings) -> torch.optim.AdamW:
    """AdamW with the decay decoupled from the learning rate, as the paper (Loshchilov & Hutter 2019) has it.

    Torch takes ``lr · weight_decay`` off each weight; at ``lr = annealing · learning_rate`` that is
    ``annealing · settings.weight_decay``.
    """
    decay = settings.weight_decay / settings.learning_rate
    return torch.optim.AdamW(network.parameters(), lr=settings.learning_rate, weight_decay=decay, fused=True)


def steps_per_epoch(samples: int, batch_size: int) -> int:
    """Count the batches of `split_batches`."""
    return max(1, -(-samples // batch_size) - (samples % batch_size == 1))


def split_batches(order: Tensor, batch_size: int) -> list[Tensor]:
    """Split sample numbers (n,) into batches; a last one of a single sample joins the one before.

    Batch norm has no variance over one sample.
    """
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    if len(batches) > 1 and len(batches[-1]) == 1:
        batches[-2:] = [torch.cat(batches[-2:])]
    return batches


def _set_batch_norm_momentum(network: nn.Module, momentum: float) -> None:
    for module in network.modules():
        if isinstance(module, nn.modules.batchnorm._NormBase):
            module.momentum = momentum


def _check(epoch: int, should_stop: Callable[[], bool], deadline: float) -> None:
    if should_stop():
        raise Abandoned
    if time.monotonic() > deadline:
        raise TrainingError(f"time limit reached in epoch {epoch}")


def _finite(value: float, name: str, epoch: int) -> float:
    if not math.isfinite(value):
        raise TrainingError(f"{name} became {'NaN' if math.isnan(value) else 'infinite'} in epoch {epoch}")
    return value
