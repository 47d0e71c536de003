"""A table of figures: for the page as Markdown, for everything else as plain values."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Entry = str | int | float | None
"""None, like NaN, is what could not be measured: a dash on the page, null in JSON."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings."""

    name: str
    """What its markers on the page say, e.g. ``v1-table-3``."""
    columns: Sequence[tuple[str, str]]
    """Heading, and how numbers are written: a format such as ``.3f``; empty for words."""
    rows: Sequence[Sequence[Entry]]

    def markdown(self) -> str:
        """Write it for the page."""
        heads = " | ".join(heading for heading, _ in self.columns)
        sides = "|".join("---:" if spec else "---" for _, spec in self.columns)
        lines = [" | ".join(self._written(row)) for row in self.rows]
        return "\n".join([f"| {heads} |", f"|{sides}|", *(f"| {line} |" for line in lines)])

    def to_json(self) -> Mapping[str, Any]:
        """Plain values, nothing rounded."""
        return {
            "columns": [heading for heading, _ in self.columns],
            "rows": [[None if _unknown(entry) else entry for entry in row] for row in self.rows],
        }

    def _written(self, row: Sequence[Entry]) -> list[str]:
        pairs = zip(row, self.columns, strict=True)
        return [
            "–" if _unknown(entry) else entry if isinstance(entry, str) else format(entry, spec)
            for entry, (_, spec) in pairs
        ]


def _unknown(entry: Entry) -> bool:
    return entry is None or (isinstance(entry, float) and not math.isfinite(entry))
