"""What a benchmark hands back, how it is printed, and how it is written as JSON."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from rich.console import Console

from vilfredo.cli.output import table

Scale = Literal["full", "quick", "smoke"]
"""``full`` gives the figures to publish; ``quick`` is for trying out; ``smoke`` only shows that the code still runs."""

Tell = Callable[[float, str], None]
"""Told the share of a benchmark that is done, in [0, 1], and what comes next."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be."""

    what: str
    value: float
    bound: float
    at_least: bool = True
    """Whether `bound` is the least or the most that `value` may be."""
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether it is; a NaN never is."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one benchmark."""

    title: str
    columns: Sequence[tuple[str, str]]
    """Heading and ``left`` or ``right``."""
    rows: Sequence[Sequence[str]]
    targets: Sequence[Target] = ()
    notes: Sequence[str] = ()
    """One sentence each: what to know when reading the table."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """Everything as measured, round by round, for JSON."""

    def show(self, console: Console) -> None:
        """Print the table, what it should be read with, and the targets."""
        console.print(table(self.columns, self.rows, self.title))
        for note in self.notes:
            console.print(f"  {note}", markup=False, style="dim")
        for target in self.targets:
            console.print(f"  {_sentence(target)}", markup=False, style="green" if target.met else "red")
        console.print()

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "title": self.title,
            "columns": [heading for heading, _ in self.columns],
            "rows": [list(row) for row in self.rows],
            "targets": [{**asdict(target), "met": target.met} for target in self.targets],
            "notes": list(self.notes),
            "figures": dict(self.figures),
        }


def _sentence(target: Target) -> str:
    sign = "≥" if target.at_least else "≤"
    found, wanted = (f"{value:.4g}{target.unit}" for value in (target.value, target.bound))
    return f"target {'met' if target.met else 'MISSED'}: {target.what} {found}, {sign} {wanted} wanted"
