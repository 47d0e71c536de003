import json
import tomllib
from typing import Any

import numpy as np
import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column, Samples
from vilfredo.tasks.table_fit import column_transformer, fit_table
from vilfredo.tasks.table_preprocessing import Category, Number, TablePreprocessing

NAN = np.nan
MIXED = (Column("a"), Column("b", ("x", "y", "z")), Column("c"), Column("d", ("u", "v", "w")), Column("e"))


def mixed_rows(seed: int, rows: int, missing: float = 0.2) -> Samples:
    """Numbers of all scales and categories, the number after the last included, with gaps everywhere but in `e`."""
    rng = np.random.default_rng(seed)
    x = np.column_stack(
        [
            rng.normal(1e6, 1e3, rows),
            rng.integers(0, 4, rows),
            rng.exponential(1e-4, rows),
            rng.integers(0, 4, rows),
            rng.normal(size=rows),
        ]
    )
    x[:, :4][rng.random((rows, 4)) < missing] = NAN
    return x


def features(preprocessing: TablePreprocessing, x: Samples) -> Samples:
    applied = preprocessing.apply(x)
    assert applied.dtype == np.float32
    assert applied.shape[2:] == (1, 1)
    return applied[:, :, 0, 0]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rows", [1, 2, 7, 60])
def test_equals_the_column_transformer(seed: int, rows: int) -> None:
    x, later = mixed_rows(seed, rows), mixed_rows(seed + 100, 50)
    later[0], later[1] = 3, NAN  # all unseen or of no category; all missing
    transformer = column_transformer([0, 2, 4], [1, 3]).fit(x)
    fitted = fit_table(x, MIXED)
    for part in (x, later):
        expected = transformer.transform(part).clip(-1e6, 1e6)
        np.testing.assert_allclose(features(fitted, part), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("columns", "numeric", "categorical"), [(MIXED[::2], [0, 1, 2], []), (MIXED[1::2], [], [0, 1])]
)
def test_numbers_only_and_categories_only(
    columns: tuple[Column, ...], numeric: list[int], categorical: list[int]
) -> None:
    x = mixed_rows(0, 30)[:, [MIXED.index(column) for column in columns]]
    transformer = column_transformer(numeric, categorical).fit(x)
    np.testing.assert_allclose(features(fit_table(x, columns), x), transformer.transform(x), rtol=1e-5, atol=1e-6)


def test_what_is_learnt_of_numbers() -> None:
    fitted = fit_table(np.array([[1.0, 5], [3, 5], [NAN, 5], [8, 5]]), (Column("a"), Column("b")))
    mean, scale = float(np.mean([1, 3, 3, 8])), float(np.std([1, 3, 3, 8]))
    assert fitted.columns == (Number(3, mean, scale, True), Number(5, 5, 1, False))  # 3 is the median; 5 is constant
    np.testing.assert_allclose(
        features(fitted, np.array([[8.0, 6], [NAN, NAN]])), [[(8 - mean) / scale, 1, 0], [(3 - mean) / scale, 0, 1]]
    )


def test_what_is_learnt_of_categories() -> None:
    """Twice there: a feature; once: shares one, and so does what comes later; missing is a category."""
    x = np.array([[0.0], [0], [2], [NAN], [NAN], [1], [2]])
    fitted = fit_table(x, (Column("a", ("x", "y", "z", "never")),))
    assert fitted.columns == (Category((0, 3, 1, 3, 3), 2, 4),)
    assert features(fitted, np.array([[2.0], [4], [NAN]])).tolist() == [[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]


def test_without_rare_categories_the_unseen_have_no_feature() -> None:
    fitted = fit_table(np.array([[0.0], [0], [1], [1]]), (Column("a", ("x", "y", "z")),))
    assert features(fitted, np.array([[1.0], [2], [3], [NAN]])).tolist() == [[0, 1], [0, 0], [0, 0], [0, 0]]


def test_only_the_given_rows_count() -> None:
    x = mixed_rows(0, 60)
    before = fit_table(x[:40], MIXED)
    x[40:] += 1000
    assert fit_table(x[:40], MIXED) == before
    assert fit_table(x, MIXED) != before


def test_their_order_does_not_count() -> None:
    x = mixed_rows(0, 60)
    shuffled = x[np.random.default_rng(1).permutation(60)]
    np.testing.assert_allclose(features(fit_table(x, MIXED), x), features(fit_table(shuffled, MIXED), x), rtol=1e-5)


def test_survives_json_and_toml() -> None:
    x = mixed_rows(0, 60)
    fitted = fit_table(x, MIXED)
    for stored in (json.loads(json.dumps(fitted.to_dict())), tomllib.loads(tomli_w.dumps(fitted.to_dict()))):
        assert TablePreprocessing.from_dict(stored) == fitted


_VALUES: Any = st.one_of(st.floats(allow_infinity=False), st.just(1e308), st.just(-1e308), st.just(5e-324))


@settings(deadline=None, max_examples=60)
@given(arrays.arrays(np.float64, (6, 2), elements=_VALUES), arrays.arrays(np.float64, (4, 2), elements=_VALUES))
def test_finite_for_all_that_is_finite_or_missing(x: Samples, later: Samples) -> None:
    columns = (Column("a"), Column("b"))
    fitted = fit_table(x, columns)
    assert np.isfinite(features(fitted, np.concatenate([x, later]))).all()
    assert TablePreprocessing.from_dict(fitted.to_dict()) == fitted
    assert features(fitted, x).shape[1] == features(fitted, later).shape[1] == 2 + int(np.isnan(x).any(axis=0).sum())


def test_numbers_whose_squares_overflow_are_bounded_alike_in_fit_and_apply() -> None:
    x = np.full((3, 1), 1e308)
    assert features(fit_table(x, (Column("a"),)), x).tolist() == [[0], [0], [0]]


@settings(deadline=None, max_examples=60)
@given(arrays.arrays(np.int64, (8, 2), elements=st.integers(-1, 3)))
def test_at_most_one_feature_of_a_category_is_on(numbers: Samples) -> None:
    x = np.where(numbers < 0, NAN, numbers)
    columns = (Column("a", ("x", "y", "z")), Column("b", ("x", "y", "z")))
    fitted = fit_table(x, columns)
    widths = [column.width for column in fitted.columns if isinstance(column, Category)]
    for block in np.split(features(fitted, x), np.cumsum(widths)[:-1], axis=1):
        assert (block.sum(axis=1) == 1).all()  # all were there when it was fitted


@pytest.mark.parametrize("shape", [(0, 5), (4, 4), (4,), (4, 5, 1)])
def test_rows_that_do_not_fit_the_columns(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"table: rows have shape .* Expected \(N, 5\), N at least 1"):
        fit_table(np.zeros(shape), MIXED)
