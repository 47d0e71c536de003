"""Searches killed at any instant and resumed, as real processes: the outcome equals that of an undisturbed one."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.search.contents import beginning_of, contents
from tests.search.search_processes import ENDED, Instant, Mother, Search

from vilfredo.search.run_folder import is_run, locked_by
from vilfredo.search.summary import status_of

_SETTINGS = """
[strategy]
name = "popnas-v3"
beam_size = 4
exploration_beam_size = 4

[strategy.accuracy_predictor]
name = "lstm-attention"
members = 2
epochs = 3

[strategy.time_predictor]
name = "catboost"
trials = 2
iterations = 20

[space]
operators = ["identity", "3x3 conv"]
lookback = 1
blocks = 3

[network]
motifs = 1
normal_cells = 2
filters = 8

[training]
epochs = 2
batch_size = 64
learning_rate = 0.02
drop_path = 0.2
validation_fraction = 0.2
threads = 1
device = "cpu"
"""
_LOOP, _STORE = "vilfredo.search.loop", "vilfredo.search.store"
_INSTANTS: tuple[tuple[str, Instant], ...] = (
    ("run folder half-created", ("vilfredo.search.run_folder", "Store.create", 1, "after")),
    ("nothing stored yet", (_LOOP, "Search.run", 1, "before")),
    ("first step about to be stored", (_STORE, "Store.add_step", 1, "before")),
    ("training the empty cell", (_LOOP, "Search._epoch_ended", 1, "after")),
    ("weights half-written", ("vilfredo.files", "os.fsync", 1, "after")),
    ("weights written, measurement not stored", (_LOOP, "save_weights", 1, "after")),
    ("measurement stored, what follows not done", (_STORE, "Store.add_measurement", 1, "after")),
    ("one-block cells proposed", (_STORE, "Store.add_step", 1, "after")),
    ("training the second one-block cell", (_LOOP, "Search._epoch_ended", 3, "after")),
    ("weights of the dominated still there", (_LOOP, "keep_only", 2, "before")),
    ("bootstrap measured, quality not stored", (_STORE, "Store.set_quality", 1, "before")),
    ("accuracy predictor fitted", ("vilfredo.predictors.lstm_attention", "LstmAttention.fit", 1, "after")),
    ("time predictor fitted", ("vilfredo.predictors.catboost_trees", "CatBoostTrees.fit", 1, "after")),
    ("step planned, not stored", (_STORE, "Store.add_step", 1, "before")),
    ("step stored", (_STORE, "Store.add_step", 1, "after")),
    ("training within a step", (_LOOP, "Search._epoch_ended", 3, "after")),
    ("step measured, quality not stored", (_STORE, "Store.set_quality", 1, "before")),
    ("training within the last step", (_LOOP, "Search._epoch_ended", 3, "after")),
    ("last step measured, quality not stored", (_STORE, "Store.set_quality", 1, "before")),
    ("all done, end not noted", (_STORE, "Store.set_meta", 1, "before")),
)
"""Each on a search resumed after the one before."""


@pytest.fixture(scope="module")
def mother(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    mother = Mother(tmp_path_factory.mktemp("logs"))
    yield mother
    mother.close()


@pytest.fixture(scope="module")
def arguments(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    file = tmp_path_factory.mktemp("settings") / "tiny.toml"
    file.write_text(_SETTINGS)
    return ("digits", "--executor", "local", "--samples", "150", "--time-source", "flops", "--settings", str(file))


@pytest.fixture(scope="module")
def reference(mother: Mother, arguments: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the search stores that nobody disturbs."""
    folder = tmp_path_factory.mktemp("reference") / "run"
    search = mother.search(*arguments, "--run", folder)
    assert search.wait() == 0, search.lines
    found = contents(folder)
    assert list(found["steps"]) == [0, 1, 2, 3]
    steps = [json.loads(proposal)["step"] for proposal in found["proposals"].values()]
    assert steps.count(2) > 1, "the tests need two candidates or more in each step; try other settings"
    assert steps.count(3) > 1, "the tests need two candidates or more in each step; try other settings"
    assert len(found["measurements"]) == len(found["proposals"])
    assert all('"outcome":"complete"' in record for record in found["measurements"].values())
    assert {f"{row['id']}.safetensors" for row in found["front"]} == set(found["weights"])
    return found


def _resumed(mother: Mother, folder: Path) -> dict[str, Any]:
    search = mother.search("--resume", "--executor", "local", "--run", folder)
    assert search.wait() == 0, search.lines
    return contents(folder)


def _await_output(search: Search, pattern: str) -> None:
    """Wait until what `search` has printed matches."""
    for _ in range(60_000):
        text = "".join(search.lines)
        if re.search(pattern, text):
            return
        assert ENDED not in text, f"it ended without {pattern!r}: {text}"
        time.sleep(0.001)
    raise AssertionError(f"{pattern!r} never came: {search.lines}")


def _bootstrapping(found: dict[str, Any]) -> bool:
    return set(found["steps"]) <= {0, 1} and len(found["measurements"]) < 4


def _between_steps(found: dict[str, Any]) -> bool:
    return set(found["steps"]) == {0, 1} and len(found["measurements"]) == 4


def _in_step_two(found: dict[str, Any]) -> bool:
    return set(found["steps"]) == {0, 1, 2} and 4 < len(found["measurements"]) < len(found["proposals"])


@pytest.mark.parametrize(
    ("output", "phase"),
    [
        (r"step 1 of 3(?s:.*)\n +1/3 ", _bootstrapping),
        (r"step 2: choosing", _between_steps),
        (r"step 2 of 3(?s:.*)\n +1/\d+ ", _in_step_two),
    ],
    ids=["bootstrap", "between steps", "mid-step"],
)
def test_killed_from_outside(
    output: str,
    phase: Callable[[dict[str, Any]], bool],
    mother: Mother,
    arguments: tuple[str, ...],
    reference: dict[str, Any],
    tmp_path: Path,
) -> None:
    # On a busy machine the signal may come too late; then it is sent again to a search that starts anew.
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        search = mother.search(*arguments, "--run", folder)
        _await_output(search, output)
        assert search.kill() == -signal.SIGKILL
        found = contents(folder)
        if phase(found):
            break
    assert phase(found)
    assert beginning_of(reference, found)
    assert _resumed(mother, folder) == reference


def test_killed_at_every_instant(
    mother: Mother, arguments: tuple[str, ...], reference: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    for moment, instant in _INSTANTS:
        begun: tuple[str | Path, ...] = ("--resume", "--executor", "local") if is_run(folder) else arguments
        search = mother.search(*begun, "--run", folder, die=instant)
        assert search.wait() == -signal.SIGKILL, f"{moment}: never came, {search.lines}"
        assert not is_run(folder) or beginning_of(reference, contents(folder)), moment
    found = contents(folder)
    assert found["measurements"] == reference["measurements"]
    assert "finished" not in found["meta"]
    assert _resumed(mother, folder) == reference


def test_killed_among_its_workers(
    mother: Mother, arguments: tuple[str, ...], reference: dict[str, Any], tmp_path: Path
) -> None:
    folder, processes = tmp_path / "run", ("--executor", "processes")
    search = mother.search(*arguments, *processes, "--run", folder)
    _await_output(search, "step 1 of 3")
    search.kill()
    assert beginning_of(reference, contents(folder))
    again = mother.search("--resume", *processes, "--run", folder)
    assert again.wait() == 0, again.lines
    found = contents(folder)
    assert found["meta"].pop("workers") >= 1
    assert found == reference | {"meta": {key: reference["meta"][key] for key in found["meta"]}}


def test_killed_at_random(
    mother: Mother, arguments: tuple[str, ...], reference: dict[str, Any], tmp_path: Path
) -> None:
    folder, rng = tmp_path / "run", random.Random(0)
    for _ in range(6):
        begun: tuple[str | Path, ...] = ("--resume", "--executor", "local") if is_run(folder) else arguments
        search = mother.search(*begun, "--run", folder)
        time.sleep(rng.uniform(0.2, 1.2))
        search.kill()
    if not is_run(folder):  # on a machine so busy that no search has come so far
        mother.search(*arguments, "--run", folder).wait()
    assert _resumed(mother, folder) == reference


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_politely(
    number: signal.Signals, mother: Mother, arguments: tuple[str, ...], reference: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    search = mother.search(*arguments, "--epochs", "100000", "--run", folder)
    _await_output(search, "step 0 of 3")
    os.kill(search.pid, number)
    assert search.wait() == 130
    text = "".join(search.lines)
    assert "stopping …" in text
    assert "interrupted" in text
    assert f"vilfredo search --resume --run {folder}" in text
    assert "Traceback" not in text
    assert status_of(folder)["state"] == "stopped"


def test_interrupted_in_the_middle_and_resumed(
    mother: Mother, arguments: tuple[str, ...], reference: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    search = mother.search(*arguments, "--run", folder)
    _await_output(search, "step 1 of 3")
    os.kill(search.pid, signal.SIGINT)
    assert search.wait() == 130, search.lines
    assert beginning_of(reference, contents(folder))
    assert _resumed(mother, folder) == reference


def test_budget_ends_a_search_within_a_training(mother: Mother, arguments: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "run"
    begun = mother.search(*arguments, "--epochs", "100000", "--budget", "1s", "--run", folder)
    assert begun.wait() == 1, begun.lines  # nothing was trained
    assert any(line.startswith("the budget is spent") for line in begun.lines)
    again = mother.search("--resume", "--executor", "local", "--budget", "0.2s", "--run", folder)
    assert again.wait() == 1, again.lines
    assert status_of(folder)["state"] == "stopped"
    assert status_of(folder)["waiting"] == 1


def test_budget_leaves_what_was_found_and_the_rest_for_later(
    mother: Mother, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    search = mother.search(*arguments, "--budget", "1s", "--run", folder)
    assert search.wait() in (0, 1), search.lines  # 1 where the machine was too busy to train anything in a second
    before = contents(folder)
    after = _resumed(mother, folder)
    assert beginning_of(after, before)
    assert after["meta"]["finished"]


def test_a_run_belongs_to_one_search_at_a_time(mother: Mother, arguments: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "run"
    search = mother.search(*arguments, "--epochs", "100000", "--run", folder)
    _await_output(search, "step 0 of 3")
    status = status_of(folder)
    assert status["state"] == "running"
    assert f"process {search.pid} " in status["running_in"]
    second = mother.search("--resume", "--executor", "local", "--run", folder)
    assert second.wait() == 2
    assert f"in use by process {search.pid} " in "".join(second.lines)
    search.kill()
    assert locked_by(folder) is None
    assert mother.search("--resume", "--executor", "local", "--budget", "0.2s", "--run", folder).wait() == 1


def test_the_command_itself_dies_and_resumes(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Once without the mother of the searches, as people start it."""
    folder = tmp_path / "run"
    start = "import sys; from vilfredo.cli.main import run; sys.exit(run(sys.argv[1:]))"
    command = [sys.executable, "-c", start, "search", *arguments, "--run", str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, process_group=0)
    assert process.stderr
    for line in process.stderr:
        if line.startswith("step 0 of 3"):
            break
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stderr.close()
    assert status_of(folder)["state"] == "stopped"
