"""Costs as they are read from real run folders."""

import math
from pathlib import Path

import numpy as np
import pytest
from tests.search.toy_search import executor, result, run, settings

from vilfredo.comparison.traces import gain_of, trace_of
from vilfredo.search.run_folder import reading
from vilfredo.trials import Measurement, Proposal


def _failing(proposal: Proposal) -> Measurement:
    return result(proposal, "failed" if proposal.id % 3 == 1 else "complete")


def test_a_trace_has_every_measurement_in_order_of_cost(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run(folder, settings(), execute=executor(_failing))
    with reading(folder) as (_, store):
        spent, known = store.seconds_spent(), store.measurements()
    trace = trace_of(folder, "accuracy")
    assert sorted(m.proposal for m in trace.measurements) == [m.proposal for m in known]
    assert (np.diff(trace.cost) >= 0).all()
    assert 0 <= trace.cost[0] <= trace.cost[-1] <= spent == trace.spent
    failed = [m.outcome != "complete" for m in trace.measurements]
    assert any(failed)
    assert np.isnan(trace.gain).tolist() == failed
    empty = [m.architecture == "[]" for m in trace.measurements]
    assert sum(empty) == 1
    left_out = [one or other for one, other in zip(failed, empty, strict=True)]
    assert np.isnan(trace.points).any(axis=1).tolist() == left_out
    assert trace.best is not None
    assert trace.best.objectives["accuracy"] == np.nanmax(trace.gain)
    assert trace.seconds["failures"] == pytest.approx(0.5 * sum(failed))
    assert trace.seconds["training"] == pytest.approx(0.5 * (len(failed) - sum(failed)))


def test_what_came_after_the_budget_is_left_out(tmp_path: Path) -> None:
    run(tmp_path / "run", settings())
    whole = trace_of(tmp_path / "run", "accuracy")
    cut = trace_of(tmp_path / "run", "accuracy", float(whole.cost[2]))
    assert len(cut.measurements) == 3


def test_time_between_sessions_does_not_count(tmp_path: Path) -> None:
    folder, calls = tmp_path / "run", [0]

    def interrupted() -> bool:
        calls[0] += 1
        return calls[0] > 4

    assert run(folder, settings(), interrupted=interrupted) == "interrupted"
    first = trace_of(folder, "accuracy")
    with reading(folder) as (_, store):
        before = store.seconds_spent()
    assert len(first.measurements) > 0
    run(folder, settings())
    whole = trace_of(folder, "accuracy")
    assert whole.cost[: len(first.cost)].tolist() == pytest.approx(first.cost.tolist())
    assert (whole.cost[len(first.cost) :] >= before - 1e-6).all()
    assert whole.cost[-1] <= whole.spent


def test_a_replay_counts_recorded_seconds(tmp_path: Path) -> None:
    run(tmp_path / "run", settings())
    trace = trace_of(tmp_path / "run", "accuracy", replayed=True)
    count = len(trace.measurements)
    assert trace.cost.tolist() == pytest.approx([0.5 * number for number in range(1, count + 1)])
    assert trace.spent == pytest.approx(0.5 * count)
    assert trace.seconds["other"] == trace.own > 0


def test_a_loss_is_turned_around() -> None:
    measured = result(Proposal(id=0, architecture="[]", step=0))
    assert gain_of(measured, "nll") == -1.0
    assert gain_of(measured, "accuracy") == measured.objectives["accuracy"]
    assert math.isnan(gain_of(result(Proposal(id=0, architecture="[]", step=0), "failed"), "nll"))
