"""The documents say what is so: commands, options, JSON fields, names and links."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.cli.command import tiny_search, vilfredo
from tests.search import toy_search

from vilfredo.cli.main import _app
from vilfredo.report.figures import figures
from vilfredo.search.presets import preset_names
from vilfredo.strategies.protocol import strategies

_ROOT = Path(__file__).parent.parent
_PAGES = sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")])
_REFERENCE = _ROOT / "docs" / "cli.md"
_ROOT_COMMAND: Any = typer.main.get_command(_app([]))
_NOT_OPTIONS_OF_OURS = {"--help"}


def _leaves(command: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Commands that do something, by the words that call them."""
    if not hasattr(command, "commands"):
        return {path: command}
    return {
        words: leaf for name, child in command.commands.items() for words, leaf in _leaves(child, (*path, name)).items()
    }


_COMMANDS = _leaves(_ROOT_COMMAND)


def _options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)} - {
        parameter.name for parameter in command.params
    }


def _blocks(page: Path) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


def _command_lines(page: Path) -> list[str]:
    """Lines of code blocks that call the command, and such words within the text."""
    lines = [line.removeprefix("$ ") for block in _blocks(page) for line in block.splitlines()]
    prose = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    lines += re.findall(r"`([^`\n]+)`", prose)
    return [line for line in lines if line.startswith("vilfredo ")]


_LINES = sorted({(page.name, line) for page in _PAGES for line in _command_lines(page)})


@pytest.mark.parametrize(("page", "line"), _LINES)
def test_command_lines_parse(page: str, line: str) -> None:
    words = shlex.split(line.partition(" > ")[0], comments=True)[1:]
    command = next((leaf for path, leaf in _COMMANDS.items() if tuple(words[: len(path)]) == path), None)
    if command is None:
        assert words == ["data"] or words[0].startswith("--"), f"{line}: no such command"
        return
    given = {word.split("=")[0] for word in words if word.startswith("-") and not re.match(r"-\d", word)}
    assert given <= _options(command) | _NOT_OPTIONS_OF_OURS, line
    path = next(path for path, leaf in _COMMANDS.items() if leaf is command)
    if len(words) > len(path):
        command.make_context("vilfredo", words[len(path) :])


def test_there_are_command_lines() -> None:
    assert {page for page, _ in _LINES} >= {"README.md", "cli.md", "concepts.md"}
    assert len(_LINES) > 15


def _sections() -> dict[tuple[str, ...], str]:
    """What the reference says of each command."""
    found: dict[tuple[str, ...], str] = {}
    for title, body in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", _REFERENCE.read_text(), re.MULTILINE | re.DOTALL):
        for line in re.findall(r"`vilfredo ([^`]+)`", title):
            words = line.split()
            found[tuple(word for word in words if not word.isupper())] = body
    return found


@pytest.mark.parametrize("path", _COMMANDS)
def test_the_reference_lists_every_option_and_no_other(path: tuple[str, ...]) -> None:
    sections = _sections()
    listed = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", sections[path]))
    options = _options(_COMMANDS[path])
    # One section may be about several commands.
    together = [other for other in _COMMANDS if sections[other] == sections[path]]
    assert listed <= {name for other in together for name in _options(_COMMANDS[other])}
    assert "--json" in options  # "every command takes" it
    for parameter in _COMMANDS[path].params:
        names = {*parameter.opts, *parameter.secondary_opts} & options
        assert not names or "--json" in names or names & listed, f"{path}: {sorted(names)} is not in docs/cli.md"


def _fields(text: str) -> set[str]:
    """Names in backquotes, but not those in brackets: those are values, or within a field."""
    return set(re.findall(r"`(\w+)`", re.sub(r"\([^()]*\)", "", text)))


def _documented(path: tuple[str, ...]) -> str:
    match = re.search(r"JSON: (.*?)(?:\n\n|\Z)", _sections()[path], re.DOTALL)
    assert match, f"docs/cli.md says nothing of the JSON of {' '.join(path)}"
    return match[1]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documentation") / "run"
    toy_search.run(folder, toy_search.settings())
    return folder


@pytest.mark.parametrize(
    ("path", "arguments"),
    [
        (("status",), []),
        (("inspect",), ["[]"]),
        (("space",), []),
        (("data", "show"), ["digits"]),
    ],
)
def test_json_fields_are_those_documented(path: tuple[str, ...], arguments: list[str | Path], run: Path) -> None:
    found = vilfredo(*path, *([run] if path == ("status",) else arguments), "--json").value
    assert _fields(_documented(path)) == set(found)


def test_json_of_the_front(run: Path) -> None:
    found = vilfredo("front", run, "--json").value
    assert found["front"]
    assert _fields(_documented(("front",))) == set(found) | {name for row in found["front"] for name in row}


def test_json_of_a_plot(tmp_path: Path, run: Path) -> None:
    found = vilfredo("plot", run, "front", "-o", tmp_path / "front.svg", "--json").value
    assert _fields(_documented(("plot",))) == set(found)


def test_the_reference_names_all_figures() -> None:
    table = _sections()[("plot",)].split("| figure |")[1].split("\n\n")[0]
    named = {name for row in re.findall(r"^\|([^|]*)\|", table, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)}
    assert named == set(figures())


def test_json_of_a_search(tmp_path: Path, run: Path) -> None:
    found = tiny_search(tmp_path / "run", "--strategy", "random", "--blocks", "1", "--json").value
    status = vilfredo("status", run, "--json").value
    assert _fields(_documented(("search",))) - {"status"} | set(status) == set(found)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if not re.match(r"\w+:", target):
            path, _, anchor = target.partition("#")
            linked = page.parent / path if path else page
            assert linked.exists(), target
            assert not anchor or anchor in _anchors(linked), target


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _first_column(text: str, heading: str) -> list[str]:
    table = text.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)


def test_the_readme_knows_all_presets_and_strategies() -> None:
    text = (_ROOT / "README.md").read_text()
    assert set(_first_column(text, "preset")) == set(preset_names())
    assert set(_first_column(text, "strategy")) == set(strategies())


def test_the_exit_codes_are_documented() -> None:
    text = " ".join(_REFERENCE.read_text().split())
    assert re.search(r"Exit codes: 0 fine, 1 failed\b.*?, 2 bad input, 130 interrupted", text)
