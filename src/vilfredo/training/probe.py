"""The cost of one training step, measured so that a busy neighbour hardly shows.

Training time steers the search, and wall-clock on a shared machine may be off several-fold. So it is probed
apart from the training: on a CPU the process' own CPU time on a single thread, on a GPU the device's events;
of many steps a low percentile, since disturbances only ever add.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vilfredo.training.data import TrainingData, resident
from vilfredo.training.loop import make_optimizer, place, training_step
from vilfredo.training.seeding import seeded
from vilfredo.training.settings import TrainingSettings

_PERCENTILE = 20
_WARM_UP_STEPS = 2
_FEWEST_STEPS = 5
_MOST_STEPS = 100

Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class StepTime:
    """Cost of one training step on a full batch."""

    seconds: float
    """The 20th percentile: what a time objective is made of."""
    median: float
    iqr: float
    """Interquartile range, seconds."""
    steps: int
    """How many were measured."""
    samples: int
    """In a batch."""
    contention: float
    """Wall-clock over measured time: about 1 on a quiet machine."""


def measure_step_time(
    network: nn.Module, data: TrainingData, settings: TrainingSettings, *, seconds: float = 0.5
) -> StepTime:
    """Time forward, backward and update on the first batch of `data`, without augmentation.

    The network gets its weights, buffers and mode back; torch its number of threads and generator states.

    Parameters
    ----------
    seconds
        Measured time to aim at, within 5 to 100 steps; two more warm up.
    """
    place(network, data)
    x, y = data.x_train[: settings.batch_size], data.y_train[: settings.batch_size]
    before = {name: value.clone() for name, value in network.state_dict().items()}
    training, threads = network.training, torch.get_num_threads()
    optimizer = make_optimizer(network, settings)
    try:
        # On several threads, the time spent waiting at barriers would count as work.
        torch.set_num_threads(1)
        network.train()
        with seeded(0, data.device):
            times, wall = _time_steps(
                partial(training_step, network, optimizer, x, y, settings.label_smoothing), data.device, seconds
            )
    finally:
        torch.set_num_threads(threads)
        network.zero_grad()
        network.load_state_dict(before)
        network.train(training)
    low, quarter, median, three_quarters = np.percentile(times, [_PERCENTILE, 25, 50, 75])
    return StepTime(
        seconds=float(low),
        median=float(median),
        iqr=float(three_quarters - quarter),
        steps=len(times),
        samples=len(y),
        contention=wall / max(float(times.sum()), 1e-9),
    )


def calibrate(device: torch.device, seconds: float = 0.1) -> StepTime:
    """Time a small fixed network: what changes between two calls is the machine, not the network."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(64, 3, 16, 16, generator=generator)
    y = torch.arange(64) % 10
    data = resident(x, y, x, y, 10, device)
    with seeded(0, device):
        network = nn.Sequential(
            nn.Conv2d(3, 24, 3, padding=1),
            nn.BatchNorm2d(24),
            nn.SiLU(),
            nn.Conv2d(24, 48, 3, stride=2, padding=1),
            nn.BatchNorm2d(48),
            nn.SiLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(48, 10),
        )
    return measure_step_time(network, data, TrainingSettings(batch_size=64), seconds=seconds)


def _time_steps(step: Step, device: torch.device, seconds: float) -> tuple[NDArray[np.float64], float]:
    """Seconds of each of several steps, and the wall-clock seconds of all of them together."""
    time_some = _time_on_gpu if device.type == "cuda" else _time_on_cpu
    estimate = time_some(step, _WARM_UP_STEPS)[-1]
    count = int(np.clip(seconds / max(estimate, 1e-9), _FEWEST_STEPS, _MOST_STEPS))
    start = time.perf_counter()
    times = time_some(step, count)
    return times, time.perf_counter() - start


def _time_on_cpu(step: Step, count: int) -> NDArray[np.float64]:
    marks = [time.process_time()]
    for _ in range(count):
        step()
        marks.append(time.process_time())
    return np.diff(np.array(marks))


def _time_on_gpu(step: Step, count: int) -> NDArray[np.float64]:
    marks = [torch.cuda.Event(enable_timing=True) for _ in range(count + 1)]  # type: ignore[no-untyped-call]
    marks[0].record()
    for mark in marks[1:]:
        step()
        mark.record()
    torch.cuda.synchronize()
    return np.array([earlier.elapsed_time(later) / 1000.0 for earlier, later in pairwise(marks)])
