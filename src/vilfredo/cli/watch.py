"""``vilfredo watch``: the page of a run, served to this machine's browsers while the search goes on."""

import sys
import webbrowser
from contextlib import suppress
from typing import Annotated

import typer

from vilfredo.cli.output import print_json, stderr, stdout
from vilfredo.cli.runs import AsJson, RunFolder
from vilfredo.report.watching.serving import HOST, PORT, listening
from vilfredo.report.watching.watched import Watched
from vilfredo.search.run_folder import read_description


def watch(
    run: RunFolder,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help=f"Of {HOST}; 0 for any that is free.  [default: {PORT} or the next free]"),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    every: Annotated[float, typer.Option(min=0.2, help="Seconds after which the page looks for news.")] = 5.0,
    as_json: AsJson = False,
) -> None:
    """Serve the report of a run on this machine; the page follows the search. Ctrl-C ends it."""
    read_description(run)
    with listening(Watched(run, every), port) as server:
        if as_json:
            print_json({"run": str(run), "url": server.url})
        else:
            stdout.print(f"{run} at {server.url}  (Ctrl-C ends it; the search goes on)", markup=False)
        sys.stdout.flush()
        if show and not webbrowser.open(server.url):
            stderr.print(f"no browser was found; open {server.url}", markup=False)
        with suppress(KeyboardInterrupt):  # the way to end it, and nothing is left undone
            server.serve_forever()
