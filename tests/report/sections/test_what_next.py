"""The commands of a page are those that make sense now, and can be run as they stand."""

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup
from tests.cli.command import vilfredo
from tests.report.runs import RUNS, measured, toy

from vilfredo.report.sections import failures, settings, what_next
from vilfredo.report.view import RunView
from vilfredo.search.run_folder import writing
from vilfredo.tasks.memory import IN_MEMORY
from vilfredo.trials import Measurement, Proposal


def _commands(run: Path) -> list[str]:
    found = re.findall(r"<pre>(.*?)</pre>", what_next.html(RunView.of(run)))
    return [Markup(command).striptags() for command in found]  # unescaped too


def _slow(proposal: Proposal) -> Measurement:
    """Takes much longer to answer than any limit that one might think of."""
    found = measured(proposal)
    return found.model_copy(update={"objectives": {**found.objectives, "latency": 0.1234 * (1 + proposal.id % 5)}})


def _as_source(run: Path, source: str) -> None:
    file = run / "run.toml"
    text = file.read_text()
    assert 'source = "toy"' in text
    file.write_text(text.replace('source = "toy"', f'source = "{source}"'))


def test_what_looks_at_a_run_can_be_run_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = tmp_path / "it's a run"
    toy(run, _slow)
    looking = [command for command in _commands(run) if command.startswith(("vilfredo front", "vilfredo plot"))]
    assert len(looking) == 2
    for command in looking:
        answer = vilfredo(*shlex.split(command)[1:])
        assert answer.code == 0, answer.err
    assert (tmp_path / "front.pdf").is_file()


def test_while_a_search_is_at_work_no_model_is_promised(tmp_path: Path) -> None:
    toy(tmp_path / "run", questions=8)
    stopped = _commands(tmp_path / "run")
    assert stopped[0] == f"vilfredo search --resume --run {tmp_path}/run"
    assert any(command.startswith("vilfredo deploy") for command in stopped)
    with writing(tmp_path / "run"):
        running = _commands(tmp_path / "run")
    assert running[0] == f"vilfredo watch {tmp_path}/run"
    assert not [command for command in running if "deploy" in command or "resume" in command]


def test_samples_in_memory_cannot_be_asked_for_by_commands(tmp_path: Path) -> None:
    toy(tmp_path / "run", questions=8)
    _as_source(tmp_path / "run", IN_MEMORY)
    assert not [one for one in _commands(tmp_path / "run") if not one.startswith(("vilfredo plot", "vilfredo front"))]
    assert "The program that had its samples in memory goes on" in what_next.html(RunView.of(tmp_path / "run"))


def test_where_nothing_could_be_trained_it_is_said_where_the_reasons_are(tmp_path: Path) -> None:
    RUNS["failures only"](tmp_path / "run")
    (command,) = _commands(tmp_path / "run")
    assert command == f"vilfredo status {tmp_path}/run"
    assert vilfredo(*shlex.split(command)[1:]).code == 0


def test_of_many_failures_it_is_said_how_to_see_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    RUNS["failures only"](tmp_path / "run")
    monkeypatch.setattr(failures, "_MOST", 3)
    assert f"and 1 more: <code>vilfredo status {tmp_path}/run</code>" in failures.html(RunView.of(tmp_path / "run"))


@pytest.mark.parametrize(
    ("source", "derived", "words"),
    [
        ("toy", True, "the same run, bit for bit"),
        ("toy", False, "a similar run, not the same one"),
        ("landscape:digits", False, "it gives the same run."),
    ],
)
def test_how_exactly_a_run_comes_again(tmp_path: Path, source: str, derived: bool, words: str) -> None:
    toy(tmp_path / "run", time_source="flops" if derived else "measured")
    _as_source(tmp_path / "run", source)
    assert words in settings.html(RunView.of(tmp_path / "run"))


def test_what_was_adapted_before_a_run_is_listed(tmp_path: Path) -> None:
    toy(tmp_path / "run", questions=1)
    view = RunView.of(tmp_path / "run")
    assert "Adapted" not in settings.html(view)
    planned = {"training": {"epochs": 4, "precision": "float32"}}
    told = settings.html(replace(view, description={**view.description, "planned": planned}))
    assert "it began: training.epochs = 4; training.precision = float32." in told
