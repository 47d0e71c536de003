"""Vilfredo: neural architecture search that respects people's time."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_ESTIMATORS = ("ImageSearch", "SeriesSearch", "TabularSearch")

__all__ = ["ImageSearch", "SeriesSearch", "TabularSearch", "__version__"]


def __getattr__(name: str) -> Any:
    """Load the estimators when they are asked for: their imports take seconds. ``__init__.pyi`` has the types."""
    if name in _ESTIMATORS:
        return getattr(import_module("vilfredo.estimators"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
