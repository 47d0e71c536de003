"""``vilfredo inspect``: what a cell or a perceptron would be."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from vilfredo.cli.data_options import Task
from vilfredo.cli.output import print_json, stdout, table
from vilfredo.cli.parsing import paper_operators, parse_input, parse_list
from vilfredo.errors import InputError
from vilfredo.networks.families import Family, find_family
from vilfredo.networks.grammar import check_operators, kind_of
from vilfredo.networks.network import InputShape
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Cell, parse_cell
from vilfredo.spaces.features import dynamic_reindex
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp import Dense, parse_mlp
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.space import EMPTY, Space
from vilfredo.tasks.kinds import find_kind
from vilfredo.wording import quantity

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Operators = Annotated[str | None, typer.Option(help="Separated by commas.  [default: the paper's]")]

_LAYER = re.compile(r"\(\s*\d+\s*,[^(),]*\)|dropout")
"""What only perceptrons have: a width and an activation in brackets, or a dropout layer."""


def inspect(
    architecture: Annotated[
        str,
        typer.Argument(
            metavar="CELL", help="E.g. \"[(-2, '3x3 conv', -1, '2x2 maxpool')]\", \"[(256, 'relu')]\"; [] is empty"
        ),
    ],
    shape_text: Annotated[
        str | None,
        typer.Option("--input", help="HEIGHTxWIDTHxCHANNELS, LENGTHxCHANNELS of series, or FEATURES of a table"),
    ] = None,
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
    task: Task = None,
    as_json: AsJson = False,
) -> None:
    """Show what a cell or a perceptron would be: canonical form, parameters, FLOPs, time features."""
    task = task or _task_of(architecture)
    find_kind(task)
    shape = parse_input(shape_text, task)
    if task == "table":
        if operators is not None or operator_times is not None:
            raise InputError("inspect: perceptrons have no operators. Leave --operators and --operator-times out.")
        found = _inspect_mlp(architecture, shape, classes)
    else:
        stacking = {"motifs": motifs, "normal_cells": normal, "filters": filters}
        macro = MacroArchitecture.read({**stacking, "residual": residual, "lookback_reshape": lookback_reshape})
        found = _inspect_cell(parse_cell(architecture), task, macro, shape, classes, operators, operator_times)
    if as_json:
        print_json(found)
        return
    stdout.print(found["canonical"], markup=False)
    sample = {"image": "image", "series": "series", "table": "row"}[task]
    built = f"{found['cells']} {'layers' if task == 'table' else 'cells'}"
    statistics = f" ({found['parameters_with_buffers']:,} with batch-norm statistics)" if task != "table" else ""
    stdout.print(
        f"{found['parameters']:,} parameters{statistics}, {quantity(found['flops'])} FLOPs per {sample}, {built}"
    )
    rows = [(name.replace("_", " "), f"{value:.4g}") for name, value in found["time_features"].items()]
    origin = "measured operator times" if operator_times else "operator times derived from FLOPs"
    stdout.print(table([("time feature", "left"), ("value" if task == "table" else f"value ({origin})", "left")], rows))


def _task_of(architecture: str) -> str:
    """Kind of the data that an architecture is for; images where it fits several."""
    if _LAYER.search(architecture):
        return "table"
    return kind_of(sorted(parse_cell(architecture).operators)) or "image"


def _inspect_mlp(architecture: str, shape: InputShape, classes: int) -> dict[str, Any]:
    mlp = parse_mlp(architecture)
    widths = {layer.width for layer in mlp.layers if isinstance(layer, Dense)}
    space = MlpSpace(widths=tuple(sorted(widths) or (8,)))
    return _describe(space, None, find_family(space, None, shape, classes), str(mlp), {})


def _inspect_cell(
    cell: Cell,
    task: str,
    macro: MacroArchitecture,
    shape: InputShape,
    classes: int,
    operators: str | None,
    operator_times: Path | None,
) -> dict[str, Any]:
    check_operators(sorted(cell.operators), task)
    times = _read_times(operator_times) if operator_times else None
    names = _vocabulary(cell, task, operators, times)
    lookback = max([2, *(-source for source in cell.lookbacks)])
    space = CellSpace.read({"operators": names, "lookback": lookback, "blocks": min(10, max(1, len(cell)))})
    family = find_family(space, macro, shape, classes)
    if times is None:
        times = {"empty": float(family.count(EMPTY).flops)}
        times |= {name: float(family.count(text).flops) for name, text in space.symmetric().items()}
    if operator_times or max(times[name] for name in names) > times["empty"]:
        reindex = dynamic_reindex({name: times[name] for name in names}, times["empty"])
    else:
        reindex = dict.fromkeys(names, 1.0)  # FLOPs don't tell the operators apart, as where no cell is built
    return _describe(space, macro, family, str(cell), reindex)


def _describe(
    space: Space, macro: MacroArchitecture | None, family: Family, text: str, costs: Mapping[str, float]
) -> dict[str, Any]:
    codes = space.unique(space.codes([text]))
    counts = family.count(text)
    values = space.time_features(codes, macro, costs)[0]
    return {
        "canonical": space.texts(codes)[0],
        "parameters": counts.parameters,
        "parameters_with_buffers": counts.parameters_with_buffers,
        "flops": counts.flops,
        "cells": counts.cells,
        "time_features": dict(zip(space.feature_names, values.tolist(), strict=True)),
    }


def _vocabulary(cell: Cell, task: str, operators: str | None, times: Mapping[str, float] | None) -> tuple[str, ...]:
    """Operators of the space that the cell is seen in; those with times, where no others are asked for."""
    if operators is not None:
        names = check_operators(parse_list(operators), task)
    elif times is not None:
        names = check_operators([name for name in times if name != "empty"], task)
    else:
        paper = paper_operators(task)
        names = (*paper, *sorted(cell.operators - set(paper)))
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
