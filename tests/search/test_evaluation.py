"""Measuring one proposal: the same answer whenever and after whatever it is asked for."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from tests.search.toy_search import settings

from vilfredo.errors import InputError
from vilfredo.search.cores import available_cores
from vilfredo.search.evaluation import Evaluator, Measured, make_evaluator
from vilfredo.search.settings import SearchSettings
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.preprocessing import Standardization
from vilfredo.training.loop import Abandoned
from vilfredo.trials import SCORES, Proposal

_CELLS = ("[]", "[(-1, '3x3 conv', -1, 'identity')]", "[(-1, '3x3 conv', -1, '3x3 conv')]")


def _settings(**training: object) -> SearchSettings:
    layer = {
        "network": {"motifs": 1, "normal_cells": 1, "filters": 4},
        "training": {"epochs": 2, "batch_size": 16, "threads": 1, "device": "cpu", "drop_path": 0.2, **training},
    }
    return settings(layer)


@cache
def _dataset(samples: int = 60, shift: float = 0.0) -> Dataset:
    rng = np.random.default_rng(0)
    y = np.arange(samples, dtype=np.int64) % 3
    x = rng.normal(y[:, None, None, None] + shift, 1.0, (samples, 1, 6, 6)).astype(np.float32)
    return Dataset("toy", "toy", x, y, x[:9], y[:9], ("a", "b", "c"))


def _evaluate(evaluator: Evaluator, cell: str, id_: int = 0) -> Measured:
    return evaluator.evaluate(Proposal(id=id_, architecture=cell, step=1), lambda: False, lambda proposal, epoch: None)


def _same(one: Measured, other: Measured) -> bool:
    values = []
    for measurement in (one.measurement, other.measurement):
        change = {"proposal": 0, "wall_time": 0.0, "details": {**measurement.details, "memory_peak": None}}
        values.append(measurement.model_copy(update=change).model_dump_json())
    names = one.weights.keys() == other.weights.keys()
    return values[0] == values[1] and names and all(torch.equal(one.weights[k], other.weights[k]) for k in one.weights)


def test_measured_twice_is_bit_equal_in_any_order() -> None:
    evaluator = make_evaluator(_settings(), _dataset())
    forwards = [_evaluate(evaluator, cell, id_) for id_, cell in enumerate(_CELLS)]
    torch.rand(7)
    again = make_evaluator(_settings(), _dataset())
    backwards = [_evaluate(again, cell, 10 + id_) for id_, cell in reversed(list(enumerate(_CELLS)))]
    assert all(_same(one, other) for one, other in zip(forwards, reversed(backwards), strict=True))
    assert not _same(forwards[1], forwards[2])


def test_another_seed_gives_another_training() -> None:
    one = _evaluate(make_evaluator(_settings(), _dataset()), _CELLS[1])
    other = _evaluate(make_evaluator(_settings().model_copy(update={"seed": 1}), _dataset()), _CELLS[1])
    assert one.measurement.curve != other.measurement.curve


def test_measurements_carry_what_the_search_needs() -> None:
    seen: list[int] = []
    evaluator = make_evaluator(_settings(), _dataset())
    proposal = Proposal(id=5, architecture=_CELLS[1], step=1)
    measured = evaluator.evaluate(proposal, lambda: False, lambda asked, epoch: seen.append(asked.id + epoch.epoch))
    measurement = measured.measurement
    assert (measurement.proposal, measurement.architecture, measurement.outcome) == (5, _CELLS[1], "complete")
    assert measurement.objectives.keys() == {*SCORES, "training_time", "latency", "parameters", "flops"}
    assert len(measurement.curve) == 2
    assert measurement.objectives["accuracy"] == max(epoch.scores["accuracy"] for epoch in measurement.curve)
    assert seen == [6, 7]
    trainable = sum(tensor.numel() for name, tensor in measured.weights.items() if "running" not in name)
    batches = sum(name.endswith("num_batches_tracked") for name in measured.weights)
    assert trainable - batches == measurement.objectives["parameters"]


def test_the_flops_clock_counts_operations() -> None:
    evaluator = make_evaluator(_settings(), _dataset())
    small, large = (_evaluate(evaluator, cell).measurement.objectives for cell in (_CELLS[1], _CELLS[2]))
    assert large["training_time"] / small["training_time"] == pytest.approx(large["flops"] / small["flops"], rel=0.01)
    assert evaluator.calibration is None


def test_the_split_is_stratified_seeded_and_within_the_training_part() -> None:
    dataset = _dataset()
    one, same = (make_evaluator(_settings(validation_fraction=0.2), dataset).data for _ in range(2))
    other = make_evaluator(_settings(validation_fraction=0.2).model_copy(update={"seed": 1}), dataset).data
    assert (len(one.y_train), len(one.y_val)) == (48, 12)
    assert torch.bincount(one.y_val).tolist() == [4, 4, 4]
    assert torch.equal(one.x_val, same.x_val)
    assert torch.equal(one.x_train, same.x_train)
    assert not torch.equal(one.x_val, other.x_val)


def test_standardisation_is_fitted_on_what_is_trained_on_alone() -> None:
    dataset, chosen = _dataset(), _settings(validation_fraction=0.2)
    evaluator = make_evaluator(chosen, dataset)
    trained = evaluator.data.x_train.double()
    assert float(trained.mean()) == pytest.approx(0, abs=1e-6)
    assert float(trained.std(correction=0)) == pytest.approx(1, abs=1e-6)
    assert evaluator.preprocessing != Standardization.fit(dataset.x_train)
    assert isinstance(evaluator.preprocessing, Standardization)
    # Images that validate may change as they like.
    raw = evaluator.data.x_val * evaluator.preprocessing.std[0] + evaluator.preprocessing.mean[0]
    held = [
        index
        for index, image in enumerate(dataset.x_train)
        if np.isclose(image, raw.numpy(), atol=1e-4).all((1, 2, 3)).any()
    ]
    assert len(held) == 12
    changed = dataset.x_train.copy()
    changed[held] += 1000
    other = Dataset("toy", "toy", changed, dataset.y_train, dataset.x_test, dataset.y_test, dataset.labels)
    assert make_evaluator(chosen, other).preprocessing == evaluator.preprocessing


def test_a_search_that_stops_abandons_the_training() -> None:
    evaluator = make_evaluator(_settings(), _dataset())
    with pytest.raises(Abandoned):
        evaluator.evaluate(Proposal(id=0, architecture="[]", step=0), lambda: True, lambda proposal, epoch: None)


def test_what_cannot_be_trained_is_recorded_without_weights() -> None:
    measured = _evaluate(make_evaluator(_settings(time_limit=1e-9), _dataset()), _CELLS[1])
    assert measured.measurement.outcome == "failed"
    assert "time limit" in measured.measurement.reason
    assert measured.weights == {}


def test_too_little_data_is_refused() -> None:
    dataset = _dataset(3)
    with pytest.raises(InputError, match="no class has two samples"):
        make_evaluator(_settings(), dataset)


def test_measured_times_are_calibrated() -> None:
    chosen = _settings(epochs=1).model_copy(update={"time_source": "measured"})
    evaluator = make_evaluator(chosen, _dataset())
    assert evaluator.calibration
    measurement = _evaluate(evaluator, "[]").measurement
    assert measurement.objectives["training_time"] > 0
    assert measurement.details["drift"] > 0


def test_threads_are_those_asked_for() -> None:
    make_evaluator(_settings(), _dataset())
    assert torch.get_num_threads() == 1
    assert available_cores() >= 1


def test_a_network_too_large_to_be_described_is_infeasible() -> None:
    evaluator = make_evaluator(_settings(), _dataset())
    proposal = Proposal(id=0, architecture="[(-1, '999x999 conv', -1, 'identity')]", step=1)
    macro = MacroArchitecture(motifs=12, normal_cells=0, filters=100_000)
    huge = replace(evaluator, settings=evaluator.settings.model_copy(update={"network": macro}))
    measured = huge.evaluate(proposal, lambda: False, lambda candidate, epoch: None)
    assert measured.measurement.outcome == "infeasible"
    assert "too large" in measured.measurement.reason
    assert not measured.weights
