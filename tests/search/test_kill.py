"""Searches killed at any instant and resumed, as real processes: nothing stored may differ from an uninterrupted one."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from contents import beginning_of, contents
from search_processes import Instant, Mother, Search

from vilfredo.search.run_folder import is_run, locked_by
from vilfredo.search.summary import status_of

pytestmark = pytest.mark.xdist_group("kill")

_SETTINGS = """
[strategy]
name = "popnas-v3"
beam_size = 3
exploration_beam_size = 2

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
drop_path = 0.2
threads = 1
device = "cpu"
"""
_STEP_SIZES = {0: 1, 1: 3}
_LOOP, _STORE = "vilfredo.search.loop", "vilfredo.search.store"
_INSTANTS: tuple[Instant, ...] = (
    (_LOOP, "Search.run", 1, "before"),
    (_LOOP, "Search._epoch_ended", 1, "after"),
    (_STORE, "Store.add_measurement", 1, "before"),
    (_STORE, "Store.add_measurement", 1, "after"),
    (_STORE, "Store.add_step", 1, "before"),
    (_LOOP, "Search._epoch_ended", 4, "after"),
    (_LOOP, "save_weights", 1, "after"),
    ("vilfredo.search.weights", "os.fsync", 1, "after"),
    (_LOOP, "keep_only", 3, "before"),
    (_STORE, "Store.set_quality", 1, "before"),
    ("vilfredo.predictors.lstm_attention", "LstmAttention.fit", 1, "after"),
    ("vilfredo.predictors.catboost_trees", "CatBoostTrees.fit", 1, "after"),
    (_STORE, "Store.add_step", 1, "after"),
    (_STORE, "Store.add_measurement", 2, "after"),
    (_STORE, "Store.set_quality", 1, "before"),
    (_STORE, "Store.add_step", 1, "after"),
    (_LOOP, "Search._epoch_ended", 3, "after"),
    (_STORE, "Store.set_quality", 1, "before"),
    (_STORE, "Store.set_meta", 1, "before"),
)


@pytest.fixture(scope="module")
def mother(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    mother = Mother(tmp_path_factory.mktemp("logs"))
    yield mother
    mother.close()


@pytest.fixture(scope="module")
def arguments(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    file = tmp_path_factory.mktemp("settings") / "tiny.toml"
    file.write_text(_SETTINGS)
    return ("digits", "--samples", "150", "--time-source", "flops", "--settings", str(file))


@pytest.fixture(scope="module")
def reference(mother: Mother, arguments: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the search stores that nobody disturbs."""
    folder = tmp_path_factory.mktemp("reference") / "run"
    search = mother.search(*arguments, "--run", folder)
    assert search.wait() == 0, search.lines
    found = contents(folder)
    assert list(found["steps"]) == [0, 1, 2, 3]
    assert len(found["measurements"]) == len(found["proposals"])
    assert all('"outcome":"complete"' in record for record in found["measurements"].values())
    assert {f"{row['id']}.safetensors" for row in found["front"]} == set(found["weights"])
    return found


def _resumed(mother: Mother, folder: Path) -> dict[str, Any]:
    search = mother.search("--resume", "--run", folder)
    assert search.wait() == 0, search.lines
    return contents(folder)


def _await(condition: Callable[[], bool], search: Search) -> None:
    for _ in range(60_000):
        if condition():
            return
        time.sleep(0.001)
    raise AssertionError(f"never came to that: {search.lines}")


def _printed(search: Search, beginning: str) -> bool:
    return any(line.strip().startswith(beginning) for line in search.lines)


def _bootstrapping(found: dict[str, Any]) -> bool:
    return set(found["steps"]) <= {0, 1} and len(found["measurements"]) < 4


def _between_steps(found: dict[str, Any]) -> bool:
    return set(found["steps"]) == {0, 1} and len(found["measurements"]) == 4


def _in_step_two(found: dict[str, Any]) -> bool:
    return set(found["steps"]) == {0, 1, 2} and 4 < len(found["measurements"]) < len(found["proposals"])


@pytest.mark.parametrize(
    ("line", "further", "phase"),
    [
        ("step 1 of 3", "1/3", _bootstrapping),
        ("step 2: fitting", "step 2: fitting", _between_steps),
        ("step 2 of 3", "1/4", _in_step_two),
    ],
    ids=["bootstrap", "between steps", "mid-step"],
)
def test_killed_from_outside(
    line: str,
    further: str,
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
        _await(lambda search=search: _printed(search, line) and _follows(search, line, further), search)  # type: ignore[misc]
        assert search.kill() == -signal.SIGKILL
        found = contents(folder)
        if phase(found):
            break
    assert phase(found)
    assert beginning_of(reference, found)
    assert _resumed(mother, folder) == reference


def _follows(search: Search, line: str, further: str) -> bool:
    lines = [text.strip() for text in search.lines]
    start = next(index for index, text in enumerate(lines) if text.startswith(line))
    return any(text.startswith(further[:2]) for text in lines[start:])


def test_killed_at_every_instant(
    mother: Mother, arguments: tuple[str, ...], reference: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    begun: tuple[str | Path, ...] = (*arguments, "--run", folder)
    for instant in _INSTANTS:
        search = mother.search(*begun, die=instant)
        assert search.wait() == -signal.SIGKILL, f"{instant} never came: {search.lines}"
        assert beginning_of(reference, contents(folder)), instant
        begun = ("--resume", "--run", folder)
    assert set(contents(folder)["steps"]) == {0, 1, 2, 3}
    assert _resumed(mother, folder) == reference
