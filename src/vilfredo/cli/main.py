"""The command ``vilfredo``: puts the commands together, and turns errors into messages and exit codes.

Exit codes: 0 fine, 1 failed, 2 bad input, 130 interrupted (and resumable).
"""

import sys
from typing import Annotated

import click
import typer

from vilfredo import __version__
from vilfredo.cli import data, inspect, runs, search
from vilfredo.cli.output import stderr
from vilfredo.errors import InputError, RunError, VilfredoError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(search.search)
app.command()(runs.status)
app.command()(runs.front)
app.command()(inspect.inspect)
app.command()(inspect.space)
app.add_typer(data.data, name="data")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"vilfredo {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Neural architecture search that respects people's time."""


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    try:
        return int(app(arguments, prog_name="vilfredo", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except (InputError, RunError) as error:
        _complain(str(error))
        return 2
    except VilfredoError as error:
        _complain(str(error))
        return 1
    except BrokenPipeError:
        return 1


def _complain(message: str) -> None:
    stderr.print(f"vilfredo: {message}", markup=False, style="red" if stderr.is_terminal else None)
