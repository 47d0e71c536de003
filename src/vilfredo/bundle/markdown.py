"""Markdown in which text from outside stays text."""

import re
from collections.abc import Sequence

_SPECIAL = re.compile(r"[\\`*_\[\]<>#!|~&$]")
_LONGEST = 80


def escaped(text: str, longest: int = _LONGEST) -> str:
    """Return text in one line that shows as it is, wherever in a line or table it stands but at a line's start.

    What is invisible is left out, what is longer than `longest` signs is cut.
    """
    line = _line(text)
    if len(line) > longest:
        line = line[: longest - 1].rstrip() + "…"
    # An address would become a link without brackets, too.
    return _SPECIAL.sub(r"\\\g<0>", line).replace("://", ":\\//").replace("www.", "www\\.")


def code(text: str) -> str:
    """Return text as code within a line; not for tables, where a bar would end the cell."""
    line = _line(text) or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    edge = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{fence}{edge}{line}{edge}{fence}"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Put cells, escaped already, into a table whose first `left` columns are aligned to the left, others right."""
    rule = [":--" if column < left else "--:" for column in range(len(headings))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (headings, rule, *rows))


def _line(text: str) -> str:
    return " ".join("".join(sign for sign in text if sign.isspace() or sign.isprintable()).split())
