"""The formats that a model is exported to, one module each. The folder is the registry: a module added here is found.

What is exported is a module from samples as they come to probabilities, see `bundle.source`. Every file is run back
before it gets its name. (Here, ``torch`` is the module of that name in this folder.)
"""

import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast, final

import numpy as np
from numpy.typing import NDArray
from torch import nn

from vilfredo.bundle.export_check import FEWEST, ExportError, Probabilities, Running, largest_difference, model_answers
from vilfredo.discovery import find, modules
from vilfredo.errors import InputError, VilfredoError


class Export(Protocol):
    """What each module here offers. The first line of its docstring says what it writes, for people."""

    FILE: str
    """What the file is called in a bundle: ``model.onnx``."""

    def write(self, module: nn.Module, example: NDArray[Any], path: Path, facts: Mapping[str, str]) -> None:
        """Write `module` as a file that reads any number of samples.

        Parameters
        ----------
        module
            From samples to probabilities (N, classes), on the CPU. It is left as it is.
        example
            At least two samples of the type and shape that it reads, of no meaning.
        facts
            What the file says of itself, if its format has room for that.

        Raises
        ------
        Exception
            Anything; `export` makes an `ExportError` of it.
        """

    def load(self, path: Path) -> Running:
        """Read a file that `write` wrote, to run it on one core."""

    def run(self, path: Path, x: NDArray[Any]) -> Probabilities:
        """Run a file that `write` wrote on samples `x`, in one piece."""


@final
@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was run back."""

    file: str
    bytes: int
    seconds: float
    """It took to write and to check."""
    largest_difference: float
    """Of any probability, to the module's own."""


def exports() -> dict[str, Export]:
    """Return all formats by module name, in alphabetical order."""
    return {module.__name__.rpartition(".")[2]: cast(Export, module) for module in modules(__name__)}


def find_export(name: str) -> Export:
    """Return the format called `name`.

    Raises
    ------
    InputError
        When there is none of that name.
    """
    return find(exports(), name, "format")


def export(
    name: str, module: nn.Module, samples: NDArray[Any], path: Path, facts: Mapping[str, str] | None = None
) -> Exported:
    """Write a file, run it on real samples in batches of several sizes, and only then give it its name.

    Parameters
    ----------
    name
        Of the format, e.g. ``onnx``.
    module
        From samples to probabilities (N, classes), in evaluation mode on the CPU.
    samples
        At least one, as they come. Nothing of them goes into the file.
    path
        What the file is to be called. One that is there already stays as it is unless the new one is sound.
    facts
        What the file says of itself, if its format has room for that.

    Raises
    ------
    InputError
        When no format is called so, or there is no sample.
    ExportError
        When the file cannot be written or run, or differs from the module by more than `TOLERANCE`.
    """
    exporter = find_export(name)
    if len(samples) == 0:
        raise InputError(f"export to {name}: there is no sample to check the file with. Expected at least one.")
    began = time.perf_counter()
    checked = samples if len(samples) >= FEWEST else np.resize(samples, (FEWEST, *samples.shape[1:]))
    expected = model_answers(module, checked)
    folder = path.with_name(f".{path.name}.part")  # not another name of the file, which the file itself would hold
    part = folder / exporter.FILE
    try:
        folder.mkdir(exist_ok=True)
        _write(name, exporter, module, checked, part, facts or {})
        difference = _check(name, exporter, part, checked, expected)
        size = part.stat().st_size
        os.replace(part, path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Exported(path.name, size, time.perf_counter() - began, difference)


def _write(
    name: str, exporter: Export, module: nn.Module, samples: NDArray[Any], part: Path, facts: Mapping[str, str]
) -> None:
    blank = np.zeros((2, *samples.shape[1:]), samples.dtype)
    try:
        exporter.write(module, blank, part, facts)
    except (VilfredoError, OSError):
        raise
    except Exception as error:
        raise ExportError(
            f"export to {name}: the exporter gave up ({_reason(error)}). The model itself is fine: use it without this "
            "file, or deploy a network of other operators."
        ) from error


def _check(name: str, exporter: Export, part: Path, samples: NDArray[Any], expected: Probabilities) -> float:
    try:
        return largest_difference(name, exporter.load(part), samples, expected)
    except (VilfredoError, OSError):
        raise
    except Exception as error:
        raise ExportError(f"export to {name}: the file was written, but cannot be run ({_reason(error)}).") from error


def _reason(error: Exception) -> str:
    """The first line of what an exporter has to say, which may be pages."""
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"[:200]
