"""Runs made up by hand: what is compared, and which way round."""

from pathlib import Path

import numpy as np
import pytest
from tests.search.toy_search import settings

from vilfredo.comparison.plain import as_plain
from vilfredo.comparison.plan import Subject, Trainer
from vilfredo.comparison.results import Outcome, Results, check_devices, metrics
from vilfredo.comparison.runs import Run
from vilfredo.comparison.traces import Trace
from vilfredo.errors import RunError, VilfredoError
from vilfredo.trials import Device, Measurement

_SUBJECT = Subject(
    name="toy",
    source="toy",
    reading={},
    task="image",
    fingerprint="",
    executor="local",
    workers=1,
    device="toy",
    asked={name: settings({"strategy": {"name": name}}).to_table() for name in ("pnas", "random")},
    trainer=Trainer(epochs=1, precision="float32"),
)


def _measurement(number: int, nll: float, seconds: float, device: str = "toy") -> Measurement:
    return Measurement(
        proposal=number,
        architecture=f"[{number}]",
        outcome="complete",
        objectives={"nll": nll, "training_time": seconds},
        device=Device(kind="cpu", name=device, threads=1, torch="2"),
        details={"step": {}},
    )


def _outcome(strategy: str, seed: int, found: list[Measurement], test: float | None = None) -> Outcome:
    cost = np.arange(1.0, len(found) + 1)
    trace = Trace("nll", tuple(found), cost, float(len(found)), 2)
    tested = None if test is None else {"architecture": "[]", "mean": test, "trainings": []}
    return Outcome(Run(_SUBJECT, strategy, seed, Path("run")), "finished", trace, tested)


@pytest.fixture
def results() -> Results:
    outcomes = [
        _outcome("pnas", 0, [_measurement(0, 2.0, 1.0), _measurement(1, 0.5, 2.0)], test=0.6),
        _outcome("random", 0, [_measurement(0, 1.5, 2.0), _measurement(1, 1.0, 2.0)], test=1.1),
        _outcome("random", 1, [], test=None),
        _outcome("pnas", 1, [_measurement(0, 0.7, 2.0)], test=0.7),
    ]
    return Results(outcomes, budget=4.0, score="nll")


def test_a_loss_is_minimised_and_the_better_one_leads(results: Results) -> None:
    validation = next(metric for metric in metrics("nll") if metric.name == "validation")
    assert not validation.maximised
    plain = as_plain(results)["metrics"]["validation"]
    # random's second run found nothing: it has the worst loss of all
    assert plain["values"] == {"pnas": [0.5, 0.7], "random": [1.0, 2.0]}
    (pair,) = results.pairs(validation)
    assert (pair.first, pair.wins, pair.losses) == ("pnas", 2, 0)
    assert pair.difference == pytest.approx((0.5 + 1.3) / 2)
    assert plain["mean"]["random"] == pytest.approx(1.5)


def test_seeds_that_lack_a_test_are_left_out(results: Results) -> None:
    test = next(metric for metric in metrics("nll") if metric.name == "test")
    (pair,) = results.pairs(test)
    assert pair.seeds == 1
    assert pair.difference == pytest.approx(0.5)
    plain = as_plain(results)["metrics"]["test"]
    assert plain["values"] == {"pnas": [0.6, 0.7], "random": [1.1, None]}
    assert plain["mean"] == {"pnas": 0.6, "random": 1.1}  # of the same seeds


def test_indicators_of_all_runs_share_one_box(results: Results) -> None:
    assert results.pooled[:, 0] == pytest.approx([1 - np.exp(-0.5), 1 - np.exp(-2.0)])
    plain = as_plain(results)
    areas = {(run["strategy"], run["seed"]): run["hypervolume"] for run in plain["runs"]}
    assert areas["pnas", 0] == max(areas.values())
    assert areas["random", 1] == 0
    distances = {(run["strategy"], run["seed"]): run["igd_plus"] for run in plain["runs"]}
    assert distances["pnas", 0] == 0
    assert distances["random", 1] == max(distances.values())
    first = plain["runs"][0]
    assert first["curves"]["score"] == {"seconds": [1.0, 2.0], "value": [2.0, 0.5]}
    assert first["device_seconds"]["total"] == 4.0  # two workers for two seconds
    # half of the time nothing or little was known
    assert first["anytime"] < first["hypervolume"]


def test_times_of_different_devices_are_refused(results: Results) -> None:
    check_devices(results)
    other = _outcome("pnas", 2, [_measurement(0, 1.0, 1.0, device="abacus")])
    with pytest.raises(RunError, match=r"different devices \(abacus.*toy"):
        check_devices(Results([*results.outcomes, other], 4.0, "nll"))


def test_without_any_network_there_is_nothing_to_compare() -> None:
    with pytest.raises(VilfredoError, match="no run could train any network"):
        as_plain(Results([_outcome("pnas", 0, [])], 4.0, "nll"))
