"""What one can do now, as commands to copy."""

import shlex

from markupsafe import Markup

from vilfredo.deploy.kept import deployments_of
from vilfredo.report.bargain import bargain_of
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView
from vilfredo.search.landscapes import is_landscape

CHAPTER: Chapter = "next"
ORDER = 10
TITLE = "From here"


def html(view: RunView) -> Markup:
    """Return what is sensible now: go on searching, choose, deploy, use the model."""
    run, status = shlex.quote(str(view.folder)), view.status
    steps: list[tuple[str, str]] = []
    if status["state"] == "stopped":
        steps.append(("The search was stopped. Go on where it was:", f"vilfredo search --resume --run {run}"))
    if view.front and not is_landscape(view.description["data"]["source"]):
        steps += _models(view, run)
    elif view.front:
        steps.append(
            ("The measurements are replayed ones, without samples. Search the data themselves for a model.", "")
        )
    if view.front:
        steps.append(
            ("Choose by what you need, not only by time:", f'vilfredo front {run} --under "latency<1ms" --knee')
        )
        steps.append(("Make one of these figures for a paper:", f"vilfredo plot {run} front -o front.pdf"))
    return fill("what_next", steps=steps)


def _models(view: RunView, run: str) -> list[tuple[str, str]]:
    models = [one.model for one in deployments_of(view.folder, view.score) if one.model is not None]
    if models:
        model = shlex.quote(str(models[0]))
        return [
            ("There is a model. Have it label new samples:", f"vilfredo predict {model} NEW_DATA --out answers.csv"),
            ("See how it does on labelled ones:", f"vilfredo evaluate {model} LABELLED_DATA"),
        ]
    steps = [
        (
            "Compare the best of the front in longer trainings, train the winner on all training samples, test it "
            "once, and export it:",
            f"vilfredo deploy {run} --budget 10m",
        )
    ]
    bargain = bargain_of(view)
    if bargain is not None:
        steps.append(
            (
                "Or deploy one that you choose, such as the bargain:",
                f"vilfredo deploy {run} --network {bargain.network.proposal}",
            )
        )
    steps.append(("See what one would otherwise pick, beside the front:", f"vilfredo baseline --run {run}"))
    return steps
