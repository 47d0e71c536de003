"""What a training will need, and what there is: asked before anything is allocated.

A system that runs out of memory kills the process instead of telling it, and the search with it.
"""

from pathlib import Path

import torch

from vilfredo.networks.counting import Counts
from vilfredo.training.control_groups import MEMBERSHIP, ROOT, control_groups, lines
from vilfredo.training.evaluation import CPU_BATCH

_BASE = 8 * 2**20
"""Kernels that are compiled for a network's shapes, and the like."""
_BYTES_PER_PARAMETER = 28
"""The weight, AdamW's two moments, the copy of the best epoch and the one that takes its place, and the gradient with
its share of fragments."""
_CPU_FRAGMENTATION = 2.0
"""What glibc has resident for each byte in use, at most: the gap that an aligned block leaves takes no second one of
its size."""
_GPU_FRAGMENTATION = 1.2
"""Of torch's own allocator, which keeps sizes apart."""
_LARGEST_TENSORS = 3
"""Of the largest size, at work besides what is kept: gradients, and workspaces of single operations."""
_HEADROOM = 0.9


def estimate_training_memory(counts: Counts, batch_size: int, validation_samples: int, device: torch.device) -> int:
    """Bytes that training a network takes at its peak, beyond what there was before.

    In float32; mixed precision takes less. Against measured peaks of networks that need more than 50 MB, see
    ``docs/lab-notes.md``: at worst a tenth below, at most twice as much. On a GPU it is not measured yet.
    """
    cpu = device.type == "cpu"
    work = _LARGEST_TENSORS * counts.largest
    fragmentation = _CPU_FRAGMENTATION if cpu else _GPU_FRAGMENTATION
    evaluation_batch = min(CPU_BATCH, validation_samples) if cpu else 0  # on a GPU it makes do with what there is
    training = (fragmentation * counts.activations + work) * batch_size
    evaluation = (fragmentation * counts.inference + work) * evaluation_batch
    return _BASE + _BYTES_PER_PARAMETER * counts.parameters_with_buffers + int(max(training, evaluation))


def available_memory(device: torch.device) -> int | None:
    """Bytes that may be allocated on `device` now; None where the system doesn't say."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        # What torch's allocator holds in reserve is free to the next network.
        return int(free) + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    known = [value for value in (_system_memory(), *_control_group_memory()) if value is not None]
    return min(known) if known else None


def memory_shortage(need: int, available: int | None) -> str:
    """Say that `need` bytes are too many; an empty string where they are not, or nobody knows."""
    if available is None or need <= _HEADROOM * available:
        return ""
    return f"training needs about {gibibytes(need)}, and {gibibytes(available)} are available"


def gibibytes(size: int) -> str:
    """Write a size in bytes for people."""
    return f"{size / 2**30:.2f} GiB"


def _system_memory(path: Path = Path("/proc/meminfo")) -> int | None:
    for line in lines(path):
        label, _, value = line.partition(":")
        if label == "MemAvailable":
            return int(value.split()[0]) * 1024
    return None


def _control_group_memory(membership: Path = MEMBERSHIP, root: Path = ROOT) -> list[int]:
    """Bytes left in each control group around this process that limits memory."""
    names = {
        1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        2: ("memory.max", "memory.current", "inactive_file"),
    }
    groups = control_groups("memory", membership, root)
    return [left for version, folder in groups for left in _left_in_group(folder, *names[version])]


def _left_in_group(folder: Path, limit_name: str, used_name: str, cache_name: str) -> list[int]:
    limit, used = lines(folder / limit_name), lines(folder / used_name)
    if not limit or not used or limit[0] == "max":
        return []
    # Files cached but not in use are counted as used, and given up on demand.
    statistics = dict(line.split() for line in lines(folder / "memory.stat"))
    return [int(limit[0]) - int(used[0]) + int(statistics.get(cache_name, 0))]
