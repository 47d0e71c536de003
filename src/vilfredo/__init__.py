"""Vilfredo: neural architecture search that respects people's time."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_MODULES = {
    "ImageSearch": "estimators",
    "SeriesSearch": "estimators",
    "TabularSearch": "estimators",
    "draw": "drawing",
}

__all__ = ["ImageSearch", "SeriesSearch", "TabularSearch", "__version__", "draw"]


def __getattr__(name: str) -> Any:
    """Load what is asked for, and not before: imports take seconds. ``__init__.pyi`` has the types."""
    if name in _MODULES:
        return getattr(import_module(f"vilfredo.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
