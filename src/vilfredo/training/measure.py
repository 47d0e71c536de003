"""One proposal in, one measurement out, whatever becomes of the candidate in between."""

import gc
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Literal

import torch
from torch import nn

from vilfredo.networks.counting import Counts
from vilfredo.training.allocator import release_freed_memory
from vilfredo.training.checkpoint import Checkpoint
from vilfredo.training.data import TrainingData
from vilfredo.training.device import fingerprint
from vilfredo.training.loop import Abandoned, TrainingError, TrainingResult, never, train
from vilfredo.training.memory import available_memory, estimate_training_memory, gibibytes, memory_shortage
from vilfredo.training.peak_memory import watch_peak_memory
from vilfredo.training.probe import measure_latency, measure_step_time
from vilfredo.training.seeding import derive_seed, seeded
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Device, Epoch, Measurement, Outcome, Proposal

TimeSource = Literal["measured", "flops"]

_FLOPS_PER_SECOND = 1e10
_LEAST_SECONDS = 1e-6
_NO_MEMORY = re.compile(r"out of memory|alloc|not enough memory|storage size calculation overflowed", re.IGNORECASE)


class _InfeasibleError(Exception):
    """The candidate is too large for this machine."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What measuring has brought to light; empty for a candidate that failed."""

    objectives: Mapping[str, float] = field(default_factory=dict)
    spread: Mapping[str, float] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


def admit_at_once(size: int) -> None:
    """Let the training begin, however many bytes it needs: the default of `admit`."""


def measure(
    proposal: Proposal,
    build: Callable[[], nn.Module],
    data: TrainingData,
    settings: TrainingSettings,
    *,
    seed: int,
    counts: Counts,
    time_source: TimeSource = "measured",
    should_stop: Callable[[], bool] = never,
    on_epoch: Callable[[Epoch], None] | None = None,
    calibration: float | None = None,
    admit: Callable[[int], None] = admit_at_once,
    checkpoint: Checkpoint | None = None,
) -> Measurement:
    """Train a candidate and time it. A candidate that cannot be trained is a measurement too.

    Weights and batches are seeded from `seed` and the architecture, not from what was measured before.

    Parameters
    ----------
    build
        Makes the network on torch's default device, with weights from torch's global generator.
    seed
        Of the search.
    counts
        Size and cost of the network.
    time_source
        ``measured`` probes the cost of a step; ``flops`` derives the time from the FLOPs, exactly repeatably.
    should_stop
        Asked at each training step.
    calibration
        Step time in seconds of `probe.calibrate` when the search began: the speed of the machine for which the time
        is stated. The drift since then is recorded.
    admit
        Called before anything is built, with the bytes that the training will need; returns when it may begin.
        Waiting counts neither as the candidate's time nor against the time limit.
    checkpoint
        Where the state of the training is kept, to go on from; see `train`.

    Returns
    -------
    ``infeasible`` where memory doesn't suffice; ``failed`` where the loss stops being finite, the time limit is reached
    or the network raises an error; otherwise ``complete``, with accuracy and loss of the best epoch, and the time.

    Raises
    ------
    Abandoned
        When `should_stop` returned True. Nothing is to be recorded then.
    """
    need = _memory_needed(counts, data, settings)
    release_freed_memory()
    admit(need)
    start = time.monotonic()
    peak = watch_peak_memory(data.device)
    curve: list[Epoch] = []
    keep = partial(_keep, curve, on_epoch)
    outcome: Outcome = "complete"
    found, reason = _Found(), ""
    try:
        _refuse_shortage(need, data.device)
        name, deadline = _name(proposal), start + (settings.time_limit or math.inf)
        with seeded(derive_seed(seed, name, "weights"), data.device):
            network = build()
        run = partial(train, should_stop=should_stop, deadline=deadline, on_epoch=keep, checkpoint=checkpoint)
        result = run(network, data, settings, derive_seed(seed, name, "training"))
        found = _judge(result, network, data, settings, time_source, counts.flops, calibration)
    except Abandoned:
        raise
    except Exception as error:
        outcome, reason = _diagnose(error, need)
    memory = {"memory_estimate": need, "memory_peak": peak()}
    if outcome != "complete":
        _free(data.device)
    return Measurement(
        proposal=proposal.id,
        architecture=proposal.architecture,
        outcome=outcome,
        reason=reason,
        objectives={**found.objectives, "parameters": float(counts.parameters), "flops": float(counts.flops)},
        spread=found.spread,
        curve=tuple(curve),
        device=_timed_on(data.device, time_source),
        wall_time=time.monotonic() - start,
        details={"threads": torch.get_num_threads(), **memory, **found.details},
    )


def _keep(curve: list[Epoch], on_epoch: Callable[[Epoch], None] | None, epoch: Epoch) -> None:
    """Add to the learning curve of a training that may yet fail, and pass on."""
    curve.append(epoch)
    if on_epoch:
        on_epoch(epoch)


def _memory_needed(counts: Counts, data: TrainingData, settings: TrainingSettings) -> int:
    batch = min(settings.batch_size, len(data.y_train))
    return estimate_training_memory(counts, batch, len(data.y_val), data.device)


def _timed_on(device: torch.device, time_source: TimeSource) -> Device:
    # On a CPU the probe runs on one thread, whatever the training does.
    threads = 1 if time_source == "measured" and device.type == "cpu" else torch.get_num_threads()
    return fingerprint(device, threads)


def time_from_flops(flops: int, samples: int) -> float:
    """Stand-in for a measured time: seconds per epoch on a device that does 10¹⁰ operations per second.

    Forward and backward together cost three times the forward pass.
    """
    return 3.0 * flops * samples / _FLOPS_PER_SECOND + _LEAST_SECONDS


def latency_from_flops(flops: int) -> float:
    """Stand-in for a measured latency: seconds of one forward pass on the same device as `time_from_flops` has."""
    return flops / _FLOPS_PER_SECOND + _LEAST_SECONDS


def _refuse_shortage(need: int, device: torch.device) -> None:
    shortage = memory_shortage(need, available_memory(device))
    if shortage:
        raise _InfeasibleError(shortage)


def _name(proposal: Proposal) -> str:
    """What tells a network from all others: its architecture, and its macro-architecture where that is its own."""
    if not proposal.network:
        return proposal.architecture
    return f"{proposal.architecture} {dict(sorted(proposal.network.items()))}"


def _judge(
    result: TrainingResult,
    network: nn.Module,
    data: TrainingData,
    settings: TrainingSettings,
    time_source: TimeSource,
    flops: int,
    calibration: float | None,
) -> _Found:
    """Score a trained network and find out what its training costs."""
    best, samples = result.best, len(data.y_train)
    details: dict[str, Any] = {"best_epoch": best.epoch}
    if best.exit:
        details["exit"] = best.exit
    if result.remark:
        details["remark"] = result.remark
    spread: dict[str, float] = {}
    if time_source == "flops":
        seconds, latency = time_from_flops(flops, samples), latency_from_flops(flops)
    else:
        step = measure_step_time(network, data, settings, reference=calibration)
        steps = samples / step.samples  # a fraction: the last batch costs as much as it holds
        seconds, spread["training_time"], details["step"] = step.seconds * steps, step.iqr * steps, asdict(step)
        answer = measure_latency(network, data, reference=calibration)
        latency, spread["latency"] = answer.seconds, answer.iqr
        if calibration is not None:
            details["drift"] = step.calibration / calibration
    objectives = {**best.scores, "training_time": seconds, "latency": latency}
    return _Found(objectives, spread, details)


def _diagnose(error: Exception, need: int) -> tuple[Outcome, str]:
    """Tell a candidate that is too large from one that is broken."""
    message = " ".join(str(error).split())[:300]
    if isinstance(error, _InfeasibleError):
        return "infeasible", message
    if isinstance(error, TrainingError):
        return "failed", message
    if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and _NO_MEMORY.search(message)):
        reason = f"out of memory (estimated need {gibibytes(need)}): {message or type(error).__name__}"
        return "infeasible", reason
    return "failed", f"{type(error).__name__}: {message}" if message else type(error).__name__


def _free(device: torch.device) -> None:
    """Give back what a failed network held before the next one is built."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
