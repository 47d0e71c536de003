"""Weights of networks as safetensors: nothing that can execute code."""

from collections.abc import Mapping

import torch
from safetensors.torch import save
from torch import Tensor


def serialise(weights: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> bytes:
    """Write weights from any device; the same ones give the same bytes."""
    # Cloned, since safetensors refuses tensors that share memory.
    tensors = {
        name: weights[name].detach().cpu().clone(memory_format=torch.contiguous_format) for name in sorted(weights)
    }
    return save(tensors, dict(metadata or {}))
