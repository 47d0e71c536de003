"""What a training will need, and what there is: asked before anything is allocated.

A system that runs out of memory kills the process instead of telling it, and the search with it.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_BYTES_PER_PARAMETER = 16  # float32: the weight, its gradient, AdamW's two moments
_HEADROOM = 0.9


def estimate_training_memory(
    build: Callable[[], nn.Module], sample_shape: tuple[int, int, int], batch_size: int
) -> int:
    """Bytes that training a network takes: parameters, optimizer state, activations kept for backward.

    A forward pass on the meta device, which allocates nothing, shows what autograd keeps. Workspaces of
    single operators are not known to it; twice the largest activation stands in for them and for gradients.

    Parameters
    ----------
    build
        Makes the network on torch's default device, here the meta device.
    sample_shape
        Channels, height, width.
    """
    kept: dict[int, tuple[Tensor, int]] = {}  # with the tensors, lest an address be used again

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage._cdata] = (tensor, storage.nbytes())
        return tensor

    with torch.device("meta"):
        network = build()
        x = torch.empty(batch_size, *sample_shape)
        parameters = {parameter.untyped_storage()._cdata: parameter.numel() for parameter in network.parameters()}
        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            logits = network(x)
            F.cross_entropy(logits, torch.zeros(batch_size, dtype=torch.int64))
    activations = [size for storage, (_, size) in kept.items() if storage not in parameters]
    return _BYTES_PER_PARAMETER * sum(parameters.values()) + sum(activations) + 2 * max(activations, default=0)


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
    for line in _lines(path):
        label, _, value = line.partition(":")
        if label == "MemAvailable":
            return int(value.split()[0]) * 1024
    return None


def _control_group_memory(
    membership: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")
) -> list[int]:
    """Bytes left in each control group around this process that limits memory."""
    left: list[int] = []
    for line in _lines(membership):
        _, controllers, path = line.split(":", 2)
        if controllers == "":  # version 2: one hierarchy
            top, names = root, ("memory.max", "memory.current", "inactive_file")
        elif controllers == "memory":
            top = root / "memory"
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        group = top / path.lstrip("/")
        for folder in (group, *group.parents):
            if folder == top or top in folder.parents:
                left.extend(_left_in_group(folder, *names))
    return left


def _left_in_group(folder: Path, limit_name: str, used_name: str, cache_name: str) -> list[int]:
    limit, used = _lines(folder / limit_name), _lines(folder / used_name)
    if not limit or not used or limit[0] == "max":
        return []
    # Files cached but not in use are counted as used, and given up on demand.
    statistics = dict(line.split() for line in _lines(folder / "memory.stat"))
    return [int(limit[0]) - int(used[0]) + int(statistics.get(cache_name, 0))]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
