from dataclasses import replace
from itertools import pairwise

import pytest

from vilfredo.report.charts.chart import Line, Points, Rule
from vilfredo.report.figures import progress
from vilfredo.report.view import RunView


def _line(view: RunView, panel: int) -> Line:
    return next(layer for layer in progress.charts(view)[panel].layers if isinstance(layer, Line))


def test_the_best_so_far_only_rises_to_the_best(cells: RunView) -> None:
    line = _line(cells, 0)
    assert list(line.y) == sorted(line.y)
    assert line.y[-1] == max(m.objectives["accuracy"] for m in cells.trained)
    assert line.x[-1] == max(cells.seconds_until.values())


@pytest.mark.parametrize("view", ["nll"], indirect=True)
def test_less_is_better_where_it_is(view: RunView) -> None:
    line = _line(view, 0)
    assert list(line.y) == sorted(line.y, reverse=True)
    assert line.y[-1] == min(m.objectives["nll"] for m in view.trained)


def test_the_hypervolume_only_rises(cells: RunView) -> None:
    line = _line(cells, 1)
    assert list(line.y) == sorted(line.y)
    assert line.y[0] >= 0
    assert 0 < line.y[-1] <= 100


def test_one_network_covers_all_that_is_known(cells: RunView) -> None:
    last = cells.trained[-1]
    alone = replace(cells, measurements=[last], seconds_until={last.proposal: 3.0})
    assert list(_line(alone, 1).y) == pytest.approx([100.0])


def test_nothing_but_the_order_of_time_counts(cells: RunView) -> None:
    backwards = dict(reversed([(proposal, float(-seconds)) for proposal, seconds in cells.seconds_until.items()]))
    shifted = replace(cells, seconds_until={proposal: 10 + seconds for proposal, seconds in backwards.items()})
    assert _line(shifted, 1).y[-1] == pytest.approx(_line(cells, 1).y[-1])


def test_steps_are_marked_where_they_begin(cells: RunView) -> None:
    rules = [layer for layer in progress.charts(cells)[0].layers if isinstance(layer, Rule)]
    places = [rule.x for rule in rules if rule.x is not None]
    assert len(places) == len(cells.steps) - 1
    assert all(earlier <= later for earlier, later in pairwise(places))


def test_only_so_many_dots_are_drawn(cells: RunView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_MOST_DOTS", 4)
    dots = next(layer for layer in progress.charts(cells)[0].layers if isinstance(layer, Points))
    assert len(dots.x) == 4
    assert "4 of" in dots.name


def test_says_when_the_best_was_found(cells: RunView) -> None:
    best = max(cells.trained, key=lambda m: m.objectives["accuracy"])
    assert f"The best, {best.objectives['accuracy']:.4f}, was found after" in progress.charts(cells)[0].note
