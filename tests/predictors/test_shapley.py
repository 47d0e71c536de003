"""Shapley values against closed forms, against CatBoost's own, and against their axioms."""

from itertools import permutations

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.predictors.shapley import MOST_EXACT, shapley_values

Array = np.ndarray


def _uneven(rows: Array) -> Array:
    return np.asarray(np.exp(0.3 * rows[:, 0]) * rows[:, 1] + np.maximum(rows[:, 2], rows[:, -1]) ** 2)


def test_a_linear_function_has_a_closed_form() -> None:
    rng = np.random.default_rng(0)
    rows, background, slopes = rng.normal(size=(7, 5)), rng.normal(size=(11, 5)), rng.normal(size=5)
    found = shapley_values(lambda x: x @ slopes + 3.0, rows, background)
    assert found == pytest.approx(slopes * (rows - background.mean(axis=0)), abs=1e-12)


def test_the_definition_spelt_out_slowly() -> None:
    rng = np.random.default_rng(1)
    rows, background = rng.normal(size=(2, 4)), rng.normal(size=(3, 4))
    expected = np.zeros((2, 4))
    orders = list(permutations(range(4)))
    for place, row in enumerate(rows):
        for order in orders:
            for other in background:
                mixed = other.copy()
                for feature in order:
                    before = _uneven(mixed[None])[0]
                    mixed[feature] = row[feature]
                    expected[place, feature] += _uneven(mixed[None])[0] - before
    assert shapley_values(_uneven, rows, background) == pytest.approx(expected / len(orders) / 3, abs=1e-10)


@pytest.mark.parametrize("features", [4, MOST_EXACT, MOST_EXACT + 3])
def test_the_values_of_a_sample_add_up_to_its_prediction(features: int) -> None:
    rng = np.random.default_rng(2)
    rows, background = rng.normal(size=(4, features)), rng.normal(size=(5, features))
    found = shapley_values(_uneven, rows, background)
    assert found.sum(axis=1) == pytest.approx(_uneven(rows) - _uneven(background).mean(), abs=1e-9)


def test_random_orders_come_near_the_exact_values() -> None:
    rng = np.random.default_rng(3)
    rows, background = rng.normal(size=(5, MOST_EXACT)), rng.normal(size=(8, MOST_EXACT))
    exact = shapley_values(_uneven, rows, background)
    # Three more features that vary and are never looked at: the values of the others stay what they are.
    wide, behind = np.insert(rows, [1, 2, 3], 0.5, axis=1), np.insert(background, [1, 2, 3], 0.1, axis=1)
    looked_at = np.delete(np.arange(MOST_EXACT + 3), [1, 3, 5])
    sampled = shapley_values(lambda x: _uneven(x[:, looked_at]), wide, behind)
    assert sampled[:, looked_at] == pytest.approx(exact, abs=0.15 * np.abs(exact).max())
    assert not sampled[:, [1, 3, 5]].any()
    again = shapley_values(lambda x: _uneven(x[:, looked_at]), wide, behind)
    assert (sampled == again).all()


def test_features_that_never_differ_have_no_share_and_cost_nothing() -> None:
    rng = np.random.default_rng(4)
    rows, background = rng.normal(size=(3, 4)), rng.normal(size=(4, 4))
    calls = []

    def predict(x: Array) -> Array:
        calls.append(len(x))
        return _uneven(x[:, [0, 1, 2, -1]])

    wide, behind = (np.column_stack([part[:, :3], np.ones((len(part), 20)), part[:, 3]]) for part in (rows, background))
    found = shapley_values(predict, wide, behind)
    assert found[:, [0, 1, 2, -1]] == pytest.approx(shapley_values(_uneven, rows, background))
    assert not found[:, 3:-1].any()
    assert sum(calls) == 2**4 * 3 * 4


def test_of_trees_they_are_catboost_s_own() -> None:
    from catboost import CatBoostRegressor, Pool

    rng = np.random.default_rng(5)
    features = rng.normal(size=(80, 4))
    model = CatBoostRegressor(iterations=30, depth=3, thread_count=1, allow_writing_files=False, logging_level="Silent")
    model.fit(features, _uneven(features))
    background = features[:15]
    # With a reference data set CatBoost computes interventional values too, a row of the mean behind.
    asked, reference = (Pool(part, label=np.zeros(len(part))) for part in (features[:10], background))
    theirs = model.get_feature_importance(asked, type="ShapValues", reference_data=reference, shap_calc_type="Exact")
    ours = shapley_values(model.predict, features[:10], background)
    assert ours == pytest.approx(theirs[:, :-1], abs=1e-6)


def test_shapes_must_fit() -> None:
    for rows, background in ((np.ones((2, 3)), np.ones((2, 4))), (np.ones((2, 3)), np.ones((0, 3)))):
        with pytest.raises(InputError, match="background"):
            shapley_values(_uneven, rows, background)


def test_no_rows_have_no_values() -> None:
    assert shapley_values(_uneven, np.ones((0, 3)), np.ones((1, 3))).shape == (0, 3)
