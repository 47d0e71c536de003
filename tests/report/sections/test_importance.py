"""What the section says beside its figure."""

from pathlib import Path

from tests.report.synthetic import make_run

from vilfredo.report.facts.feature_words import meaning, short
from vilfredo.report.facts.importance import importance_of
from vilfredo.report.sections import importance
from vilfredo.report.view import RunView


def test_every_feature_of_the_figure_is_explained(tmp_path: Path) -> None:
    view = RunView.of(make_run(tmp_path / "run", 60))
    found, html = importance_of(view), importance.html(view)
    assert found is not None
    for name in found.names:
        assert f"<dt>{short(name)}</dt><dd>{meaning(name)}</dd>" in html.unescape()
