"""Forecasts beside measurements, in figures and in words, and how well they could have been."""

from dataclasses import replace

import numpy as np
import pytest
from tests.report.runs import RUNS

from vilfredo.predictors.seed_noise import Ceiling, seed_noise
from vilfredo.report.facts.bargain import standard_error
from vilfredo.report.facts.forecasts import Forecasts, error_verdict, forecasts, order_verdict, signed
from vilfredo.report.facts.repeats import noise_among, repeats_of
from vilfredo.report.facts.resolution import front_noise, sampling_text, seed_text
from vilfredo.report.view import RunView
from vilfredo.search.landscapes import find_landscape, landscape_names
from vilfredo.trials import Measurement, Proposal


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> RunView:
    folder = tmp_path_factory.mktemp("forecasts") / "run"
    RUNS["replay of popnas-v3"](folder)
    return RunView.of(folder)


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> RunView:
    folder = tmp_path_factory.mktemp("forecasts") / "run"
    RUNS["cells"](folder)
    return RunView.of(folder)


def _forecasts(predicted: list[float], measured: list[float], ceiling: Ceiling | None = None) -> Forecasts:
    proposal = Proposal(id=0, architecture="[]", step=2)
    network = (proposal, Measurement(proposal=0, architecture="[]", outcome="complete"))
    networks = [network] * len(predicted)
    return Forecasts(2, "accuracy", networks, np.array(predicted), np.array(measured), ceiling)


_RISING = [float(value) for value in range(1, 13)]


@pytest.mark.parametrize(
    ("predicted", "measured", "ceiling", "words"),
    [
        (_RISING, _RISING, None, "foreseen well"),
        (_RISING, _RISING[::-1], None, "not foreseen"),
        (_RISING[:3], _RISING[:3], None, "too few networks to tell whether the order"),
        ([0.5] * 12, _RISING, None, "the same was predicted of all"),
        (_RISING, [0.5] * 12, None, "came out the same"),
        ([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 4.0, 5.0, 3.0], None, "or it is luck"),
        (_RISING, [4.0, 1, 7, 2, 3, 9, 5, 12, 6, 10, 8, 11], None, "roughly foreseen"),
        (_RISING, [4.0, 1, 7, 2, 3, 9, 5, 12, 6, 10, 8, 11], Ceiling(0.8, 0.6, 1.0), "as well as seed noise allows"),
        (_RISING, _RISING[::-1], Ceiling(0.2, -0.3, 1.0), "too much alike"),
        (_RISING, _RISING[::-1], Ceiling(0.8, 0.2, 1.0), "not foreseen"),
        (_RISING, _RISING, Ceiling(0.2, -0.3, 1.0), "foreseen well"),
    ],
)
def test_the_order_in_words(predicted: list[float], measured: list[float], ceiling: Ceiling | None, words: str) -> None:
    one = _forecasts(predicted, measured, ceiling)
    if "roughly" in words:
        assert 0.5 < one.spearman < 0.8
    assert words in order_verdict(one)


@pytest.mark.parametrize(("factor", "words"), [(1.02, "close"), (1.2, "fair"), (1.6, "far off")])
def test_the_error_in_words(factor: float, words: str) -> None:
    one = _forecasts([factor * value for value in _RISING], _RISING)
    assert one.mape == pytest.approx(100 * (factor - 1))
    assert words in error_verdict(one)


def test_what_was_measured_as_zero_has_no_error() -> None:
    assert "cannot be compared" in error_verdict(_forecasts([1.0, 2.0], [0.0, 0.0]))


def test_figures_are_those_that_the_run_keeps(replayed: RunView) -> None:
    kept = {step.step: step.quality for step in replayed.steps if step.quality}
    found = forecasts(replayed)
    assert {one.step for one in found} == set(kept)
    assert [one.objective for one in found] == ["accuracy", "training_time"] * len(kept)
    for one in found:
        assert one.mape == pytest.approx(kept[one.step][one.objective]["mape"])
        if not np.isnan(one.spearman):
            assert one.spearman == pytest.approx(kept[one.step][one.objective]["spearman"])
        assert len(one.networks) == kept[one.step][one.objective]["count"]


def test_a_random_order_seldom_looks_like_more_than_luck() -> None:
    rng = np.random.default_rng(0)
    orders = [_forecasts(list(rng.permutation(15).astype(float)), [*_RISING, 13.0, 14.0, 15.0]) for _ in range(600)]
    share = np.mean([one.spearman >= one.luck for one in orders])
    assert 0.02 < share < 0.09


@pytest.mark.parametrize("name", landscape_names())
def test_a_landscape_knows_its_noise(name: str, replayed: RunView) -> None:
    landscape = find_landscape(name)
    again = [cell for cell in landscape.cells() if len(landscape.seeds(cell)) > 1]
    data = {**replayed.status["data"], "source": f"landscape:{name}"}
    view = replace(replayed, status={**replayed.status, "data": data})
    repeats = repeats_of(view, "accuracy")
    assert len(repeats) == len(again)
    assert sum(map(len, repeats)) == sum(len(landscape.seeds(cell)) for cell in again)
    assert repeats_of(view, "no such objective") == ()
    noise = seed_noise(repeats)
    assert noise is not None
    assert 0.005 < noise.deviation < 0.1


def test_noise_is_that_of_networks_alike() -> None:
    repeats = [*([0.9 + 0.01 * place, 0.9 + 0.01 * place] for place in range(6)), [0.1, 0.5], [0.2, 0.6]]
    alike = noise_among(repeats, [0.89, 0.96])
    assert alike is not None
    assert (alike.deviation, alike.networks) == (0, 6)
    # Where hardly any are alike, the nearest join: here the two bad ones, of means 0.3 and 0.4, and three good ones.
    nearest = noise_among(repeats, [0.3, 0.4])
    assert nearest is not None
    assert nearest.networks == 5
    assert nearest.deviation == pytest.approx(np.sqrt(2 * 0.08 / 5))
    # Those that were trained once tell nothing, and take nobody's place.
    assert noise_among([*([0.3] for _ in range(9)), *repeats], [0.3, 0.4]) == nearest


def test_ceilings_are_known_in_replays_only(replayed: RunView, ordinary: RunView) -> None:
    assert all(one.ceiling is not None for one in forecasts(replayed) if len(one.networks) > 2)
    assert all(one.ceiling is None for one in forecasts(ordinary))
    noise = front_noise(replayed)
    assert noise is not None
    best = sorted((m.objectives["accuracy"] for m in replayed.front), reverse=True)[:3]
    assert noise == noise_among(repeats_of(replayed, "accuracy"), best)
    assert f"±{noise.deviation:.4f}" in seed_text(replayed)
    assert f"differ by {noise.distinguishable:.4f} or more" in seed_text(replayed)
    assert front_noise(ordinary) is None
    assert "trained once" in seed_text(ordinary)
    assert "standard deviation" in seed_text(replayed)


def test_the_standard_error_of_shares() -> None:
    drawn = np.random.default_rng(1).binomial(288, 0.9, 4000) / 288
    assert standard_error(0.9, 288) == pytest.approx(drawn.std(), rel=0.05)


def test_what_the_samples_can_tell(replayed: RunView) -> None:
    samples = replayed.description["data"]["validation_samples"]
    best = max(m.objectives["accuracy"] for m in replayed.trained)
    text = sampling_text(replayed)
    assert f"{samples:,} validation samples" in text
    assert f"±{standard_error(best, samples):.3f}" in text
    assert f"{1.96 * np.sqrt(2) * standard_error(best, samples):.3f} or more apart" in text


def test_signs() -> None:
    assert (signed(-0.08), signed(0.5)) == ("\N{MINUS SIGN}0.08", "0.50")
