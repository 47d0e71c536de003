"""Choosing among measured networks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.errors import InputError, RunError
from vilfredo.search.choosing import apply, best, check_stored, knee, ranked
from vilfredo.search.constraints import parse_constraints
from vilfredo.trials import Device, Measurement, Outcome


def _measured(id_: int, outcome: Outcome = "complete", **objectives: float) -> Measurement:
    return Measurement(proposal=id_, architecture="[]", outcome=outcome, objectives=objectives)


RUN = [
    _measured(0, accuracy=0.5, training_time=1.0, parameters=100.0),
    _measured(1, accuracy=0.8, training_time=2.0, parameters=300.0),
    _measured(2, accuracy=0.9, training_time=4.0, parameters=500.0),
    _measured(3, accuracy=0.89, training_time=5.0, parameters=200.0),
    _measured(4, "failed", accuracy=0.99, training_time=0.1, parameters=1.0),
    _measured(5, "infeasible", parameters=1e9),
    _measured(6, accuracy=0.95833333, training_time=9.0, parameters=800.0),
]


def _ids(*texts: str, run: list[Measurement] = RUN) -> list[int]:
    return [m.proposal for m in apply(parse_constraints(texts), run)]


def _refused(*texts: str, run: list[Measurement] = RUN) -> str:
    with pytest.raises(InputError) as caught:
        _ids(*texts, run=run)
    return str(caught.value)


def test_all_constraints_hold_for_what_is_left() -> None:
    assert _ids() == [0, 1, 2, 3, 6]
    assert _ids("accuracy>=0.8") == [1, 2, 3, 6]
    assert _ids("accuracy>=0.8", "parameters<=300") == [1, 3]
    assert _ids("accuracy>=0.8,parameters<=300,training_time<5s") == [1]


def test_the_constraint_that_nothing_satisfies_is_named() -> None:
    assert _refused("accuracy>=0.99") == (
        "constraints: no network satisfies accuracy>=0.99; the best is 0.9583 (network 6)."
    )
    assert _refused("parameters<1k", "accuracy>=0.99", "training_time<3s") == (
        "constraints: no network satisfies accuracy>=0.99; the best is 0.9583 (network 6). "
        "Alone, parameters<1000 leaves 5, training_time<3s leaves 2 of 5 networks."
    )
    assert "the smallest is 100 (network 0)" in _refused("parameters<50")
    assert "the largest is 800 (network 6)" in _refused("parameters>5k")
    assert "the smallest is 0.5 (network 0)" in _refused("accuracy<10%")
    assert "the smallest is 1s (network 0)" in _refused("training_time<1ms")


def test_enough_digits_are_shown_to_see_why() -> None:
    assert "satisfies accuracy>=0.9584; the best is 0.9583 " in _refused("accuracy>=0.9584")
    assert "satisfies accuracy>=0.95834; the best is 0.9583 " in _refused("accuracy>=0.95834")
    run = [_measured(0, accuracy=0.98957, parameters=1.0)]
    assert "satisfies accuracy>=0.9896; the best is 0.98957 " in _refused("accuracy>=0.9896", run=run)
    assert "the smallest is 1 (network 0)" in _refused("parameters<1", run=run)


def test_the_constraint_that_takes_the_last_is_named() -> None:
    assert _refused("accuracy>=0.85", "parameters<200", "training_time<100s") == (
        "constraints: parameters<200 leaves none of the 3 networks that satisfy accuracy>=0.85; among them, the "
        "smallest is 200 (network 3). Alone, accuracy>=0.85 leaves 3, parameters<200 leaves 1, "
        "training_time<100s leaves 5 of 5 networks."
    )
    told = _refused("parameters<200", "accuracy>=0.85")
    assert (
        "accuracy>=0.85 leaves none of the 1 network that satisfies parameters<200; among them, the best is 0.5" in told
    )
    assert "accuracy<0.6 leaves none of the 4 networks that satisfy accuracy>=0.8" in (
        _refused("accuracy>=0.8", "accuracy<0.6")
    )


def test_an_objective_that_some_lack() -> None:
    run = [*RUN, _measured(7, accuracy=0.7, training_time=1.0, parameters=1.0, latency=0.001)]
    assert _ids("latency<2ms", run=run) == [7]
    assert "latency<2ms" not in _refused("accuracy>0.7", "latency<2ms", run=run)  # it is told in seconds
    assert "latency<0.002s leaves none of the 4 networks that satisfy accuracy>0.7; among them, none has a latency" in (
        _refused("accuracy>0.7", "latency<2ms", run=run)
    )


def test_objectives_that_nobody_has() -> None:
    assert _refused("latency<2ms") == (
        "objective: 'latency' was not measured in this run. There are accuracy, training_time, parameters."
    )
    assert _refused("acuracy>0.5") == (
        "objective: 'acuracy' is not an objective. Did you mean 'accuracy'? "
        "There are accuracy, training_time, parameters."
    )
    for run in ([], [RUN[4]]):
        assert "no trained network yet" in _refused("accuracy>0.5", run=run)
        assert _ids(run=run) == []
        with pytest.raises(InputError, match="no trained network yet"):
            check_stored("accuracy", run)


def test_values_that_are_no_numbers_satisfy_nothing() -> None:
    run = [_measured(0, accuracy=float("nan")), _measured(1, accuracy=0.4)]
    assert _ids("accuracy<=1", run=run) == [1]
    assert "the best is 0.4 (network 1)" in _refused("accuracy>0.5", run=run)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from(["flops", "parameters"]), st.sampled_from(["<", ">="]), st.integers(0, 4))),
)
def test_apply_against_the_definition(rows: list[tuple[int, int]], demands: list[tuple[str, str, int]]) -> None:
    run = [_measured(index, flops=float(f), parameters=float(p)) for index, (f, p) in enumerate(rows)]
    constraints = parse_constraints("".join(map(str, demand)) for demand in demands)
    expected = [m for m in run if all(c.satisfied_by(m) for c in constraints)]
    if expected:
        assert apply(constraints, run) == expected
    else:
        with pytest.raises(InputError, match=r"no network satisfies|leaves none of") as caught:
            apply(constraints, run)
        named = re.match(r"constraints: (?:no network satisfies )?(\S+?)(?:;| leaves none)", str(caught.value))
        assert named
        assert named[1] in map(str, constraints)


def test_the_best_in_one_objective() -> None:
    for objective, expected in (("accuracy", 6), ("training_time", 0), ("parameters", 0)):
        found = best(RUN, objective)
        assert found
        assert found.proposal == expected
    assert best([], "accuracy") is None
    assert best(RUN, "latency") is None


def test_of_equally_good_networks_the_better_scored_then_the_faster_is_best() -> None:
    rows = [(0.5, 0.9, 1.0), (0.9, 0.5, 3.0), (0.9, 0.5, 2.0)]
    run = [
        _measured(index, accuracy=a, macro_f1=f, training_time=t, parameters=7.0)
        for index, (a, f, t) in enumerate(rows)
    ]
    chosen = [best(run, "parameters"), best(run, "parameters", score="macro_f1")]
    assert [m and m.proposal for m in chosen] == [2, 0]


def test_the_knee_is_of_the_front_in_the_objectives_asked_for() -> None:
    found = [knee(RUN, ("accuracy", "training_time")), knee(RUN, ("accuracy", "parameters"))]
    assert [m and m.proposal for m in found] == [1, 3]
    assert knee([], ("accuracy", "training_time")) is None
    assert knee(RUN, ("accuracy", "latency")) is None


def test_times_of_different_devices_are_not_held_against_one_limit() -> None:
    run = [
        _measured(index, accuracy=0.5, training_time=1.0).model_copy(
            update={"device": Device(kind="cpu", name=name, threads=1, torch="2"), "details": {"step": {}}}
        )
        for index, name in enumerate(("Loom", "Abacus"))
    ]
    with pytest.raises(RunError, match="different devices"):
        apply(parse_constraints(["training_time<2s"]), run)
    assert len(apply(parse_constraints(["accuracy>0.4"]), run)) == 2


def test_ranks_are_by_the_first_objective_and_what_is_missing_comes_last() -> None:
    run = [
        _measured(0, latency=1.0),
        _measured(1, accuracy=0.5, latency=2.0),
        _measured(2, accuracy=0.9),
        _measured(3, accuracy=0.5, latency=1.0),
        _measured(4, accuracy=float("nan"), latency=0.5),
    ]
    assert [m.proposal for m in ranked(run, ("accuracy", "latency"))] == [2, 3, 1, 4, 0]
    assert [m.proposal for m in ranked(run, ("latency",))] == [4, 0, 3, 1, 2]
