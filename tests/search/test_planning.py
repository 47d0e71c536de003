"""Fitting a search into a budget; how long a step takes is said, not timed, but for the tests of the timing."""

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.search.toy_search import settings
from torch import nn

from vilfredo.networks import network
from vilfredo.networks.families import cells
from vilfredo.search import evaluation, planning
from vilfredo.search.planning import affordable_epochs, step_times
from vilfredo.search.run_folder import read_description
from vilfredo.search.session import begin, reopen
from vilfredo.search.settings import SearchSettings, resolve
from vilfredo.spaces.cells import Cell
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.open import open_dataset
from vilfredo.training.data import TrainingData, resident

_ASKED = 20
_SETTINGS = settings(
    {
        "fit_budget": True,
        "network": {"motifs": 1, "normal_cells": 1, "filters": 2},
        "training": {"epochs": _ASKED, "batch_size": 16, "threads": 1, "device": "cpu"},
    }
)


def _data(training: int = 64, validation: int = 30) -> TrainingData:
    x, y = torch.zeros(training + validation, 1, 4, 4), torch.zeros(training + validation, dtype=torch.int64)
    return resident(x[:training], y[:training], x[training:], y[training:], 2, torch.device("cpu"))


_DATA = _data()


def _steps_take(patch: pytest.MonkeyPatch, *seconds: float) -> None:
    patch.setattr(planning, "step_times", lambda settings, data, limit: list(seconds))


def _epochs(step: float, budget: float, chosen: SearchSettings = _SETTINGS) -> int:
    with pytest.MonkeyPatch.context() as patch:
        _steps_take(patch, step)
        return affordable_epochs(chosen, _DATA, budget)


@given(st.floats(1e-6, 1e3), st.lists(st.floats(1e-3, 1e6), min_size=2, max_size=6))
def test_more_time_never_means_fewer_epochs(step: float, budgets: list[float]) -> None:
    found = [_epochs(step, budget) for budget in sorted(budgets)]
    assert found == sorted(found)
    assert all(1 <= epochs <= _ASKED for epochs in found)


@given(st.floats(1.0, 1e6), st.lists(st.floats(1e-6, 1e3), min_size=2, max_size=6))
def test_slower_steps_never_mean_more_epochs(budget: float, steps: list[float]) -> None:
    found = [_epochs(step, budget) for step in sorted(steps)]
    assert found == sorted(found, reverse=True)


def test_a_small_budget_means_one_epoch_and_a_large_one_what_was_asked() -> None:
    assert _epochs(0.1, 1e-3) == 1
    assert _epochs(0.1, 1e9) == _ASKED


def test_the_epochs_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    for overhead in ("_OVERHEAD_SECONDS", "_FIT_SECONDS"):
        monkeypatch.setattr(planning, overhead, 0.0)
    monkeypatch.setattr(planning, "_PLANNED_SHARE", 1.0)
    # The empty cell, 3 cells of 1 block, 4 of 2 and 4 of 3: 23 and a tenth trainings of one-block cells.
    weight = 0.1 + 3 + 2 * 4 + 3 * 4
    # An epoch trains on 64 samples and evaluates 30, a third as expensive, at 0.01 s per sample.
    epoch = 0.01 * (64 + 30 / 3)
    for epochs in (2, 5, 11):
        needed = weight * epoch * epochs
        assert _epochs(0.16, needed * 1.001) == epochs
        assert _epochs(0.16, needed * 0.999) == epochs - 1


def test_overheads_leave_half_of_the_budget_to_training(monkeypatch: pytest.MonkeyPatch) -> None:
    without = _epochs(0.16, 400)
    monkeypatch.setattr(planning, "_FIT_SECONDS", 50.0)
    some = _epochs(0.16, 400)
    monkeypatch.setattr(planning, "_FIT_SECONDS", 1e6)
    assert 1 < _epochs(0.16, 400) <= some < without
    assert _epochs(0.16, 400) == _epochs(0.08, 200)


def test_all_operators_count_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    for budget in np.linspace(60, 600, 10):
        even = _epochs(0.16, budget)
        _steps_take(monkeypatch, 0.02, 0.3)
        assert affordable_epochs(_SETTINGS, _DATA, budget) == even


def test_where_nothing_can_be_timed_nothing_is_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    _steps_take(monkeypatch)
    assert affordable_epochs(_SETTINGS, _DATA, 1e-3) == _ASKED


def test_a_larger_search_leaves_fewer_epochs() -> None:
    larger = resolve(_SETTINGS.to_table(), {"strategy": {"beam_size": 9}})
    assert 1 < _epochs(0.16, 300, larger) < _epochs(0.16, 300) < _ASKED


def test_random_search_is_planned_too() -> None:
    chosen = resolve(_SETTINGS.to_table(), {"strategy": {"name": "random", "cells_per_size": 4}})
    assert _epochs(0.16, 1e-3, chosen) == 1
    assert _epochs(0.16, 1e9, chosen) == _ASKED


def test_steps_are_timed_and_leave_no_trace() -> None:
    before = torch.random.get_rng_state()
    times = step_times(_SETTINGS, _DATA, 60.0)
    assert len(times) == len(_SETTINGS.space.examples())
    assert all(time > 0 for time in times)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_without_time_one_operator_stands_for_all() -> None:
    assert len(step_times(_SETTINGS, _DATA, 0.0)) == 1


@pytest.mark.parametrize("error", [RuntimeError, MemoryError])
def test_what_cannot_be_trained_is_not_timed(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def build_network(cell: Cell, *rest: Any, **options: Any) -> nn.Module:
        if "identity" in cell.operators:
            raise error
        return network.build_network(cell, *rest, **options)

    monkeypatch.setattr(cells, "build_network", build_network)
    assert len(step_times(_SETTINGS, _DATA, 60.0)) == 1


def test_what_does_not_fit_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "available_memory", lambda device: 1)
    assert list(step_times(_SETTINGS, _DATA, 60.0)) == []


def _dataset(path: Path) -> Dataset:
    x, y = np.random.default_rng(0).integers(0, 99, (40, 6, 6)).astype(np.uint8), np.arange(40) % 2
    np.savez(path, x_train=x, y_train=y, x_test=x[:4], y_test=y[:4])
    return open_dataset(str(path))


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch) -> SearchSettings:
    """Settings with times that are measured, where all steps take a tenth of a second."""
    _steps_take(monkeypatch, 0.1)
    monkeypatch.setattr(evaluation, "calibrate", lambda device: Mock(seconds=1.0))
    return _SETTINGS.model_copy(update={"time_source": "measured"})


def _begun(folder: Path, chosen: SearchSettings, seconds: float | None) -> int:
    """Epochs that a run begins with, the same as it is gone on with; the settings asked for are kept beside."""
    dataset = _dataset(folder / "toy.npz")
    evaluator = begin(folder / "run", chosen, dataset, {"source": dataset.source}, ["vilfredo"], seconds)
    recorded = read_description(folder / "run")
    epochs = evaluator.settings.training.epochs
    assert recorded["settings"]["training"]["epochs"] == _ASKED
    assert recorded["planned"].get("training", {}).get("epochs", _ASKED) == epochs
    for asked in ({}, chosen.to_table()):  # as it was, and said again
        resumed, again = reopen(folder / "run", lambda stored, asked=asked: resolve(stored, asked), None)  # type: ignore[misc]
        assert resumed.training.epochs == again.settings.training.epochs == epochs
    return epochs


@pytest.mark.parametrize(("seconds", "epochs"), [(1e-3, 1), (1e9, _ASKED), (None, _ASKED)])
def test_a_run_records_the_epochs_that_it_trains(
    seconds: float | None, epochs: int, tmp_path: Path, timed: SearchSettings
) -> None:
    assert _begun(tmp_path, timed, seconds) == epochs


def test_epochs_that_were_asked_for_are_not_touched(tmp_path: Path, timed: SearchSettings) -> None:
    assert _begun(tmp_path, timed.model_copy(update={"fit_budget": False}), 1e-3) == _ASKED


def test_exactly_repeatable_searches_are_not_planned(tmp_path: Path, timed: SearchSettings) -> None:
    assert _begun(tmp_path, timed.model_copy(update={"time_source": "flops"}), 1e-3) == _ASKED


def test_two_workers_afford_twice_the_epochs() -> None:
    with pytest.MonkeyPatch.context() as patch:
        _steps_take(patch, 0.05)
        patch.setattr(planning, "_OVERHEAD_SECONDS", 0.0)
        patch.setattr(planning, "_FIT_SECONDS", 0.0)
        one, two = (affordable_epochs(_SETTINGS, _DATA, 60.0, workers) for workers in (1, 2))
    assert 2 * one <= two <= 2 * one + 1
    assert 1 < two < _ASKED
