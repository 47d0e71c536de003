"""Weights of the networks on the front, as safetensors: nothing in a run folder can execute code."""

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from torch import Tensor

from vilfredo.errors import RunError
from vilfredo.files import write_whole
from vilfredo.networks.weights import serialise


def save_weights(folder: Path, proposal: int, weights: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write ``<proposal>.safetensors``, whole or not at all.

    Raises
    ------
    RunError
        When it cannot be written.
    """
    try:
        folder.mkdir(exist_ok=True)
        write_whole(folder / f"{proposal}.safetensors", serialise(weights, metadata))
    except OSError as error:
        raise RunError(f"run: weights cannot be written to '{folder}' ({error.strerror}). Free some space?") from None


def keep_only(folder: Path, proposals: Iterable[int]) -> None:
    """Remove the weights of all other proposals, and what a killed process left half-written."""
    kept = {f"{proposal}.safetensors" for proposal in proposals}
    for file in [*folder.glob("*.safetensors"), *folder.glob(".*.partial")]:
        if file.name not in kept:
            with contextlib.suppress(OSError):  # what cannot be removed does no harm
                file.unlink()
