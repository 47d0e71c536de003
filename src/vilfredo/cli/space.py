"""``vilfredo space``: how many architectures there are."""

from typing import Annotated

import typer

from vilfredo.cli.data_options import Task
from vilfredo.cli.output import print_json, stdout, table
from vilfredo.cli.parsing import paper_operators, parse_list
from vilfredo.errors import InputError
from vilfredo.networks.grammar import check_operators
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.space import Space
from vilfredo.tasks.kinds import find_kind


def space(
    operators: Annotated[str | None, typer.Option(help="Separated by commas.  [default: the paper's]")] = None,
    lookback: Annotated[
        int | None, typer.Option(help="Furthest earlier cell that a block may read.  [default: 2]")
    ] = None,
    blocks: Annotated[int | None, typer.Option(help="Most blocks in a cell.  [default: 5]")] = None,
    layers: Annotated[int | None, typer.Option(help="Most hidden layers, for tables.  [default: 10]")] = None,
    task: Task = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show how large the search space is at each step."""
    made: Space
    if task == "table" or (task is None and layers is not None):
        given = {"--operators": operators, "--lookback": lookback, "--blocks": blocks}
        for name, value in given.items():
            if value is not None:
                raise InputError(f"space: {name} is for cells, and tables are searched for perceptrons. Leave it out.")
        made = MlpSpace.read({} if layers is None else {"layers": layers}, where="space")
        names = made.vocabulary
        title, noun = f"{len(made.vocabulary)} widths, activations and dropout", "perceptrons, at most"
    else:
        if layers is not None:
            raise InputError("space: --layers is for tables, and these are cells. Write --task table, or leave it out.")
        names = _operators(operators, task)
        made = CellSpace.read(
            {"operators": names, "lookback": _or(lookback, 2), "blocks": _or(blocks, 5)}, where="space"
        )
        title, noun = f"{len(names)} operators, lookback {made.reach}", "cells, isomorphs included"
    counts = [made.added(size) for size in range(made.largest)]
    spellings = [1]
    for added in counts:
        spellings.append(spellings[-1] * added)
    if as_json:
        steps = [
            {made.unit: size + 1, f"added_{made.unit}": added, "spellings": spellings[size + 1]}
            for size, added in enumerate(counts)
        ]
        asked = {"operators": list(names), "lookback": made.reach}
        print_json({**asked, "kind": made.kind, "counts": counts, "steps": steps})
        return
    rows = [(str(size + 1), f"{added:,}", _large(spellings[size + 1])) for size, added in enumerate(counts)]
    columns = [(made.unit, "right"), (f"{made.unit} that may be added", "right"), (noun, "right")]
    stdout.print(table(columns, rows, title))


def _operators(operators: str | None, task: str | None) -> tuple[str, ...]:
    if task is not None:
        find_kind(task)
    names = parse_list(operators) if operators is not None else paper_operators(task or "image")
    return check_operators(names, task)


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _large(number: int) -> str:
    if number < 10**9:
        return f"{number:,}"
    digits = str(number)
    return f"{digits[0]}.{digits[1:3]}e+{len(digits) - 1}"
