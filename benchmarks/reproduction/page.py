"""Tables between markers on a page whose words are written by hand."""

import re
from collections.abc import Sequence

from benchmarks.reproduction.table import Table
from vilfredo.errors import InputError

_BETWEEN = re.compile(r"(<!-- table (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def marked(page: str) -> list[str]:
    """Names of the tables that a page has a place for."""
    return [match[2] for match in _BETWEEN.finditer(page)]


def filled(page: str, tables: Sequence[Table]) -> str:
    """Put each table into its place; places of tables that are not given keep what they have.

    Raises
    ------
    InputError
        When the page lacks the place of a table.
    """
    known = {table.name: table.markdown() for table in tables}
    lacking = sorted(known.keys() - set(marked(page)))
    if lacking:
        raise InputError(
            f"reproduce: the page has no place for {', '.join(lacking)}. "
            f"Write '<!-- table {lacking[0]} -->' and '<!-- end -->' on lines of their own where it belongs."
        )
    return _BETWEEN.sub(lambda match: _place(match, known), page)


def _place(match: "re.Match[str]", known: dict[str, str]) -> str:
    return f"{match[1]}\n{known[match[2]]}\n\n{match[3]}" if match[2] in known else match[0]
