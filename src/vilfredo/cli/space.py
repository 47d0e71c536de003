"""``vilfredo space``: how many cells there are."""

from typing import Annotated

import typer

from vilfredo.cli.output import print_json, stdout, table
from vilfredo.cli.parsing import paper_operators, parse_list
from vilfredo.networks.grammar import check_operators
from vilfredo.spaces.cell_space import CellSpace


def space(
    operators: Annotated[str | None, typer.Option(help="Separated by commas.  [default: the paper's twelve]")] = None,
    lookback: Annotated[int, typer.Option(help="Furthest earlier cell that a block may read.")] = 2,
    blocks: Annotated[int, typer.Option(help="Most blocks in a cell.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show how large the search space is at each step."""
    names = parse_list(operators) if operators is not None else paper_operators()
    check_operators(names)
    made = CellSpace.read({"operators": names, "lookback": lookback, "blocks": blocks})
    counts = [made.added_blocks(size) for size in range(blocks)]
    spellings = [1]
    for added in counts:
        spellings.append(spellings[-1] * added)
    if as_json:
        steps = [
            {"blocks": size + 1, "added_blocks": added, "spellings": spellings[size + 1]}
            for size, added in enumerate(counts)
        ]
        print_json({"operators": list(names), "lookback": lookback, "counts": counts, "steps": steps})
        return
    rows = [(str(size + 1), f"{added:,}", _large(spellings[size + 1])) for size, added in enumerate(counts)]
    columns = [("blocks", "right"), ("blocks that may be added", "right"), ("cells, isomorphs included", "right")]
    stdout.print(table(columns, rows, f"{len(names)} operators, lookback {lookback}"))


def _large(number: int) -> str:
    if number < 10**9:
        return f"{number:,}"
    digits = str(number)
    return f"{digits[0]}.{digits[1:3]}e+{len(digits) - 1}"
