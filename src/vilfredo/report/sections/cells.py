"""The architectures of the front as drawings, and how copies of one are stacked into a network."""

from typing import Any

from markupsafe import Markup

from vilfredo.drawing.drawing import Drawing
from vilfredo.drawing.drawings import drawing_of, network_drawing
from vilfredo.report.facts.bargain import bargain_of
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView
from vilfredo.report.words import objective
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.parallel_space import ParallelSpace
from vilfredo.trials import Measurement

CHAPTER: Chapter = "got"
ORDER = 30
TITLE = "What they are made of"

_OPEN = 6
"""Drawings that are shown at once."""
_MOST = 60
"""Drawings in all; what is left of a larger front is listed without."""
_WIDE = 420
"""Pixels from which a drawing takes two columns: it would be too small in one."""


def html(view: RunView) -> Markup:
    """Return a drawing for each network of the front, each with the id ``cell-NUMBER``; nothing without a front."""
    if not view.front:
        return Markup("")
    bargain = bargain_of(view)
    chosen = None if bargain is None else bargain.network.proposal
    members = [_member(view, one, chosen, drawn=place < _MOST) for place, one in enumerate(view.front)]
    return fill(
        "cells",
        members=members,
        opened=_OPEN,
        kind=view.settings.space.kind,
        task=view.status["data"]["task"],
        best=view.front[0].proposal,
        network=_network(view),
    )


def _member(view: RunView, member: Measurement, bargain: int | None, *, drawn: bool) -> dict[str, Any]:
    marks = []
    if member is view.front[0]:
        marks.append("best")
    if member.proposal == bargain:
        marks.append("bargain")
    drawing = _drawing(view, member.architecture) if drawn else None
    return {
        "id": member.proposal,
        "picture": "" if drawing is None else Markup(drawing.inline),
        "wide": drawing is not None and drawing.scene.width > _WIDE,
        "score": objective(view.score, member.objectives[view.score]),
        "time": objective("training_time", member.objectives["training_time"]),
        "parameters": objective("parameters", member.objectives.get("parameters")),
        "marks": marks,
        "architecture": member.architecture,
    }


def _drawing(view: RunView, architecture: str) -> Drawing:
    macro = view.settings.network
    return drawing_of(view.settings.space.kind, architecture, residual=macro is None or macro.residual)


def _network(view: RunView) -> Markup:
    """The whole network of the best cell; nothing for perceptrons, which are whole networks."""
    space, data = view.settings.space, view.description["data"]
    if space.kind == MlpSpace.kind:
        return Markup("")
    drawing = network_drawing(
        space.kind,
        view.front[0].architecture,
        macro=view.settings.network,
        stack=space.stack if isinstance(space, ParallelSpace) else None,
        input_shape=data["input_shape"],
        classes=len(data["labels"]),
    )
    return Markup(drawing.inline)
