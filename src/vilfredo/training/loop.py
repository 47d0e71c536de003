"""The training loop: one network, from its initial weights to its learning curve."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import final

import torch
from torch import Tensor, nn

from vilfredo.errors import VilfredoError
from vilfredo.training.augmentation import Augmentation
from vilfredo.training.checkpoint import Checkpoint, TrainingState
from vilfredo.training.cuda_graph import make_step
from vilfredo.training.data import TrainingData
from vilfredo.training.evaluation import evaluate_exits
from vilfredo.training.schedule import annealing, periods
from vilfredo.training.seeding import derive_seed, seeded
from vilfredo.training.settings import TrainingSettings
from vilfredo.training.step import TrainingStep, precision_in_use
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
        """The epoch of the best validation score; of several, the one with the lowest loss.

        Raises
        ------
        KeyError
            When nothing was validated.
        """
        return max(
            self.curve, key=lambda epoch: (as_fraction(self.score, epoch.scores[self.score]), -epoch.scores["nll"])
        )


def ignore_epoch(epoch: Epoch) -> None:
    """Don't tell anybody: the default of `on_epoch`."""


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
    on_epoch: Callable[[Epoch], None] = ignore_epoch,
    checkpoint: Checkpoint | None = None,
) -> TrainingResult:
    """Train `network` in place with AdamW and validate it after each epoch (POPNASv3, section 3 and table 3).

    It ends with the weights of its best epoch; without a validation part, with those of the last.

    With the same weights, data, settings, seed and number of threads, the result on a CPU is the same bit by
    bit, whatever the process did before. Torch's global generators are left as they were.

    Parameters
    ----------
    network
        Maps (n, channels, height, width) to logits (n, classes). Moved to the device of the data. Of two exits (see
        `exits`), both are trained, and the better one's scores count.
    should_stop
        Asked at each step.
    deadline
        Value of ``time.monotonic()`` after which the training is given up.
    on_epoch
        Told each point of the learning curve as it comes; of a training that goes on, all those before first.
    checkpoint
        Where the state is kept after each epoch, or as seldom as it says, and from where the training goes on if there
        is one of it.

    Raises
    ------
    TrainingError
        When the loss is no longer finite, or the deadline has passed.
    Abandoned
        When `should_stop` returned True.
    """
    samples = len(data.y_train)
    steps = steps_per_epoch(samples, settings.batch_size)
    _set_batch_norm_momentum(network, min(1.0, max(settings.batch_norm_momentum, 2 / steps)))
    course = _Course(
        network,
        data,
        settings,
        make_step(network, data, settings),
        Augmentation(data.x_train, settings),
        torch.Generator(data.device).manual_seed(derive_seed(seed, "batches")),
        partial(_check, should_stop, deadline),
    )
    curve: list[Epoch] = []
    best: Mapping[str, Tensor] = {}
    kept = time.monotonic()
    with seeded(derive_seed(seed, "network"), data.device):  # drop path draws from the global generator
        state = checkpoint.load() if checkpoint else None
        if state is not None and course.fits(state):
            curve, best = list(state.curve), course.restore(state)
        for point in curve:
            on_epoch(point)
        for epoch in range(len(curve) + 1, settings.epochs + 1):
            point = course.validated(course.pass_through(epoch))
            curve.append(point)
            if len(data.y_val) and TrainingResult(tuple(curve), score=settings.score).best is point:
                best = {name: value.clone() for name, value in network.state_dict().items()}
            if checkpoint and time.monotonic() - kept >= checkpoint.least_seconds:
                checkpoint.save(course.state(curve, best))
                kept = time.monotonic()
            on_epoch(point)
    course.take_step.optimizer.zero_grad()  # on a GPU they keep the graph's memory
    network.eval()
    if best:
        network.load_state_dict(best)
    return TrainingResult(tuple(curve), course.take_step.remark, settings.score)


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """A training under way."""

    network: nn.Module
    data: TrainingData
    settings: TrainingSettings
    take_step: TrainingStep
    draw: Augmentation
    generator: torch.Generator
    """Of batches and augmentation."""
    check: Callable[[int], None]
    """Called with the epoch before each step; may raise."""

    def pass_through(self, epoch: int) -> Epoch:
        """Learn from all samples once."""
        settings, data = self.settings, self.data
        samples = len(data.y_train)
        steps = steps_per_epoch(samples, settings.batch_size)
        lengths = periods(settings.schedule, settings.epochs, settings.first_period)
        self.network.train()
        # Summed up on the device: reading the loss at each step would stall a GPU.
        self.take_step.loss_sum.zero_()
        order = torch.randperm(samples, generator=self.generator, device=data.device)
        for number, indices in enumerate(split_batches(order, settings.batch_size)):
            self.check(epoch)
            step = (epoch - 1) * steps + number
            rate = settings.drop_path * step / (settings.epochs * steps)
            self.take_step.set_rates(annealing(step, steps, lengths), rate)
            self.take_step(self.draw(indices, self.generator), data.y_train.index_select(0, indices))
        return Epoch(
            epoch=epoch,
            learning_rate=settings.learning_rate * annealing((epoch - 1) * steps, steps, lengths),
            training_loss=_finite(self.take_step.loss_sum.item() / samples, "loss", epoch),
        )

    def validated(self, point: Epoch) -> Epoch:
        """Add the scores of the best exit on the validation part, if there is one."""
        if not len(self.data.y_val):
            return point
        score, precision = self.settings.score, precision_in_use(self.settings)
        check = partial(self.check, point.epoch)
        exits = evaluate_exits(self.network, self.data.x_val, self.data.y_val, check, precision=precision)
        place, scores = max(enumerate(exits), key=lambda one: (as_fraction(score, one[1][score]), -one[0]))
        _finite(scores["nll"], "validation loss", point.epoch)
        return point.model_copy(
            update={"exit": place, **{f"validation_{name}": value for name, value in scores.items()}}
        )

    def state(self, curve: Sequence[Epoch], best: Mapping[str, Tensor]) -> TrainingState:
        """Return all that `restore` needs."""
        generators = [self.generator.get_state(), torch.get_rng_state()]
        if self.data.device.type == "cuda":
            generators.append(torch.cuda.get_rng_state(self.data.device))
        optimizer = self.take_step.optimizer.state()
        return TrainingState(tuple(curve), self.network.state_dict(), best, optimizer, generators)

    def fits(self, state: TrainingState) -> bool:
        """Whether a state is of such a network, on such a device."""
        mine = self.state((), {})
        shapes = {name: value.shape for name, value in mine.network.items()}
        named = [state.network] + [state.best] * bool(state.best)
        rest = [[value.shape for value in (*one.optimizer, *one.generators)] for one in (mine, state)]
        return (
            len(state.curve) <= self.settings.epochs
            and all({name: value.shape for name, value in weights.items()} == shapes for weights in named)
            and rest[0] == rest[1]
        )

    def restore(self, state: TrainingState) -> Mapping[str, Tensor]:
        """Go back to a state; returns the weights of its best epoch."""
        self.network.load_state_dict(state.network)
        self.take_step.optimizer.restore(state.optimizer)
        batches, cpu, *gpu = state.generators
        self.generator.set_state(batches)
        torch.set_rng_state(cpu)
        for generator_state in gpu:
            torch.cuda.set_rng_state(generator_state, self.data.device)
        return {name: value.to(self.data.device) for name, value in state.best.items()}


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


def _check(should_stop: Callable[[], bool], deadline: float, epoch: int) -> None:
    if should_stop():
        raise Abandoned
    if time.monotonic() > deadline:
        raise TrainingError(f"time limit reached in epoch {epoch}")


def _finite(value: float, name: str, epoch: int) -> float:
    if not math.isfinite(value):
        raise TrainingError(f"{name} became {'NaN' if math.isnan(value) else 'infinite'} in epoch {epoch}")
    return value
