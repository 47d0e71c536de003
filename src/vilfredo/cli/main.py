"""The command ``vilfredo``: puts the commands together, and turns errors into messages and exit codes.

Exit codes: 0 fine, 1 failed, 2 bad input, 130 interrupted (and resumable).
"""

import sys
import time
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated

import typer

from vilfredo import __version__, cli
from vilfredo.cli.output import printable, stderr
from vilfredo.errors import InputError, RunError, VilfredoError

_MODULES = {
    "search": "search",
    "status": "runs",
    "front": "front",
    "plot": "plot",
    "report": "report",
    "watch": "watch",
    "deploy": "deploy",
    "evaluate": "evaluate",
    "predict": "predict",
    "export": "export",
    "baseline": "baseline",
    "noise": "noise",
    "compare": "compare",
    "track": "track",
    "inspect": "inspect",
    "draw": "draw",
    "space": "space",
    "data": "data",
}
"""Where each command lives, in the order of the help; each of these modules has the command under its name."""


def _version(wanted: bool) -> None:
    if wanted:
        print(f"vilfredo {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Neural architecture search that respects people's time."""


def main() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no ρ shows a question mark
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    cli.started = time.monotonic()
    try:
        _app(arguments)(arguments, prog_name="vilfredo")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        return 130
    except (InputError, RunError) as error:
        _complain(str(error))
        return 2
    except VilfredoError as error:
        _complain(str(error))
        return 1
    return 0


def _app(arguments: list[str]) -> typer.Typer:
    """Put the commands together; only the one that is called for, since importing torch takes seconds."""
    called = next((name for name in arguments if not name.startswith("-")), None)
    app = typer.Typer(
        callback=_root,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name in [called] if called in _MODULES else _MODULES:
        command = getattr(import_module(f"vilfredo.cli.{_MODULES[name]}"), name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _complain(message: str) -> None:
    lines = "\n".join(map(printable, message.split("\n")))
    stderr.print(f"vilfredo: {lines}", markup=False, style="red" if stderr.is_terminal else None)
