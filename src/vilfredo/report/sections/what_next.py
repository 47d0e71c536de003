"""What one can do now, as commands to copy."""

import shlex

from markupsafe import Markup

from vilfredo.report.facts.bargain import bargain_of
from vilfredo.report.facts.clock import is_replay
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView
from vilfredo.tasks.memory import IN_MEMORY

CHAPTER: Chapter = "next"
ORDER = 10
TITLE = "From here"


Steps = list[tuple[str, str]]
"""What one may do, in words and as a command; the command is empty where there is none."""


def html(view: RunView) -> Markup:
    """Return what is sensible now: go on searching, choose, deploy, use the model."""
    run = shlex.quote(str(view.folder))
    steps = _search(view, run)
    if view.front:
        steps += [*_models(view, run), *_choice(view, run)]
        steps.append(("Make one of these figures for a paper:", f"vilfredo plot {run} front -o front.pdf"))
    return fill("what_next", steps=steps)


def _search(view: RunView, run: str) -> Steps:
    """What there is to search."""
    state = view.status["state"]
    if state == "running":
        text = (
            "The search is at work. It can be stopped by Ctrl-C at any time, and nothing is lost; models can be made "
            "then, or when it has ended. Watch it:"
        )
        return [(text, f"vilfredo watch {run}")]
    if state == "stopped" and _in_memory(view):
        return [("The search was stopped. The program that had its samples in memory goes on where it was.", "")]
    if state == "stopped":
        return [("The search was stopped. Go on where it was:", f"vilfredo search --resume --run {run}")]
    if not view.front:
        return [("No network could be trained. See why:", f"vilfredo status {run}")]
    return []


def _in_memory(view: RunView) -> bool:
    return bool(view.description["data"]["source"] == IN_MEMORY)


def _models(view: RunView, run: str) -> Steps:
    """How to come by a model, or what to do with the one that is there."""
    models = [one.model for one in view.deployments if one.model is not None]
    if models:
        model = shlex.quote(str(models[0]))
        return [
            ("There is a model. Have it label new samples:", f"vilfredo predict {model} NEW_DATA --out answers.csv"),
            ("See how it does on labelled ones:", f"vilfredo evaluate {model} LABELLED_DATA"),
        ]
    if is_replay(view):
        return [("The measurements are replayed ones, without samples. Search the data themselves for a model.", "")]
    if _in_memory(view):
        return [("The samples were in memory: a model is made of this run by the program that has them.", "")]
    if view.status["state"] == "running":
        return []
    if any(one.name == "model" for one in view.deployments):
        return [("A deployment was begun. The same command as before goes on where it was.", "")]
    return _deployments(view, run)


def _deployments(view: RunView, run: str) -> Steps:
    steps = [
        (
            "Compare the best of the front in longer trainings, train the winner on all training samples, test it "
            "once, and export it:",
            f"vilfredo deploy {run} --budget 10m",
        )
    ]
    bargain = bargain_of(view)
    if bargain is not None:
        text = "Or deploy one that you choose, such as the bargain:"
        steps.append((text, f"vilfredo deploy {run} --network {bargain.network.proposal}"))
    steps.append(("See what one would otherwise pick, beside the front:", f"vilfredo baseline --run {run}"))
    return steps


def _choice(view: RunView, run: str) -> Steps:
    """A limit to choose under that half of the front keeps, so that the example finds something."""
    latencies = sorted(m.objectives["latency"] for m in view.front if "latency" in m.objectives)
    if not latencies:
        return []
    limit = float(f"{1100 * latencies[(len(latencies) - 1) // 2]:.2g}")
    text = "Choose by what you need, not only by time; here, by how fast a network is to answer:"
    return [(text, f'vilfredo front {run} --under "latency<{limit:g}ms" --knee')]
