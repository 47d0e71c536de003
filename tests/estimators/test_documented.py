"""What the documents show runs, and says what is so."""

import doctest
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from tests.estimators import small

from vilfredo import ImageSearch, SeriesSearch, TabularSearch
from vilfredo.estimators.base import SearchClassifier

_PAGE = (Path(__file__).parents[2] / "docs" / "estimators.md").read_text()
_BLOCKS = re.findall(r"^```python\n(.*?)^```", _PAGE, re.MULTILINE | re.DOTALL)


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    text = "\n".join(_BLOCKS)
    assert 'budget="20s"' in text
    values: dict[str, Any] = {"quickly": small.TABLE}
    exec(text.replace('budget="20s", random_state=0', "**quickly"), values)
    assert float(capsys.readouterr().out.split()[0]) > 0.6
    assert (tmp_path / "iris-model" / "model.json").is_file()
    assert values["small"].get_params()["settings"]["space"] == {"layers": 2}


@pytest.mark.parametrize("estimator", [ImageSearch, SeriesSearch, TabularSearch])
def test_the_examples_of_the_docstrings_run(estimator: type[SearchClassifier]) -> None:
    tests = doctest.DocTestFinder(recurse=False).find(estimator, globs={})
    assert sum(len(test.examples) for test in tests) > 3
    assert doctest.DocTestRunner().run(tests[0]).failed == 0


@pytest.mark.parametrize("estimator", [ImageSearch, SeriesSearch, TabularSearch])
def test_every_parameter_is_documented(estimator: type[SearchClassifier]) -> None:
    text = inspect.cleandoc(str(estimator.__doc__)) + inspect.cleandoc(str(SearchClassifier.__doc__))
    for name in inspect.signature(estimator).parameters:
        assert re.search(rf"^(\w+, )*{name}\b.*$", text, re.MULTILINE), name


def test_common_parameters_have_the_same_defaults_everywhere() -> None:
    common = inspect.signature(SearchClassifier).parameters
    for estimator in (ImageSearch, SeriesSearch, TabularSearch):
        own = inspect.signature(estimator).parameters
        assert {name: own[name].default for name in common} == {name: one.default for name, one in common.items()}
