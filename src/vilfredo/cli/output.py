"""Printing: tables for people, one JSON object for machines."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_PIPE_WIDTH = 200

stdout = Console(highlight=False, emoji=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
stderr = Console(
    stderr=True, highlight=False, emoji=False, soft_wrap=True, width=None if sys.stderr.isatty() else _PIPE_WIDTH
)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def duration(seconds: float | None) -> str:
    """A time span as people say it: ``45 s``, ``12 min``, ``3 h 20 min``."""
    if seconds is None:
        return "?"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def quantity(value: float) -> str:
    """A number with a unit prefix: ``542k``, ``1.31M``."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def seconds_short(value: float) -> str:
    """A training time per epoch: ``0.21 s``."""
    return f"{value:.3g} s"


def table(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], title: str | None = None) -> Table:
    """Make a table; columns are (heading, ``left`` or ``right``). The last one folds, the others don't."""
    made = Table(
        title=None if title is None else escape(title),
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    for index, (heading, justify) in enumerate(columns):
        last = index == len(columns) - 1
        made.add_column(heading, justify="right" if justify == "right" else "left", no_wrap=not last, overflow="fold")
    for row in rows:
        made.add_row(*(escape(_printable(entry)) for entry in row))
    return made


def _printable(text: str) -> str:
    """Spell out what would move the cursor or colour the terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def front_table(front: Sequence[Mapping[str, Any]], title: str | None = None, score: str = "accuracy") -> Table:
    """Make the table of a front's networks; `score` is what they were searched for."""
    own = [] if score in ("accuracy", "nll") else [score]
    rows = [
        (
            str(row["id"]),
            *(f"{row[name]:.4f}" for name in own),
            f"{row['accuracy']:.4f}",
            f"{row['nll']:.3f}",
            seconds_short(row["training_time"]),
            quantity(row["parameters"]),
            quantity(row["flops"]),
            row["architecture"],
        )
        for row in front
    ]
    scores = [(name.replace("_", " "), "right") for name in (*own, "accuracy")]
    columns = [("id", "right"), *scores, ("NLL", "right"), ("s/epoch", "right"), ("params", "right")]
    return table([*columns, ("FLOPs", "right"), ("architecture", "left")], rows, title)
