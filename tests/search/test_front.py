"""The measured front."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.errors import RunError
from vilfredo.search.front import best_scored, measured_front
from vilfredo.trials import Device, Measurement, Outcome


def _measured(id_: int, accuracy: float, time: float, outcome: Outcome = "complete") -> Measurement:
    objectives = {"accuracy": accuracy, "training_time": time, "parameters": 1 / (1 + id_)}
    return Measurement(proposal=id_, architecture="[]", outcome=outcome, objectives=objectives)


def _ids(measurements: list[Measurement]) -> list[int]:
    return [measurement.proposal for measurement in measurements]


def test_accuracy_is_maximised_time_minimised_best_first() -> None:
    found = [_measured(0, 0.5, 1.0), _measured(1, 0.9, 3.0), _measured(2, 0.8, 4.0), _measured(3, 0.6, 2.0)]
    assert _ids(measured_front(found)) == [1, 3, 0]


def test_failures_and_nans_are_not_on_it() -> None:
    found = [_measured(0, 0.5, 1.0), _measured(1, 0.9, 0.1, "failed"), _measured(2, float("nan"), 0.1)]
    assert _ids(measured_front(found)) == [0]


def test_other_objectives_may_be_chosen_and_must_be_there() -> None:
    found = [_measured(0, 0.5, 1.0), _measured(1, 0.4, 9.0)]
    assert _ids(measured_front(found, ("accuracy", "parameters"))) == [0, 1]
    assert measured_front(found, ("accuracy", "latency")) == []


def test_of_twins_the_first_stays() -> None:
    assert _ids(measured_front([_measured(4, 0.5, 1.0), _measured(5, 0.5, 1.0)])) == [4]


def test_without_measurements_it_is_empty() -> None:
    assert measured_front([]) == []
    assert best_scored([]) is None
    assert best_scored([_measured(0, 1.0, 1.0, "infeasible")]) is None


def test_the_faster_of_equally_accurate_is_the_best() -> None:
    best = best_scored([_measured(0, 0.9, 2.0), _measured(1, 0.9, 1.0), _measured(2, 0.5, 0.1)])
    assert best
    assert best.proposal == 1


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_front_against_the_definition(rows: list[tuple[int, int]]) -> None:
    found = [_measured(index, accuracy, time) for index, (accuracy, time) in enumerate(rows)]
    expected = {(a, t) for a, t in rows if not any(a2 >= a and t2 <= t and (a2, t2) != (a, t) for a2, t2 in rows)}
    front = measured_front(found)
    assert {(m.objectives["accuracy"], m.objectives["training_time"]) for m in front} == expected
    assert len(front) == len(expected)


def _timed_on(name: str, kind: str = "cpu", threads: int = 1) -> Measurement:
    device = Device(kind=kind, name=name, threads=threads, torch="2")
    return _measured(0, 0.5, 1.0).model_copy(update={"device": device, "details": {"step": {"contention": 1.0}}})


@pytest.mark.parametrize("other", [_timed_on("Abacus"), _timed_on("Loom", "cuda"), _timed_on("Loom", threads=2)])
def test_times_of_different_devices_are_never_compared(other: Measurement) -> None:
    mixed = [_timed_on("Loom"), other]
    with pytest.raises(RunError, match=r"different devices \(.*Loom \(cpu\), 1 thread[;)].*run of its own for each"):
        measured_front(mixed)
    assert len(measured_front(mixed, ("accuracy", "parameters"))) == 1
    derived = [m.model_copy(update={"details": {}}) for m in mixed]
    assert len(measured_front(derived)) == 1
