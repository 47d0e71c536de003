"""Fitting a search into a budget before it begins: how many epochs per candidate the time allows."""

import time
from statistics import mean

from vilfredo.networks.network import build_network
from vilfredo.search.settings import SearchSettings
from vilfredo.spaces.cells import Block, Cell
from vilfredo.training.data import TrainingData
from vilfredo.training.loop import make_optimizer, place, steps_per_epoch, training_step
from vilfredo.training.seeding import seeded

_STEPS = 5
_SHARE = 0.85
"""Of the budget is planned: later steps may turn out more expensive than their size says."""
_OVERHEAD_SECONDS = 1.5
"""Per candidate outside training: counting, the time probe, storing."""
_FIT_SECONDS = 15.0
"""Per step: fitting and asking the predictors."""
_EVALUATION_SHARE = 1 / 3
"""Cost of evaluating a sample against training on it: forward without backward."""


def affordable_epochs(settings: SearchSettings, data: TrainingData, seconds: float) -> int:
    """Find the most epochs per candidate, 1 to those asked for, with which the whole search fits in `seconds`.

    The cost of one-block cells is timed on the symmetric cells of all operators, whose mean is that of all pairs;
    larger cells are taken to cost in proportion to their blocks.
    """
    step = mean(_step_seconds(settings, data, operator) for operator in settings.space.operators)
    batch = settings.training.batch_size
    samples = steps_per_epoch(len(data.y_train), batch) * batch + _EVALUATION_SHARE * len(data.y_val)
    epoch = step / batch * samples  # of a one-block cell, in seconds
    plan = settings.strategy.plan(settings.problem)
    weight = sum(count * max(size, 0.1) for size, count in enumerate(plan))
    fixed = _OVERHEAD_SECONDS * sum(plan) + _FIT_SECONDS * max(0, len(plan) - 2)
    affordable = (_SHARE * seconds - fixed) / (weight * epoch)
    return max(1, min(settings.training.epochs, int(affordable)))


def _step_seconds(settings: SearchSettings, data: TrainingData, operator: str) -> float:
    """Wall-clock seconds of one training step of an operator's symmetric cell."""
    cell = Cell((Block(-1, operator, -1, operator),))
    with seeded(settings.seed, data.device):
        network = build_network(cell, settings.network, data.sample_shape, data.classes)
        place(network, data)
        optimizer = make_optimizer(network, settings.training)
        x, y = data.x_train[: settings.training.batch_size], data.y_train[: settings.training.batch_size]
        training_step(network, optimizer, x, y, 0.0).item()  # the first step also sets up kernels
        times = []
        for _ in range(_STEPS):
            start = time.perf_counter()
            training_step(network, optimizer, x, y, 0.0).item()  # reading the loss waits for a GPU
            times.append(time.perf_counter() - start)
        return min(times)
