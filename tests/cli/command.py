"""Calls the command line within this process."""

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vilfredo.cli.main import run

TINY = """
[strategy]
name = "popnas-v3"
beam_size = 2
exploration_beam_size = 1
accuracy_predictor = "ridge"
time_predictor = "ridge"

[space]
lookback = 1

[network]
motifs = 1
normal_cells = 1
filters = 2

[training]
device = "cpu"
"""
"""Settings of a search that takes about a second on few digits."""
_FLAGS = "--executor local --samples 150 --operators identity,2x2_maxpool --blocks 2 --threads 1 --time-source flops"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def vilfredo(*arguments: str | Path) -> Answer:
    """Run ``vilfredo`` with `arguments`; what it raises is raised."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    return Answer(code, out.getvalue(), err.getvalue())


def tiny_search(folder: Path, *more: str | Path, epochs: str = "--epochs=1") -> Answer:
    """Search on a few digits into `folder`; without `epochs` those of the preset are asked for."""
    settings = folder.parent / f"{folder.name}.toml"
    settings.write_text(TINY)
    flags = [flag.replace("_", " ") for flag in _FLAGS.split()] + ([epochs] if epochs else [])
    return vilfredo("search", "digits", "--settings", settings, "--run", folder, *flags, *more)


def refused(answer: Answer) -> str:
    """Check that bad input was refused as it should be; returns the message."""
    assert answer.code == 2
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert answer.err.count("vilfredo: ") == 1 or answer.err.count("Usage: ") == 1
    return answer.err
