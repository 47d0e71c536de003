"""How the best score and the front as a whole grew while the search went on."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vilfredo.comparison.curves import Staircase, best_so_far, hypervolume_so_far
from vilfredo.comparison.indicators import Box, pooled_front
from vilfredo.comparison.traces import Trace
from vilfredo.report.charts.chart import Axis, Chart, Layer, Line, Points, Rule
from vilfredo.report.facts.candidates import floor_of, is_within
from vilfredo.report.facts.clock import seconds_until, time_axis
from vilfredo.report.view import RunView
from vilfredo.report.words import counted, objective, percent, score_axis, span
from vilfredo.thinning import some
from vilfredo.trials import MAXIMISED

ORDER = 20
CAPTION = (
    "How the search got better while it went on; time runs to the right. First panel: each dot is a network, at the "
    "moment it was measured; the line is the best so far. Second: how good all networks found so far are together, "
    "counting both score and training time. It is the area that they cover in a chart of score against the logarithm "
    "of training time (the hypervolume), as a share of the rectangle that reaches from the best of both on the final "
    "front to a tenth beyond the worst of both. It rises whenever a network joins that is better, or as good and "
    "faster. The network without any block is left out. Where both lines have long been flat, more time would hardly "
    "help; where they still rise at the end, it may."
)

_TOO_NEAR = 0.05
"""Share of the whole time below which the labels of two steps would overlap."""
_MOST_DOTS = 1500
_LAST = 0.75
"""From which share of the time on the end of the search begins."""


def charts(view: RunView) -> Sequence[Chart]:
    """Return the best score and the hypervolume over time."""
    trace = _trace(view)
    usable = ~np.isnan(trace.gain)
    if not usable.any():
        return ()
    best = best_so_far(trace.cost, trace.gain)
    shown = [_best(view, trace, best)]
    points = trace.points
    known = points[~np.isnan(points).any(axis=1)]
    if len(known):
        box = Box.around(pooled_front([known]))
        shown.append(_hypervolume(view, trace, hypervolume_so_far(trace.cost, points, box)))
    return shown


def _trace(view: RunView) -> Trace:
    """What was measured, in the order in which it came."""
    known = {measurement.proposal: measurement for measurement in view.measurements}
    until = {proposal: seconds for proposal, seconds in seconds_until(view).items() if proposal in known}
    cost = np.array(list(until.values()), dtype=np.float64)
    # Sessions are read off the wall clock, which may be set back.
    cost = np.maximum.accumulate(cost) if len(cost) else cost
    end = float(cost[-1]) if len(cost) else 0.0
    return Trace(view.score, tuple(known[proposal] for proposal in until), cost, end, 1)


def _best(view: RunView, trace: Trace, best: Staircase) -> Chart:
    line = Line(*_drawn(best, trace.spent, _sign(view)), "best so far", "blue", steps=True)
    usable = [index for index, gain in enumerate(trace.gain) if not np.isnan(gain)]
    floor = floor_of(view.front, view.score)
    inside = [i for i in usable if is_within(trace.measurements[i].objectives[view.score], floor, view.score)]
    axis = score_axis(view.score)
    axis = replace(axis, low=floor) if view.score in MAXIMISED else replace(axis, high=floor)
    note = _note(view, best, trace)
    if outside := len(usable) - len(inside):
        note += f" Not in the picture: {counted(outside, 'network')} worse than {objective(view.score, floor)}."
    layers: tuple[Layer, ...] = (*_steps(view, trace), _dots(view, trace, inside), line)
    return Chart("Best score so far", time_axis(view), axis, layers, note)


def _dots(view: RunView, trace: Trace, inside: Sequence[int]) -> Points:
    shown = [inside[place] for place in some(len(inside), _MOST_DOTS)]
    networks = [trace.measurements[index] for index in shown]
    score = view.score.replace("_", " ")
    tips = [f"network {m.proposal}\n{score} {objective(view.score, m.objectives[view.score])}" for m in networks]
    name = "a network" if len(shown) == len(inside) else f"a network ({len(shown):,} of {len(inside):,} are shown)"
    values = tuple(m.objectives[view.score] for m in networks)
    return Points(_numbers(trace.cost[shown]), values, name, "grey", size=2.5, tips=tuple(tips))


def _sign(view: RunView) -> float:
    return 1.0 if view.score in MAXIMISED else -1.0


def _hypervolume(view: RunView, trace: Trace, area: Staircase) -> Chart:
    line = Line(*_drawn(area, trace.spent, 100.0), "", "green", steps=True)
    axis = Axis("share of the rectangle covered", "percent", low=0.0, high=100.0)
    final = float(area.value[-1])
    reached = float(area.cost[np.flatnonzero(area.value >= 0.95 * final)[0]])
    early = float(area.at(np.array([_LAST * trace.spent]))[0])
    gained = final - (0.0 if np.isnan(early) else early)
    note = f"95 % of what was covered in the end was covered after {span(reached)}"
    note += f" of {span(trace.spent)}. "
    note += (
        f"The last quarter of the time added {percent(gained / final, 1)}."
        if gained >= 0.0005 * final
        else "The last quarter of the time added next to nothing."
    )
    return Chart("Score and time together", time_axis(view), axis, (*_steps(view, trace), line), note)


def _note(view: RunView, best: Staircase, trace: Trace) -> str:
    sign = _sign(view)
    last, end = float(best.value[-1]), _LAST * trace.spent
    text = f"The best score, {objective(view.score, sign * last)}, was first reached after {span(float(best.cost[-1]))}"
    text += f" of {span(trace.spent)}. "
    before = float(best.at(np.array([end]))[0])
    if np.isnan(before) or last > before:
        was = "there was none yet" if np.isnan(before) else f"the best was {objective(view.score, sign * before)}"
        return f"{text}At three quarters of the time {was}."
    return f"{text}The last quarter of the time brought none better."


def _steps(view: RunView, trace: Trace) -> list[Rule]:
    """Where each step begins that predictions were made for: when the last network of the one before was measured."""
    ends = dict[int, float]()
    for measurement, seconds in zip(trace.measurements, trace.cost.tolist(), strict=True):
        step = view.proposals[measurement.proposal].step
        ends[step] = max(ends.get(step, 0.0), seconds)
    rules, labelled = list[Rule](), 0.0
    for step in sorted(ends)[:-1]:
        apart = ends[step] - labelled >= _TOO_NEAR * trace.spent
        following = min(later for later in ends if later > step)
        rules.append(Rule(x=ends[step], label=f"step {following}" if apart else ""))
        labelled = ends[step] if apart else labelled
    return rules


def _drawn(stairs: Staircase, end: float, factor: float = 1.0) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """A staircase up to the end of the search."""
    x, y = _numbers(stairs.cost), _numbers(factor * stairs.value)
    return ((*x, end), (*y, y[-1])) if x[-1] < end else (x, y)


def _numbers(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(values.tolist())
