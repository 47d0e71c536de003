"""Printing: tables for people, one JSON object for machines."""

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vilfredo.trials import SCORES

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
        made.add_row(*(escape(printable(entry)) for entry in row))
    return made


def printable(text: str) -> str:
    """Spell out what would move the cursor or colour the terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


_HEADINGS = {"nll": "NLL", "training_time": "s/epoch", "parameters": "params", "flops": "FLOPs"}
_COLUMNS = ("accuracy", "nll", "training_time", "latency", "parameters", "flops")


def objective_text(name: str, value: float | None) -> str:
    """An objective's value for people; a dash where it wasn't measured."""
    if value is None:
        return "–"
    if name == "latency":
        return f"{value * 1000:.3g} ms"
    if name == "training_time":
        return seconds_short(value)
    if name in SCORES:
        return f"{value:.3f}" if name == "nll" else f"{value:.4f}"
    return quantity(value)


def front_table(
    front: Sequence[Mapping[str, Any]],
    title: str | None = None,
    score: str = "accuracy",
    *,
    more: Sequence[str] = (),
    marked: Collection[int] | None = None,
) -> Table:
    """Make the table of a front's networks.

    Parameters
    ----------
    score
        What they were searched for; comes first.
    more
        Further objectives to show. A latency is shown where one was measured.
    marked
        Ids of rows that get a star, in a column of its own.
    """
    own = [] if score in ("accuracy", "nll") else [score]
    usual = [name for name in _COLUMNS if name != "latency" or any(name in row for row in front)]
    names = list(dict.fromkeys([*own, *usual, *more]))
    stars = [] if marked is None else [("", "left")]
    columns = [("id", "right"), *((_HEADINGS.get(name, name.replace("_", " ")), "right") for name in names)]
    rows = [
        (
            *("*" if row["id"] in (marked or ()) else "" for _ in stars),
            str(row["id"]),
            *(objective_text(name, row.get(name)) for name in names),
            row["architecture"],
        )
        for row in front
    ]
    return table([*stars, *columns, ("architecture", "left")], rows, title)
