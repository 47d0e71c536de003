"""The training loop: one network, from its initial weights to its learning curve."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from vilfredo.errors import VilfredoError
from vilfredo.training.augmentation import Augmentation
from vilfredo.training.cuda_graph import make_step
from vilfredo.training.data import TrainingData
from vilfredo.training.evaluation import evaluate
from vilfredo.training.schedule import annealing, periods
from vilfredo.training.seeding import derive_seed, seeded
from vilfredo.training.settings import TrainingSettings
from vilfredo.training.step import precision_in_use
from vilfredo.trials import Epoch, as_fraction


class TrainingError(VilfredoError):
    """The network cannot be trained as asked; the message is the reason to record."""


class Abandoned(Exception):  # noqa: N818 - nothing went wrong: somebody wants to stop
    """Raised out of a training when `should_stop` says so; what was in flight is dropped."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a training showed."""

    curve: tuple[Epoch, ...]
    remark: str = ""
    """Why the steps were not captured as one graph, where that was tried."""
    score: str = "accuracy"
    """Which of the `trials.SCORES` counts."""

    @property
    def best(self) -> Epoch:
        """The epoch of the best validation score; of several, the one with the lowest loss."""
        return max(
            self.curve, key=lambda epoch: (as_fraction(self.score, epoch.scores[self.score]), -epoch.validation_nll)
        )


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
    generator = torch.Generator(data.device).manual_seed(derive_seed(seed, "batches"))
    samples = len(data.y_train)
    steps = steps_per_epoch(samples, settings.batch_size)
    lengths = periods(settings.schedule, settings.epochs, settings.first_period)
    _set_batch_norm_momentum(network, min(1.0, max(settings.batch_norm_momentum, 2 / steps)))
    take_step = make_step(network, data, settings)
    draw = Augmentation(data.x_train, settings)
    curve: list[Epoch] = []
    best: dict[str, Tensor] = {}
    with seeded(derive_seed(seed, "network"), data.device):  # drop path draws from the global generator
        for epoch in range(1, settings.epochs + 1):
            network.train()
            # Summed up on the device: reading the loss at each step would stall a GPU.
            take_step.loss_sum.zero_()
            order = torch.randperm(samples, generator=generator, device=data.device)
            check = partial(_check, epoch, should_stop, deadline)
            for number, indices in enumerate(split_batches(order, settings.batch_size)):
                check()
                step = (epoch - 1) * steps + number
                rate = settings.drop_path * step / (settings.epochs * steps)
                take_step.set_rates(annealing(step, steps, lengths), rate)
                take_step(draw(indices, generator), data.y_train.index_select(0, indices))
            loss_mean = _finite(take_step.loss_sum.item() / samples, "loss", epoch)

            scores = evaluate(network, data.x_val, data.y_val, check, precision=precision_in_use(settings))
            point = Epoch(
                epoch=epoch,
                learning_rate=settings.learning_rate * annealing((epoch - 1) * steps, steps, lengths),
                training_loss=loss_mean,
                validation_nll=_finite(scores["nll"], "validation loss", epoch),
                validation_accuracy=scores["accuracy"],
                validation_balanced_accuracy=scores["balanced_accuracy"],
                validation_macro_f1=scores["macro_f1"],
            )
            curve.append(point)
            if TrainingResult(tuple(curve), score=settings.score).best is point:
                best = {name: value.clone() for name, value in network.state_dict().items()}
            if on_epoch:
                on_epoch(point)
    take_step.optimizer.zero_grad()  # on a GPU they keep the graph's memory
    network.load_state_dict(best)
    return TrainingResult(tuple(curve), take_step.remark, settings.score)


def steps_per_epoch(samples: int, batch_size: int) -> int:
    """Count the batches of `split_batches`."""
    return max(1, -(-samples // batch_size) - (samples % batch_size == 1))


def split_batches(order: Tensor, batch_size: int) -> list[Tensor]:
    """Split sample numbers (n,) into batches; a last one of a single sample joins the one before.

    Batch norm has no variance over one sample.
    """
    starts = [batch_size * number for number in range(steps_per_epoch(len(order), batch_size))]
    return [order[start:end] for start, end in zip(starts, [*starts[1:], len(order)], strict=True)]


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
