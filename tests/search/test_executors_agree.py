"""A search finds the same whoever measures, in whatever order the results arrive, and whatever happens to it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.search.contents import beginning_of, contents
from tests.search.toy_search import settings

from vilfredo.errors import RunError
from vilfredo.search.run_folder import locked_by
from vilfredo.search.session import begin, conduct, reopen
from vilfredo.search.settings import resolve
from vilfredo.search.store import Store
from vilfredo.tasks.open import open_dataset

_SETTINGS = settings(
    {
        "network": {"motifs": 1, "normal_cells": 1, "filters": 4},
        "training": {"epochs": 2, "batch_size": 16, "threads": 1, "device": "cpu"},
        "strategy": {"beam_size": 3, "exploration_beam_size": 2},
    }
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("data") / "toy.npz"
    y = np.arange(80) % 3
    x = np.random.default_rng(0).integers(0, 99, (80, 6, 6)).astype(np.uint8) + (20 * y[:, None, None]).astype(np.uint8)
    np.savez(path, x_train=x, y_train=y, x_test=x[:4], y_test=y[:4])
    return str(path)


def _search(folder: Path, data: str, executor: str, workers: int) -> dict[str, Any]:
    if not folder.exists():
        reading: dict[str, Any] = {"source": data}
        begin(folder, _SETTINGS, open_dataset(**reading), reading, ["vilfredo", "search"])
    chosen, evaluator = reopen(folder, resolve, None)
    conduct(folder, chosen, evaluator, seconds=None, interrupted=lambda: False, executor=executor, workers=workers)
    found = contents(folder)
    del found["meta"]["workers"]
    return found


@pytest.fixture(scope="module")
def reference(data: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    found = _search(tmp_path_factory.mktemp("reference") / "run", data, "local", 1)
    assert len(found["measurements"]) > 8
    return found


@pytest.mark.parametrize("workers", [1, 3])
def test_the_number_of_workers_does_not_matter(
    workers: int, data: str, reference: dict[str, Any], tmp_path: Path
) -> None:
    assert _search(tmp_path / "run", data, "processes", workers) == reference


@pytest.mark.parametrize(("executor", "workers"), [("local", 1), ("processes", 2)])
@pytest.mark.parametrize("room", [1, 3])
def test_a_full_disk_ends_a_search_that_can_go_on_later(
    executor: str,
    workers: int,
    room: int,
    data: str,
    reference: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, original = tmp_path / "run", Store.open

    def open_on_a_small_disk(path: Path, *, write: bool = False) -> Store:
        store = original(path, write=write)
        if write:
            (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
            store._connection.execute(f"PRAGMA max_page_count = {pages + room}")
        return store

    with monkeypatch.context() as small:
        small.setattr(Store, "open", staticmethod(open_on_a_small_disk))
        with pytest.raises(RunError, match=r"cannot be written .*full.*Free some space, then --resume"):
            _search(folder, data, executor, workers)
    assert locked_by(folder) is None
    part = contents(folder)
    assert len(part["measurements"]) < len(reference["measurements"])
    assert beginning_of(reference, part)
    assert _search(folder, data, executor, workers) == reference
