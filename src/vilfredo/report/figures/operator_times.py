"""What each operator costs in training time, as measured on the smallest networks."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from vilfredo.report.charts.chart import Axis, Bars, Chart, Line
from vilfredo.report.view import RunView
from vilfredo.report.words import span
from vilfredo.spaces.space import EMPTY
from vilfredo.trials import Measurement

ORDER = 70
CAPTION = (
    "What each operator costs: how much longer an epoch takes, that is training once on all samples, in a network of "
    "cells with one block that has this operator twice, both on the previous cell, than in the network without any "
    "block. Shorter is better. A line is how far single measurements scatter (the middle half of them); operators "
    "whose lines overlap are hardly to be told apart. The second panel, where there is one, has the same as the search "
    "used it to predict the times of larger networks: the slowest operator is 1."
)

_TIME = "training_time"


def charts(view: RunView) -> Sequence[Chart]:
    """Return the measured times, and the relative costs that predictions were made with."""
    return [chart for chart in (_measured(view), _relative(view)) if chart is not None]


def _measured(view: RunView) -> Chart | None:
    known = {m.architecture: m for m in view.trained if _TIME in m.objectives}
    cells = {name: known[text] for name, text in view.settings.space.symmetric().items() if text in known}
    if not cells:
        return None
    empty = known[EMPTY].objectives[_TIME] if EMPTY in known else None
    extra = {name: cell.objectives[_TIME] - (empty or 0.0) for name, cell in cells.items()}
    order = sorted(extra, key=lambda name: -extra[name])
    tips = tuple(_tip(name, cells[name], extra[name], empty) for name in order)
    bars = Bars(tuple(extra[name] for name in order), "", "blue", tips)
    lines = [
        Line(_around(extra[name], cells[name]), (float(place),) * 2, colour="ink")
        for place, name in enumerate(order)
        if cells[name].spread.get(_TIME, 0.0) > 0
    ]
    derived = view.status["time_source"] == "flops"
    label = "derived time per epoch" if derived else "training time per epoch"
    note = _note(view, extra, cells, order) + _missing(
        [name for name in view.settings.space.symmetric() if name not in cells]
    )
    if empty is None:
        note += " The network without any block was not trained: these are the times of whole networks."
    axis = Axis(label if empty is None else f"{label}, beyond that without blocks", "seconds")
    places = Axis("", categories=tuple(order))
    return Chart("Cost of each operator", axis, places, (bars, *lines), note, horizontal=True)


def _relative(view: RunView) -> Chart | None:
    costs: Mapping[str, float] = next(
        (step.notes["operator_costs"] for step in reversed(view.steps) if step.notes.get("operator_costs")), {}
    )
    if not costs:
        return None
    order = sorted(costs, key=lambda name: -costs[name])
    bars = Bars(tuple(float(costs[name]) for name in order), "", "green")
    axis = Axis("relative cost (1: the slowest)", "number", low=0.0, high=1.0)
    note = f"For predictions, {order[-1]} counts as {costs[order[-1]]:.2f} of {order[0]}."
    if len(order) == 1 or costs[order[0]] == costs[order[-1]]:
        note = "For predictions, all operators cost the same."
    places = Axis("", categories=tuple(order))
    return Chart("As used for predictions", axis, places, (bars,), note, horizontal=True)


def _note(view: RunView, extra: Mapping[str, float], cells: Mapping[str, Measurement], order: Sequence[str]) -> str:
    slowest, fastest = order[0], order[-1]
    if extra[slowest] <= 0:
        return "No operator costs more than none at all: the times are too rough to tell operators apart."
    text = f"{slowest} costs most, {span(extra[slowest])} per epoch"
    if len(order) > 1 and 0 < extra[slowest] < 1.05 * extra[fastest]:
        text += f", hardly more than {fastest}, which costs least."
    elif len(order) > 1 and extra[fastest] > 0:
        text += f": {extra[slowest] / extra[fastest]:.1f} times as much as {fastest}, which costs least."
    elif len(order) > 1:
        text += f"; {fastest} costs least, no more than no block at all."
    else:
        text += "."
    if view.status["time_source"] == "flops":
        return f"{text} Times are derived from the number of operations, not measured."
    alike = sum(
        _around(extra[one], cells[one])[0] <= _around(extra[other], cells[other])[1] for one, other in pairwise(order)
    )
    if alike and any(cell.spread.get(_TIME) for cell in cells.values()):
        text += (
            f" Of {len(order) - 1} pairs of neighbours in this order, {alike:,} overlap{'s' * (alike == 1)}."
            if len(order) > 2
            else " The two overlap."
        )
    return text


def _missing(names: Sequence[str]) -> str:
    return f" Not known of {', '.join(names)}: that network was not trained." if names else ""


def _around(value: float, cell: Measurement) -> tuple[float, float]:
    half = cell.spread.get(_TIME, 0.0) / 2
    return value - half, value + half


def _tip(name: str, cell: Measurement, extra: float, empty: float | None) -> str:
    whole = span(cell.objectives[_TIME])
    told = f"{whole} per epoch" if empty is None else f"{span(extra)} more per epoch\n{whole} against {span(empty)}"
    return f"{name}: {told}\n{cell.architecture}"
