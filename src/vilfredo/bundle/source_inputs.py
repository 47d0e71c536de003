"""From what a preprocessing learnt to an expression that builds its plain counterpart."""

from dataclasses import dataclass
from typing import final

from vilfredo.bundle.plain import inputs
from vilfredo.bundle.source_expressions import Expression, call, listed, plain
from vilfredo.errors import VilfredoError
from vilfredo.tasks.preprocessing import Preprocessing, Standardization
from vilfredo.tasks.series_preprocessing import SeriesStandardization
from vilfredo.tasks.table_preprocessing import Category, Number, TablePreprocessing


@final
@dataclass(frozen=True, slots=True)
class Input:
    """How samples come, and what is done to them first."""

    pasted: type
    """Class of `bundle.plain`."""
    expression: Expression
    samples: str
    """What they are, for people."""
    dtype: str
    """Of the samples: ``uint8``."""
    shape: tuple[int | None, ...]
    """Of one sample, None for a side that the preprocessing does not care for."""


def understand(preprocessing: Preprocessing) -> Input:
    """Find the plain counterpart of a preprocessing.

    Raises
    ------
    VilfredoError
        When there is none.
    """
    if isinstance(preprocessing, Standardization):
        return _image(preprocessing)
    if isinstance(preprocessing, SeriesStandardization):
        return _series(preprocessing)
    if isinstance(preprocessing, TablePreprocessing):
        return _table(preprocessing)
    name = f"{type(preprocessing).__module__}.{type(preprocessing).__qualname__}"
    raise VilfredoError(
        f"source: the preprocessing {name} cannot be written in plain PyTorch: that is known of images, series and "
        "tables only. Ship the bundle without source and exports."
    )


def _numbers(values: tuple[float, ...]) -> Expression:
    return listed(plain(float(value)) for value in values)


def _image(fitted: Standardization) -> Input:
    built = call("ImageInput", _numbers(fitted.mean), _numbers(fitted.std), divisor=plain(float(fitted.divisor)))
    coloured = fitted.divisor == 255
    samples = (
        "images (n, channels, height, width), whole numbers 0 … 255"
        if coloured
        else "images (n, channels, height, width), on the scale of those it was trained on"
    )
    dtype = "uint8" if coloured else "float32"
    return Input(inputs.ImageInput, built, samples, dtype, (len(fitted.mean), None, None))


def _series(fitted: SeriesStandardization) -> Input:
    channels = fitted.channels
    built = call("SeriesInput", _numbers(channels.mean), _numbers(channels.std))
    samples = "series (n, channels, length), NaN where a step is unknown"
    return Input(inputs.SeriesInput, built, samples, "float32", (len(channels.mean), None))


def _table(fitted: TablePreprocessing) -> Input:
    numbers: list[Expression] = []
    marked: list[Expression] = []
    categories: list[Expression] = []
    for place, column in enumerate(fitted.columns):
        if isinstance(column, Number):
            values = (float(column.fill), float(column.mean), float(column.scale))
            numbers.append(f"({place}, {', '.join(map(plain, values))})")
            marked += [plain(place)] if column.indicator else []
        else:
            assert isinstance(column, Category)
            features = plain([int(feature) for feature in column.places])
            categories.append(f"({place}, {features}, {int(column.missing)}, {int(column.width)})")
    built = call("TableInput", numbers=listed(numbers), marked=listed(marked), categories=listed(categories))
    samples = "rows (n, columns), NaN where a value is missing, categories by their number"
    return Input(inputs.TableInput, built, samples, "float64", (len(fitted.columns),))
