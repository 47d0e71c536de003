"""All networks by what they cost and how good they are, and those that no other beats in both."""

from collections.abc import Sequence
from math import isfinite, nan

from vilfredo.baselines.keeping import kept
from vilfredo.report.charts.chart import Axis, Chart, Colour, Layer, Line, Points, Rule, Symbol
from vilfredo.report.facts.candidates import ORIGINS, floor_of, forecast_front, is_within, origin_of
from vilfredo.report.view import RunView
from vilfredo.report.words import counted, objective, score_axis
from vilfredo.thinning import some
from vilfredo.trials import Measurement

ORDER = 10
CAPTION = (
    "Every symbol is a network that was trained: to the left are those that train quickly, at the top those that "
    "answer well (at the bottom where less is better). Those on the line are the front: whoever wants a better one has "
    "to wait longer, whoever wants a faster one has to do with a worse one. Rings are where the search had predicted "
    "members of the front to be; the dashed line is the front of all predictions. Levels with a name are classifiers "
    "that one would otherwise pick."
)
_MOST = 1500
"""Dominated networks of one origin that are drawn."""
_WIDE = 10.0
"""Ratio of the longest to the shortest time from which their axis is logarithmic."""


def charts(view: RunView) -> Sequence[Chart]:
    """Return score against training time."""
    if not view.front:
        return ()
    floor = floor_of(view.front, view.score)
    known = [m for m in view.trained if {view.score, "training_time"} <= m.objectives.keys()]
    shown = [m for m in known if is_within(m.objectives[view.score], floor, view.score)]
    times = [m.objectives["training_time"] for m in shown]
    wide = min(times) > 0 and max(times) > _WIDE * min(times)
    x = Axis("training time per epoch", "seconds", logarithmic=wide)
    note = _note(view, len(known) - len(shown), floor)
    layers = (*_baselines(view, floor), *_dominated(view, shown), *_predicted(view, shown, floor), *_front(view, shown))
    return [Chart("The front", x, score_axis(view.score), layers, note)]


def _front(view: RunView, shown: Sequence[Measurement]) -> list[Layer]:
    drawn = {m.proposal for m in shown}
    members = [m for m in reversed(view.front) if m.proposal in drawn]
    x, y = _places(view, members)
    tips = tuple(_tip(view, m) for m in members)
    end = max(m.objectives["training_time"] for m in shown)
    return [Line((*x, end), (*y, *y[-1:]), steps=True), Points(x, y, "the front", "blue", "diamond", 5.0, tips)]


def _dominated(view: RunView, shown: Sequence[Measurement]) -> list[Layer]:
    front = {m.proposal for m in view.front}
    layers = list[Layer]()
    for origin, (name, colour, symbol) in ORIGINS.items():
        own = [m for m in shown if m.proposal not in front and origin_of(view, m.proposal) == origin]
        if own:
            layers.append(_points(view, [own[i] for i in some(len(own), _MOST)], name, colour, symbol))
    return layers


def _points(view: RunView, own: Sequence[Measurement], name: str, colour: Colour, symbol: Symbol) -> Points:
    tips = tuple(f"network {m.proposal}" for m in own)
    return Points(*_places(view, own), name, colour, symbol, 2.8, tips)


def _predicted(view: RunView, shown: Sequence[Measurement], floor: float | None) -> list[Layer]:
    drawn = {m.proposal for m in shown}
    x, y = list[float](), list[float]()
    rings = list[tuple[float, float]]()
    for member in view.front:
        predicted = view.proposals[member.proposal].predicted
        if member.proposal in drawn and {view.score, "training_time"} <= predicted.keys():
            ring = (predicted["training_time"], predicted[view.score])
            rings.append(ring)
            x += [ring[0], member.objectives["training_time"], nan]
            y += [ring[1], member.objectives[view.score], nan]
    layers = list[Layer]()
    forecast = [place for place in forecast_front(view) if is_within(place[0], floor, view.score)]
    if forecast:
        best, seconds = zip(*forecast, strict=True)
        layers.append(Line(seconds, best, "predicted front", "yellow", dashed=True, steps=True))
    if rings:
        layers.append(Line(tuple(x), tuple(y), colour="yellow", faint=True))
        times, levels = zip(*rings, strict=True)
        layers.append(Points(times, levels, "as predicted", "yellow", "ring", 4.0))
    return layers


def _baselines(view: RunView, floor: float | None) -> list[Layer]:
    rows = [(row.validation.get(view.score, nan), row.name) for row in kept(view.folder)]
    return [
        Rule(y=value, label=f"{name}: {objective(view.score, value)}")
        for value, name in rows
        if isfinite(value) and is_within(value, floor, view.score)
    ]


def _places(view: RunView, own: Sequence[Measurement]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(m.objectives["training_time"] for m in own), tuple(m.objectives[view.score] for m in own)


def _tip(view: RunView, member: Measurement) -> str:
    score = f"{view.score.replace('_', ' ')} {objective(view.score, member.objectives[view.score])}"
    time = f"{objective('training_time', member.objectives['training_time'])} per epoch"
    return f"network {member.proposal}\n{score}\n{time}\n{member.architecture}"


def _note(view: RunView, cut: int, floor: float | None) -> str:
    if floor is None or not cut:
        return ""
    side = "above" if view.score == "nll" else "below"
    return f"{counted(cut, 'network')} {side} {objective(view.score, floor)} lie{'s' * (cut == 1)} outside."
