import copy
from typing import Any

import pytest

from vilfredo.cli.compare_tables import print_comparison
from vilfredo.cli.output import stdout

_PAIR = {"first": "a", "second": "b", "difference": 0.01, "detectable": 0.02, "verdict": "a and b: as they say"}
_METRIC = {
    "title": "best validation accuracy",
    "maximised": True,
    "mean": {"a": 0.91, "b": 0.9},
    "deviation": {"a": 0.01, "b": None},
    "pairs": [_PAIR],
}
_NONE = {"title": "test", "maximised": True, "mean": {"a": None, "b": None}, "deviation": {}, "pairs": []}
_RUNS = [
    {"strategy": name, "trained": 5, "failed": 1, "device_seconds": {"total": 60.0}} for name in ("a", "b", "a", "b")
]
_FOUND: dict[str, Any] = {
    "seeds": 2,
    "outlook": None,
    "data": [
        {
            "name": "[bold]toy",
            "score": "accuracy",
            "spaces": {"a": {}, "b": {}},
            "notes": ["b searches another space than a"],
            "runs": _RUNS,
            "metrics": {"validation": _METRIC, "hypervolume": _METRIC, "test": _NONE},
        }
    ],
    "overall": None,
}


def _printed(found: dict[str, Any]) -> str:
    with stdout.capture() as captured:
        print_comparison(found)
    return captured.get()


def test_what_is_shown() -> None:
    text = _printed(_FOUND)
    assert "[bold]toy: mean ± deviation of 2 runs" in text
    assert "0.9100 ± 0.0100" in text
    assert "a and b: as they say" in text
    assert "b searches another space than a" in text
    assert "test accuracy" not in text


def test_differences_that_could_not_be_found_are_told_once() -> None:
    found = copy.deepcopy(_FOUND)
    found["outlook"] = "2 seeds cannot"
    for metric in found["data"][0]["metrics"].values():
        for pair in metric["pairs"]:
            pair["detectable"] = None
    text = _printed(found)
    assert "too few seeds to show any; mean differences a − b +0.0100" in text
    assert "as they say" not in text
    assert text.rstrip().endswith("2 seeds cannot")


@pytest.mark.parametrize(("p", "groups", "told"), [(0.04, [], "all are told apart"), (None, [["a", "b"]], "a, b")])
def test_ranks(p: float | None, groups: list[list[str]], told: str) -> None:
    ranking = {"ranks": {"a": 1.0, "b": 2.0}, "datasets": 3, "friedman_p": p, "critical_difference": 1.13}
    text = _printed({**_FOUND, "overall": {"validation": {**ranking, "groups": groups}}})
    assert "mean ranks over 3 data sets, best validation accuracy: a 1.00, b 2.00; critical difference 1.13" in text
    assert told in text
    assert ("Friedman p 0.040" in text) == (p is not None)
