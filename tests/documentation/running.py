"""Runs a block of the documents in a playground."""

import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cli.command import Answer, vilfredo
from tests.documentation.blocks import ROOT, Block
from tests.documentation.watching import watched

from vilfredo import discovery

_FEW = """
[strategy]
name = "random"
cells_per_size = 2
"""
_SEARCH = ("--settings", "few.toml", "--strategy", "random", "--epochs", "1", "--budget", "10m", "--samples", "200")
_HERE = ("--executor", "local", "--threads", "1")
_LESS = {
    "deploy": ("--epochs", "1", "--selection-epochs", "1", "--no-tune", "--top", "1", "--formats", "none", *_HERE[:2]),
    "baseline": ("--only", "majority class"),
    "noise": ("--networks", "2", "--repeats", "2"),
}
"""What is added to the commands of a shortened block: the last word on an option counts. It is less work, not less
time, for what is done in some seconds depends on who else uses the machine."""
_LESS_SEARCH = """settings={"strategy": {"name": "random", "cells_per_size": 2}, "training": {"epochs": 1}}"""
_LESS_DEPLOY = """deploy_settings={"selection": {"top": 1}, "final": {"training": {"epochs": 1}}}"""
_LESS_PYTHON = {r'budget="\w+"': f"{_LESS_SEARCH}, {_LESS_DEPLOY}", r"seconds=\d+": _LESS_SEARCH}


class Place:
    """The folder of one page: its commands share it, and its Python shares one set of names."""

    def __init__(self, folder: Path, run: Path, names: dict[str, Any]) -> None:
        self.folder = folder
        self._run = run
        self.names = {"__name__": "page", **names}

    def run(self, block: Block) -> None:
        """Run it, or write it where it is a file; an error or an exit code other than 0 is raised."""
        if "file" in block.marks:
            path = self.folder / block.marks["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
            return
        folder = self.folder / block.marks.get("in", ".")
        self._prepare(block.marks.get("in", ""))
        (self.folder / "few.toml").write_text(_FEW)
        with _working_in(folder):
            if block.language == "python":
                made = re.findall(r"search\(.*\b(runs/[\w-]+)", block.text)
                self._prepare(block.text, {str(name) for name in made})
                exec(compile(_python(block), block.name, "exec"), self.names)
            else:
                self._shell(block, folder)

    def _prepare(self, text: str, made: Set[str] = frozenset()) -> None:
        """Put a finished run wherever `text` reads one that nothing made, before it or (`made`) in it."""
        for name in set(re.findall(r"\bruns/[\w-]+", text)) - made:
            if not (self.folder / name).exists():
                shutil.copytree(self._run, self.folder / name)

    def _shell(self, block: Block, folder: Path) -> None:
        text = block.text.replace("\\\n", " ")
        if not text.startswith("$ "):
            for line in filter(None, text.splitlines()):
                self._line(line, block, folder)
            return
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
            printed = self._line(command, block, folder)
            if "varies" not in block.marks:
                assert [line.rstrip() for line in printed.splitlines()] == expected.splitlines(), block.name

    def _line(self, line: str, block: Block, folder: Path) -> str:
        words = shlex.split(line, comments=True)
        if not words:
            return ""
        if words[1:2] != ["search"] or "--resume" in words:
            self._prepare(line)
        if words[:3] == ["pip", "install", "-e"]:
            self._install(folder / words[3])
            return ""
        if words[:2] == ["vilfredo", "watch"]:
            watched(words, folder)
            return ""
        if words[0] != "vilfredo":
            return _other(line, block, folder)
        words, target = (words[:-2], words[-1]) if ">" in words else (words, None)
        answer = vilfredo(*words[1:], *(_less(words) if "shortened" in block.marks else ()))
        assert answer.code == 0, f"{block.name}: {line}\n{_said(answer)}"
        if "shortened" in block.marks and words[1:3] == ["search", "digits"] and "--track" not in words:
            # What follows is about networks that have learnt something.
            made = self.folder / (words[words.index("--run") + 1] if "--run" in words else "runs/digits")
            shutil.rmtree(made)
            shutil.copytree(self._run, made)
        if target is not None:
            (folder / target).write_text(answer.out)
        return answer.out

    def _install(self, package: Path) -> None:
        """Do what `pip install -e` does for a package's modules and entry points, and nothing to the environment."""
        project = tomllib.loads((package / "pyproject.toml").read_text())["project"]
        about = package / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        about.mkdir(exist_ok=True)
        (about / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
        groups = project["entry-points"].items()
        lines = [
            f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in own.items()) for group, own in groups
        ]
        (about / "entry_points.txt").write_text("\n".join(lines))
        sys.path.insert(0, str(package))
        _look_again()


@contextmanager
def clean_imports() -> Iterator[None]:
    """Forget afterwards what blocks imported or installed."""
    path, known = list(sys.path), set(sys.modules)
    try:
        yield
    finally:
        gone = set(sys.path) - set(path)
        sys.path[:] = path
        for name in set(sys.modules) - known:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if any(file.startswith(folder) for folder in gone if folder):
                del sys.modules[name]
        _look_again()


def _look_again() -> None:
    importlib.invalidate_caches()
    discovery.modules.cache_clear()


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        os.chdir(before)


def _less(words: list[str]) -> tuple[str, ...]:
    if words[1] == "search":
        size = "--layers" if "--target" in words else "--blocks"
        return (*_SEARCH, *_HERE, size, "1")
    return _LESS.get(words[1], ())


def _python(block: Block) -> str:
    text = block.text
    for long, short in _LESS_PYTHON.items() if "shortened" in block.marks else ():
        text = re.sub(long, short, text)
    return text


def _other(line: str, block: Block, folder: Path) -> str:
    """Run a line by the shell, with this Python before all others."""
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": paths, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-ec", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{block.name}: {line}\n{done.stderr}"
    return done.stdout


def _said(answer: Answer) -> str:
    return f"exit code {answer.code}\n{answer.err[-2000:]}"
