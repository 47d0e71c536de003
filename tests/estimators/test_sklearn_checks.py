"""The whole of scikit-learn's estimator checks. None is expected to fail."""

from collections.abc import Callable
from typing import Any

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks
from tests.estimators import small

from vilfredo import TabularSearch

quick = pytest.fixture(autouse=True, scope="module")(small.quick_fits)


@parametrize_with_checks([TabularSearch(**small.TABLE)])  # type: ignore[untyped-decorator]
def test_scikit_learn_is_satisfied(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)
