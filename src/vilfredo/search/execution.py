"""What executors have in common: they turn proposals into measurements, in this process or in others."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar, Self

import torch

from vilfredo.discovery import find_class, named_classes
from vilfredo.errors import InputError
from vilfredo.search.cores import available_cores
from vilfredo.search.evaluation import Evaluator, Measured, OnEpoch, StopCheck
from vilfredo.training.device import resolve_device
from vilfredo.training.memory import available_memory
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Proposal

_WORKER_MEMORY = 3 * 2**29
"""Bytes that one more worker should find free: torch and a middle-sized network in training."""


class Executor(ABC):
    """Measures proposals, as many at a time as it has workers. To be used as a context, which ends the workers.

    Executors are final classes in the folder `executors`, found by their ``name``.
    """

    name: ClassVar[str]
    parallel: ClassVar[bool]
    """Whether it can have more workers than one."""
    replays: ClassVar[bool] = False
    """Whether it looks measurements up in a landscape instead of training; see `landscape`."""

    @classmethod
    @abstractmethod
    def start(cls, evaluator: Evaluator, workers: int) -> Self:
        """Make an executor with so many workers (at least 1) which measure as `evaluator` does."""

    @abstractmethod
    def measure(self, proposals: Sequence[Proposal], should_stop: StopCheck, on_epoch: OnEpoch) -> Iterator[Measured]:
        """Measure `proposals`, in any order.

        A worker's next candidate begins only when the measurement before is taken from the iterator and the next is
        asked for. When `should_stop` says so, the iterator ends, and candidates in flight are dropped.
        """

    def now(self) -> float:
        """Seconds on the clock that budgets are counted on, from some moment on; of real time, unless replaying."""
        return time.monotonic()

    def __enter__(self) -> Self:
        """Make this the context's executor."""
        return self

    @abstractmethod
    def __exit__(self, *error: object) -> None:
        """End all workers."""


def executor_names() -> tuple[str, ...]:
    """Names of all executors, sorted."""
    return tuple(sorted(named_classes("vilfredo.search.executors", Executor)))  # type: ignore[type-abstract]


def find_executor(name: str) -> type[Executor]:
    """Return an executor's class by its name, e.g. ``processes``.

    Raises
    ------
    InputError
        When there is none of that name; the message lists those that exist.
    """
    return find_class("vilfredo.search.executors", Executor, name)  # type: ignore[type-abstract]


def crew(executor: str | None, workers: int | None, training: TrainingSettings) -> tuple[str, int]:
    """Decide on an executor and a number of workers where they are not asked for.

    Raises
    ------
    InputError
        When there is no such executor, or this machine cannot keep so many workers busy.
    """
    found = find_executor(executor or "processes")
    if found.replays:
        raise InputError(
            f"executor: '{found.name}' replays landscapes, and these data are to be trained on. Give a landscape as "
            "data, e.g. landscape:digits, or choose processes or local."
        )
    if workers is None:
        workers = default_workers(training) if found.parallel else 1
    if not found.parallel and workers != 1:
        raise InputError(
            f"workers: the executor '{found.name}' has exactly one, got {workers}. Use --executor processes for more."
        )
    return found.name, check_workers(workers, training)


def default_workers(training: TrainingSettings) -> int:
    """How many candidates this machine can train at a time: one per GPU, or as many as cores and memory allow."""
    device = resolve_device(training.device)
    if device.type != "cpu":
        return 1
    memory = available_memory(torch.device("cpu"))
    fitting = available_cores() if memory is None else memory // _WORKER_MEMORY
    return max(1, min(available_cores() // training.threads, fitting))


def check_workers(workers: int, training: TrainingSettings) -> int:
    """Return `workers` if this machine can keep them busy.

    Raises
    ------
    InputError
        When there are none, more than one for a GPU, or more than one for each core: they would only wait for each
        other, and spoil the measured times.
    """
    device, cores = resolve_device(training.device), available_cores()
    most = 1 if device.type != "cpu" else max(1, cores // training.threads)
    if 1 <= workers <= most:
        return workers
    threads = f" with {training.threads} threads each" if training.threads > 1 else ""
    why = "one GPU trains one candidate at a time" if device.type != "cpu" else f"{cores} cores{threads}"
    raise InputError(
        f"workers: expected 1{f' to {most}' if most > 1 else ''} on this machine ({why}), got {workers}. "
        "Leave --workers out to use what there is."
    )
