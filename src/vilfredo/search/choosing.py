"""Which of the measured networks one wants: those within constraints, the best in one objective, the knee."""

from collections.abc import Sequence
from math import inf, isnan, nan

from vilfredo import pareto
from vilfredo.errors import InputError, nearest
from vilfredo.search.constraints import KNOWN, Constraint, shown
from vilfredo.search.front import as_minimised, check_device, measured_front
from vilfredo.trials import MAXIMISED, SCORES, Measurement


def check_stored(objective: str, measurements: Sequence[Measurement]) -> None:
    """Refuse an objective that no network of the run has.

    Raises
    ------
    InputError
        When no network was trained yet, the objective was not measured in this run, or there is no such objective.
    """
    stored = list(dict.fromkeys(name for m in measurements if m.outcome == "complete" for name in m.objectives))
    if not stored:
        raise InputError("objective: the run has no trained network yet to choose from. Go on with it by --resume.")
    if objective not in stored:
        what = "was not measured in this run" if objective in KNOWN else "is not an objective"
        hint = "" if objective in KNOWN else nearest(objective, stored)
        raise InputError(f"objective: '{objective}' {what}.{hint} There are {', '.join(stored)}.")


def apply(constraints: Sequence[Constraint], measurements: Sequence[Measurement]) -> list[Measurement]:
    """The complete measurements that satisfy all `constraints`, in their order.

    One that lacks an objective doesn't satisfy a constraint on it. Without constraints, all that are complete.

    Raises
    ------
    InputError
        When none is left, saying which constraint empties the set and how near the networks come to it; when an
        objective is not among those stored.
    RunError
        When training times are constrained that were measured on different devices.
    """
    complete = [m for m in measurements if m.outcome == "complete"]
    for constraint in constraints:
        check_stored(constraint.objective, complete)
        if constraint.objective == "training_time":
            check_device(complete)
    left = complete
    for constraint in _hopeless_first(constraints, complete):
        before, left = left, [m for m in left if constraint.satisfied_by(m)]
        if not left:
            raise InputError(_emptied(constraint, constraints, before, complete))
    return left


def best(measurements: Sequence[Measurement], objective: str, score: str = "accuracy") -> Measurement | None:
    """The complete measurement that is best in `objective`; of equals that of the best `score`, then the fastest.

    Returns
    -------
    None where no measurement has all three.

    Raises
    ------
    RunError
        When training times are compared that were measured on different devices.
    """
    order = tuple(dict.fromkeys((objective, score, "training_time")))
    return next(iter(measured_front(measurements, order)), None)


def knee(measurements: Sequence[Measurement], objectives: Sequence[str]) -> Measurement | None:
    """The knee of the measured front (`pareto.knee`); None where the front is empty.

    Raises
    ------
    RunError
        When training times are compared that were measured on different devices.
    """
    front = measured_front(measurements, objectives)
    found = pareto.knee(as_minimised(front, objectives))
    return None if found is None else front[found]


def ranked(measurements: Sequence[Measurement], objectives: Sequence[str]) -> list[Measurement]:
    """The measurements by the first of the `objectives`, best first; of equals by the next. Missing ones come last."""

    def rank(measurement: Measurement) -> tuple[float, ...]:
        values = [measurement.objectives.get(name, nan) * (-1 if name in MAXIMISED else 1) for name in objectives]
        return (*(inf if isnan(value) else value for value in values), measurement.proposal)

    return sorted(measurements, key=rank)


def _hopeless_first(constraints: Sequence[Constraint], complete: Sequence[Measurement]) -> list[Constraint]:
    """First what no network satisfies even alone, for then the others are not to blame; else as they were given."""
    return sorted(constraints, key=lambda one: any(one.satisfied_by(m) for m in complete))


def _emptied(
    culprit: Constraint,
    constraints: Sequence[Constraint],
    before: Sequence[Measurement],
    complete: Sequence[Measurement],
) -> str:
    """Say which constraint leaves nothing of `before`, and how near that comes."""
    if not any(culprit.satisfied_by(m) for m in complete):
        found = f"no network satisfies {culprit}; {_nearest_value(culprit, complete)}."
        rest = [one for one in constraints if one != culprit]
    else:
        earlier = constraints[: list(constraints).index(culprit)]
        among = f"the {len(before)} networks that satisfy" if len(before) > 1 else "the 1 network that satisfies"
        found = (
            f"{culprit} leaves none of {among} {' and '.join(map(str, earlier))}; "
            f"among them, {_nearest_value(culprit, before)}."
        )
        rest = list(constraints)
    alone = [f"{one} leaves {sum(map(one.satisfied_by, complete))}" for one in dict.fromkeys(rest)]
    counts = f" Alone, {', '.join(alone)} of {len(complete)} networks." if alone else ""
    return f"constraints: {found}{counts}"


def _nearest_value(constraint: Constraint, measurements: Sequence[Measurement]) -> str:
    """The value that comes nearest to a constraint that none of `measurements` satisfies."""
    name, upwards = constraint.objective, constraint.comparison in (">=", ">")
    known = [(m.objectives[name], m.proposal) for m in measurements if not isnan(m.objectives.get(name, nan))]
    if not known:
        return f"none has a {name}"
    value, number = (max if upwards else min)(known, key=lambda pair: pair[0])
    superlative = "best" if name in SCORES and upwards == (name in MAXIMISED) else "largest" if upwards else "smallest"
    return f"the {superlative} is {_rounded(constraint, value)} (network {number})"


def _rounded(constraint: Constraint, value: float) -> str:
    """Few digits, but enough that the number doesn't seem to satisfy what it fails."""
    few = (float(f"{value:.{digits}g}") for digits in (4, 6, 9))
    return shown(constraint.objective, next((number for number in few if not constraint.holds(number)), value))
