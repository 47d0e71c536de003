"""Data that is in memory already: NumPy arrays, lists of them, pandas data frames."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.open import assemble
from vilfredo.tasks.raw import Options, Part, Raw


def dataset_from(
    x: Any,
    y: Any,
    x_test: Any = None,
    y_test: Any = None,
    *,
    task: str | None = None,
    name: str = "memory",
    class_names: Sequence[str] | None = None,
    categorical: Sequence[str] = (),
    resize: tuple[int, ...] | None = None,
    samples: int | None = None,
) -> Dataset:
    """Check and divide data as `open_dataset` does those of files.

    Parameters
    ----------
    x, x_test
        Images (N, H, W) or (N, H, W, C); series (N, channels, length), or a list of arrays (channels, length); a
        table as a pandas data frame, or (N, columns) with ``task="table"``. Without `x_test` a fifth is held out.
    y, y_test
        Labels (N,): whole numbers or text; arrays, lists or pandas series.
    task
        ``image``, ``series`` or ``table``, where the shape alone doesn't tell.
    class_names
        Names that whole numbers stand for.
    categorical, resize, samples
        As of `open_dataset`.

    Raises
    ------
    InputError
        Whatever is wrong with the data, one message.
    """
    if (x_test is None) != (y_test is None):
        lacking = "x_test" if x_test is None else "y_test"
        raise InputError(f"data: {lacking} is missing. Expected both x_test and y_test, or neither.")
    training = Part("training", _samples(x), np.asarray(y))
    test = None if x_test is None else Part("test", _samples(x_test), np.asarray(y_test))
    names = None if class_names is None else tuple(map(str, class_names))
    options = Options(resize, task, categorical=tuple(categorical))
    return assemble(Raw(name, name, training, test, names), options, samples)


def _samples(x: Any) -> Any:
    """Arrays as they are; lists of arrays of one shape stacked; what is no array left to its kind."""
    if isinstance(x, (list, tuple)):
        arrays = [np.asarray(one) for one in x]
        return np.stack(arrays) if len({array.shape for array in arrays}) == 1 else arrays
    return x
