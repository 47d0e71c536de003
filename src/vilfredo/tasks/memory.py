"""Data that is in memory already: NumPy arrays, lists of them, pandas data frames."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.open import assemble
from vilfredo.tasks.raw import Options, Part, Raw

IN_MEMORY = "(in memory)"
"""Source of such data."""


def dataset_from(
    x: Any,
    y: Any,
    x_test: Any = None,
    y_test: Any = None,
    *,
    task: str | None = None,
    name: str = "memory",
    class_names: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    categorical: Sequence[str] = (),
    resize: tuple[int, ...] | int | None = None,
    samples: int | None = None,
    hold_out: bool = True,
) -> Dataset:
    """Check and divide data as `open_dataset` does those of files.

    Parameters
    ----------
    x, x_test
        Images (N, H, W) or (N, H, W, C); series (N, channels, length), or a list of arrays (channels, length); a
        table as a pandas data frame, or (N, columns) with ``task="table"``.
    y, y_test
        Labels (N,): whole numbers or text; arrays, lists or pandas series.
    task
        ``image``, ``series`` or ``table``, where the shape alone doesn't tell.
    class_names
        Names that whole numbers stand for.
    ignore, categorical, resize, samples
        As of `open_dataset`.
    hold_out
        Whether to set a fifth aside where there is no `x_test`; if not, the test part is empty, shape (0, …).

    Raises
    ------
    InputError
        Whatever is wrong with the data, one message.
    """
    if (x_test is None) != (y_test is None):
        lacking = "x_test" if x_test is None else "y_test"
        raise InputError(f"data: {lacking} is missing. Expected both x_test and y_test, or neither.")
    training = Part("training", samples_of(x, "x"), array_of(y, "y"))
    test = None if x_test is None else Part("test", samples_of(x_test, "x_test"), array_of(y_test, "y_test"))
    names = None if class_names is None else tuple(map(str, class_names))
    size = (resize,) if isinstance(resize, int) else resize
    if type(x).__name__ == "DataFrame" and task not in (None, "table"):
        raise InputError(f"data: a data frame is read as a table, not as '{task}'. Give an array, or task='table'.")
    ignore, categorical = ((one,) if isinstance(one, str) else tuple(one) for one in (ignore, categorical))
    options = Options(size, task, ignore=ignore, categorical=categorical)
    return assemble(Raw(name, IN_MEMORY, training, test, names), options, samples, hold_out)


def samples_of(x: Any, name: str) -> Any:
    """Data frames as they are, lists of arrays of one shape stacked, of several shapes as they are; else an array.

    Raises
    ------
    InputError
        When it, called `name` in the message, is no array or holds what is none.
    """
    if type(x).__name__ == "DataFrame":
        return x
    if isinstance(x, (list, tuple)):
        arrays = [array_of(one, name) for one in x]
        return np.stack(arrays) if len({array.shape for array in arrays}) == 1 else arrays
    return array_of(x, name)


def array_of(values: Any, name: str) -> NDArray[Any]:
    """Read anything as an array of at least one dimension; raises as `samples_of` does."""
    try:
        array = np.asarray(values)
    except Exception as error:  # ragged lists, tensors that need a gradient or lie on a GPU, and what not
        reason = " ".join(str(error).split())[:150]
        raise InputError(f"data: {name} cannot be read as an array ({reason}). Expected NumPy arrays.") from None
    if array.ndim == 0:
        raise InputError(f"data: {name} is a single value of type {type(values).__name__}. Expected NumPy arrays.")
    return array
