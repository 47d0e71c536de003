from vilfredo.drawing import draw as draw
from vilfredo.estimators import ImageSearch as ImageSearch
from vilfredo.estimators import SeriesSearch as SeriesSearch
from vilfredo.estimators import TabularSearch as TabularSearch

__version__: str
__all__ = ["ImageSearch", "SeriesSearch", "TabularSearch", "__version__", "draw"]
