"""``vilfredo draw``: a cell, a perceptron or a whole network as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from vilfredo.cli.model_options import check_place, writing
from vilfredo.cli.output import print_json, stdout
from vilfredo.cli.parsing import parse_input
from vilfredo.cli.runs import AsJson
from vilfredo.drawing import Drawing, drawing_of, kind_of_text, network_drawing
from vilfredo.drawing.drawing import ENDINGS
from vilfredo.errors import InputError
from vilfredo.networks.grammar import check_operators, kind_of
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.run_folder import reading
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.parallel import Stack
from vilfredo.spaces.parallel_space import ParallelSpace


def draw(
    architecture: Annotated[
        str | None,
        typer.Argument(metavar="CELL", help="E.g. \"[(-2, '3x3 conv', -1, '2x2 maxpool')]\", \"[(256, 'relu')]\""),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="A .svg, .png or .pdf; else cell.svg or network.svg here."),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(help="cells, parallel (flat cells, as in POPNAS v1) or mlp, where the text doesn't tell."),
    ] = None,
    residual: Annotated[bool, typer.Option(help="Show that the nearest lookback is added to a cell's output.")] = True,
    macro: Annotated[bool, typer.Option("--macro", help="Draw the whole network: how cells are stacked.")] = False,
    shape_text: Annotated[
        str | None,
        typer.Option("--input", help="HEIGHTxWIDTHxCHANNELS, LENGTHxCHANNELS of series, or FEATURES of a table"),
    ] = None,
    classes: Annotated[int | None, typer.Option(min=1, max=1_000_000, help="Classes to tell apart.")] = None,
    motifs: Annotated[int | None, typer.Option(help="M, motifs; groups of flat cells.  [default: 3]")] = None,
    normal: Annotated[int | None, typer.Option(help="N, normal cells per motif.  [default: 2]")] = None,
    filters: Annotated[
        int | None, typer.Option(help="F, filters of the first motif.  [default: 24; 32 of flat cells]")
    ] = None,
    run: Annotated[Path | None, typer.Option(metavar="RUN", help="Draw a network of a run instead of CELL.")] = None,
    network: Annotated[int | None, typer.Option(metavar="N", help="Its number, as `vilfredo front` shows it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a cell, a perceptron or, with --macro, the whole network that they become."""
    stacking = {"motifs": motifs, "normal_cells": normal, "filters": filters}
    given = {name: value for name, value in stacking.items() if value is not None}
    if (run is None) != (network is None) or (run is None) == (architecture is None):
        raise InputError("draw: expected a cell, or --run RUN and --network N, the number of one of its networks.")
    if given and not macro:
        raise InputError("draw: --motifs, --normal and --filters say how cells are stacked. Give --macro with them.")
    if run is not None and network is not None:
        if given or kind or shape_text or classes:
            raise InputError("draw: a run knows its kind, shapes and stacking. Leave them out, or give a cell instead.")
        subject = _of_run(run, network)
    else:
        assert architecture is not None
        subject = _of_text(architecture, kind, given, shape_text, classes)
    if not residual:
        subject = replace(subject, residual=False)
    path = out or Path("network.svg" if macro else "cell.svg")
    check_place(path, ENDINGS)
    drawing = subject.draw(macro)
    with writing(path):
        drawing.save(path)
    _tell(subject, drawing, path, as_json)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is to be drawn."""

    kind: str
    text: str
    residual: bool
    macro: MacroArchitecture | None
    stack: Stack | None
    input_shape: Sequence[int] | None
    """As data have it."""
    classes: int | None

    def draw(self, whole: bool) -> Drawing:
        if not whole and self.kind != "mlp":
            return drawing_of(self.kind, self.text, residual=self.residual)
        return network_drawing(
            self.kind,
            self.text,
            macro=self.macro,
            stack=self.stack,
            input_shape=self.input_shape,
            classes=self.classes,
        )


def _of_text(
    text: str, kind: str | None, stacking: dict[str, int], shape_text: str | None, classes: int | None
) -> _Subject:
    kind = kind or kind_of_text(text)
    data = "table"
    macro, stack = None, None
    if kind == "mlp":
        if stacking:
            raise InputError("draw: perceptrons have no motifs. Leave --motifs, --normal and --filters out.")
    else:
        operators = sorted(parse_cell(text).operators)
        check_operators(operators)
        # What fits several kinds of data is for the one that the shape is of.
        data = kind_of(operators) or ("series" if shape_text and shape_text.lower().count("x") == 1 else "image")
    if kind == "parallel":
        stack = Stack.read({{"motifs": "groups"}.get(name, name): value for name, value in stacking.items()})
    elif kind == "cells":
        macro = MacroArchitecture.read(stacking)
    shape = None if shape_text is None else parse_input(shape_text, data)
    return _Subject(kind, text, True, macro, stack, shape, classes)


def _of_run(folder: Path, network: int) -> _Subject:
    planned = RecordedRun.of(folder).planned
    with reading(folder) as (description, store):
        proposals = {proposal.id: proposal for proposal in store.proposals()}
        shape, classes = description["data"]["input_shape"], len(description["data"]["labels"])
    if network not in proposals:
        known = f"Expected 0 … {max(proposals)}" if proposals else "It has none yet"
        raise InputError(
            f"draw: '{folder}' has no network {network}. {known}; `vilfredo front {folder} --all` lists them."
        )
    return _Subject(
        planned.space.kind,
        proposals[network].architecture,
        planned.network is None or planned.network.residual,
        planned.network,
        planned.space.stack if isinstance(planned.space, ParallelSpace) else None,
        shape,
        classes,
    )


def _tell(subject: _Subject, drawing: Drawing, path: Path, as_json: bool) -> None:
    scene = drawing.scene
    if as_json:
        facts: dict[str, Any] = {"picture": str(path), "kind": subject.kind, "architecture": subject.text}
        words = {"title": scene.title, "description": scene.description}
        print_json({**facts, **words, "width": round(scene.width, 1), "height": round(scene.height, 1)})
        return
    stdout.print(f"{path}: {scene.title[0].lower()}{scene.title[1:]}", markup=False)
    stdout.print(f"  {scene.description}", markup=False, soft_wrap=True)
