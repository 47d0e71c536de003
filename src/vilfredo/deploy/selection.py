"""Model selection: train the candidates for longer, on the search's own split, and rank them (section 3.4)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from vilfredo.deploy.events import EpochEnds, NetworkEnds, Observe, RoundBegins
from vilfredo.deploy.plan import Plan, Round
from vilfredo.deploy.work import Work
from vilfredo.errors import VilfredoError
from vilfredo.search.adaptation import changed
from vilfredo.search.choosing import ranked
from vilfredo.search.constraints import Constraint
from vilfredo.search.evaluation import Evaluator
from vilfredo.search.execution import find_executor
from vilfredo.search.front import best_scored
from vilfredo.training.loop import Abandoned
from vilfredo.trials import SCORES, Epoch, Measurement, Proposal


def select(
    plan: Plan,
    evaluator: Callable[[], Evaluator],
    score: str,
    work: Work,
    executor: str,
    observe: Observe,
    interrupted: Callable[[], bool],
) -> list[Measurement]:
    """Train all rounds, as far as they are not trained yet; each measurement is kept before the next begins.

    Parameters
    ----------
    evaluator
        Makes one with the training of the model selection; only called where something is left to train.
    score
        By which networks are ranked.

    Returns
    -------
    Those of the last round that could be trained, best first; none where there is nothing to select.

    Raises
    ------
    VilfredoError
        When none of a round could be trained.
    Abandoned
        When `interrupted` said so.
    """
    found: list[Measurement] = []
    for number, one in enumerate(plan.rounds):
        proposals = _proposals(plan, number, found)
        ids = {proposal.id for proposal in proposals}
        done = {m.proposal for m in work.measurements()} & ids
        waiting = [proposal for proposal in proposals if proposal.id not in done]
        observe(RoundBegins(number, len(plan.rounds), one, len(waiting)))
        if waiting:
            _train(plan, one, waiting, ids, evaluator(), work, executor, observe, interrupted)
        measured = [m for m in work.measurements() if m.proposal in ids]
        found = ranked([m for m in measured if m.outcome == "complete"], (score, "training_time"))
        if not found:
            reasons = "; ".join(dict.fromkeys(m.reason for m in measured))
            raise VilfredoError(f"model selection: none of {len(measured)} networks could be trained: {reasons[:500]}")
    return found


def candidate_of(plan: Plan, measurement: Measurement) -> Proposal:
    """The candidate that was measured, whatever the round."""
    return plan.candidates[measurement.proposal % len(plan.candidates)]


def satisfying(constraints: Sequence[Constraint], measurements: Sequence[Measurement]) -> list[Measurement]:
    """Those that satisfy the constraints on everything but the scores, which were about the search's short training."""
    limits = [one for one in constraints if one.objective not in SCORES]
    return [m for m in measurements if all(one.satisfied_by(m) for one in limits)]


def _proposals(plan: Plan, number: int, before: Sequence[Measurement]) -> list[Proposal]:
    """Networks of a round: all of them, or the best of the round before, with numbers of their own."""
    chosen = [candidate_of(plan, m) for m in before] if number else list(plan.candidates)
    offset = number * len(plan.candidates)
    kept = chosen[: plan.rounds[number].networks]
    return [
        one.model_copy(update={"id": offset + one.id, "step": number}) for one in sorted(kept, key=lambda one: one.id)
    ]


def _train(
    plan: Plan,
    one: Round,
    waiting: Sequence[Proposal],
    ids: set[int],
    evaluator: Evaluator,
    work: Work,
    executor: str,
    observe: Observe,
    interrupted: Callable[[], bool],
) -> None:
    settings = changed(evaluator.settings, {"training": {"epochs": one.epochs}})
    evaluator = replace(evaluator, settings=settings, checkpoints=work.checkpoints, calibration=plan.calibration)
    score = settings.training.score
    left = {proposal.id: proposal for proposal in waiting}
    work_of = {
        proposal.id: proposal.predicted.get("training_time", proposal.predicted["flops"]) for proposal in waiting
    }
    whole = sum(work_of.values())

    def tell(proposal: Proposal, epoch: Epoch) -> None:
        observe(EpochEnds(proposal, epoch, one.epochs, final=False))

    with find_executor(executor).start(evaluator, min(plan.workers, len(waiting))) as running:
        for measured in running.measure(waiting, interrupted, tell):
            work.keep_measurement(measured.measurement)
            proposal = left.pop(measured.measurement.proposal)
            best = best_scored([m for m in work.measurements() if m.proposal in ids], score)
            done = 1 - sum(work_of[number] for number in left) / whole if whole else 1.0
            observe(NetworkEnds(measured.measurement, proposal, best, done, score))
    if left:
        raise Abandoned
