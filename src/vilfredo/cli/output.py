"""Printing: tables for people, one JSON object for machines."""

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vilfredo.wording import objective_text

_PIPE_WIDTH = 200

stdout = Console(highlight=False, emoji=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
stderr = Console(
    stderr=True, highlight=False, emoji=False, soft_wrap=True, width=None if sys.stderr.isatty() else _PIPE_WIDTH
)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


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
