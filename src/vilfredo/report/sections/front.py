"""The front, to be explored: every network by any two objectives, and the members as a table."""

import shlex
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from markupsafe import Markup

from vilfredo.baselines.keeping import kept
from vilfredo.report.facts.bargain import Bargain, bargain_of
from vilfredo.report.facts.candidates import ORIGINS, floor_of, forecast_front, objectives_of, origin_of
from vilfredo.report.page.embedded import column, embedded, shortened
from vilfredo.report.page.figures import figure_html
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView
from vilfredo.report.words import counted, objective, score_label
from vilfredo.trials import MAXIMISED, SCORES, Measurement

CHAPTER: Chapter = "got"
ORDER = 20
TITLE = "The front: how good for how much"

_COSTS: Mapping[str, tuple[str, str, str]] = {
    "training_time": ("training time per epoch", "training time", "seconds"),
    "latency": ("time to answer one sample", "time to answer", "seconds"),
    "parameters": ("parameters", "parameters", "count"),
    "flops": ("operations for one sample (FLOPs)", "FLOPs", "count"),
}
_SHORT = {"nll": "NLL", "macro_f1": "macro F1", "balanced_accuracy": "balanced"}
_OPEN = 15
"""Members up to which the table is shown without being asked for."""


def html(view: RunView) -> Markup:
    """Return the chart, a picture of it for browsers without scripts, and the table."""
    if not view.front:
        return Markup("")
    bargain = bargain_of(view)
    failed = len(view.measurements) - len(view.trained)
    return fill(
        "front",
        data=embedded(_data(view, bargain)),
        picture=figure_html("front", view),
        counts=f"{counted(len(view.front), 'network')} of {len(view.trained):,} {_are(len(view.front))}",
        failed=f"{counted(failed, 'network')} failed and {_are(failed)} not shown." if failed else "",
        score=score_label(view.score),
        columns=[(_heading(name), name) for name in objectives_of(view)],
        rows=[_row(view, member, bargain) for member in view.front],
        bargain=_bargain(bargain),
        open=len(view.front) <= _OPEN,
    )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _bargain(bargain: Bargain | None) -> str:
    """How the bargain was chosen; nothing where there is none."""
    if bargain is None:
        return ""
    if bargain.error is None:
        return "from where on more time begins to bring little"
    return "the fastest whose distance from the best may be chance"


def _heading(name: str) -> str:
    return _COSTS[name][1] if name in _COSTS else _SHORT.get(name, name.replace("_", " "))


def _row(view: RunView, member: Measurement, bargain: Bargain | None) -> dict[str, Any]:
    marks = []
    if member is view.front[0]:
        marks.append("best")
    if bargain is not None and member.proposal == bargain.network.proposal:
        marks.append("bargain")
    if member is view.front[-1]:
        marks.append("fastest")
    values = [objective(name, member.objectives.get(name)) for name in objectives_of(view)]
    return {"id": member.proposal, "marks": marks, "values": values, "architecture": member.architecture}


def _data(view: RunView, bargain: Bargain | None) -> dict[str, Any]:
    trained, names = view.trained, objectives_of(view)
    origins = list(ORIGINS)
    operators, texts = shortened([m.architecture for m in trained])
    proposals = [view.proposals[m.proposal] for m in trained]
    predicted = sorted({name for proposal in proposals for name in proposal.predicted} & set(names))
    start = bargain.network if bargain else view.front[0]
    return {
        "x": "training_time",
        "y": view.score,
        "objectives": {name: _objective(view, name) for name in names},
        "origins": [{"name": name, "label": label} for name, (label, *_) in ORIGINS.items()],
        "names": operators,
        "ids": [m.proposal for m in trained],
        "texts": texts,
        "steps": [proposal.step for proposal in proposals],
        "origin": [origins.index(origin_of(view, m.proposal)) for m in trained],
        "values": {name: column([m.objectives.get(name) for m in trained], 6) for name in names},
        "predicted": {name: column([proposal.predicted.get(name) for proposal in proposals], 4) for name in predicted},
        "forecast": _forecast(view),
        "baselines": _baselines(view, names),
        "unit": str(view.status["unit"]),
        "start": start.proposal,
        "draw": f"vilfredo draw --run {shlex.quote(str(view.folder))} --network",
    }


def _objective(view: RunView, name: str) -> dict[str, Any]:
    """How an axis is called and which way is better; from which value on a score is of interest at first."""
    if name not in SCORES:
        label, short, quantity = _COSTS[name]
        return {"label": label, "short": short, "quantity": quantity, "more": False, "floor": None}
    members = [m for m in view.front if name in m.objectives]
    label = score_label(name).removesuffix(" (less is better)")
    quantity = "number" if name == "nll" else "fraction"
    floor = floor_of(members, name)
    return {"label": label, "short": _heading(name), "quantity": quantity, "more": name in MAXIMISED, "floor": floor}


def _forecast(view: RunView) -> dict[str, list[float | int | None]]:
    places = forecast_front(view)
    columns: Sequence[Sequence[float]] = list(zip(*places, strict=True)) if places else ((), ())
    return {view.score: column(columns[0], 4), "training_time": column(columns[1], 4)}


def _baselines(view: RunView, names: Sequence[str]) -> list[dict[str, Any]]:
    """Those that could be run, by the objectives that mean the same for them; their times of fitting do not."""
    found = []
    for row in kept(view.folder):
        facts = row.validation if row.parameters is None else {**row.validation, "parameters": row.parameters}
        values = {name: value for name, value in facts.items() if name in names and isfinite(value)}
        if row.validation:
            found.append({"name": row.name, "values": values})
    return found
