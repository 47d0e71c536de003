"""From measured times to the figures that are published."""

from typing import Any

import pytest

from benchmarks import full_size, overhead, probe, throughput, workers


def _time(cpu: float, wall: float, samples: int = 100) -> dict[str, float]:
    return {"cpu": cpu, "wall": wall, "samples": samples}


def test_gains_are_medians_of_rounds_and_then_a_geometric_mean() -> None:
    def cell(*gains: float) -> dict[str, dict[str, list[dict[str, Any]]]]:
        both = {"plain": [_time(gain, 2 * gain) for gain in gains], "ours": [_time(1.0, 1.0) for _ in gains]}
        return {"epochs": both, "steps": both}

    found = throughput.report({"a": cell(4.0, 1.0, 2.0), "b": cell(8.0, 8.0, 1.0)}, {"ours": [2.0, 1.0]})
    assert found.figures["geometric_mean"] == pytest.approx(4.0)
    assert [target.value for target in found.targets] == pytest.approx([4.0, 2.0, 1.0])
    assert found.rows[0][:5] == ("a", "50", "100", "2.00 (1.00 … 4.00)×", "4.00 (2.00 … 8.00)×")


def test_gains_are_per_sample() -> None:
    times = {"plain": [_time(1.0, 1.0, 50)], "ours": [_time(1.0, 1.0, 150)]}
    found = throughput.report({"a": {"epochs": times, "steps": times}}, {"ours": [2.0, 1.0]})
    assert found.targets[0].value == pytest.approx(3.0)


def test_a_loop_that_does_not_learn_is_reported() -> None:
    times = {"plain": [_time(1.0, 1.0)], "ours": [_time(1.0, 1.0)]}
    found = throughput.report({"a": {"epochs": times, "steps": times}}, {"ours": [2.0, 1.0], "plain": [2.0, 2.1]})
    assert not found.targets[2].met


def _probes(*rows: list[float]) -> list[list[dict[str, float]]]:
    return [[{"seconds": value, "cpu": value, "wall": 2 * value, "contention": 1.0} for value in row] for row in rows]


def test_probes_are_compared_round_by_round() -> None:
    idle = _probes([1.0, 1.0], [2.0, 2.0], [3.0, 3.0])
    busy = _probes([1.1, 3.0], [2.2, 2.0], [3.3, 1.0])
    found = probe.report({0: idle, 1: idle, 2: busy})
    assert found.figures["judged"]["2"]["rho"] == pytest.approx([1.0, -1.0])
    assert found.figures["judged"]["2"]["ratio"] == pytest.approx([1.1, 3.0, 1.1, 1.0, 1.1, 1 / 3])
    rho, off = found.targets
    assert rho.value == pytest.approx(0.0)
    assert off.value == pytest.approx(0.1)
    assert off.met
    assert not rho.met


def test_times_that_shrink_are_off_too() -> None:
    idle, busy = _probes([1.0], [2.0], [3.0]), _probes([0.5], [1.0], [1.5])
    assert probe.report({0: idle, 2: busy}).targets[1].value == pytest.approx(0.5)


def test_workers_gain_per_round() -> None:
    found = workers.report({"digits": {"1": [10.0, 8.0, 9.0], "2": [5.0, 5.0, 4.0]}}, 12)
    assert found.targets[0].value == pytest.approx(2.0)
    assert found.rows == [("digits", "9.0 (8.0 … 10.0) s", "5.0 (4.0 … 5.0) s", "2.00 (1.60 … 2.25)×")]


def test_overhead_is_what_is_left_and_leaves_out_the_first() -> None:
    parts = dict.fromkeys(("counting", "building", "weights of the front", "commit to SQLite"), (0.001, 0.002))
    slow = {"training": (1.0, 1.0), "probe": (0.5, 0.5), **parts, "all": (9.0, 9.0)}
    usual = {**slow, "all": (1.51, 1.54)}
    found = overhead.report([slow, usual, usual])
    assert [target.value for target in found.targets] == pytest.approx([10.0, 40.0])
    assert [target.met for target in found.targets] == [True, True]
    assert found.rows[-2][0] == "the rest"
    assert found.figures["candidates"][1]["the rest"] == pytest.approx((0.006, 0.032))


def test_full_size_adds_up_its_steps() -> None:
    sizes = {"expanded": 100, "candidates": 90, "front": 5, "explored": 1}
    rounds: list[dict[str, Any]] = [
        {**sizes, "cpu": {"a": cpu, "b": 1.0}, "wall": {"a": 2.0, "b": 2.0}, "peak": peak}
        for cpu, peak in ((1.0, 5e8), (2.0, 2e9), (6.0, 4e8))
    ]
    found = full_size.report({"samples": 9, "accuracy": 1.0, "time": 2.0, "peak": 3e8}, rounds)
    assert [target.value for target in found.targets] == pytest.approx([3.0, 2000.0])
    assert [target.met for target in found.targets] == [True, False]
