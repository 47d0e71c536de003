"""``vilfredo inspect``: what a cell would be."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from vilfredo.cli.output import print_json, quantity, stdout, table
from vilfredo.cli.parsing import paper_operators, parse_image_shape, parse_list
from vilfredo.errors import InputError
from vilfredo.networks.counting import count
from vilfredo.networks.grammar import check_operators
from vilfredo.spaces.canonical import canonical_cell
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Block, Cell, parse_cell
from vilfredo.spaces.features import TIME_FEATURES, dynamic_reindex, time_features
from vilfredo.spaces.macro import MacroArchitecture

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Operators = Annotated[str | None, typer.Option(help="Separated by commas.  [default: the paper's twelve]")]


def inspect(
    cell: Annotated[str, typer.Argument(help="E.g. \"[(-2, '3x3 conv', -1, '2x2 maxpool')]\"; [] is the empty cell")],
    image: Annotated[str, typer.Option("--input", help="HEIGHTxWIDTHxCHANNELS")] = "32x32x3",
    classes: Annotated[int, typer.Option(max=1_000_000, help="Classes to tell apart.")] = 10,
    motifs: Annotated[int, typer.Option(help="M, motifs.")] = 3,
    normal: Annotated[int, typer.Option(help="N, normal cells per motif.")] = 2,
    filters: Annotated[int, typer.Option(help="F, filters of the first motif.")] = 24,
    residual: Annotated[bool, typer.Option(help="Add the nearest lookback to each cell's output.")] = True,
    lookback_reshape: Annotated[
        bool, typer.Option("--lookback-reshape", help="Adapt lookbacks before the cell.")
    ] = False,
    operators: Operators = None,
    operator_times: Annotated[
        Path | None,
        typer.Option(help='JSON of training times, {"empty": t0, "3x3 conv": t, …}.  [default: derived from FLOPs]'),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a cell would be: canonical form, parameters, FLOPs, time features."""
    parsed = parse_cell(cell)
    check_operators(sorted(parsed.operators))
    macro = MacroArchitecture.read(
        {
            "motifs": motifs,
            "normal_cells": normal,
            "filters": filters,
            "residual": residual,
            "lookback_reshape": lookback_reshape,
        }
    )
    shape = parse_image_shape(image)
    counts = count(parsed, macro, shape, classes)
    times = _read_times(operator_times) if operator_times else None
    names = _vocabulary(parsed, operators, times)
    if times is None:
        times = _times_from_flops(names, macro, shape, classes)
    canonical = canonical_cell(parsed)
    lookback = max([2, *(-source for source in parsed.lookbacks)])
    space = CellSpace.read({"operators": names, "lookback": lookback, "blocks": min(10, max(1, len(parsed)))})
    if operator_times or max(times[name] for name in names) > times["empty"]:
        reindex = dynamic_reindex({name: times[name] for name in names}, times["empty"])
    else:
        reindex = dict.fromkeys(names, 1.0)  # FLOPs don't tell the operators apart, as where no cell is built
    values = time_features(space.encode([canonical]), space, macro, reindex)[0]
    found = {
        "canonical": str(canonical),
        "parameters": counts.parameters,
        "parameters_with_buffers": counts.parameters_with_buffers,
        "flops": counts.flops,
        "cells": counts.cells,
        "time_features": dict(zip(TIME_FEATURES, values.tolist(), strict=True)),
    }
    if as_json:
        print_json(found)
        return
    stdout.print(found["canonical"], markup=False)
    stdout.print(
        f"{counts.parameters:,} parameters ({counts.parameters_with_buffers:,} with batch-norm statistics), "
        f"{quantity(counts.flops)} FLOPs per image, {counts.cells} cells"
    )
    rows = [(name.replace("_", " "), f"{value:.4g}") for name, value in zip(TIME_FEATURES, values, strict=True)]
    origin = "measured operator times" if operator_times else "operator times derived from FLOPs"
    stdout.print(table([("time feature", "left"), (f"value ({origin})", "left")], rows))


def _vocabulary(cell: Cell, operators: str | None, times: Mapping[str, float] | None) -> tuple[str, ...]:
    """Operators of the space that the cell is seen in; those with times, where no others are asked for."""
    if operators is not None:
        names = check_operators(parse_list(operators))
    elif times is not None:
        names = check_operators(name for name in times if name != "empty")
    else:
        names = (*paper_operators(), *sorted(cell.operators - set(paper_operators())))
    for name in sorted(cell.operators):
        if name not in names:
            raise InputError(f"cell: '{name}' is not among the operators: {', '.join(names)}.")
    for name in names if times is not None else ():
        if times is not None and name not in times:
            raise InputError(f"operator times: '{name}' is missing. Give a time for each operator and for \"empty\".")
    return names


def _read_times(path: Path) -> dict[str, float]:
    form = 'Expected {"empty": t0, "3x3 conv": t, …} with times of at least zero.'
    try:
        times = json.loads(path.read_text(encoding="utf-8"), parse_int=float)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"operator times: '{path}' cannot be read ({error}). {form}") from None
    numbers = isinstance(times, dict) and all(
        isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 for value in times.values()
    )
    if not numbers or "empty" not in times:
        raise InputError(f"operator times: '{path}' holds something else. {form}")
    return {" ".join(str(name).split()): float(value) for name, value in times.items()}


def _times_from_flops(
    names: tuple[str, ...], macro: MacroArchitecture, shape: tuple[int, int, int], classes: int
) -> dict[str, float]:
    """FLOPs of the empty cell and of each operator's symmetric cell, in place of times."""
    times = {"empty": float(count(Cell(), macro, shape, classes).flops)}
    for name in names:
        times[name] = float(count(Cell((Block(-1, name, -1, name),)), macro, shape, classes).flops)
    return times
