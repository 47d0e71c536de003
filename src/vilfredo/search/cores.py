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
    """Cores' worth of time that each control group around this process grants."""
    quotas: list[float] = []
    for line in _lines(membership):
        _, controllers, path = line.split(":", 2)
        if controllers == "":  # version 2: one hierarchy
            top, files = root, ["cpu.max"]
        elif "cpu" in controllers.split(","):
            top, files = root / "cpu", ["cpu.cfs_quota_us", "cpu.cfs_period_us"]
        else:
            continue
        group = top / path.lstrip("/")
        for folder in (group, *group.parents):
            if folder == top or top in folder.parents:
                quotas.extend(
                    _quota([word for file in files for line in _lines(folder / file) for word in line.split()])
                )
    return quotas


def _quota(words: list[str]) -> list[float]:
    match words:
        case [quota, period] if quota not in ("max", "-1"):
            return [int(quota) / int(period)]
    return []


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
