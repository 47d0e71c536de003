import re

import numpy as np
import pytest

from vilfredo.comparison.statistics import compare_all
from vilfredo.comparison.words import effect, outlook, verdict


@pytest.mark.parametrize(("value", "word"), [(0.5, "negligible"), (0.4, "small"), (0.66, "medium"), (0.0, "large")])
def test_effects(value: float, word: str) -> None:
    assert effect(value) == word


def test_a_difference_is_stated_from_the_better_ones_view() -> None:
    values = np.linspace(0.8, 0.82, 8)
    (pair,) = compare_all({"bad": values, "good": values + 0.1 + np.linspace(0, 0.001, 8)})
    text = verdict(pair, 1, "accuracy")
    assert text.startswith("good is better than bad (by +0.1005 in accuracy in the mean, on 8 of 8 seeds, Holm p 0.008")
    assert "large effect: one of its runs beats one of the other's in 100% of all pairings" in text


def test_no_difference_says_what_would_have_been_missed() -> None:
    rng = np.random.default_rng(0)
    (pair,) = compare_all({"a": rng.normal(0, 0.01, 10), "b": rng.normal(0, 0.01, 10)})
    text = verdict(pair, 1)
    assert text.startswith("a and b: no difference beyond seed noise")
    assert re.search(r"one of about 0\.0\d+ would have been found four times in five", text)


def test_a_mean_that_disagrees_with_the_ranks_is_said() -> None:
    gains = np.append(np.linspace(0.01, 0.02, 11), -0.9)
    for values in ({"often": gains, "other": np.zeros(12)}, {"other": np.zeros(12), "often": gains}):
        (pair,) = compare_all(values)
        assert pair.significant
        text = verdict(pair, 1, "accuracy")
        assert text.startswith(
            "often wins more often than other, though the mean is the other way (-0.0612 in accuracy in the mean, "
            "better on 11 of 12 seeds"
        )


def test_no_difference_at_all_is_called_so() -> None:
    for seeds in (3, 8):
        (pair,) = compare_all({"a": np.arange(float(seeds)), "b": np.arange(float(seeds))})
        assert verdict(pair, 1) == "a and b: the same on every seed"


def test_too_few_seeds_are_called_so() -> None:
    (pair,) = compare_all({"a": np.arange(5.0), "b": np.arange(5.0) + 1})
    assert "5 seeds cannot show one, however large: 6 at least could" in verdict(pair, 1)
    (pair,) = compare_all({"a": np.ones(1), "b": np.zeros(1)})
    assert "one seed" in verdict(pair, 1)


def test_the_outlook_before() -> None:
    assert "no statistics possible" in (outlook(1, 3) or "")
    assert "5 seeds cannot show a difference at 5% among 4 strategies (6 pairs, Holm): 8 at least" in (
        outlook(5, 4) or ""
    )
    assert outlook(8, 4) is None
