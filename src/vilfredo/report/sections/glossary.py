"""The words of the page, for whoever meets them for the first time."""

from collections.abc import Iterable
from types import ModuleType

from markupsafe import Markup

from vilfredo.networks.grammar import operator_modules
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView
from vilfredo.spaces.mlp_space import MlpSpace

CHAPTER: Chapter = "next"
ORDER = 30
TITLE = "The words of this page"


def html(view: RunView) -> Markup:
    """Return the words, those of operators as far as the space has them."""
    return fill("glossary", operators=_operators(view.settings.space.vocabulary), mlp=_is_mlp(view), score=view.score)


def _operators(names: Iterable[str]) -> list[tuple[str, str]]:
    """Names of operators that are explained by the same words, and the words."""
    found: dict[str, list[str]] = {}
    for name in names:
        words = next((getattr(module, "WORDS", "") for module in operator_modules() if _builds(module, name)), "")
        if words:
            found.setdefault(words, []).append(name)
    return [(", ".join(names), words) for words, names in found.items()]


def _builds(module: ModuleType, name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in module.PATTERNS.values())


def _is_mlp(view: RunView) -> bool:
    return view.settings.space.kind == MlpSpace.kind
