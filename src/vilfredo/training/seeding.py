"""Seeds that depend on what is done, not on what was done before."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch


def derive_seed(seed: int, *parts: str | int) -> int:
    """Derive a seed from `seed` and a path of names and numbers, the same in every process.

    Returns
    -------
    In [0, 2⁶³).
    """
    # The repr of a tuple tells ("a", "b") from ("ab",) and 1 from "1".
    digest = hashlib.sha256(repr((seed, *parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Seed torch's global generators of the CPU and of `device`; give them back their state at the end."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
