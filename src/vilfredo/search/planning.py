"""What is tried out before a search begins: how many epochs per candidate the budget allows, in which precision."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import mean

from torch import nn

from vilfredo.errors import InputError
from vilfredo.search.evaluation import network_family
from vilfredo.search.settings import SearchSettings
from vilfredo.training.cuda_graph import make_step
from vilfredo.training.data import TrainingData
from vilfredo.training.loop import steps_per_epoch
from vilfredo.training.memory import available_memory, estimate_training_memory, memory_shortage
from vilfredo.training.precision import PrecisionTrial, choose_precision
from vilfredo.training.seeding import seeded
from vilfredo.training.settings import TrainingSettings

_STEPS = 4
_PLANNED_SHARE = 0.85
"""Of the budget: later steps may turn out more expensive than their size says."""
_TRAINING_SHARE = 0.5
"""Of the budget, at least, whatever the rest seems to cost: the overheads below are guesses."""
_TIMING_SHARE = 0.05
"""Of the budget, at most, for timing."""
_OVERHEAD_SECONDS = 1.0
"""Per candidate outside training: counting, the time probe, storing."""
_FIT_SECONDS = 8.0
"""Per step: fitting and asking the predictors."""
_EVALUATION_SHARE = 1 / 3
"""Cost of evaluating a sample against training on it: forward without backward."""


def affordable_epochs(settings: SearchSettings, data: TrainingData, seconds: float, workers: int = 1) -> int:
    """Find the most epochs per candidate, 1 to those asked for, with which the whole search fits in `seconds`.

    The cost of architectures of size one is timed on the space's examples (for cells, the operators' symmetric ones,
    whose mean is that of all pairs); larger ones are taken to cost in proportion to their size.
    """
    times = step_times(settings, data, _TIMING_SHARE * seconds)
    if not times:
        return settings.training.epochs
    batch = settings.training.batch_size
    samples = steps_per_epoch(len(data.y_train), batch) * batch + _EVALUATION_SHARE * len(data.y_val)
    epoch = mean(times) / batch * samples  # of an architecture of size one, in seconds
    plan = settings.strategy.plan(settings.problem)
    weight = sum(count * max(size, 0.1) for size, count in enumerate(plan))
    fixed = _OVERHEAD_SECONDS * sum(plan) / workers + _FIT_SECONDS * max(0, len(plan) - 2)
    for_training = max(_TRAINING_SHARE * seconds, _PLANNED_SHARE * seconds - fixed)
    return max(1, min(settings.training.epochs, int(for_training * workers / (weight * epoch))))


def step_times(settings: SearchSettings, data: TrainingData, seconds: float) -> Sequence[float]:
    """Wall-clock seconds of a training step of each of the space's examples, as many as can be timed in `seconds`.

    Networks that don't fit in memory or can't be trained are left out: the search will record why.
    """
    times: list[float] = []
    deadline = time.monotonic() + seconds
    for build in _examples(settings, data):
        try:
            with seeded(settings.seed, data.device):
                times.append(step_time(build(), data, settings.training, deadline))
        except (RuntimeError, MemoryError):
            continue
        if time.monotonic() >= deadline:
            break
    return times


def try_precisions(settings: SearchSettings, data: TrainingData) -> PrecisionTrial:
    """Choose the precision to train in, on the space's examples; see `choose_precision`."""
    return choose_precision(_examples(settings, data, copies=2), data, settings.training)


def _examples(settings: SearchSettings, data: TrainingData, copies: int = 1) -> Iterator[Callable[[], nn.Module]]:
    """Each of the space's examples as a network to be built, where so many copies fit in memory."""
    family = network_family(settings, data)
    for architecture in settings.space.examples():
        try:
            counts = family.count(architecture)
        except InputError:
            continue
        need = estimate_training_memory(counts, settings.training.batch_size, len(data.y_val), data.device)
        if not memory_shortage(copies * need, available_memory(data.device)):
            yield partial(family.build, architecture)


def step_time(network: nn.Module, data: TrainingData, settings: TrainingSettings, deadline: float) -> float:
    """Take the fastest of some steps; the first also sets up kernels."""
    step = make_step(network.train(), data, settings)
    step.set_rates(1.0, settings.drop_path)
    x, y = data.x_train[: settings.batch_size], data.y_train[: settings.batch_size]
    times: list[float] = []
    while len(times) <= _STEPS and (not times or time.monotonic() < deadline):
        start = time.perf_counter()
        step(x, y)
        step.loss_sum.item()  # reading it waits for a GPU
        times.append(time.perf_counter() - start)
    return min(times)
