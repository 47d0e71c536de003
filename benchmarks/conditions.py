"""What the figures were measured on: without it they mean nothing."""

import os
import platform
from datetime import UTC, datetime
from typing import Any

import torch

from vilfredo import __version__
from vilfredo.search.cores import available_cores
from vilfredo.training.device import fingerprint
from vilfredo.training.memory import available_memory

_QUIET_LOAD = 0.5


def conditions() -> dict[str, Any]:
    """Describe machine, software and load as they are now."""
    device = fingerprint(torch.device("cpu"), torch.get_num_threads())
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": device.name,
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "cores": available_cores(),
        "threads": device.threads,
        "omp_num_threads": os.environ.get("OMP_NUM_THREADS"),
        "memory_available": available_memory(torch.device("cpu")),
        "load_before": list(os.getloadavg()),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "torch": device.torch,
        "vilfredo": __version__,
    }


def describe(known: dict[str, Any]) -> str:
    """One line for people."""
    return (
        f"{known['cpu']} ({known['instructions']}), {known['cores']} cores, {known['threads']} thread(s) per process, "
        f"torch {known['torch']}, load before {known['load_before'][0]:.2f}"
    )


def warning(known: dict[str, Any]) -> str:
    """Say what makes the figures doubtful; empty where nothing does."""
    load = known["load_before"][0]
    if load <= _QUIET_LOAD:
        return ""
    return f"the machine is not quiet (load {load:.2f}): ratios hold, wall-clock figures and targets in seconds may not"
