"""How many cores this process may use."""

import math
import os
from pathlib import Path

from vilfredo.training.control_groups import MEMBERSHIP, ROOT, control_groups, lines

_FILES = {1: ("cpu.cfs_quota_us", "cpu.cfs_period_us"), 2: ("cpu.max",)}
"""Where quota and period are written, by version of the control groups."""


def available_cores(membership: Path = MEMBERSHIP, root: Path = ROOT) -> int:
    """Cores that this process may use: of those it may run on, as many as its control groups grant the time of."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for version, folder in control_groups("cpu", membership, root):
        match " ".join(line for name in _FILES[version] for line in lines(folder / name)).split():
            case [quota, period] if quota not in ("max", "-1"):
                found = min(found, math.floor(int(quota) / int(period) + 0.01))
    return max(1, found)
