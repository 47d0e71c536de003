"""How long a model takes to answer, by the size of the batch.

Measured as the time of training is (`training.probe`): on a CPU as this process' own CPU time on one thread, so that
waiting for a busy neighbour does not count; on a GPU by the device's events around calls that are waited for, since
whoever asks waits for the answer. A small fixed network is timed alongside. Two latencies whose `calibration` differs
were taken at different speeds of the machine.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vilfredo.training.data import memory_layout
from vilfredo.training.device import fingerprint
from vilfredo.training.probe import calibrate
from vilfredo.training.timing import Step, time_steps
from vilfredo.trials import Device, Value

BATCH_SIZES = (1, 8, 64)
_FIRST_CALLS = 3
_FEWEST_CALLS = 5
_MOST_CALLS = 1000


class Latency(Value):
    """Time of one answer to a batch."""

    batch: int
    """Samples in it."""
    seconds: float
    """Of one call, median."""
    iqr: float
    """Interquartile range over the calls, seconds."""
    samples_per_second: float
    calls: int
    """How many were measured."""
    contention: float
    """Wall-clock over measured time: about 1 on a quiet machine, more where others compete for it. Well below 1, the
    call used several threads, and `seconds` adds them up."""
    calibration: float
    """Seconds of a training step of the calibration network right before."""
    device: Device
    """What answered."""


def measure_latency(
    network: nn.Module, example: Tensor, batch_sizes: Sequence[int] = BATCH_SIZES, *, seconds: float = 0.4
) -> tuple[Latency, ...]:
    """Time a network's answers where it is, in evaluation mode, without preprocessing.

    The network and each of its modules get their mode back, and torch its number of threads.

    Parameters
    ----------
    network
        Its weights say on which device.
    example
        Shape (1, channels, height, width), preprocessed, anywhere; a batch repeats it.
    batch_sizes
        Each at least 1.
    seconds
        Of measuring each batch size, see `measure_call`.
    """
    device = next((each.device for each in (*network.parameters(), *network.buffers())), example.device)
    layout = memory_layout(device)
    with _answering(network):
        found = []
        for size in batch_sizes:
            # As the evaluation lays it out; expanded, it would lie in memory as a single sample.
            x = example.to(device).repeat(size, 1, 1, 1).contiguous(memory_format=layout)  # (size, c, h, w)
            found.append(measure_call(partial(network, x), size, device, seconds=seconds))
    return tuple(found)


def measure_call(
    call: Callable[[], object], batch: int, device: torch.device | None = None, *, seconds: float = 0.4
) -> Latency:
    """Time anything that answers a batch, e.g. an exported file in its runtime.

    Torch runs it on one thread; any other runtime has to be told so, e.g. a session of onnxruntime by
    ``intra_op_num_threads = 1``. One that spins while it waits would otherwise be billed for that.

    Parameters
    ----------
    call
        Answers one batch.
    batch
        Samples in it.
    device
        Where it answers; by default the CPU.
    seconds
        To aim at, within 5 to 1000 calls. Half as many warm up before; calibrating takes a tenth of a second more.
    """
    device = device or torch.device("cpu")
    step: Step = partial(_and_wait, call, device) if device.type == "cuda" else call
    with _one_thread():
        # It learns, and does so for the whole process: made in inference mode, its network would be spoilt for all.
        with torch.inference_mode(False), torch.enable_grad():
            calibration = calibrate(device).median
        estimate = time_steps(step, _FIRST_CALLS, device).min()
        calls = int(np.clip(seconds / max(estimate, 1e-9), _FEWEST_CALLS, _MOST_CALLS))
        time_steps(step, calls // 2, device)  # clocks rise and memory settles over tenths of a second, not calls
        start = time.perf_counter()
        times = time_steps(step, calls, device)  # (calls,)
        wall = time.perf_counter() - start
    quarter, median, three_quarters = (max(float(value), 1e-9) for value in np.percentile(times, [25, 50, 75]))
    return Latency(
        batch=batch,
        seconds=median,
        iqr=three_quarters - quarter,
        samples_per_second=batch / median,
        calls=calls,
        contention=wall / max(float(times.sum()), 1e-9),
        calibration=calibration,
        device=fingerprint(device, threads=1),
    )


def measure_answers(
    answer: Callable[[NDArray[Any]], object],
    samples: NDArray[Any],
    batch_sizes: Sequence[int] = BATCH_SIZES,
    *,
    seconds: float = 0.4,
) -> tuple[Latency, ...]:
    """Time what answers raw samples on the CPU, preprocessing included; see `measure_call`.

    Parameters
    ----------
    samples
        At least one; batches are made of them, over and over where there are too few.
    """
    found = []
    for size in batch_sizes:
        batch = np.resize(samples, (size, *samples.shape[1:]))
        found.append(measure_call(partial(answer, batch), size, seconds=seconds))
    return tuple(found)


def _and_wait(call: Callable[[], object], device: torch.device) -> None:
    """Answer on a GPU; the host is free long before the device has finished."""
    call()
    torch.cuda.synchronize(device)


@contextmanager
def _answering(network: nn.Module) -> Iterator[None]:
    """Evaluation without gradients; modules get back the modes they had, which need not be one."""
    modes = {module: module.training for module in network.modules()}
    network.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        for module, training in modes.items():
            module.training = training


@contextmanager
def _one_thread() -> Iterator[None]:
    """On several threads, the time spent waiting at barriers would count as work."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
