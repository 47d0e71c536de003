"""Collections of time series as aeon defines them, read without it: each becomes an array or a list of arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_array

from vilfredo.estimators.input_value_error import InputValueError

_EXPECTED = (
    "Expected series as an array (n, channels, length) or (n, length), a list of arrays (channels, length), or another "
    "collection of aeon: df-list, pd-wide, pd-multiindex, nested_univ"
)


def as_collection(x: Any) -> NDArray[Any] | list[NDArray[Any]]:
    """Bring any collection to (n, channels, length), or to a list of (channels, length) of any lengths.

    Parameters
    ----------
    x
        ``numpy3D`` (n, channels, length); ``numpy2D`` (n, length); ``np-list`` of arrays (channels, length), or
        (length,) of one channel; ``df-list`` of data frames (channels, length); a data frame ``pd-wide`` (n, length);
        one ``pd-multiindex`` with an index (case, time point), the cases in sorted order, and a column for each
        channel; one ``nested_univ`` with a row for each case, a column for each channel, and a series in each cell.

    Raises
    ------
    InputValueError
        When it is none of these, or empty.
    """
    if _is_frame(x):
        return _of_frame(x)
    if isinstance(x, (list, tuple)) and len(x) and all(_is_frame(one) or np.ndim(one) == 2 for one in x):
        return [_numbers(one) for one in x]
    if isinstance(x, (list, tuple)) and len(x) and len({np.shape(one) for one in map(_as_array, x)}) > 1:
        return [np.atleast_2d(_numbers(one)) for one in x]
    # Whatever else scikit-learn takes for an array: it refuses sparse and complex ones, infinite and empty ones.
    array = check_array(x, ensure_2d=False, allow_nd=True, ensure_all_finite="allow-nan", input_name="X")
    if array.ndim not in (2, 3):
        raise InputValueError(f"X has shape {array.shape}. {_EXPECTED}.")
    return np.asarray(array if array.ndim == 3 else array[:, None, :])  # (n, channels, length)


def _of_frame(frame: Any) -> NDArray[Any] | list[NDArray[Any]]:
    if frame.shape[0] == 0 or frame.shape[1] == 0:
        raise InputValueError(f"X is a data frame of shape {frame.shape}, without any series. {_EXPECTED}.")
    if getattr(frame.index, "nlevels", 1) == 2:
        cases = frame.groupby(level=0, sort=True)
        return [_numbers(case.sort_index(level=1)).T for _, case in cases]  # (channels, length) each
    if getattr(frame.index, "nlevels", 1) > 2:
        raise InputValueError(f"X has an index of {frame.index.nlevels} levels. {_EXPECTED}.")
    if all(kind == object for kind in frame.dtypes):  # noqa: E721 - NumPy's types compare so
        return [_nested(row) for row in frame.itertuples(index=False, name=None)]
    return _numbers(frame)[:, None, :]  # (n, 1, length)


def _nested(cells: Sequence[Any]) -> NDArray[Any]:
    """One case (channels, length), of a cell for each channel."""
    if any(np.ndim(cell) != 1 for cell in cells):
        raise InputValueError(f"X is a data frame of texts or single values, not of series. {_EXPECTED}.")
    channels = [_numbers(cell) for cell in cells]
    if len({len(channel) for channel in channels}) > 1:
        longest = max(map(len, channels))  # what one channel lacks at the end is missing
        channels = [np.pad(one.astype(float), (0, longest - len(one)), constant_values=np.nan) for one in channels]
    return np.stack(channels)


def _numbers(values: Any) -> NDArray[Any]:
    try:
        array = np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)
        return array if array.dtype.kind in "buif" else array.astype(np.float64)
    except (TypeError, ValueError):
        raise InputValueError(f"X holds what is no number. {_EXPECTED}.") from None


def _as_array(values: Any) -> Any:
    return values if hasattr(values, "shape") else np.asarray(values)


def _is_frame(values: Any) -> bool:
    return type(values).__name__ == "DataFrame" and hasattr(values, "to_numpy")
