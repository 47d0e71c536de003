"""What the section on the front embeds, and the table that is there without scripts."""

import json
import math
import re
from pathlib import Path

import pytest
from tests.report.synthetic import make_run

from vilfredo.baselines.keeping import BASELINES, keep
from vilfredo.baselines.row import Row
from vilfredo.errors import RunError
from vilfredo.report.facts.bargain import bargain_of
from vilfredo.report.sections import front
from vilfredo.report.view import RunView


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> RunView:
    return RunView.of(make_run(tmp_path_factory.mktemp("front") / "run", 120))


def _embedded(page: str) -> dict[str, object]:
    found = re.search(r'id="front-data">(.*?)</script>', page, re.DOTALL)
    assert found
    value = json.loads(found[1])
    assert isinstance(value, dict)
    return value


def test_every_network_is_there_once_with_all_it_has(view: RunView) -> None:
    data = _embedded(front.html(view))
    trained = view.trained
    assert data["ids"] == [m.proposal for m in trained]
    columns = data["values"]
    assert isinstance(columns, dict)
    assert set(columns) == set(trained[0].objectives)
    for name, column in columns.items():
        assert column == pytest.approx([m.objectives[name] for m in trained], rel=1e-5)
    texts, names = data["texts"], data["names"]
    assert isinstance(texts, list)
    assert isinstance(names, list)
    assert [re.sub(r"'(\d+)'", lambda m: f"'{names[int(m[1])]}'", text) for text in texts] == [
        m.architecture for m in trained
    ]


def test_the_table_lists_the_front_best_first_and_marks_it(view: RunView) -> None:
    page = front.html(view)
    assert [int(id_) for id_ in re.findall(r'<tr data-network="(\d+)"', page)] == [m.proposal for m in view.front]
    marks = dict.fromkeys(("best", "fastest"), 1) | {"bargain": int(bargain_of(view) is not None)}
    for mark, count in marks.items():
        assert page.count(f'class="mark {mark}"') == count


def test_baselines_are_drawn_in_where_they_are_kept(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 60)
    rows = [Row("majority class", "baseline", {"accuracy": 0.9, "nll": math.nan}, parameters=math.inf)]  # type: ignore[arg-type]
    keep(run, [*rows, Row("other", "baseline", reason="not installed")])
    view = RunView.of(run)
    assert _embedded(front.html(view))["baselines"] == [{"name": "majority class", "values": {"accuracy": 0.9}}]
    (run / BASELINES).write_text("{}")
    with pytest.raises(RunError, match="Delete it"):
        front.html(view)
