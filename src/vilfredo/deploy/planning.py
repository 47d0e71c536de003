"""Making the plan: candidates from the grid, their costs from what the search measured and a short trial."""

import math
import time
from collections.abc import Callable, Sequence
from functools import cache
from statistics import geometric_mean

from vilfredo.deploy.costs import CostModel
from vilfredo.deploy.grid import Candidate, Grid, grid, own_networks
from vilfredo.deploy.plan import Costs, Plan, Schedule, schedule
from vilfredo.deploy.request import Origin, Request
from vilfredo.deploy.sizes import checked_samples
from vilfredo.networks.counting import Counts
from vilfredo.networks.families import find_family
from vilfredo.search.constraints import Constraint
from vilfredo.search.evaluation import Evaluator
from vilfredo.search.planning import step_time
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.training.measure import latency_from_flops
from vilfredo.training.memory import available_memory, estimate_training_memory, memory_shortage
from vilfredo.training.probe import measure_latency
from vilfredo.training.seeding import seeded
from vilfredo.trials import Measurement, Proposal

_FITTED = 100
"""Networks that the costs are fitted to, at most; counting one takes milliseconds."""
_TRIAL_SHARE = 0.04
"""Of the budget, at most, for trying out what a step costs now."""
_EVALUATION_SHARE = 1 / 3
"""Cost of evaluating a sample against training on it: forward without backward."""
_FINISHING = 25.0
"""Seconds that tracing, timing and drawing take, whatever the network."""
_RUNS = 6
"""How often an exported file and its network answer each sample that they are checked with."""
_FLOPS_PER_SECOND = 3e10
_EPOCH_OVERHEAD = 1.1
"""What augmentation and bookkeeping add."""


def make_plan(origin: Origin, request: Request, evaluator: Evaluator, workers: int) -> Plan:
    """Decide what will be done, within the budget if there is one.

    Parameters
    ----------
    evaluator
        With the training of the model selection.

    Raises
    ------
    InputError
        When constraints or ranges leave nothing.
    """
    cells = origin.cells(request)
    model = cache(lambda: _fitted(origin, evaluator))  # only where time is asked for
    found = _candidates(cells, origin, request, evaluator, model)
    candidates = found.candidates
    selection, last = (
        evaluator.settings.training.epochs,
        request.settings.final_training(evaluator.settings.training).epochs,
    )
    costs = None
    if request.seconds is not None:
        costs = _costs(candidates, model(), evaluator, _TRIAL_SHARE * request.seconds)
    reserve = finishing_seconds(max(one.counts.flops for one in candidates), len(origin.dataset.y_test))
    fitted = schedule(
        len(candidates), request.settings.selection, (selection, last), costs, request.seconds, workers, reserve
    )
    chosen = tuple(_proposal(place, candidates[old], costs, old) for place, old in enumerate(fitted.chosen))
    total = None
    if fitted.selection_seconds is not None and fitted.final_seconds is not None:
        total = fitted.selection_seconds + fitted.final_seconds + reserve
    return Plan(
        rounds=fitted.rounds,
        candidates=chosen,
        final_epochs=fitted.final_epochs,
        notes=_notes(fitted, found, (selection, last), origin, request, reserve),
        seconds=total,
        alone="" if fitted.rounds else _alone(len(candidates)),
        asked={**request.to_dict(), **origin.to_dict()},
        calibration=evaluator.calibration,
    )


def finishing_seconds(flops: int, tested: int) -> float:
    """Forecast, roughly, what testing, checking exports and describing a model take, on one CPU thread."""
    return _FINISHING + flops * (tested + _RUNS * checked_samples(flops)) / _FLOPS_PER_SECOND


def _candidates(
    cells: Sequence[Measurement],
    origin: Origin,
    request: Request,
    evaluator: Evaluator,
    model: Callable[[], CostModel],
) -> Grid:
    macro = origin.recorded.planned.network

    def count(architecture: str, stacked: MacroArchitecture) -> Counts:
        data, space = evaluator.data, evaluator.settings.space
        family = find_family(space, stacked if macro else None, data.sample_shape, data.classes)
        return family.count(architecture)

    if not request.tune:
        return Grid(tuple(own_networks(cells, macro, count)), 0)
    sides = evaluator.data.sample_shape[1:]

    def fits(candidate: Candidate) -> bool:
        return all(_satisfies(one, candidate, model, evaluator) for one in request.constraints)

    halvings = math.ceil(math.log2(max(*sides, 1)))
    return grid(cells, macro, request.settings.selection, count, halvings, fits)


def _satisfies(
    constraint: Constraint, candidate: Candidate, model: Callable[[], CostModel], evaluator: Evaluator
) -> bool:
    """Whether a network of other M, N and F satisfies a constraint, as far as is known before it is trained."""
    name, counts = constraint.objective, candidate.counts
    if name in ("parameters", "flops"):
        return constraint.holds(float(getattr(counts, name)))
    if name == "training_time":
        own = evaluator.family.count(candidate.architecture)
        return constraint.holds(model().scaled(candidate.cell.objectives[name], own, counts))
    return constraint.holds(_latency(candidate, evaluator)) if name == "latency" else True


def _latency(candidate: Candidate, evaluator: Evaluator) -> float:
    """Seconds of one answer; the network need not be trained to find out."""
    if evaluator.settings.time_source == "flops":
        return latency_from_flops(candidate.counts.flops)
    family = evaluator.family_of(_proposal(0, candidate, None, 0))
    with seeded(0, evaluator.data.device):
        network = family.build(candidate.architecture).to(evaluator.data.device)
    return measure_latency(network, evaluator.data, reference=evaluator.calibration).seconds


def _fitted(origin: Origin, evaluator: Evaluator) -> CostModel:
    """Fit the costs to what the search measured."""
    complete = [m for m in origin.measurements if m.outcome == "complete"]
    sample = complete[:: max(1, len(complete) // _FITTED)]
    counts = evaluator.family.count
    return CostModel.fit([(counts(m.architecture), m.objectives["training_time"]) for m in sample])


def _proposal(place: int, candidate: Candidate, costs: Costs | None, old: int) -> Proposal:
    predicted = {"parameters": float(candidate.counts.parameters), "flops": float(candidate.counts.flops)}
    if costs is not None:
        predicted["training_time"] = costs.selection[old]
    return Proposal(
        id=place,
        architecture=candidate.architecture,
        step=0,
        origin="tuned" if candidate.network else "search",
        predicted=predicted,
        network=candidate.network,
    )


def _costs(candidates: Sequence[Candidate], model: CostModel, evaluator: Evaluator, seconds: float) -> Costs:
    """Forecast an epoch of each candidate: in proportion to what the search measured, and on the scale of a trial."""
    family, data = evaluator.family, evaluator.data
    own = {text: family.count(text) for text in {one.architecture for one in candidates}}
    relative = [
        model.scaled(one.cell.objectives["training_time"], own[one.architecture], one.counts) for one in candidates
    ]
    scale = _scale(candidates, relative, evaluator, seconds)
    training, held = len(data.y_train), len(data.y_val)
    # A step is of a batch: what an epoch costs goes by the samples in it.
    per_sample = [scale * one / training for one in relative]
    return Costs(
        tuple(one * _EPOCH_OVERHEAD * (training + _EVALUATION_SHARE * held) for one in per_sample),
        tuple(one * _EPOCH_OVERHEAD * (training + held) for one in per_sample),
    )


def _scale(candidates: Sequence[Candidate], relative: Sequence[float], evaluator: Evaluator, seconds: float) -> float:
    """Wall-clock seconds now, with this training, for each second of training time: tried on the first and the largest.

    1 where none of them can be trained.
    """
    data, training = evaluator.data, evaluator.settings.training
    largest = max(range(len(candidates)), key=lambda place: relative[place])
    ratios = []
    deadline = time.monotonic() + seconds
    for place in dict.fromkeys((0, largest)):
        need = estimate_training_memory(candidates[place].counts, training.batch_size, len(data.y_val), data.device)
        if memory_shortage(need, available_memory(data.device)):
            continue
        family = evaluator.family_of(_proposal(place, candidates[place], None, 0))
        try:
            with seeded(evaluator.settings.seed, data.device):
                step = step_time(family.build(candidates[place].architecture), data, training, deadline)
        except (RuntimeError, MemoryError):
            continue
        epoch = step * len(data.y_train) / min(training.batch_size, len(data.y_train))
        ratios.append(max(epoch, 1e-9) / relative[place])
        if time.monotonic() >= deadline:
            break
    return geometric_mean(ratios) if ratios else 1.0


def _notes(
    fitted: Schedule, found: Grid, epochs: tuple[int, int], origin: Origin, request: Request, reserve: float
) -> tuple[str, ...]:
    total, kept = len(found.candidates), len(fitted.chosen)
    notes = [origin.state] if origin.state else []
    if found.discarded:
        notes.append(f"{found.discarded} combinations of M and N left out: no F of the grid keeps them within limits")
    if not fitted.rounds:
        notes.append(f"no model selection: {_alone(total)}")
    else:
        shorter = f" instead of {epochs[0]}" if fitted.rounds[-1].epochs < epochs[0] else ""
        trained = ", then ".join(f"{one.networks} for {one.epochs} epochs" for one in fitted.rounds)
        fewer = f" (of {total}; the budget allows no more)" if kept < total else ""
        own = sum(not found.candidates[place].network for place in fitted.chosen)
        notes.append(
            f"model selection: {trained}{shorter}; {own} as in the search, {kept - own} with other M, N or F{fewer}"
            + _about(fitted.selection_seconds)
        )
    low, high = min(fitted.final_epochs), max(fitted.final_epochs)
    span = f"{high}" if low == high else f"{low} to {high}"
    shorter = f" instead of {epochs[1]}" if high < epochs[1] else ""
    notes.append(f"final training: {span} epochs{shorter}{_about(fitted.final_seconds, most=low != high)}")
    if request.settings.selection.halving and len(fitted.rounds) < 2:
        notes.append(f"not halved: {kept} networks are too few")
    if request.seconds is not None:
        notes.append(f"then testing, exporting and describing the model{_about(reserve)}")
    return tuple(notes)


def _alone(total: int) -> str:
    return "there is one network only" if total == 1 else f"the budget allows no comparison of {total} networks"


def _about(seconds: float | None, most: bool = False) -> str:
    if seconds is None or seconds == 0:
        return ""
    words = f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
    return f", {'at most ' if most else ''}about {words}"
