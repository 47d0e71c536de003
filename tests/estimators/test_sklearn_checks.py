"""The whole of scikit-learn's estimator checks. None is expected to fail."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks
from tests.estimators import small

from vilfredo import TabularSearch

_ROOT = Path(__file__).parents[2]


@parametrize_with_checks([TabularSearch(**small.TABLE)])  # type: ignore[untyped-decorator]
def test_scikit_learn_is_satisfied(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)


@pytest.mark.slow
def test_the_check_that_needs_an_environment_of_its_own() -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        __file__,
        "-k",
        "satisfied and array_api",
    ]
    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}  # before SciPy is imported, or the check is skipped
    found = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=_ROOT, check=False)
    assert "1 passed" in found.stdout, found.stdout
