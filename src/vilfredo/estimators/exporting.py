"""A fitted estimator's model as a file that needs no Vilfredo."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.bundle.exports import export, exports
from vilfredo.bundle.folder import WEIGHTS
from vilfredo.bundle.model import Model
from vilfredo.errors import InputError, RunError
from vilfredo.estimators.guest import as_guest
from vilfredo.files import write_whole
from vilfredo.networks.weights import serialise
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.table_preprocessing import Number, TablePreprocessing

_SOURCE = ".py"
_EXAMPLES = 16


@as_guest()
def export_model(model: Model, path: Path, samples: NDArray[Any] | None) -> tuple[Path, ...]:
    """Write a file in the format that its ending says; see `SearchClassifier.export`.

    Parameters
    ----------
    samples
        In the model's layout, to check the file with; None for made-up ones.

    Returns
    -------
    The files written.

    Raises
    ------
    InputError
        When no format has that ending.
    RunError
        When the file cannot be written.
    ExportError
        When the file does not answer what the model does.
    """
    formats = {Path(one.FILE).suffix: name for name, one in exports().items()}
    if path.suffix not in (*formats, _SOURCE):
        raise InputError(
            f"export: '{path.name}' ends in none of {', '.join([*formats, _SOURCE])}. The ending says the format."
        )
    try:
        if path.suffix == _SOURCE:
            return _write_source(model, path)
        checked = example_samples(model) if samples is None else samples
        export(formats[path.suffix], model.plain(), checked, path, model.facts())
    except OSError as error:
        raise RunError(f"export: '{path}' cannot be written ({error.strerror or error}).") from None
    return (path,)


def example_samples(model: Model) -> NDArray[Any]:
    """Draw samples like those in training: of their range, without what they mean."""
    draw = np.random.default_rng(0)
    if isinstance(model.preprocessing, TablePreprocessing):
        return np.stack([_column(column, draw) for column in model.preprocessing.columns], axis=1)
    return _in_range(model.layout, draw)


def _column(column: Any, draw: np.random.Generator) -> NDArray[np.float64]:
    """Values (N,) of a column, one of them missing."""
    if isinstance(column, Number):
        values = draw.normal(column.mean, column.scale, _EXAMPLES)
    else:
        values = draw.integers(0, len(column.places), _EXAMPLES).astype(np.float64)
    values[0] = np.nan
    return values


def _in_range(layout: InputLayout, draw: np.random.Generator) -> NDArray[Any]:
    low, high = layout.span or (0.0, 1.0)
    values = draw.uniform(low, high, (_EXAMPLES, *layout.shape))
    return (np.round(values) if layout.whole else values).astype(layout.dtype)


def _write_source(model: Model, path: Path) -> tuple[Path, ...]:
    """The network as plain PyTorch, its weights beside it under the same name."""
    weights = path.with_suffix(Path(WEIGHTS).suffix)
    text = model.source().replace(f"weights are in {WEIGHTS}", f"weights are in {weights.name}", 1)
    text = text.replace(f'with_name("{WEIGHTS}")', f"with_name({json.dumps(weights.name)})", 1)
    write_whole(weights, serialise(model.network.state_dict()))
    write_whole(path, text.encode())
    return path, weights
