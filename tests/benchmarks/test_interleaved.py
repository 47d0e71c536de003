import pytest
from benchmarks.interleaved import Spread, geometric_mean, interleave, ratios, turns


def test_everyone_has_a_turn_per_round_and_a_drift_cancels_out() -> None:
    order = list(turns(["a", "b"], 4))
    assert order == ["a", "b", "b", "a", "a", "b", "b", "a"]
    drift = {name: sum(time for time, whose in enumerate(order) if whose == name) for name in "ab"}
    assert drift["a"] == drift["b"]


def test_interleaving_keeps_rounds_together() -> None:
    clock = iter(range(100))
    found = interleave({"a": lambda: ("a", next(clock)), "b": lambda: ("b", next(clock))}, 3)
    assert found == {"a": [("a", 0), ("a", 3), ("a", 4)], "b": [("b", 1), ("b", 2), ("b", 5)]}


def test_ratios_are_of_one_round() -> None:
    assert ratios([6.0, 10.0], [3.0, 2.0]) == [2.0, 5.0]
    with pytest.raises(ValueError, match="zip"):
        ratios([1.0], [1.0, 2.0])


def test_the_geometric_mean_of_a_gain_and_its_inverse_is_one() -> None:
    assert geometric_mean([4.0, 0.25]) == pytest.approx(1.0)
    assert geometric_mean([1.0, 8.0, 1.0]) == pytest.approx(2.0)


def test_spread() -> None:
    assert Spread.of([3.0, 1.0, 9.0]) == Spread(3.0, 1.0, 9.0)
    assert Spread.of([1.0, 2.0]).median == 1.5
    assert Spread.of([1234.5]).text(1, " s") == "1,234.5 s (1,234.5 … 1,234.5)"
