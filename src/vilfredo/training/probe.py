"""The cost of one training step, measured so that a busy neighbour hardly shows.

Training time steers the search, and wall-clock on a shared machine may be off several-fold. So it is probed apart
from the training. On a CPU it is the process' own CPU time on a single thread. That still follows the machine's
speed, which neighbours in the same cores and caches change by a third and more from one second to the next; so it is
taken in units of a calibration network whose steps are timed in between, in rounds short enough to have one speed.
On a GPU, held alone, it is the device's events, of many steps a low percentile, since disturbances only ever add.
"""

import time
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vilfredo.training.cuda_graph import make_step
from vilfredo.training.data import TrainingData, memory_layout, resident
from vilfredo.training.seeding import seeded
from vilfredo.training.settings import TrainingSettings
from vilfredo.training.timing import Step, time_steps

_PERCENTILE = 20
_WARM_UP_STEPS = 2
_FEWEST_STEPS = 8
_MOST_STEPS = 100
_ROUNDS = 10
_CALIBRATION_SAMPLES = 64


@dataclass(frozen=True, slots=True)
class StepTime:
    """Cost of one training step on a full batch."""

    seconds: float
    """What a time objective is made of. On a CPU the median over the rounds of step over calibration step, times the
    reference; on a GPU the 20th percentile."""
    median: float
    """Of the times as measured, seconds."""
    iqr: float
    """Interquartile range of what `seconds` is taken from, seconds."""
    steps: int
    """How many were measured."""
    samples: int
    """In a batch."""
    contention: float
    """Wall-clock over measured time: about 1 on a quiet machine."""
    calibration: float
    """Seconds of a step of the calibration network in between, median."""


def measure_step_time(
    network: nn.Module,
    data: TrainingData,
    settings: TrainingSettings,
    *,
    seconds: float = 0.5,
    reference: float | None = None,
) -> StepTime:
    """Time forward, backward and update on the first batch of `data`, without augmentation, as the training runs them.

    The network gets its weights, buffers and mode back; torch its number of threads and generator states.

    Parameters
    ----------
    seconds
        Measured time to aim at, within 8 to 100 steps; two more warm up. Calibrating takes about a tenth of a second.
    reference
        Seconds of a step of the calibration network (see `calibrate`) at the speed for which to state the time; by
        default at the speed found here. One for all that is to be compared.
    """
    device = data.device
    x, y = data.x_train[: settings.batch_size], data.y_train[: settings.batch_size]
    before = {name: value.clone() for name, value in network.state_dict().items()}
    training, threads = network.training, torch.get_num_threads()
    try:
        # On several threads, the time spent waiting at barriers would count as work.
        torch.set_num_threads(1)
        with seeded(0, device):
            step = make_step(network, data, settings)
            # At rate zero the weights stay as they are: what they would grow to might be faster or slower to compute.
            step.set_rates(0.0, settings.drop_path)
            found = _time_rounds(partial(step, x, y), device, seconds)
    finally:
        torch.set_num_threads(threads)
        network.zero_grad()
        network.load_state_dict(before)
        network.train(training)
    return _summary(found, len(y), device, reference)


def measure_latency(
    network: nn.Module, data: TrainingData, *, seconds: float = 0.05, reference: float | None = None
) -> StepTime:
    """Time how long `network` takes to answer one sample alone; see `measure_step_time`, also for the parameters.

    On a GPU each answer is waited for, as whoever asks for one does: unlike steps, answers do not queue up behind each
    other. The network gets its mode back.
    """
    x = data.x_train[:1].contiguous(memory_format=memory_layout(data.device))
    training, threads = network.training, torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        network.eval()
        found = _time_rounds(partial(_answer, network, x), data.device, seconds)
    finally:
        torch.set_num_threads(threads)
        network.train(training)
    return _summary(found, 1, data.device, reference)


def _answer(network: nn.Module, x: Tensor) -> Tensor:
    with torch.inference_mode():
        answer: Tensor = network(x)
    if x.device.type == "cuda":
        torch.cuda.synchronize(x.device)
    return answer


def calibrate(device: torch.device, seconds: float = 0.1) -> StepTime:
    """Time a small fixed network: what changes between two calls is the machine, not the network."""
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        with seeded(0, device):
            step = _calibration_step(device)
            found = _time_rounds(step, device, seconds)
    finally:
        torch.set_num_threads(threads)
    return _summary(found, _CALIBRATION_SAMPLES, device, None)


@cache
def _calibration_step(device: torch.device) -> Step:
    """Build the network once per process."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(_CALIBRATION_SAMPLES, 3, 16, 16, generator=generator)
    y = torch.arange(_CALIBRATION_SAMPLES) % 10
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
        step = make_step(network, data, TrainingSettings(batch_size=_CALIBRATION_SAMPLES))
    step.set_rates(0.0, 0.0)  # so that it stays the same network
    return partial(step, data.x_train, data.y_train)


@dataclass(frozen=True, slots=True)
class _Round:
    """Some steps, and one of the calibration network right after them."""

    times: NDArray[np.float64]
    """Seconds of each step."""
    wall: float
    """Wall-clock seconds of all of them together."""
    calibration: float
    """Seconds."""

    @property
    def ratio(self) -> float:
        """A step in units of the calibration network's."""
        return float(np.median(self.times)) / max(self.calibration, 1e-9)


def _time_rounds(step: Step, device: torch.device, seconds: float) -> list[_Round]:
    calibration = _calibration_step(device)
    time_steps(calibration, _WARM_UP_STEPS, device)
    estimate = time_steps(step, _WARM_UP_STEPS, device)[-1]
    count = int(np.clip(seconds / max(estimate, 1e-9), _FEWEST_STEPS, _MOST_STEPS))
    rounds = []
    for share in np.array_split(np.arange(count), min(_ROUNDS, count)):
        start = time.perf_counter()
        times = time_steps(step, len(share), device)
        wall = time.perf_counter() - start
        rounds.append(_Round(times, wall, float(time_steps(calibration, 1, device)[0])))
    return rounds


def _summary(rounds: list[_Round], samples: int, device: torch.device, reference: float | None) -> StepTime:
    times = np.concatenate([each.times for each in rounds])
    calibration = float(np.median([each.calibration for each in rounds]))
    if device.type == "cpu":
        found = np.array([each.ratio for each in rounds]) * (reference or calibration)
        seconds = np.median(found)
    else:
        found, seconds = times, np.percentile(times, _PERCENTILE)
    quarter, three_quarters = np.percentile(found, [25, 75])
    return StepTime(
        seconds=float(seconds),
        median=float(np.median(times)),
        iqr=float(three_quarters - quarter),
        steps=len(times),
        samples=samples,
        contention=sum(each.wall for each in rounds) / max(float(times.sum()), 1e-9),
        calibration=calibration,
    )
