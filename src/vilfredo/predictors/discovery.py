"""Finding predictors: the folder is the registry, each file in it may define one."""

import importlib
import inspect
import pkgutil
from functools import cache

from vilfredo import predictors
from vilfredo.errors import InputError, nearest
from vilfredo.predictors.protocol import Predictor
from vilfredo.settings import Settings


def predictor_names() -> tuple[str, ...]:
    """Names of all predictors, sorted."""
    return tuple(sorted(_found()))


def find_predictor(name: str) -> type[Predictor]:
    """Return the settings class of a predictor by its name, e.g. ``catboost``.

    Raises
    ------
    InputError
        When there is none of that name; the message lists those that exist.
    """
    if name not in _found():
        known = predictor_names()
        raise InputError(f"predictor: there is no '{name}'.{nearest(name, known)} Known: {', '.join(known)}.")
    return _found()[name]


@cache
def _found() -> dict[str, type[Predictor]]:
    found: dict[str, type[Predictor]] = {}
    for info in pkgutil.iter_modules(predictors.__path__, f"{predictors.__name__}."):
        module = importlib.import_module(info.name)
        for _, value in inspect.getmembers(module, inspect.isclass):
            if value.__module__ == info.name and issubclass(value, Settings) and hasattr(value, "fit"):
                found[value.name] = value
    return found
