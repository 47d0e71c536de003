from dataclasses import replace
from itertools import pairwise

import pytest

from vilfredo.report.charts.chart import Line, Points, Rule
from vilfredo.report.figures import progress
from vilfredo.report.view import RunView
from vilfredo.spaces.space import EMPTY


def _line(view: RunView, panel: int) -> Line:
    return next(layer for layer in progress.charts(view)[panel].layers if isinstance(layer, Line))


def _searched(view: RunView, *found: tuple[float, float, float]) -> RunView:
    """The run, with these networks alone: seconds until each was there, its accuracy and its training time."""
    known = [m for m in view.trained if m.architecture != EMPTY][: len(found)]
    assert len(known) == len(found)
    measured = [
        m.model_copy(update={"objectives": {"accuracy": accuracy, "training_time": time}})
        for m, (_, accuracy, time) in zip(known, found, strict=True)
    ]
    until = {m.proposal: seconds for m, (seconds, _, _) in zip(known, found, strict=True)}
    return replace(view, measurements=measured, seconds_until=until)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            [(10, 0.5, 1), (20, 0.9, 2), (80, 0.7, 3)],
            "0.9000, was first reached after 20 s of 80 s. The last quarter of the",
        ),
        (
            [(10, 0.5, 1), (20, 0.8, 2), (80, 0.9, 3)],
            "after 80 s of 80 s. At three quarters of the time the best was 0",
        ),
        ([(70, 0.5, 1), (80, 0.4, 3)], "after 70 s of 80 s. At three quarters of the time there was none yet."),
    ],
)
def test_how_late_the_best_was_found_is_said(
    cells: RunView, found: list[tuple[float, float, float]], words: str
) -> None:
    assert words in progress.charts(_searched(cells, *found))[0].note


@pytest.mark.parametrize(
    ("found", "words"),
    [
        # Of both ends of a front, each covers a tenth beyond itself: 0.11 of 0.21, as they overlap.
        ([(10, 0.5, 1), (80, 0.9, 3)], "95 % of what was covered in the end was covered after 80 s of 80 s."),
        ([(10, 0.5, 1), (80, 0.9, 3)], "The last quarter of the time added 47.6 %."),
        ([(10, 0.5, 1), (20, 0.9, 3), (80, 0.4, 2)], "was covered after 20 s of 80 s."),
        ([(10, 0.5, 1), (20, 0.9, 3), (80, 0.4, 2)], "The last quarter of the time added next to nothing."),
        ([(70, 0.5, 1), (80, 0.4, 2)], "The last quarter of the time added 100.0 %."),
    ],
)
def test_how_late_the_front_was_covered_is_said(
    cells: RunView, found: list[tuple[float, float, float]], words: str
) -> None:
    assert words in progress.charts(_searched(cells, *found))[1].note


def test_a_clock_that_is_set_back_leaves_the_order(cells: RunView) -> None:
    line = _line(_searched(cells, (10, 0.5, 1), (5, 0.6, 2), (80, 0.7, 3)), 0)
    assert list(line.x) == sorted(line.x)
    assert list(line.y) == sorted(line.y)


def test_what_learnt_nothing_is_out_of_the_picture(cells: RunView) -> None:
    found = [(10.0 * n, accuracy, float(n)) for n, accuracy in enumerate((0.1, 0.9, 0.92, 0.94, 0.95, 0.96), 1)]
    chart = progress.charts(_searched(cells, *found))[0]
    assert chart.y.low is not None
    assert 0.1 < chart.y.low <= 0.9
    assert chart.y.high is None
    assert f"Not in the picture: 1 network worse than {chart.y.low:.4f}." in chart.note


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
    ends = dict[int, float]()
    for m in cells.trained:
        step = cells.proposals[m.proposal].step
        ends[step] = max(ends.get(step, 0.0), cells.seconds_until[m.proposal])
    assert places == pytest.approx([ends[step] for step in sorted(ends)[:-1]])
    labels = [(rule.label, rule.x) for rule in rules if rule.label]
    assert labels
    assert all(ends[int(label.removeprefix("step ")) - 1] == place for label, place in labels)


def test_only_so_many_dots_are_drawn(cells: RunView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_MOST_DOTS", 4)
    dots = next(layer for layer in progress.charts(cells)[0].layers if isinstance(layer, Points))
    assert len(dots.x) == 4
    assert "4 of" in dots.name


def test_says_when_the_best_was_found(cells: RunView) -> None:
    best = max(cells.trained, key=lambda m: m.objectives["accuracy"])
    assert (
        f"The best score, {best.objectives['accuracy']:.4f}, was first reached after" in progress.charts(cells)[0].note
    )
