"""What the search predicted of the networks that it trained, against what came out."""

from collections.abc import Sequence

import numpy as np

from vilfredo.report.charts.chart import Axis, Chart, Colour, Points, Quantity, Rule, Symbol
from vilfredo.report.facts.forecasts import Forecasts, forecasts, order_verdict, signed
from vilfredo.report.facts.limits import ends, wide
from vilfredo.report.view import RunView
from vilfredo.report.words import counted, objective, score_label
from vilfredo.thinning import some
from vilfredo.trials import MAXIMISED, Measurement, Proposal

ORDER = 40
CAPTION = (
    "How well the search foresaw its networks, step by step (the last four at most): each symbol is a network, further "
    "right the more was predicted, further up the more was measured. On the dotted line the prediction was exact. What "
    "the search needs is the right order: symbols that climb from left to right, on the line or beside it. ρ says how "
    "well the order was met (1: exactly, 0: as by chance), MAPE by how many percent the values were off in the mean. "
    "Only networks that the search chose appear here; it chose them for being alike, so their order is harder to "
    "foresee than that of all candidates."
)
STEPS = 4
"""The last so many are drawn."""
MOST = 400
"""Networks of a kind that are drawn in a panel."""
MOST_SPELT = 150
"""Networks in a panel up to which each tells its architecture: a page must not hold thousands many times."""
_MARGIN = 0.06
"""Of the axes' length."""

_LOOKS: tuple[tuple[str, str, Colour, Symbol], ...] = (
    ("", "chosen as among the best", "blue", "dot"),
    ("exploration", "to try what is neglected", "orange", "diamond"),
)


def charts(view: RunView) -> Sequence[Chart]:
    """Return, of each step, the score and the time."""
    found = forecasts(view)
    last = sorted({one.step for one in found})[-STEPS:]
    return [_chart(one) for one in found if one.step in last]


def _chart(one: Forecasts) -> Chart:
    timed = one.objective == "training_time"
    what = "time per epoch" if timed else score_label(one.objective)
    quantity: Quantity = "seconds" if timed else "fraction" if one.objective in MAXIMISED else "number"
    both = np.concatenate([one.predicted, one.measured])
    logarithmic = quantity != "fraction" and wide(both)
    # The same ends on both sides, so that the exact line goes from corner to corner.
    low, high = ends(both, one.objective, _MARGIN, logarithmic=logarithmic)
    x, y = (Axis(f"{how} {what}", quantity, logarithmic, low, high) for how in ("predicted", "measured"))
    inside = [
        place
        for place, pair in enumerate(zip(one.predicted.tolist(), one.measured.tolist(), strict=True))
        if low <= min(pair) and max(pair) <= high
    ]
    layers = [points for look in _LOOKS if (points := _points(one, inside, *look)).x]
    title = f"Step {one.step}: {'time' if timed else one.objective.replace('_', ' ')}"
    return Chart(title, x, y, (Rule(label="exact"), *layers), note_of(one) + left_out(len(one.networks) - len(inside)))


def left_out(count: int) -> str:
    """Say how many networks a picture leaves out, as a further sentence."""
    return (
        f" {counted(count, 'network')} far from the others {'lies' if count == 1 else 'lie'} outside." if count else ""
    )


def _points(one: Forecasts, inside: Sequence[int], origin: str, name: str, colour: Colour, symbol: Symbol) -> Points:
    own = [place for place in inside if (one.networks[place][0].origin == "exploration") == (origin == "exploration")]
    rows = [
        (float(one.predicted[place]), float(one.measured[place]), _tip(one, *one.networks[place]))
        for place in (own[i] for i in some(len(own), MOST))
    ]
    x, y, tips = (tuple(column) for column in zip(*rows, strict=True)) if rows else ((), (), ())
    return Points(x, y, name, colour, symbol, 3.5, tips)


def _tip(one: Forecasts, proposal: Proposal, measurement: Measurement) -> str:
    predicted, measured = (
        objective(one.objective, values[one.objective]) for values in (proposal.predicted, measurement.objectives)
    )
    text = f"network {proposal.id}\npredicted {predicted}, measured {measured}"
    return f"{text}\n{proposal.architecture}" if len(one.networks) <= MOST_SPELT else text


def note_of(one: Forecasts) -> str:
    """Say in words how good the predictions of a step were, with the figures."""
    networks = counted(len(one.networks), "network")
    order = order_verdict(one)
    rho = "" if np.isnan(one.spearman) else f"ρ = {signed(one.spearman)} over {networks}: "
    text = f"{rho}{order if rho else order[0].upper() + order[1:]}."
    if one.ceiling is not None and rho:
        text += f" A perfect predictor would reach about {one.ceiling.spearman:.2f}, because of seed noise."
    if not np.isnan(one.mape):
        text += f" Off by {one.mape:.1f}\u00a0% in the mean (MAPE)"
        text += "." if one.ceiling is None else f"; seed noise alone makes {one.ceiling.mape:.1f}\u00a0%."
    return text
