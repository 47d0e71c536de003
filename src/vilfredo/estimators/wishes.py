"""The parameters of an estimator, checked when `fit` is called: until then scikit-learn wants them untouched."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path
from typing import Any, final

from vilfredo.durations import parse_duration
from vilfredo.errors import InputError, nearest
from vilfredo.trials import SCORES

METRICS = (*(score for score in SCORES if score != "nll"), "log_loss")
"""What a search may be for."""
_SEARCH_SHARE = 0.5
"""Of the budget. A fixed one, so that a fit that goes on in the same folder plans as before."""


@final
@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for, checked."""

    seed: int
    repeatable: bool
    """Whether the same seed must give the same model: times are derived from operation counts then, not measured."""
    seconds: float | None
    """The budget; None: until everything is done."""
    preset: str
    settings: Mapping[str, Any]
    """Laid over the preset of the search."""
    deploy_settings: Mapping[str, Any]
    """Laid over the preset of the deployment."""
    constraints: tuple[str, ...]
    metric: str
    workers: int | None
    executor: str | None
    run: Path | None
    verbose: int

    @property
    def search_seconds(self) -> float | None:
        """Share of the budget for the search."""
        return None if self.seconds is None else _SEARCH_SHARE * self.seconds

    @property
    def deploy_seconds(self) -> float | None:
        """What is left for model selection and the last training."""
        return None if self.seconds is None else (1 - _SEARCH_SHARE) * self.seconds

    @property
    def crew(self) -> tuple[str | None, int | None]:
        """Executor and number of workers: by default this process alone, which may be one of many already."""
        if self.executor is None and self.workers in (None, 1):
            return "local", 1
        return self.executor, self.workers

    @property
    def layers(self) -> tuple[dict[str, Any], Mapping[str, Any]]:
        """Settings of the search that follow from the parameters, and those given, which go on top."""
        own: dict[str, Any] = {"seed": self.seed, "training": {"score": self.metric}}
        if self.repeatable:
            own["time_source"] = "flops"
        if self.run is None:
            own["save_weights"] = False  # in a folder that is removed
        return own, self.settings


def read_wishes(parameters: Mapping[str, Any], seed: int, repeatable: bool) -> Wishes:
    """Check the parameters of an estimator.

    Parameters
    ----------
    parameters
        As `get_params` gives them.
    seed, repeatable
        From ``random_state``.

    Raises
    ------
    InputError
        Naming the first that cannot be used.
    """
    metric = parameters["metric"]
    if metric not in (*METRICS, "nll"):
        hint = nearest(metric, METRICS) if isinstance(metric, str) else ""
        raise InputError(f"metric: {metric!r} is unknown.{hint} Known: {', '.join(METRICS)}.")
    run = parameters["run"]
    if run is not None and not isinstance(run, (str, Path)):
        raise InputError(f"run: expected the path of a folder, or None, not {run!r}.")
    workers, executor = parameters["workers"], parameters["executor"]
    if workers is not None and not _whole(workers):
        raise InputError(f"workers: expected a whole number, or None for this process alone, not {workers!r}.")
    if executor is not None and not isinstance(executor, str):
        raise InputError(f"executor: expected 'local' or 'processes', or None, not {executor!r}.")
    return Wishes(
        seed,
        repeatable and parameters["budget"] is None,
        seconds_of(parameters["budget"]),
        _text(parameters["preset"], "preset"),
        _table(parameters["settings"], "settings"),
        _table(parameters["deploy_settings"], "deploy_settings"),
        texts(parameters["constraints"], "constraints", "('parameters<1e5',)"),
        metric,
        None if workers is None else int(workers),
        executor,
        None if run is None else Path(run),
        int(parameters["verbose"] or 0),
    )


def seconds_of(budget: Any) -> float | None:
    """Seconds of a budget: a number of them, or text such as ``10m``; None for None.

    Raises
    ------
    InputError
        When it is something else, or not above zero.
    """
    if budget is None:
        return None
    if isinstance(budget, str):
        return parse_duration(budget)
    if isinstance(budget, Real) and not isinstance(budget, bool) and 0 < float(budget) < math.inf:
        return float(budget)
    raise InputError(f"budget: {budget!r} is not a time span. Give seconds, text such as '10m' or '90s', or None.")


def texts(values: Any, name: str, example: str) -> tuple[str, ...]:
    """Read a parameter that is text or several texts; None and an empty one are none.

    Raises
    ------
    InputError
        When it is something else.
    """
    if values is None:
        return ()
    entries = (values,) if isinstance(values, str) else values
    if not isinstance(entries, Sequence) or not all(isinstance(entry, str) for entry in entries):
        raise InputError(f"{name}: expected texts, e.g. {example}, not {values!r}.")
    return tuple(entries)


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"{name}: expected a name, e.g. 'quick', not {value!r}.")
    return value


def _table(value: Any, name: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InputError(f"{name}: expected tables, e.g. {{'training': {{'epochs': 5}}}}, or None, not {value!r}.")
    return value


def _whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)
