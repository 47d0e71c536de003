"""How many cores this process may use."""

import math
import os
from pathlib import Path


def available_cores(membership: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")) -> int:
    """Cores that this process may use: of those it may run on, as many as its control groups grant the time of."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quotas = _quotas(membership, root)
    return max(1, min([found, *(math.floor(quota + 0.01) for quota in quotas)]))


def _quotas(membership: Path, root: Path) -> list[float]:
    """Cores' worth of time that each control group around this process grants (version 2)."""
    quotas: list[float] = []
    for line in _lines(membership):
        number, _, path = line.split(":", 2)
        if number != "0":
            continue
        group = root / path.lstrip("/")
        for folder in (group, *group.parents):
            if folder == root or root in folder.parents:
                quotas.extend(_quota(folder / "cpu.max"))
    return quotas


def _quota(file: Path) -> list[float]:
    match [word for line in _lines(file) for word in line.split()]:
        case [quota, period] if quota != "max":
            return [int(quota) / int(period)]
    return []


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
