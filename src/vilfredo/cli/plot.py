"""``vilfredo plot``: a figure of a run as a file, for papers and talks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Annotated, Any

import typer

from vilfredo.cli.output import print_json, stdout
from vilfredo.cli.runs import AsJson
from vilfredo.errors import InputError
from vilfredo.report.charts.chart import Chart
from vilfredo.report.charts.figure import COLUMN, save
from vilfredo.report.figures import Figure, figures, find_figure
from vilfredo.report.view import RunView
from vilfredo.search.run_folder import understanding

_EMPTY: Mapping[str, Any] = {
    "run": None,
    "figure": None,
    "picture": None,
    "caption": None,
    "panels": None,
    "figures": None,
}
"""Fields of the answer, all of them there in each."""


def plot(
    run: Annotated[Path, typer.Argument(help="Folder of a run, e.g. runs/digits")],
    figure: Annotated[str | None, typer.Argument(help="Name of the figure, e.g. front; --list shows all.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="A .pdf, .svg or .png; else FIGURE.pdf here.")
    ] = None,
    panel: Annotated[
        int | None, typer.Option(metavar="N", help="Draw one panel only, counted from 1, left to right.")
    ] = None,
    width: Annotated[float, typer.Option(metavar="INCHES", help="Width of a panel.")] = COLUMN,
    listed: Annotated[bool, typer.Option("--list", help="List the figures and what is seen in them.")] = False,
    as_json: AsJson = False,
) -> None:
    """Draw a figure of a run, also while it is searching."""
    view = RunView.of(run)
    if listed:
        found = _all(view)
        if as_json:
            print_json({**_EMPTY, "run": str(run), "figures": found})
        else:
            _print(found)
        return
    if figure is None:
        raise InputError(f"plot: which figure? Give one of {', '.join(figures())}; --list says what they show.")
    charts = _panels(view, figure, panel)
    path = out or Path(f"{figure}.pdf")
    try:
        save(charts, path, width=width)
    except OSError as error:
        raise InputError(f"plot: '{path}' cannot be written ({error.strerror}). Choose another place by -o.") from None
    drawn = [{"title": chart.title, "note": chart.note} for chart in charts]
    caption = find_figure(figure).CAPTION
    if as_json:
        described = {"run": str(run), "figure": figure, "picture": str(path), "caption": caption, "panels": drawn}
        print_json({**_EMPTY, **described})
        return
    stdout.print(f"{path}: {', '.join(chart.title for chart in charts)}", markup=False)
    for chart in charts:
        if chart.note:
            stdout.print(f"  {chart.note}", markup=False)


def _panels(view: RunView, name: str, panel: int | None) -> Sequence[Chart]:
    charts = _charts(view, find_figure(name))
    if not charts:
        others = [one["name"] for one in _all(view) if one["panels"]]
        instead = f"These have: {', '.join(others)}." if others else "Nor has any other figure yet."
        why = "" if view.trained else " No network has been trained yet."
        raise InputError(f"plot: the figure '{name}' has nothing to show of '{view.folder}'.{why} {instead}")
    if panel is None:
        return charts
    if not 1 <= panel <= len(charts):
        titles = ", ".join(f"{number} ({chart.title})" for number, chart in enumerate(charts, 1))
        raise InputError(f"plot: there is no panel {panel} in '{name}'. Expected one of {titles}.")
    return charts[panel - 1 : panel]


def _charts(view: RunView, figure: Figure) -> Sequence[Chart]:
    with understanding(view.folder):
        return figure.charts(view)


def _all(view: RunView) -> list[dict[str, Any]]:
    return [
        {"name": name, "caption": figure.CAPTION, "panels": [chart.title for chart in _charts(view, figure)]}
        for name, figure in figures().items()
    ]


def _print(found: Sequence[Mapping[str, Any]]) -> None:
    for one in found:
        panels = f"panels: {', '.join(one['panels'])}" if one["panels"] else "This run has nothing to show there yet."
        for line in (one["name"], *_indented(one["caption"]), *_indented(panels), ""):
            stdout.print(line, markup=False)


def _indented(text: str) -> list[str]:
    return wrap(text, 100, initial_indent="  ", subsequent_indent="  ")
