import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from vilfredo.errors import InputError
from vilfredo.predictors.quality import mape, spearman


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=3, max_size=30))
def test_spearman_equals_scipys(pairs: list[tuple[int, int]]) -> None:
    predicted, measured = np.array(pairs, dtype=np.float64).T
    ours = spearman(predicted, measured)
    if len(set(predicted)) == 1 or len(set(measured)) == 1:
        assert math.isnan(ours)
    else:
        assert ours == pytest.approx(stats.spearmanr(predicted, measured).statistic, abs=1e-12)


def test_spearman_needs_three_pairs() -> None:
    assert math.isnan(spearman(np.array([1.0, 2.0]), np.array([1.0, 2.0])))
    assert math.isnan(spearman(np.array([1.0, 2.0, np.nan]), np.array([1.0, 2.0, 3.0])))


def test_mape_is_in_percent_and_leaves_out_what_has_no_relative_error() -> None:
    assert mape(np.array([1.1, 9.0]), np.array([1.0, 10.0])) == pytest.approx(10.0)
    assert mape(np.array([1.1, 5.0, 1.0]), np.array([1.0, 0.0, np.nan])) == pytest.approx(10.0)
    assert mape(np.array([-1.1]), np.array([-1.0])) == pytest.approx(10.0)
    assert math.isnan(mape(np.array([1.0]), np.array([0.0])))


def test_lengths_must_agree() -> None:
    for figure in (mape, spearman):
        with pytest.raises(InputError, match="one length"):
            figure(np.zeros(3), np.zeros(4))
