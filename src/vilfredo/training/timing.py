"""Timing of steps so that a busy neighbour hardly shows: CPU time of this process, or the device's own events."""

import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

Step = Callable[[], object]


def time_steps(step: Step, count: int, device: torch.device) -> NDArray[np.float64]:
    """Seconds that each of `count` steps takes; waiting for other processes does not count."""
    return _time_on_gpu(step, count) if device.type == "cuda" else _time_on_cpu(step, count)


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
