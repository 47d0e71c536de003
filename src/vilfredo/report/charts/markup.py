"""Elements of SVG as text. Every value of an attribute, and every text, is escaped here and nowhere else."""

import math

from markupsafe import escape

from vilfredo.report.charts.text import clean


def number(value: float) -> str:
    """Write a coordinate, to a tenth of a pixel and in as few characters as that takes."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", /, **attributes: str | float | None) -> str:
    """Return an element whose content is markup already; ``_`` in a name of an attribute stands for ``-``."""
    texts = (
        f' {key.rstrip("_").replace("_", "-")}="{number(value) if isinstance(value, int | float) else escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{''.join(texts)}>{content}</{name}>" if content else f"<{name}{''.join(texts)}/>"


def words(content: str, x: float, y: float, *, full: str = "", **attributes: str | float | None) -> str:
    """Return a line of text; `full` is what it was before it was shortened."""
    told = element("title", str(escape(clean(full)))) if full and clean(full) != content else ""
    return element("text", f"{escape(content)}{told}", x=x, y=y, **attributes)


def tip(text: str) -> str:
    """Text for who points at something; its lines stay lines."""
    return "\n".join(clean(line) for line in text.splitlines())


def known(*values: float) -> bool:
    """Whether all of these places exist."""
    return all(map(math.isfinite, values))
