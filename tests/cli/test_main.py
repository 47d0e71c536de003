"""Putting the commands together, and exit codes."""

import subprocess
import sys

import pytest
from tests.cli.command import refused, vilfredo

from vilfredo import __version__
from vilfredo.cli import main, space
from vilfredo.errors import InputError, RunError, VilfredoError

_COMMANDS = ("search", "status", "front", "inspect", "space", "data")


def test_the_version() -> None:
    answer = vilfredo("--version")
    assert (answer.code, answer.out) == (0, f"vilfredo {__version__}\n")


def test_help_lists_all_commands_in_order() -> None:
    for option in ("--help", "-h"):
        answer = vilfredo(option)
        assert answer.code == 0
        first = [line.strip("│ ").split(" ")[0] for line in answer.out.splitlines()]
        assert [word for word in first if word in _COMMANDS] == list(_COMMANDS)


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_has_help(name: str) -> None:
    answer = vilfredo(name, "-h")
    assert answer.code == 0
    assert f"Usage: vilfredo {name}" in answer.out


@pytest.mark.parametrize("arguments", [["nothing"], ["--nothing"], ["data", "nothing"], ["space", "--nothing"]])
def test_what_is_unknown_is_refused(arguments: list[str]) -> None:
    assert "nothing" in refused(vilfredo(*arguments))


@pytest.mark.parametrize(
    ("error", "code"), [(InputError("bad [/x] :dog:"), 2), (RunError("locked"), 2), (VilfredoError("broken"), 1)]
)
def test_errors_become_one_message_and_a_code(error: VilfredoError, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*names: object) -> None:
        raise error

    monkeypatch.setattr(space, "check_operators", fail)
    answer = vilfredo("space")
    assert (answer.code, answer.out, answer.err) == (code, "", f"vilfredo: {error}\n")


def test_a_programming_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*names: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(space, "check_operators", fail)
    with pytest.raises(ZeroDivisionError):
        vilfredo("space")


def test_the_process_ends_with_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["vilfredo", "space", "--blocks", "0"])
    with pytest.raises(SystemExit) as caught:
        main.main()
    assert caught.value.code == 2


def test_the_version_needs_no_torch() -> None:
    code = "import sys, vilfredo.cli.main; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
