"""Model selection: train the candidates for longer, on the search's own split, and rank them (section 3.4)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from vilfredo.deploy.events import EpochEnds, NetworkEnds, RoundBegins
from vilfredo.deploy.job import Job
from vilfredo.deploy.plan import Round
from vilfredo.errors import InputError, VilfredoError
from vilfredo.search.adaptation import changed
from vilfredo.search.choosing import ranked
from vilfredo.search.constraints import Constraint
from vilfredo.search.evaluation import Evaluator
from vilfredo.search.execution import find_executor
from vilfredo.training.loop import Abandoned
from vilfredo.trials import SCORES, Epoch, Measurement, Proposal

Crew = tuple[str, int]
"""Name of an executor, and how many networks it is to train at a time."""


def select(job: Job, evaluator: Callable[[], Evaluator], crew: Crew) -> list[Measurement]:
    """Train all rounds, as far as they are not trained yet; each measurement is kept before the next begins.

    Networks that memory did not suffice for are tried again when a deployment goes on: there may be more by then.

    Parameters
    ----------
    evaluator
        Makes one with the training of the model selection; only called where something is left to train.

    Returns
    -------
    Those of the last round that could be trained, best first; none where there is nothing to select.

    Raises
    ------
    VilfredoError
        When none of a round could be trained.
    Abandoned
        When the job was interrupted.
    """
    found: list[Measurement] = []
    for number, one in enumerate(job.plan.rounds):
        proposals = _proposals(job, number, found)
        ids = {proposal.id for proposal in proposals}
        done = {m.proposal for m in job.work.measurements() if m.outcome != "infeasible"}
        if job.work.weights.is_file():
            done |= ids
        waiting = [proposal for proposal in proposals if proposal.id not in done]
        if waiting:
            job.observe(RoundBegins(number, len(job.plan.rounds), one, len(waiting)))
            _train(job, one, waiting, ids, evaluator(), crew)
        measured = [m for m in job.work.measurements() if m.proposal in ids]
        found = best_first(job.score, measured)
        if not found:
            reasons = "; ".join(dict.fromkeys(m.reason for m in measured))
            raise VilfredoError(f"model selection: none of {len(measured)} networks could be trained: {reasons[:500]}")
    return found


def best_first(score: str, measurements: Sequence[Measurement]) -> list[Measurement]:
    """The complete ones by score; of equals those of the lower loss, then of fewer operations.

    Not by measured times, which are never twice the same.
    """
    return ranked([m for m in measurements if m.outcome == "complete"], (score, "nll", "flops"))


def satisfying(job: Job, constraints: Sequence[Constraint], ranking: Sequence[Measurement]) -> list[Measurement]:
    """Those that satisfy the constraints on everything but the scores, which were about the search's short trainings.

    Where none does, as measured in this training, those that the search had as they are: it found that they do.

    Raises
    ------
    InputError
        When none of these is left either.
    """
    limits = [one for one in constraints if one.objective not in SCORES]
    fitting = [m for m in ranking if all(one.satisfied_by(m) for one in limits)]
    fitting = fitting or [m for m in ranking if not job.candidate_of(m).network]
    if ranking and not fitting:
        raise InputError(
            f"constraints: after the longer trainings no network satisfies {' and '.join(map(str, limits))}. Loosen "
            "them, or leave the networks as they were in the search by --no-tune."
        )
    return fitting


def _proposals(job: Job, number: int, before: Sequence[Measurement]) -> list[Proposal]:
    """Networks of a round: all of them, or the best of the round before, with numbers of their own."""
    chosen = [job.candidate_of(m) for m in before] if number else list(job.plan.candidates)
    offset = number * len(job.plan.candidates)
    kept = sorted(chosen[: job.plan.rounds[number].networks], key=lambda one: one.id)
    return [one.model_copy(update={"id": offset + one.id, "step": number}) for one in kept]


def _train(job: Job, one: Round, waiting: Sequence[Proposal], ids: set[int], evaluator: Evaluator, crew: Crew) -> None:
    executor, workers = crew
    settings = changed(evaluator.settings, {"training": {"epochs": one.epochs}})
    kept = job.work.checkpoints
    evaluator = replace(evaluator, settings=settings, checkpoints=kept, calibration=job.plan.calibration)
    left = {proposal.id: proposal for proposal in waiting}
    costs = {one.id: one.predicted.get("training_time", one.predicted["flops"]) for one in waiting}
    whole = sum(costs.values())

    def tell(proposal: Proposal, epoch: Epoch) -> None:
        job.observe(EpochEnds(proposal, epoch, one.epochs, final=False))

    with find_executor(executor).start(evaluator, min(workers, len(waiting))) as running:
        for measured in running.measure(waiting, job.interrupted, tell):
            job.work.keep_measurement(measured.measurement)
            proposal = left.pop(measured.measurement.proposal)
            known = best_first(job.score, [m for m in job.work.measurements() if m.proposal in ids])
            done = 1 - sum(costs[number] for number in left) / whole if whole else 1.0
            job.observe(NetworkEnds(measured.measurement, proposal, next(iter(known), None), done, job.score))
    if left:
        raise Abandoned
