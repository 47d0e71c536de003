from typing import Any

import numpy as np
import pytest

from vilfredo import TabularSearch
from vilfredo.errors import InputError
from vilfredo.estimators.wishes import Wishes, read_wishes, seconds_of, texts


def wishes(seed: int = 7, repeatable: bool = True, **changes: Any) -> Wishes:
    return read_wishes(TabularSearch(**changes).get_params(), seed, repeatable)


@pytest.mark.parametrize(
    ("budget", "seconds"),
    [(None, None), ("10m", 600), ("90s", 90), (5, 5), (2.5, 2.5), (np.float32(4), 4), ("1h", 3600)],
)
def test_budgets(budget: Any, seconds: float | None) -> None:
    assert seconds_of(budget) == seconds


@pytest.mark.parametrize("budget", [0, -1, float("inf"), float("nan"), True, "soon", "", [60]])
def test_what_is_no_budget(budget: Any) -> None:
    with pytest.raises(InputError, match="is not a time span"):
        seconds_of(budget)


def test_the_budget_is_halved() -> None:
    asked = wishes(budget="10m")
    assert (asked.search_seconds, asked.deploy_seconds) == (300, 300)
    assert (wishes().search_seconds, wishes().deploy_seconds) == (None, None)


def test_settings_that_follow_from_parameters() -> None:
    own, given = wishes(metric="macro_f1", settings={"seed": 1}).layers
    assert own == {"seed": 7, "training": {"score": "macro_f1"}, "time_source": "flops", "save_weights": False}
    assert given == {"seed": 1}
    assert "time_source" not in wishes(budget=60).layers[0]
    assert "time_source" not in wishes(repeatable=False).layers[0]
    assert "save_weights" not in wishes(run="there").layers[0]


@pytest.mark.parametrize(
    ("changes", "crew"),
    [
        ({}, ("local", 1)),
        ({"workers": 1}, ("local", 1)),
        ({"workers": 4}, (None, 4)),
        ({"executor": "processes"}, ("processes", None)),
        ({"workers": 1, "executor": "processes"}, ("processes", 1)),
    ],
)
def test_workers_do_not_multiply(changes: dict[str, Any], crew: tuple[str | None, int | None]) -> None:
    assert wishes(**changes).crew == crew


def test_texts() -> None:
    assert texts("a<1", "constraints", "") == ("a<1",)
    assert texts(["a<1", "b<2"], "constraints", "") == ("a<1", "b<2")
    assert texts(None, "constraints", "") == texts((), "constraints", "") == ()
    with pytest.raises(InputError, match=r"constraints: expected texts, e\.g\. x, not \[1\]"):
        texts([1], "constraints", "x")
