"""Finding predictors: the folder is the registry."""

from vilfredo.discovery import find_class, named_classes
from vilfredo.predictors.protocol import Predictor


def predictor_names() -> tuple[str, ...]:
    """Names of all predictors, sorted."""
    return tuple(sorted(named_classes("vilfredo.predictors", Predictor)))


def find_predictor(name: str) -> type[Predictor]:
    """Return the settings class of a predictor by its name, e.g. ``catboost``.

    Raises
    ------
    InputError
        When there is none of that name; the message lists those that exist.
    """
    return find_class("vilfredo.predictors", Predictor, name)
