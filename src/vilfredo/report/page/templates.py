"""Filling in templates. Whatever is put into one is escaped, unless it is markup already."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def fill(template: str, **values: Any) -> Markup:
    """Fill in ``report/page/templates/TEMPLATE.html``; a value that it names and doesn't get is an error."""
    return Markup(_environment().get_template(f"{template}.html").render(values))


def words(text: str) -> Markup:
    """A command or path whose lines are broken between its words only, not at hyphens."""
    return Markup(" ").join(Markup('<span class="word">{}</span>').format(word) for word in text.split(" "))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("vilfredo.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = words
    return environment
