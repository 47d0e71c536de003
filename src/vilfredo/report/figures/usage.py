"""Which operators and inputs the networks of the front are made of, against how common these are in the space."""

from collections.abc import Mapping, Sequence

import numpy as np

from vilfredo.report.charts.chart import PALETTE, Axis, Bars, Chart, Rule
from vilfredo.report.facts.usage import Part, Shares, codes_by_size, drawn, parts_of, shares
from vilfredo.report.view import RunView
from vilfredo.report.words import counted, percent
from vilfredo.spaces.codes import Cells

ORDER = 58
CAPTION = (
    "What the networks on the front are made of, and whether that is by chance. Grey: how often each choice (an "
    "operator, what it reads, the width of a layer) occurs in the search space, that is in networks of the same sizes "
    "drawn at random. Light blue: in all networks that were trained, mixed by their sizes as the front is. Blue: in "
    "those on the front. Where blue is "
    "longer than grey, the front prefers it; where it is shorter, the front avoids it. The preferences by size say "
    "the same for each size of network: 1 is as often as by chance, 2 twice as often. Small fronts say little: with "
    "few networks, a difference may be luck."
)

Groups = Mapping[int, Cells]
"""Architectures as arrays (n, size, 4), by their size."""

_MOST_SERIES = 5
_INPUTS = "inputs"


def charts(view: RunView) -> Sequence[Chart]:
    """Return a panel for each part that architectures are made of, and one of the preferences by size."""
    space = view.settings.space
    front = codes_by_size(space, [m.architecture for m in view.front])
    if not front:
        return ()
    trained = codes_by_size(space, [m.architecture for m in view.trained])
    whole = {size: drawn(space, size) for size in front}
    parts = parts_of(space, max(front))
    shown = [_overall(view, part, front, trained, whole) for part in parts]
    # Which inputs there are depends on the size: from size to size they don't compare.
    by_size = [_by_size(view, part, front, whole) for part in parts if part.name != _INPUTS] if len(front) > 1 else []
    return *shown, *by_size


def _overall(view: RunView, part: Part, front: Groups, trained: Groups, whole: Groups) -> Chart:
    weights = {size: float(codes[..., 0].size) for size, codes in front.items()}
    ours, all_, chance = (_mixed(part, groups, weights) for groups in (front, trained, whole))
    order = np.argsort(-ours, kind="stable") if part.name == "operators" else np.arange(len(ours))
    labels = tuple(part.labels[place] for place in order)
    bars = [
        Bars(_percent(chance[order]), "in the space", "grey"),
        Bars(_percent(all_[order]), "in all trained", "sky"),
        Bars(_percent(ours[order]), "on the front", "blue"),
    ]
    title = f"{part.name.capitalize()} of {counted(sum(map(len, front.values())), 'network')} on the front"
    places = Axis("", categories=labels)
    share = Axis(f"share of all {part.name} in these networks", "percent", low=0.0)
    return Chart(
        title,
        share,
        places,
        tuple(bars),
        _note(view, part, ours, chance, len(part.columns) * sum(weights.values())),
        horizontal=True,
    )


def _by_size(view: RunView, part: Part, front: Groups, whole: Groups) -> Chart:
    ratios = np.stack([_times(part, front[size], whole[size]) for size in front])  # (sizes, values)
    far = np.argsort(-np.abs(ratios - 1.0).max(axis=0), kind="stable")[:_MOST_SERIES]
    bars = tuple(
        Bars(tuple(ratios[:, value].tolist()), part.labels[value], colour)
        for value, colour in zip(sorted(far.tolist()), PALETTE, strict=False)
    )
    unit = view.settings.space.unit
    names = tuple(f"{size} {unit if size > 1 else unit.removesuffix('s')}" for size in front)
    few = ", ".join(f"{len(codes)} of {name}" for name, codes in zip(names, front.values(), strict=True))
    note = f"The front has networks of different sizes: {few}."
    if len(part.labels) > len(bars):
        note += f" Shown are the {len(bars)} {part.name} that differ most from chance."
    times = Axis("times as often as by chance", "number", low=0.0)
    return Chart(
        f"Preference for {part.name} by size",
        Axis(f"{unit} in the network", categories=tuple(map(str, front))),
        times,
        (*bars, Rule(y=1.0, label="by chance")),
        note,
    )


def _mixed(part: Part, groups: Groups, weights: Mapping[int, float]) -> Shares:
    """Shares in networks of several sizes, mixed as those on the front are."""
    total = sum(weights.values())
    mixed = [weights[size] / total * shares(part.count(groups[size])) for size in weights]
    return np.asarray(np.sum(mixed, axis=0), dtype=np.float64)


def _times(part: Part, front: Cells, whole: Cells) -> Shares:
    chance = shares(part.count(whole))
    times = np.divide(shares(part.count(front)), chance, out=np.full(len(chance), np.nan), where=chance > 0)
    return np.asarray(times, dtype=np.float64)


def _note(view: RunView, part: Part, ours: Shares, chance: Shares, places: float) -> str:
    # Standard errors of a share, were each place drawn by itself; so many that the largest of a dozen seldom is luck.
    beyond_luck = 2.5 * np.sqrt(chance * (1.0 - chance) / places)
    most, least = int(np.argmax(ours - chance)), int(np.argmin(ours - chance))
    said = []
    if ours[most] - chance[most] > beyond_luck[most]:
        said.append(f"prefers {_named(part, most)} ({_against(ours, chance, most)})")
    if chance[least] - ours[least] > beyond_luck[least]:
        said.append(f"avoids {_named(part, least)} ({_against(ours, chance, least)})")
    text = f"The front {' and '.join(said)}." if said else "No difference from chance is larger than luck makes them."
    tried = _explored(view, part)
    return (
        f"{text} Exploration tried more of {', '.join(tried)}, as predicted fronts had hardly any." if tried else text
    )


def _named(part: Part, place: int) -> str:
    return f"the {part.labels[place]}" if part.labels[place] == "previous cell" else part.labels[place]


def _against(ours: Shares, chance: Shares, place: int) -> str:
    return f"{percent(ours[place])} against {percent(chance[place])} by chance"


def _explored(view: RunView, part: Part) -> list[str]:
    """What the exploration step was after, in any step, in the order of the part's values."""
    key = "exploration_inputs" if part.name == _INPUTS else "exploration_operators"
    sought = {value for step in view.steps for value in step.notes.get(key, ())}
    known = part.values if part.name == _INPUTS else part.labels
    return [label for value, label in zip(known, part.labels, strict=True) if value in sought]


def _percent(values: Shares) -> tuple[float, ...]:
    return tuple((100.0 * values).tolist())
