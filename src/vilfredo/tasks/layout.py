"""What a model expects of a sample: the layout of the data that it was trained on."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, final

import numpy as np

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column, Dataset
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.plain_values import count_from, flag_of, list_of, optional_text_of, range_from, text_of, texts_of
from vilfredo.tasks.raw import Options

_LARGEST = 1_000_000
_MOST_VALUES = 1 << 31
"""Of one sample."""


@final
@dataclass(frozen=True, slots=True)
class InputLayout:
    """What new samples are checked against, and how the training data were read."""

    task: str
    """Kind of the data: a module of `kinds`."""
    shape: tuple[int, ...]
    """(C, H, W) of images, (C, L) of series, (columns,) of tables."""
    dtype: str
    """``uint8``, ``float32`` or ``float64``: of the samples as trained on."""
    columns: tuple[Column, ...] = ()
    """Of a table: those that were learnt from, in the order of the model's input."""
    header: tuple[str, ...] = ()
    """Of a table: the names of all columns in training but the target, in their order."""
    target: str | None = None
    """Column of a table that held the classes."""
    ignore: tuple[str, ...] = ()
    """Columns of a table that the user left out."""
    categorical: tuple[str, ...] = ()
    """Columns of a table whose numbers the user called categories."""
    resize: tuple[int, ...] | None = None
    """(height, width) or (length,) that the training data were brought to; None where they were left as they came."""
    samples: int | None = None
    """Training samples that were drawn; None for all."""
    span: tuple[float, float] | None = None
    """Least and largest value of the training samples; None for tables."""
    whole: bool = False
    """Whether all values of the training samples were whole numbers; False for tables."""
    fingerprint: str = ""
    """Of the training data; see `Dataset`."""

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """Take it from the data that a model is trained on."""
        reading, x = dataset.reading, dataset.x_train
        known = x[~np.isnan(x)] if x.dtype.kind == "f" else x
        measured = not dataset.columns and known.size > 0
        whole = known.dtype.kind != "f" or bool((known == np.round(known)).all())
        return cls(
            dataset.task,
            dataset.input_shape,
            str(x.dtype),
            dataset.columns,
            dataset.header or tuple(column.name for column in dataset.columns),
            reading.get("target"),
            tuple(reading.get("ignore") or ()),
            tuple(reading.get("categorical") or ()),
            None if dataset.resize is None else tuple(dataset.resize),
            reading.get("samples"),
            (float(known.min()), float(known.max())) if measured else None,
            measured and whole,
            dataset.fingerprint,
        )

    @property
    def unused(self) -> tuple[str, ...]:
        """Columns of the training table that were not learnt from, without the target."""
        learnt = {column.name for column in self.columns}
        return tuple(name for name in self.header if name not in learnt)

    @property
    def options(self) -> Options:
        """How the training data were read."""
        return Options(self.resize, self.task, self.target, self.ignore, self.categorical)

    def describe(self) -> str:
        """Put into words what is expected: ``images of 8×8×1, whole numbers from 0 to 16``."""
        kind = _kind(self.task)
        words = f"{kind.SAMPLES} of {kind.describe(self.shape)}"
        if self.columns:
            return f"{words}: {shorten([_in_words(column) for column in self.columns], most=10)}"
        if self.span is None:
            return words
        low, high = self.span
        return f"{words}, {'whole numbers' if self.whole else 'numbers'} from {low:g} to {high:g}"

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for TOML and JSON; what is empty is left out."""
        values: dict[str, Any] = {
            "task": self.task,
            "shape": list(self.shape),
            "dtype": self.dtype,
            "columns": [_as_dict(column) for column in self.columns],
            "target": self.target,
            "samples": self.samples,
            "whole": self.whole,
            "fingerprint": self.fingerprint,
        }
        for name in ("header", "ignore", "categorical", "resize", "span"):
            values[name] = list(getattr(self, name) or ())
        return {name: value for name, value in values.items() if value not in (None, [], "")}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        InputError
            When something is missing, of another type, out of range, or contradicts the rest.
        """
        try:
            if not isinstance(values, Mapping):
                raise ValueError("it is no table of values")
            layout = cls(
                text_of(values, "task"),
                tuple(count_from(size, "shape", _LARGEST) for size in list_of(values, "shape")),
                text_of(values, "dtype"),
                tuple(_column(column) for column in list_of(values, "columns", needed=False)),
                texts_of(values, "header"),
                optional_text_of(values, "target"),
                texts_of(values, "ignore"),
                texts_of(values, "categorical"),
                tuple(count_from(side, "resize", _LARGEST) for side in list_of(values, "resize", needed=False)) or None,
                None if values.get("samples") is None else count_from(values["samples"], "samples", _MOST_VALUES),
                range_from(list_of(values, "span", needed=False), "span"),
                flag_of(values, "whole"),
                optional_text_of(values, "fingerprint") or "",
            )
            layout._check()
        except (ValueError, OverflowError, InputError) as error:
            raise InputError(
                f"layout of the samples: it is damaged ({error}). Expected what was written when the model was "
                "trained; take the model folder anew from where it came."
            ) from None
        return layout

    def _check(self) -> None:
        """Raise ValueError or InputError where the parts contradict each other."""
        kind = _kind(self.task)
        if len(self.shape) != len(kind.AXES) or math.prod(self.shape) > _MOST_VALUES:
            raise ValueError(f"shape {self.shape} is none of ({', '.join(kind.AXES)})")
        if self.dtype not in kind.DTYPES:
            raise ValueError(f"dtype '{self.dtype}' is none of {', '.join(kind.DTYPES)}")
        names = [column.name for column in self.columns]
        if kind.AXES == ("columns",) and len(names) != self.shape[0]:
            raise ValueError(f"{len(names)} columns in a shape of {self.shape[0]}")
        if kind.AXES != ("columns",) and (names or self.header):
            raise ValueError(f"columns of {kind.SAMPLES}")
        if len(set(names)) < len(names) or len(set(self.header)) < len(self.header):
            raise ValueError("a column that is there twice")
        if lacking := set(names) - set(self.header):
            raise ValueError(f"columns that the header lacks: {shorten(sorted(lacking))}")
        if self.resize not in (None, self.shape[1:]):
            raise ValueError(f"resize {self.resize} for a shape of {self.shape}")
        assert self.options  # which checks the sizes


def _kind(task: str) -> Any:
    from vilfredo.tasks.kinds import find_kind  # noqa: PLC0415 - the kinds read layouts

    return find_kind(task)


def _in_words(column: Column) -> str:
    of = "number" if column.categories is None else shorten(column.categories, most=3)
    return f"'{column.name}' ({of})"


def _as_dict(column: Column) -> dict[str, Any]:
    return {"name": column.name} | ({} if column.categories is None else {"categories": list(column.categories)})


def _column(values: Any) -> Column:
    if not isinstance(values, Mapping):
        raise ValueError(f"column {values!r}")
    categories = texts_of(values, "categories") if "categories" in values else None
    if categories is not None and len(set(categories)) < len(categories):
        raise ValueError(f"column {values['name']!r} has a category twice")
    return Column(text_of(values, "name"), categories)
