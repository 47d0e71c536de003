"""What the training time hangs on, as the time predictor has learnt it."""

from collections.abc import Sequence

from vilfredo.report.charts.chart import Axis, Bars, Chart, Points, Rule
from vilfredo.report.facts.feature_words import meaning, short
from vilfredo.report.facts.importance import Importance, importance_of
from vilfredo.report.view import RunView
from vilfredo.report.words import counted, span

ORDER = 60
CAPTION = (
    "What makes a network slow or fast to train, as a predictor learnt it from all networks of this run. The bars say "
    "by how many seconds per epoch a feature moves the prediction away from the average network, in the mean over the "
    "networks: the longer, the more that feature decides. The other panels show the most important ones: each dot is a "
    "network, further right the more it has of the feature; above the line the feature makes it slower than the "
    "average, below faster. These are Shapley values (SHAP): a network's values over all features add up to what is "
    "predicted for it beyond the average. Features that go together, as blocks and their cost, share it between them."
)
_TOP = 3
"""Features that get a panel of their own."""
_LEAST = 0.05
"""Share of the most important feature's bar that one needs for a panel."""


def charts(view: RunView) -> Sequence[Chart]:
    """Return the mean contributions, then those of single networks against the most important features."""
    found = importance_of(view)
    if found is None or not found.mean[0] > 0:
        return ()
    worth = [place for place in range(min(_TOP, len(found.names))) if found.mean[place] > _LEAST * found.mean[0]]
    return [_bars(found), *(_single(found, place) for place in worth)]


def _bars(found: Importance) -> Chart:
    names = [short(name) for name in found.names]
    tips = tuple(
        f"{name}: {span(value)} per epoch in the mean\n{meaning(feature)}"
        for name, feature, value in zip(names, found.names, found.mean.tolist(), strict=True)
    )
    bars = Bars(tuple(found.mean.tolist()), tips=tips)
    axis = Axis("moves the predicted time per epoch by", "seconds", low=0.0)
    return Chart(
        "What decides the training time", axis, Axis("", categories=tuple(names)), (bars,), note_of(found), True
    )


def note_of(found: Importance) -> str:
    """Say what decides most, and what the values were learnt by."""
    share = found.mean[0] / found.mean.sum()
    text = f"Most is decided by: {short(found.names[0])} ({100 * share:.0f}\u00a0% of all that the features move). "
    text += f"Learnt from {counted(found.networks, 'network')} by CatBoost"
    if found.own:
        text += f", as the search does it{', with fewer trials of its settings' if found.lighter else ''}."
    elif found.predictor:
        text += f" on the time features; the search itself predicts times otherwise ({found.predictor})."
    else:
        text += " on the time features; the search itself predicts no times."
    if not found.costs:
        text += " What each operator costs is not known in this run, so all count alike."
    return text


def _single(found: Importance, place: int) -> Chart:
    x, y = (tuple(part[:, place].tolist()) for part in (found.features, found.values))
    name = short(found.names[place])
    return Chart(
        name[0].upper() + name[1:],
        Axis(name, "count" if all(value.is_integer() for value in x) else "number"),
        Axis("slower (+) or faster (−) by", "seconds"),
        (Rule(y=0.0, label="average"), Points(x, y, size=3.0)),
        f"{meaning(found.names[place])[:1].upper()}{meaning(found.names[place])[1:]}.",
    )
