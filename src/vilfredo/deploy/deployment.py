"""From a run to a model: plan, select, train, test, write; killed at any instant, it goes on where it was."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from vilfredo.bundle.exports import exports, find_export
from vilfredo.bundle.folder import check_writable
from vilfredo.deploy.events import Observe, Planned, Working, ignore
from vilfredo.deploy.final import finish, order_of
from vilfredo.deploy.job import Job
from vilfredo.deploy.plan import Plan
from vilfredo.deploy.planning import make_plan
from vilfredo.deploy.request import Origin, Request
from vilfredo.deploy.selection import satisfying, select
from vilfredo.deploy.work import Work
from vilfredo.deploy.writing import Deployed, test, write
from vilfredo.errors import RunError
from vilfredo.search.evaluation import make_evaluator
from vilfredo.search.execution import crew
from vilfredo.search.run_folder import differences
from vilfredo.tasks.dataset import Dataset
from vilfredo.training.loop import never


def deploy(
    run: str | Path,
    out: str | Path | None = None,
    *,
    preset: str = "quick",
    settings: Mapping[str, Any] | None = None,
    constraints: Sequence[str] = (),
    network: int | None = None,
    tune: bool | None = None,
    seconds: float | None = None,
    workers: int | None = None,
    executor: str | None = None,
    formats: Sequence[str] | None = None,
    latency: bool = True,
    dataset: Dataset | None = None,
    observe: Observe = ignore,
    interrupted: Callable[[], bool] = never,
    restart: bool = False,
) -> Deployed:
    """Turn what a search has found into a model folder (POPNASv3, section 3.4).

    Called again with the same arguments, it goes on where it was, or finds everything done.

    Parameters
    ----------
    run
        Folder of a run.
    out
        Folder of the model; by default ``model`` in the run.
    preset
        Settings to start from; see `deploy.presets`.
    settings
        Laid over the preset: ``{"final": {"training": {"epochs": 50}}}``.
    constraints
        What networks must satisfy, e.g. ``parameters<1e6``; see `search.constraints`.
    network
        Number of the network to deploy; by default the best is chosen.
    tune
        Whether M, N and F are tuned; by default, unless one network was asked for.
    seconds
        The budget, by which networks and epochs are planned; None: all, whatever it takes.
    workers, executor
        How many networks to train at a time, and by whom; by default as in a search.
    formats
        Names of the `exports` to write; by default all.
    latency
        Whether to measure how fast the model answers, which takes seconds.
    dataset
        The data, where they were in memory.
    restart
        Forget what a deployment before has done.

    Raises
    ------
    InputError, RunError
        When run, data, settings or folder cannot be used, or another deployment was begun there.
    VilfredoError
        When no network can be trained.
    Abandoned
        When `interrupted` said so; what is finished is kept.
    """
    folder = Path(run)
    target = folder / "model" if out is None else Path(out)
    origin = Origin.of(folder, dataset)
    request = Request.of(origin.dataset.task, preset, settings, constraints, network, tune, seconds)
    names = tuple(exports() if formats is None else formats)
    for name in names:
        find_export(name)
    own = origin.settings(request)
    final = request.settings.final_training(own.training)
    hands = crew(executor, workers, own.training)
    work = Work.of(folder, target)
    _check_place(target, work)
    with work.locked():
        evaluator = cache(lambda: make_evaluator(own, origin.dataset))  # not needed once everything is trained
        plan = None if restart else _agreed(work, request, origin)
        if plan is None:
            observe(Working("planning"))
            plan = make_plan(origin, request, evaluator(), hands[1])
            work.clear()
            work.keep_plan(plan)
        observe(Planned(plan, len(work.measurements())))
        job = Job(origin, plan, own, final, work, observe, interrupted)
        ranking = select(job, evaluator, hands)
        training = finish(job, order_of(job, satisfying(job, request.constraints, ranking)))
        tested = test(job, training)
        return write(job, target, ranking, training, tested, names, latency)


def _check_place(target: Path, work: Work) -> None:
    """Refuse to write a model where something else is, or what a deployment keeps.

    Raises
    ------
    RunError
        Naming the place.
    """
    check_writable(target)
    kept, place = work.folder.parent.resolve(), target.resolve()
    if place == kept or kept in place.parents:
        raise RunError(
            f"model: '{target}' is where deployments keep what they have done. Choose another place by --out."
        )


def _agreed(work: Work, request: Request, origin: Origin) -> Plan | None:
    """The plan of a deployment that is to go on; None where there is none.

    Raises
    ------
    RunError
        When it was begun otherwise.
    """
    plan = work.plan()
    if plan is None:
        return None
    changes = differences(plan.asked, {**request.to_dict(), **origin.to_dict()})
    if changes:
        lines = "".join(f"\n  {line}" for line in changes)
        raise RunError(
            f"deploy: '{work.folder}' was begun otherwise. Go on without the changes, choose another place by --out, "
            f"or begin anew by --restart:{lines}"
        )
    return plan
