"""The words of the page."""

from pathlib import Path

import pytest
from tests.report.runs import RUNS

from vilfredo.networks.grammar import operator_modules
from vilfredo.report.sections.glossary import _operators, html
from vilfredo.report.view import RunView


def test_every_operator_of_ours_is_explained() -> None:
    names = [name for module in operator_modules() for name in module.EXAMPLES.values()]
    explained = {name for together, _ in _operators(names) for name in together.split(", ")}
    assert names
    assert explained == set(names)


def test_what_nobody_knows_is_left_out() -> None:
    assert _operators(["3x3 gconv", "identity"]) == [("identity", "hands its input on as it is")]


@pytest.mark.parametrize(("run", "word", "other"), [("cells", "block", "dropout"), ("table", "dropout", "residual")])
def test_words_are_those_of_the_space(tmp_path: Path, run: str, word: str, other: str) -> None:
    RUNS[run](tmp_path / "run")
    found = html(RunView.of(tmp_path / "run"))
    assert f"<dt>{word}</dt>" in found
    assert f"<dt>{other}</dt>" not in found
