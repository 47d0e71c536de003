"""How good the predictions were that the search went by, and how good they could have been."""

import shlex
from collections.abc import Sequence
from math import isnan
from typing import Any

from markupsafe import Markup

from vilfredo.report.facts.clock import is_replay
from vilfredo.report.facts.forecasts import Forecasts, error_verdict, forecasts, order_verdict, signed
from vilfredo.report.facts.resolution import front_noise, sampling_text, seed_text
from vilfredo.report.page.figures import figure_html
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView

CHAPTER: Chapter = "trust"
ORDER = 10
TITLE = "Did the search know what it was doing?"


def html(view: RunView) -> Markup:
    """Show a table by step, the figures, and how far apart scores must be; nothing where nothing was predicted."""
    found = forecasts(view)
    if not found:
        return Markup("")
    return fill(
        "predictors",
        rows=[_row(one) for one in found],
        ceilings=any(one.ceiling is not None for one in found),
        verdict=_verdict(view, found),
        figures=[figure_html("predictions", view), figure_html("predicted-front", view)],
        sampling=sampling_text(view),
        seeds=seed_text(view),
        command="" if is_replay(view) or front_noise(view) else f"vilfredo noise {shlex.quote(str(view.folder))}",
        derived=view.settings.time_source == "flops",
    )


def _row(one: Forecasts) -> dict[str, Any]:
    return {
        "step": one.step,
        "what": "time" if one.objective == "training_time" else one.objective.replace("_", " "),
        "networks": len(one.networks),
        "spearman": "–" if isnan(one.spearman) else signed(one.spearman),
        "ceiling": "–" if one.ceiling is None else f"{one.ceiling.spearman:.2f}",
        "mape": "–" if isnan(one.mape) else f"{one.mape:.1f}\u00a0%",
        "least": "–" if one.ceiling is None else f"{one.ceiling.mape:.1f}\u00a0%",
        "words": f"{order_verdict(one)}; {error_verdict(one)}",
        "good": one.spearman >= max(0.5, one.luck),
    }


def _verdict(view: RunView, found: Sequence[Forecasts]) -> str:
    """Sum up, for score and time: in how many steps the order was clearly better than chance."""
    parts = []
    for objective in (view.score, "training_time"):
        own = [one for one in found if one.objective == objective and not isnan(one.spearman)]
        if own:
            met = sum(one.spearman >= one.luck for one in own)
            what = "time" if objective == "training_time" else objective.replace("_", " ")
            steps = "in every step" if met == len(own) else f"in {met} of {len(own)} steps"
            how = f"better than by chance {steps}" if met else "no better than by chance in any step"
            parts.append(f"the order of the networks by {what} was foreseen {how}")
    text = "; ".join(parts) if parts else "how well, these networks are too few or too much alike to tell"
    return f"{text[0].upper()}{text[1:]}."
