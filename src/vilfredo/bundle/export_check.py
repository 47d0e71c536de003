"""Whether an exported file answers what the model does."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vilfredo.errors import VilfredoError

Probabilities = NDArray[np.float32]
"""Shape (N, classes)."""
Running = Callable[[NDArray[Any]], Probabilities]
"""A file that was read and is ready to answer: maps samples as they come to probabilities."""

TOLERANCE = 1e-4
"""Largest difference of a probability that is put down to rounding."""
FEWEST = 4
"""Samples to check with: with fewer, no batch would show whether their number is really free."""
_CHUNK = 256
_LARGEST = 1024
"""Samples that are run in one piece: more might not fit into memory."""


class ExportError(VilfredoError):
    """A file could not be exported, or does not answer what the model does."""


def model_answers(module: nn.Module, samples: NDArray[Any]) -> Probabilities:
    """Run a module on samples (N, ...), some at a time."""
    with torch.inference_mode():
        pieces = [
            module(torch.tensor(samples[start : start + _CHUNK])).float().numpy()
            for start in range(0, len(samples), _CHUNK)
        ]
    return np.concatenate(pieces)


def largest_difference(name: str, running: Running, samples: NDArray[Any], expected: Probabilities) -> float:
    """Compare what a file of the format `name` answers with what is expected, over batches of all sizes.

    Raises
    ------
    ExportError
        When the answers have another shape, are not finite where those expected are, or differ by more than
        `TOLERANCE`.
    """
    return max(_difference(name, running(samples[batch]), expected[batch]) for batch in _batches(len(samples)))


def _batches(count: int) -> Iterator[slice]:
    """One sample, a few, all in pieces of which the last is smaller, all in one."""
    yield slice(0, 1)
    yield slice(0, FEWEST - 1)
    size = min(_CHUNK, count // 2 + 1)
    yield from (slice(start, start + size) for start in range(0, count, size))
    if count <= _LARGEST:
        yield slice(0, count)


def _difference(name: str, answers: Probabilities, expected: Probabilities) -> float:
    if answers.shape != expected.shape:
        raise ExportError(
            f"export to {name}: for {len(expected)} samples the file answers {answers.shape}, not {expected.shape}. "
            "It was removed."
        )
    known = np.isfinite(expected)
    if not np.isfinite(answers[known]).all():
        raise ExportError(
            f"export to {name}: the file answers what is not a number where the model has one, for batches of "
            f"{len(expected)}. It was removed."
        )
    difference = float(np.abs(answers[known].astype(np.float64) - expected[known]).max(initial=0.0))
    if difference > TOLERANCE:
        raise ExportError(
            f"export to {name}: for batches of {len(expected)} the file's probabilities are up to {difference:.2g} off "
            f"the model's. Expected at most {TOLERANCE:g}. It was removed."
        )
    return difference
