"""``vilfredo report``: the page of a run."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from vilfredo.cli.output import print_json, stdout
from vilfredo.cli.runs import AsJson, RunFolder
from vilfredo.report.page.page import REPORT, write_report


def report(
    run: RunFolder,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=f"The file.  [default: RUN/{REPORT}]")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write what a run found as one HTML page, also while it is searching."""
    path = write_report(run, out)
    opened = webbrowser.open(path.resolve().as_uri()) if show else False
    size = path.stat().st_size
    if as_json:
        print_json({"run": str(run), "report": str(path), "bytes": size, "opened": opened})
        return
    stdout.print(f"report  {path} ({size / 1000:,.0f} kB)", markup=False)
    if show and not opened:
        stdout.print(f"no browser was found; open {path.resolve().as_uri()}", markup=False)
