"""A short trial before a comparison begins: one trainer for all strategies, and a budget that suffices."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean

from vilfredo.comparison.materials import Material
from vilfredo.comparison.plan import BASELINE, Trainer
from vilfredo.errors import InputError
from vilfredo.search.adaptation import adapt, changed
from vilfredo.search.evaluation import Evaluator, make_evaluator
from vilfredo.search.landscape import Landscape
from vilfredo.search.planning import affordable_epochs, step_times, try_precisions
from vilfredo.search.settings import SearchSettings
from vilfredo.training.loop import never, steps_per_epoch
from vilfredo.trials import Budget, Epoch, Evaluate, Measurement, Proposal

_BOOTSTRAP = "bootstrap"
_ASKED = 2
"""Steps of a progressive strategy that need no surrogate."""
_TIMING_SHARE = 0.02
"""Of the budget, at most, for timing."""
_EVALUATION_SHARE = 1 / 3
"""Cost of evaluating a sample against training on it: forward without backward."""
_OVERHEAD = 0.5
"""Seconds per candidate beside its epochs, where no example could be measured."""
_MORE_RANDOM = 1.5
_EMPTY_COST = 0.1
"""Of the architecture of size zero, against one of size one."""
_RESERVE = 1.25
"""By how much a budget that suffices is above what the trial says; it is asked for, and named where it lacks."""
_RECORDED_RESERVE = 1.1
"""The same of recorded costs, which are exact: something is to be left for the search itself."""
_SCATTER = 1.1
"""Two trials do not say quite the same: the budget named is this much above, so that the next accepts it."""


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """What a strategy trains before it has anything to choose by."""

    networks: int
    seconds: float
    """Wall-clock that it takes, by the trial."""


def try_trainer(settings: Mapping[str, SearchSettings], material: Material, budget: float, workers: int) -> Trainer:
    """Decide how all strategies train: as many epochs as the most expensive of them can afford.

    Parameters
    ----------
    settings
        By strategy.
    budget
        Seconds of each run.

    Raises
    ------
    InputError
        When the settings are not for the data; or when a strategy could not finish its bootstrap in the budget,
        naming the smallest in which it could.
    """
    if isinstance(material, Landscape):
        return _recorded_trainer(settings, material, budget)
    adapted = {name: changed(one, adapt(one, material).changes) for name, one in settings.items()}
    first = next(iter(adapted.values()))
    evaluator = make_evaluator(first, material)
    precision = _precision(evaluator)
    epochs = first.training.epochs
    if first.fit_budget and first.time_source == "measured":
        counts = [affordable_epochs(one, evaluator.data, budget, workers) for one in adapted.values()]
        epochs = min(epochs, *counts)
    _check_budget(adapted, evaluator, epochs, budget, workers)
    return Trainer(epochs=epochs, precision=precision, random_per_size=_random_per_size(adapted))


def join_trainer(
    trainer: Trainer,
    settings: Mapping[str, SearchSettings],
    new: Mapping[str, SearchSettings],
    material: Material,
    budget: float,
    workers: int,
) -> Trainer:
    """Let strategies join those that a trainer was decided for: epochs and precision stay as they are.

    Parameters
    ----------
    settings, new
        Of all strategies, and of those that join.

    Raises
    ------
    InputError
        As `try_trainer`, for those that join.
    """
    if isinstance(material, Landscape):
        _check_recorded(new, material, budget)
    else:
        decided = {"training": {"epochs": trainer.epochs, "precision": trainer.precision}}
        adapted = {name: changed(changed(one, adapt(one, material).changes), decided) for name, one in new.items()}
        evaluator = make_evaluator(next(iter(adapted.values())), material)
        _check_budget(adapted, evaluator, trainer.epochs, budget, workers)
    drawn = max(trainer.random_per_size or 0, _random_per_size(settings) or 0)
    return trainer.model_copy(update={"random_per_size": drawn or None})


def _precision(evaluator: Evaluator) -> str:
    settings = evaluator.settings
    if settings.training.precision != "auto":
        return settings.training.precision
    if settings.time_source != "measured":
        return "float32"
    return try_precisions(settings, evaluator.data).precision


def _random_per_size(settings: Mapping[str, SearchSettings]) -> int | None:
    """Architectures of each size for `random`: in all as many as the most that another strategy plans, and some more.

    So it is time that ends it, not its plan. Where nothing shares out the time among the sizes (derived times), more
    would only keep it from the larger sizes.
    """
    if BASELINE not in settings or len(settings) == 1:
        return None
    most = max(sum(one.strategy.plan(one.problem)) for name, one in settings.items() if name != BASELINE)
    more = _MORE_RANDOM if settings[BASELINE].time_source == "measured" else 1.0
    return math.ceil(more * most / settings[BASELINE].space.largest)


def _check_budget(
    settings: Mapping[str, SearchSettings], evaluator: Evaluator, epochs: int, budget: float, workers: int
) -> None:
    found: dict[str, Bootstrap] = {}
    costs: dict[str, tuple[float, float]] = {}
    for name, one in settings.items():
        space = one.space.model_dump_json() + one.space.kind
        if space not in costs:
            epoch = epoch_seconds(one, evaluator, _TIMING_SHARE * budget)
            costs[space] = epoch, _overhead(one, evaluator, epoch)
        found[name] = bootstrap(one, *costs[space], epochs, workers)
    _refuse_shortage(found, epochs, budget, "by a short trial", _RESERVE, _SCATTER)


def _recorded_trainer(settings: Mapping[str, SearchSettings], landscape: Landscape, budget: float) -> Trainer:
    _check_recorded(settings, landscape, budget)
    training = landscape.about.training
    return Trainer(epochs=training.epochs, precision=training.precision, random_per_size=_random_per_size(settings))


def _check_recorded(settings: Mapping[str, SearchSettings], landscape: Landscape, budget: float) -> None:
    """See that every seed's bootstrap is within the budget: of each cell, its most expensive training counts."""
    found: dict[str, Bootstrap] = {}
    for name, one in settings.items():
        proposals = [Proposal(id=0, architecture=text, step=0) for text in _bootstrap_of(one)]
        costs = [
            max(
                landscape.measurement(each, place).wall_time
                for place in range(len(landscape.seeds(each.architecture)) or 1)
            )
            for each in proposals
        ]
        found[name] = Bootstrap(len(proposals), sum(costs))
    _refuse_shortage(found, landscape.about.training.epochs, budget, "as recorded", _RECORDED_RESERVE, 1.0)


def _refuse_shortage(
    found: Mapping[str, Bootstrap], epochs: int, budget: float, source: str, reserve: float, scatter: float
) -> None:
    """Refuse a budget below `reserve` times the longest bootstrap; the one named is `scatter` times above that."""
    name = max(found, key=lambda one: found[one].seconds)
    needed = found[name]
    if reserve * needed.seconds <= budget:
        return
    raise InputError(
        f"budget: {budget:.3g} s are too few for {name} to finish its bootstrap, {needed.networks} networks trained "
        f"{epochs} epoch{'s' * (epochs > 1)} each, which {source} take {needed.seconds:.0f} s. Give at least "
        f"--budget {math.ceil(scatter * reserve * needed.seconds)}s, or use fewer operators, samples or epochs."
    )


def epoch_seconds(settings: SearchSettings, evaluator: Evaluator, seconds: float) -> float:
    """Time, in `seconds` at most, an epoch of an average architecture of size one; 0 where none can be trained."""
    times = step_times(settings, evaluator.data, seconds)
    batch, data = settings.training.batch_size, evaluator.data
    samples = steps_per_epoch(len(data.y_train), batch) * batch + _EVALUATION_SHARE * len(data.y_val)
    return mean(times) / batch * samples if times else 0.0


def _overhead(settings: SearchSettings, evaluator: Evaluator, epoch: float) -> float:
    """Measure one candidate: seconds beside its epochs, for building, counting, the time probe, memory."""
    example = next(iter(settings.space.examples()), None)
    if example is None:
        return _OVERHEAD
    once = replace(evaluator, settings=changed(settings, {"training": {"epochs": 1}}))
    measurement = once.evaluate(Proposal(id=0, architecture=example, step=1), never, _unwatched).measurement
    return max(0.0, measurement.wall_time - epoch) if measurement.outcome == "complete" else _OVERHEAD


def _unwatched(proposal: Proposal, epoch: Epoch) -> None:
    """Watch nothing."""


def bootstrap(settings: SearchSettings, epoch: float, overhead: float, epochs: int, workers: int) -> Bootstrap:
    """Foresee a strategy's bootstrap: what it asks for, and its cost.

    Parameters
    ----------
    epoch, overhead
        Seconds of an epoch of size one, and of each candidate beside its epochs.
    """
    sizes = [settings.space.size_of(text) for text in _bootstrap_of(settings)]
    training = sum(max(size, _EMPTY_COST) for size in sizes) * epoch * epochs
    return Bootstrap(len(sizes), (training + overhead * len(sizes)) / workers)


def _bootstrap_of(settings: SearchSettings) -> Sequence[str]:
    """Architectures that a strategy proposes because it knows nothing yet; none for one that never learns."""
    strategy, problem = settings.strategy, settings.problem
    state, found = strategy.start(problem, 0), list[str]()
    for _ in range(_ASKED):
        answer, state = strategy.ask(problem, state, Budget())
        if not isinstance(answer, Evaluate) or any(one.origin != _BOOTSTRAP for one in answer.proposals):
            break
        found += [one.architecture for one in answer.proposals]
        scores = {problem.score: 0.5, "training_time": 1.0}
        state = strategy.tell(
            problem,
            state,
            [
                Measurement(proposal=one.id, architecture=one.architecture, outcome="complete", objectives=scores)
                for one in answer.proposals
            ],
        )
    return found
