"""Weights of the networks on the front, as safetensors: nothing in a run folder can execute code."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from safetensors.torch import save
from torch import Tensor


def save_weights(folder: Path, proposal: int, weights: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write ``<proposal>.safetensors``, whole or not at all."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
    folder.mkdir(exist_ok=True)
    partial = folder / f".{proposal}.partial"
    with partial.open("wb") as file:
        file.write(save(tensors, dict(metadata)))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / f"{proposal}.safetensors")


def keep_only(folder: Path, proposals: Iterable[int]) -> None:
    """Remove the weights of all other proposals."""
    kept = {f"{proposal}.safetensors" for proposal in proposals}
    for file in folder.glob("*.safetensors"):
        if file.name not in kept:
            file.unlink(missing_ok=True)
