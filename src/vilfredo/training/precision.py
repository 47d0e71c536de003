"""Whether to train in mixed precision: tried on the device, since neither its name nor its instructions tell."""

import copy
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import nn

from vilfredo.training.cuda_graph import make_step
from vilfredo.training.data import TrainingData
from vilfredo.training.seeding import seeded
from vilfredo.training.settings import Precision, TrainingSettings
from vilfredo.training.timing import time_steps

_STEPS = 2
_ROUNDS = 8
_MARGIN = 1.1
"""Speed-up from which bfloat16 is taken: what gains less is not worth its coarser numbers."""


@dataclass(frozen=True, slots=True)
class PrecisionTrial:
    """What a trial found."""

    precision: Precision
    """The one to train in."""
    speedup: float | None
    """Of bfloat16 over float32, geometric mean over the networks; None where there was nothing to try."""


def supports_bfloat16(device: torch.device) -> bool:
    """Whether the device has instructions for bfloat16; a CPU without them takes five to ten times as long."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    checks = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(check is not None and check() for check in checks)


def choose_precision(
    builds: Iterable[Callable[[], nn.Module]], data: TrainingData, settings: TrainingSettings, seconds: float = 20.0
) -> PrecisionTrial:
    """Time training steps of some networks in float32 and in bfloat16, in turns, and choose.

    Takes some twenty steps of each network in each precision, on one thread. Torch's generators and number of threads
    are as before afterwards.

    Parameters
    ----------
    builds
        Each makes a network, as in `measure`; best such as the search will train, and that fit in memory twice.
    data
        Whose first batch is trained on, on the device to choose for.
    settings
        Their precision is of no account.
    seconds
        After which no further network is tried.
    """
    if not supports_bfloat16(data.device):
        return PrecisionTrial("float32", None)
    deadline = time.monotonic() + seconds
    speedups: list[float] = []
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        with seeded(0, data.device):
            for build in builds:
                speedups.append(_speedup(build(), data, settings))
                if time.monotonic() >= deadline:
                    break
    except RuntimeError:  # an operator that bfloat16 has no kernel for: what cannot be trained is not faster
        return PrecisionTrial("float32", None)
    finally:
        torch.set_num_threads(threads)
    if not speedups:
        return PrecisionTrial("float32", None)
    speedup = math.exp(sum(math.log(each) for each in speedups) / len(speedups))
    return PrecisionTrial("bfloat16" if speedup >= _MARGIN else "float32", speedup)


def _speedup(network: nn.Module, data: TrainingData, settings: TrainingSettings) -> float:
    """Time of a step in float32 over that in bfloat16."""
    x, y = data.x_train[: settings.batch_size], data.y_train[: settings.batch_size]
    precisions: tuple[Precision, ...] = ("float32", "bfloat16")
    steps = []
    for precision in precisions:
        step = make_step(copy.deepcopy(network), data, settings.model_copy(update={"precision": precision}))
        step.set_rates(0.0, settings.drop_path)
        steps.append(step)
    ratios = []
    for number in range(_ROUNDS + 1):
        # In turns, so that both see the machine at one speed; the first round warms up.
        slow, fast = (float(np.median(time_steps(partial(step, x, y), _STEPS, data.device))) for step in steps)
        if number:
            ratios.append(slow / max(fast, 1e-9))
    return float(np.median(ratios))
