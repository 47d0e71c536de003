"""The source of a network with its weights, written anew and run back."""

import time
from pathlib import Path

import safetensors.torch
import torch

from vilfredo.bundle.export_check import Running, largest_difference
from vilfredo.bundle.exports import Exported
from vilfredo.bundle.folder import SOURCE, WEIGHTS
from vilfredo.bundle.model import Model
from vilfredo.bundle.source import load_source
from vilfredo.errors import InputError
from vilfredo.files import write_whole
from vilfredo.networks.weights import serialise
from vilfredo.tasks.dataset import Samples

__all__ = ["SOURCE", "export_source"]


def export_source(model: Model, samples: Samples, path: Path) -> tuple[Exported, Running]:
    """Write the network's source, and its weights beside it, if they answer what the model does.

    Parameters
    ----------
    samples
        At least one, as they come.
    path
        Of the source; the weights are called ``model.safetensors``.

    Returns
    -------
    What was written (the bytes are those of both files), and what runs it.

    Raises
    ------
    InputError
        When there are other weights beside it.
    ExportError
        When the answers differ.
    OSError
        When it cannot be written.
    """
    began = time.perf_counter()
    weights, text = serialise(model.network.state_dict()), model.source()
    beside = path.with_name(WEIGHTS)
    if beside.exists() and beside.read_bytes() != weights:
        raise InputError(f"out: '{beside}' holds other weights, and would be replaced. Write to another folder.")
    running = _running(text, weights)
    difference = largest_difference("source", running, samples, model.predict_proba(samples).astype("float32"))
    write_whole(beside, weights)
    write_whole(path, text.encode())
    size = len(weights) + len(text.encode())
    return Exported(path.name, size, time.perf_counter() - began, difference), running


def _running(text: str, weights: bytes) -> Running:
    module = load_source(text).build()  # our own text
    module.network.load_state_dict(safetensors.torch.load(weights))
    module.eval()

    def running(x: Samples) -> Samples:
        with torch.inference_mode():
            return module(torch.tensor(x)).numpy()  # type: ignore[no-any-return]

    return running
