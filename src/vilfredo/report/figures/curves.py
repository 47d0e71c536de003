"""Learning curves, and whether the short trainings of the search had converged."""

from collections.abc import Mapping, Sequence

from vilfredo.report.charts.chart import PALETTE, Axis, Chart, Colour, Line
from vilfredo.report.view import RunView
from vilfredo.report.words import counted, score_axis, was
from vilfredo.thinning import some
from vilfredo.trials import MAXIMISED, Measurement

ORDER = 50
CAPTION = (
    "How the networks learnt: one line for each, an epoch being once through all training samples. First panel: the "
    "score on samples that training never saw. Second: the training loss, that is the error that training reduces; "
    "less is better. Coloured lines are networks of the front, called by their numbers, the best first; faint ones "
    "are others. A search trains networks only shortly, to compare them. Where lines still get better at their end, a "
    "longer training would go further; where many of them do so steeply and cross, the order of the networks is not "
    "yet to be relied on. What counts as a network's score is that of its best epoch, which need not be the last."
)

Curve = Mapping[int, float]
"""Values by epoch, counted from 1."""

_MOST_OTHERS = 200
_LOGARITHMIC = 20.0
"""Ratio of the largest to the smallest loss from which on the small ones could not be told apart otherwise."""


def charts(view: RunView) -> Sequence[Chart]:
    """Return the scores and the training loss by epoch."""
    scores = {m.proposal: _scores(m, view.score) for m in view.trained}
    losses = {m.proposal: {epoch.epoch: epoch.training_loss for epoch in m.curve} for m in view.trained}
    epochs = Axis("epoch", "count")
    shown = []
    if lines := _lines(view, scores):
        shown.append(Chart("Score while learning", epochs, score_axis(view.score), lines, _note(view, scores)))
    if lines := _lines(view, losses):
        values = [value for line in lines for value in line.y]
        logarithmic = min(values) > 0 and max(values) / min(values) > _LOGARITHMIC
        axis = Axis("training loss (less is better)", "number", logarithmic)
        shown.append(Chart("Training loss", epochs, axis, lines, _loss_note(losses)))
    return shown


def _scores(measurement: Measurement, score: str) -> Curve:
    return {epoch.epoch: epoch.scores[score] for epoch in measurement.curve if score in epoch.scores}


def _lines(view: RunView, curves: Mapping[int, Curve]) -> tuple[Line, ...]:
    """Faint lines of the others at the bottom, then those of the front, those with names on top."""
    known = [proposal for proposal, curve in curves.items() if curve]
    front = [m.proposal for m in view.front if curves.get(m.proposal)]
    others = sorted(set(known) - set(front))
    named = [front[index] for index in some(len(front), len(PALETTE))]
    unnamed = [proposal for proposal in front if proposal not in named]
    lines = [_line(curves[others[index]], "grey", faint=True) for index in some(len(others), _MOST_OTHERS)]
    lines += [_line(curves[proposal], "blue", faint=True) for proposal in unnamed]
    coloured = [_line(curves[m], colour, f"network {m}") for m, colour in zip(named, PALETTE, strict=False)]
    return (*lines, *coloured)


def _line(curve: Curve, colour: Colour, name: str = "", *, faint: bool = False) -> Line:
    return Line(tuple(map(float, curve)), tuple(map(float, curve.values())), name, colour, faint=faint)


def _note(view: RunView, curves: Mapping[int, Curve]) -> str:
    longer = {proposal: list(curve.values()) for proposal, curve in curves.items() if len(curve) > 1}
    if not longer:
        return "Each network was trained for one epoch: that tells nothing of what longer trainings would bring."
    rising = {proposal for proposal, values in longer.items() if _improved(values, view.score)}
    front = [m.proposal for m in view.front if m.proposal in longer]
    gains = sorted(abs(values[-1] - values[-2]) for values in longer.values())
    of_front = f"{len(rising.intersection(front)):,} of {len(front):,} on the front"
    return (
        f"{len(rising):,} of {counted(len(longer), 'network')} ({of_front}) {was(len(rising))} still improving: "
        "the last epoch was the best. In the median, the last epoch changed the score by "
        f"{gains[len(gains) // 2]:.2g}.{_left_out(view, curves)}"
    )


def _improved(values: Sequence[float], score: str) -> bool:
    better = max(values[:-1]) < values[-1] if score in MAXIMISED else min(values[:-1]) > values[-1]
    return bool(better)


def _left_out(view: RunView, curves: Mapping[int, Curve]) -> str:
    others = sum(bool(curve) for curve in curves.values()) - sum(bool(curves.get(m.proposal)) for m in view.front)
    return f" Of the others, {_MOST_OTHERS} of {others:,} are drawn." if others > _MOST_OTHERS else ""


def _loss_note(losses: Mapping[int, Curve]) -> str:
    longer = [list(curve.values()) for curve in losses.values() if len(curve) > 1]
    if not longer:
        return ""
    falling = sum(values[-1] < values[-2] for values in longer)
    return f"The loss of {falling:,} of {counted(len(longer), 'network')} was still falling in the last epoch."
