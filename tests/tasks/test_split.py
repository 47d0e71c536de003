import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.split import hold_out, subsample, validation_split


@st.composite
def class_labels(draw: st.DrawFn) -> NDArray[np.int64]:
    """Labels of any integers, some class with two samples at least, in any order."""
    counts = draw(st.lists(st.integers(1, 40), min_size=1, max_size=12))
    counts[0] += 1
    names = draw(st.lists(st.integers(-(2**40), 2**40), min_size=len(counts), max_size=len(counts), unique=True))
    y = np.repeat(np.array(names, dtype=np.int64), counts)
    return np.random.default_rng(draw(st.integers(0, 99))).permutation(y)


fractions = st.floats(0.01, 0.99)
seeds = st.integers(0, 2**32)


@given(class_labels(), fractions, seeds)
def test_parts_are_disjoint_complete_and_not_empty(y: NDArray[np.int64], fraction: float, seed: int) -> None:
    training, validation = validation_split(y, fraction, seed)
    assert len(training) > 0
    assert len(validation) > 0
    np.testing.assert_array_equal(np.sort(np.concatenate([training, validation])), np.arange(len(y)))
    for part in (training, validation):
        assert part.dtype == np.int64
        assert (np.diff(part) > 0).all()


@given(class_labels(), fractions, seeds)
def test_every_class_stays_in_training(y: NDArray[np.int64], fraction: float, seed: int) -> None:
    training, _ = validation_split(y, fraction, seed)
    assert set(y[training]) == set(y)


@given(class_labels(), fractions, seeds)
def test_classes_with_two_samples_are_in_both_when_the_size_allows(
    y: NDArray[np.int64], fraction: float, seed: int
) -> None:
    _, validation = validation_split(y, fraction, seed)
    labels, counts = np.unique(y, return_counts=True)
    divisible = set(labels[counts >= 2])
    if round(fraction * len(y)) >= len(divisible):
        assert set(y[validation]) == divisible
    else:
        assert set(y[validation]) <= divisible


@given(class_labels(), fractions, seeds)
def test_size_is_the_fraction_unless_training_would_lose_a_class(
    y: NDArray[np.int64], fraction: float, seed: int
) -> None:
    _, validation = validation_split(y, fraction, seed)
    assert len(validation) == min(max(1, round(fraction * len(y))), len(y) - len(set(y)))


@given(class_labels(), fractions, seeds)
def test_same_seed_same_split(y: NDArray[np.int64], fraction: float, seed: int) -> None:
    first, again = validation_split(y, fraction, seed), validation_split(y, fraction, seed)
    np.testing.assert_array_equal(first[1], again[1])


def test_seeds_draw_different_samples() -> None:
    y = np.repeat(np.arange(10), 50)
    drawn = {validation_split(y, 0.2, seed)[1].tobytes() for seed in range(20)}
    assert len(drawn) == 20


def test_every_sample_of_a_class_is_equally_likely() -> None:
    y = np.array([0] * 10 + [1] * 30)
    hits = np.zeros(len(y))
    for seed in range(2000):
        hits[validation_split(y, 0.2, seed)[1]] += 1
    np.testing.assert_allclose(hits / 2000, 0.2, atol=0.05)


def test_proportions_are_kept() -> None:
    y = np.repeat([0, 1, 2], [1000, 100, 10])
    _, validation = validation_split(y, 0.2, 0)
    np.testing.assert_array_equal(np.bincount(y[validation]), [200, 20, 2])


def test_a_single_sample_stays_in_training() -> None:
    y = np.array([0] * 10 + [7] + [3] * 10)
    training, validation = validation_split(y, 0.5, 0)
    assert 10 in training
    assert 10 not in validation


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.2, 1.5, float("nan")])
def test_fractions_out_of_range(fraction: float) -> None:
    with pytest.raises(InputError, match=r"fraction .* Expected above 0 and below 1"):
        validation_split(np.array([0, 0, 1, 1]), fraction, 0)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_nothing_to_set_aside(count: int) -> None:
    with pytest.raises(InputError, match=r"no class has two samples .* Expected at least two"):
        validation_split(np.arange(count), 0.2, 0)


@given(class_labels())
def test_held_out_part_leaves_two_of_each_class_where_possible(y: NDArray[np.int64]) -> None:
    kept, held = hold_out(y)
    counts, left = (np.unique(part, return_counts=True)[1] for part in (y, y[kept]))
    wanted = max(1, round(0.2 * len(y)))
    assert len(held) == min(wanted, int((counts - 1).sum()))
    if (counts - 2).clip(0).sum() >= wanted:
        assert (left >= np.minimum(counts, 2)).all()


def test_held_out_part_is_always_the_same() -> None:
    y = np.repeat(np.arange(5), 20)
    np.testing.assert_array_equal(hold_out(y)[1], hold_out(y)[1])
    np.testing.assert_array_equal(np.bincount(y[hold_out(y)[1]]), [4] * 5)


@given(class_labels(), st.integers(1, 500))
def test_subsample_has_the_size_and_all_classes(y: NDArray[np.int64], samples: int) -> None:
    if samples < len(set(y)):
        with pytest.raises(InputError, match="too few"):
            subsample(y, samples)
        return
    chosen = subsample(y, samples)
    assert len(set(chosen)) == len(chosen) == min(samples, len(y))
    assert set(y[chosen]) == set(y)


def test_subsample_keeps_proportions() -> None:
    y = np.repeat([0, 1], [900, 100])
    np.testing.assert_array_equal(np.bincount(y[subsample(y, 100)]), [90, 10])
