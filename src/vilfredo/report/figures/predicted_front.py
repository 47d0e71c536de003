"""All that was predicted of a step's candidates, the front of it, and what became of those that were trained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import final

import numpy as np

from vilfredo import pareto
from vilfredo.predictors.quality import Floats
from vilfredo.report.charts.chart import Axis, Chart, Colour, Heat, Layer, Line, Points, Symbol
from vilfredo.report.facts.limits import ends, wide
from vilfredo.report.figures.predictions import MOST, MOST_SPELT, STEPS, left_out
from vilfredo.report.view import RunView
from vilfredo.report.words import counted, objective, score_label, was
from vilfredo.strategies.predicted import Predicted
from vilfredo.thinning import some
from vilfredo.trials import MAXIMISED, Measurement

ORDER = 45
CAPTION = (
    "What the search expected of all candidates of a step, the last four steps at most, and what it got. A grey shade, "
    "where there is one, shows where the predictions of all candidates lie, the stronger the more; most of these were "
    "never trained. "
    "The dashed line joins those that no other was predicted to beat in both score and time. Rings are the candidates "
    "that were trained, where they were predicted; symbols are the same where they were measured, each joined to its "
    "ring. The full line is the measured front of the step. Short strokes, and a full line near the dashed one, mean "
    "that the search knew what it was doing."
)
_MARGIN = 0.08
"""Of an axis' length, around the trained networks."""
_ALIKE = 0.05
"""Share of the axis below which all predicted scores together are called alike."""
_LEAST_GAIN = 5e-4
_MOST_STROKES = 60
_MEASURED: tuple[tuple[bool, str, Colour, Symbol], ...] = (
    (False, "trained, measured", "blue", "dot"),
    (True, "measured, exploration", "green", "diamond"),
)


@final
@dataclass(frozen=True, eq=False)
class _Step:
    """The networks of a step that were predicted in score and time, and trained."""

    step: int
    kept: Predicted | None
    networks: Sequence[Measurement]
    explored: Sequence[bool]
    predicted: Floats
    """Shape (n, 2): time and score."""
    measured: Floats
    """Shape (n, 2)."""


def charts(view: RunView) -> Sequence[Chart]:
    """Return one panel for each step."""
    found = [one for step in view.steps if (one := _step(view, step.step, Predicted.of_notes(step.notes))) is not None]
    return [_chart(view, one) for one in found[-STEPS:]]


def _step(view: RunView, step: int, kept: Predicted | None) -> _Step | None:
    names = ("training_time", view.score)
    known = [
        (measurement, proposal)
        for measurement in view.trained
        if (proposal := view.proposals[measurement.proposal]).step == step
        and all(
            isfinite(values.get(name, nan)) for values in (proposal.predicted, measurement.objectives) for name in names
        )
    ]
    if not known:
        return None
    return _Step(
        step,
        kept if kept is not None and kept.score == view.score else None,
        [measurement for measurement, _ in known],
        [proposal.origin == "exploration" for _, proposal in known],
        np.array([[proposal.predicted[name] for name in names] for _, proposal in known]),
        np.array([[measurement.objectives[name] for name in names] for measurement, _ in known]),
    )


def _chart(view: RunView, one: _Step) -> Chart:
    """Show where the trained networks are, and of all predictions what lies there."""
    times, scores = np.concatenate([one.predicted, one.measured]).T
    fraction = view.score in MAXIMISED
    logarithmic = wide(times), not fraction and wide(scores)
    across = ends(times, "training_time", _MARGIN, logarithmic=logarithmic[0])
    up = ends(scores, view.score, _MARGIN, logarithmic=logarithmic[1])
    x = Axis("training time per epoch", "seconds", logarithmic[0], *across)
    y = Axis(score_label(view.score), "fraction" if fraction else "number", logarithmic[1], *up)
    pairs = np.stack([one.predicted[:, 1], one.measured[:, 1]])
    inside = np.flatnonzero((pairs >= up[0]).all(axis=0) & (pairs <= up[1]).all(axis=0)).tolist()
    layers = (
        *_background(view, one),
        *_strokes(one, inside),
        *_trained(view, one, inside),
        *_measured_front(view, one),
    )
    note = _note(view, one, (across, up)) + left_out(len(one.networks) - len(inside))
    return Chart(f"Step {one.step}", x, y, layers, note)


def _background(view: RunView, one: _Step) -> list[Layer]:
    """All predictions, and their front: of an earlier version's run, that of the networks that were trained."""
    if one.kept is None:
        return [_front_line(one.predicted, view.score, "predicted front (of these)", dashed=True)]
    heat = Heat(
        tuple(one.kept.times.edges.tolist()),
        tuple(one.kept.scores.edges.tolist()),
        tuple(tuple(row) for row in one.kept.counts.tolist()),
        "all predictions",
    )
    return [heat, _front_line(one.kept.front[:, ::-1], view.score, "predicted front", dashed=True)]


def _front_line(points: Floats, score: str, name: str, *, dashed: bool = False) -> Line:
    """Join the members of the front of times and scores (n, 2)."""
    sign = -1.0 if score in MAXIMISED else 1.0
    members = points[pareto.front(points * (1.0, sign))]
    x, y = (tuple(column) for column in members.T.tolist())
    return Line(x, y, name, "orange" if dashed else "blue", dashed=dashed, steps=True)


def _strokes(one: _Step, inside: Sequence[int]) -> list[Layer]:
    if not 0 < len(inside) <= _MOST_STROKES:
        return []
    pairs = zip(one.predicted[inside].tolist(), one.measured[inside].tolist(), strict=True)
    places = [place for before, after in pairs for place in (before, after, (nan, nan))]
    x, y = (tuple(column) for column in zip(*places, strict=True))
    return [Line(x, y, colour="grey", faint=True)]


def _trained(view: RunView, one: _Step, inside: Sequence[int]) -> list[Layer]:
    shown = [inside[place] for place in some(len(inside), MOST)]
    tips = {row: _tip(view, one, row) for row in shown}
    layers: list[Layer] = [_points(one.predicted, shown, tips, "trained, predicted", "orange", "ring")]
    for explored, name, colour, symbol in _MEASURED:
        rows = [row for row in shown if one.explored[row] == explored]
        if rows:
            layers.append(_points(one.measured, rows, tips, name, colour, symbol))
    return layers


def _points(
    places: Floats, rows: Sequence[int], tips: Mapping[int, str], name: str, colour: Colour, symbol: Symbol
) -> Points:
    x, y = (tuple(column) for column in places[rows].T.tolist())
    return Points(x, y, name, colour, symbol, 3.5, tuple(tips[row] for row in rows))


def _measured_front(view: RunView, one: _Step) -> list[Layer]:
    return [_front_line(one.measured, view.score, "measured front")]


def _tip(view: RunView, one: _Step, row: int) -> str:
    def text(values: Sequence[float]) -> str:
        time, score = values
        return f"{objective(view.score, score)} in {objective('training_time', time)}"

    network = one.networks[row]
    told = f"network {network.proposal}\npredicted {text(one.predicted[row])}\nmeasured {text(one.measured[row])}"
    return f"{told}\n{network.architecture}" if len(one.networks) <= MOST_SPELT else told


def _note(view: RunView, one: _Step, ends: Sequence[tuple[float, float]]) -> str:
    text = _outcome(view, one)
    if one.kept is None:
        return text
    low, high = one.kept.scores.edges[[0, -1]].tolist()
    alike = high - low < _ALIKE * (ends[1][1] - ends[1][0])
    spread = " to ".join(objective(view.score, value) for value in (low, high))
    return (
        f"{counted(one.kept.count, 'candidate')} predicted, {one.kept.front_size:,} on the predicted front, "
        f"{counted(len(one.networks), 'network')} trained{_outside(one.kept, ends)}. "
        f"{f'The predictor took all for nearly alike: {spread}. ' if alike else ''}{text}"
    )


def _outcome(view: RunView, one: _Step) -> str:
    """Say how what was measured differs from what was predicted, in the median."""
    score = view.score.replace("_", " ")
    gain = float(np.median(one.measured[:, 1] - one.predicted[:, 1]))
    text = f"In the median, {score} came out as predicted"
    if abs(gain) >= _LEAST_GAIN:
        better = gain > 0 if view.score in MAXIMISED else gain < 0
        text = f"In the median, {score} came out {abs(gain):.2g} {'better' if better else 'worse'} than predicted"
    # Predictors that are straight lines may promise less than no time: whatever was measured took longer by any factor.
    predicted, measured = one.predicted[:, 0], one.measured[:, 0]
    times = np.divide(measured, predicted, out=np.full(len(measured), inf), where=predicted > 0)
    slower = 100 * float(np.median(times) - 1)
    if not isfinite(slower):
        return f"{text}; most times were predicted to be zero or less."
    change = f"{abs(slower):.0f}\u00a0% {'longer' if slower > 0 else 'shorter'}" if abs(slower) >= 1 else "as long"
    return f"{text}, and an epoch took {change}{' as' if change == 'as long' else ' than'} predicted."


def _outside(kept: Predicted, ends: Sequence[tuple[float, float]]) -> str:
    """Say how many predictions the axes leave out: those in bins that begin beyond their ends."""
    (first, last), (lowest, highest) = ends
    columns = (kept.times.edges[1:] >= first) & (kept.times.edges[:-1] <= last)
    rows = (kept.scores.edges[1:] >= lowest) & (kept.scores.edges[:-1] <= highest)
    outside = kept.count - int(kept.counts[np.ix_(rows, columns)].sum())
    return f"; {outside:,} {was(outside)} predicted elsewhere, outside the picture" if outside else ""
