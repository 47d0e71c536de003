"""The most memory that a training has taken, as far as the system tells."""

from collections.abc import Callable
from pathlib import Path

import torch


def watch_peak_memory(device: torch.device, process: Path = Path("/proc/self")) -> Callable[[], int | None]:
    """Begin to watch.

    On a GPU, what torch has allocated there counts; otherwise what this process has resident.

    Returns
    -------
    Function that tells how many bytes more than now have been in use at once since; None where nobody knows.
    """
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        allocated = torch.cuda.memory_allocated(device)
        return lambda: torch.cuda.max_memory_allocated(device) - allocated
    before = _resident(process, "VmRSS") if _forget_peak(process) else None

    def peak() -> int | None:
        most = None if before is None else _resident(process, "VmHWM")
        return None if before is None or most is None else max(0, most - before)

    return peak


def _forget_peak(process: Path) -> bool:
    """Have Linux set the peak resident size to the present one."""
    try:
        (process / "clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _resident(process: Path, label: str) -> int | None:
    try:
        lines = (process / "status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    sizes = [int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{label}:")]
    return sizes[0] if sizes else None
