"""The scikit-learn face: `ImageSearch`, `SeriesSearch`, `TabularSearch`."""

from vilfredo.estimators.image import ImageSearch
from vilfredo.estimators.series import SeriesSearch
from vilfredo.estimators.tabular import TabularSearch

__all__ = ["ImageSearch", "SeriesSearch", "TabularSearch"]
