import numpy as np
from benchmarks.fronts import cloud, quadratic, report
from hypothesis import given
from hypothesis import strategies as st

from vilfredo import pareto


@given(
    st.integers(1, 3).flatmap(
        lambda objectives: st.lists(st.lists(st.integers(0, 4), min_size=objectives, max_size=objectives), min_size=1)
    )
)
def test_the_reference_follows_the_definition(rows: list[list[int]]) -> None:
    def beats(index: int, other: int) -> bool:
        """Nowhere worse, and better somewhere, or the earlier of two equals."""
        no_worse = all(a <= b for a, b in zip(rows[index], rows[other], strict=True))
        return no_worse and (rows[index] != rows[other] or index < other)

    expected = {other for other in range(len(rows)) if not any(beats(index, other) for index in range(len(rows)))}
    assert set(quadratic(np.array(rows, dtype=np.float64)).tolist()) == expected


def test_the_reference_works_in_blocks() -> None:
    points = cloud(500, 2, np.random.default_rng(1))
    assert quadratic(points).tolist() == pareto.front(points).tolist()


def test_clouds_have_fronts_worth_finding_and_ties() -> None:
    points = cloud(5_000, 2, np.random.default_rng(0))
    assert 20 < len(pareto.front(points)) < 1_000
    assert len(np.unique(points[:, 0])) < len(points)


def test_a_wrong_front_is_reported() -> None:
    found = {"points": 9, "front": 2, "same": True, "quadratic": [3.0, 4.0, 5.0], "ours": [0.01, 0.02, 0.01]}
    good = report({2: found, 3: found})
    bad = report({2: found, 3: {**found, "same": False}})
    assert [target.met for target in good.targets] == [True, True]
    assert [target.met for target in bad.targets] == [True, False]
    assert good.targets[0].value == 300.0
    assert bad.rows[1][-1] == "NO"
