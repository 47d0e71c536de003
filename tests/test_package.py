"""`import vilfredo`: cheap, and all there."""

import subprocess
import sys

import pytest

import vilfredo
from vilfredo.estimators import ImageSearch


def test_the_estimators_are_there() -> None:
    assert vilfredo.ImageSearch is ImageSearch
    assert set(vilfredo.__all__) <= set(dir(vilfredo))
    for name in vilfredo.__all__:
        assert getattr(vilfredo, name)
    with pytest.raises(AttributeError, match="has no attribute 'ImageSerch'"):
        _ = vilfredo.ImageSerch  # type: ignore[attr-defined]


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import sys, vilfredo; print({'torch', 'sklearn', 'numpy', 'pandas', 'pydantic'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
