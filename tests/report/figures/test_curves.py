from collections.abc import Sequence
from dataclasses import replace

import pytest

from vilfredo.report.charts.chart import Line
from vilfredo.report.figures import curves
from vilfredo.report.view import RunView
from vilfredo.trials import Epoch


def _with_curves(view: RunView, *scores: Sequence[float]) -> RunView:
    """The first networks of the run, with these accuracies by epoch; the loss falls as they rise."""
    changed = []
    for measurement, values in zip(view.trained, scores, strict=False):
        epochs = tuple(
            Epoch(epoch=number, learning_rate=0.1, training_loss=2.0 - value, validation_accuracy=value)
            for number, value in enumerate(values, 1)
        )
        changed.append(measurement.model_copy(update={"curve": epochs}))
    return replace(view, measurements=changed)


def test_networks_of_the_front_are_named_and_on_top(cells: RunView) -> None:
    lines = [layer for layer in curves.charts(cells)[0].layers if isinstance(layer, Line)]
    assert len(lines) == len(cells.trained)
    named = [line.name for line in lines if line.name]
    assert named == [f"network {member.proposal}" for member in cells.front]
    assert [line.name for line in lines[-len(named) :]] == named
    assert all(line.faint for line in lines if not line.name)


def test_who_was_still_improving_is_counted(cells: RunView) -> None:
    view = _with_curves(cells, (0.1, 0.2, 0.3), (0.1, 0.3, 0.2), (0.3, 0.3, 0.3), (0.2, 0.4, 0.5))
    score, loss = (chart.note for chart in curves.charts(view))
    improving = {view.trained[0].proposal, view.trained[3].proposal}
    front = {m.proposal for m in view.front}
    assert not front <= improving
    of_front = f"{len(front & improving)} of {len(front)} on the front"
    assert score.startswith(f"2 of 4 networks ({of_front}) were still improving")
    assert score.endswith("In the median, the last epoch changed the score by 0.1.")
    assert loss.startswith("The loss of 2 of 4 networks")


def test_of_a_score_of_which_less_is_better_falling_is_improving(cells: RunView) -> None:
    falling = tuple(
        Epoch(epoch=epoch, learning_rate=0.1, training_loss=1.0, validation_nll=1.0 / epoch) for epoch in (1, 2)
    )
    measured = [cells.trained[0].model_copy(update={"curve": falling})]
    view = replace(cells, measurements=measured, status={**cells.status, "score": "nll"})
    assert curves.charts(view)[0].note.startswith("1 of 1 network (1 of 1 on the front) was still improving")


def test_one_epoch_tells_nothing(cells: RunView) -> None:
    score, loss = curves.charts(_with_curves(cells, (0.1,), (0.2,)))
    assert "one epoch" in score.note
    assert loss.note == ""


def test_only_so_many_others_are_drawn(cells: RunView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "_MOST_OTHERS", 3)
    chart = curves.charts(cells)[0]
    assert len(chart.layers) == 3 + len(cells.front)
    assert f"3 of {len(cells.trained) - len(cells.front)} are drawn." in chart.note


def test_small_losses_are_told_apart(cells: RunView) -> None:
    assert curves.charts(_with_curves(cells, (0.1, 1.999)))[1].y.logarithmic
    assert not curves.charts(_with_curves(cells, (0.1, 0.2)))[1].y.logarithmic
    assert not curves.charts(_with_curves(cells, (0.1, 2.0)))[1].y.logarithmic
