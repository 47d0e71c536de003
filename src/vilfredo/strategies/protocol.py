"""What a strategy is."""

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from vilfredo.discovery import find_class, named_classes
from vilfredo.settings import Settings
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.space import Space
from vilfredo.trials import Budget, Evaluate, Finished, Measurement, Value

State = TypeVar("State", bound=Value)


class Problem(Value):
    """What is searched."""

    space: Space
    macro: MacroArchitecture | None = None
    """How architectures are stacked into networks; None where they are whole networks."""
    score: str = "accuracy"
    """The objective that tells how good a network is, one of the `trials.SCORES`."""


class Strategy(Settings, Generic[State]):
    """Abstract base: a frozen set of settings and three pure functions.

    Pure means: no training, no files, no clock. All that a strategy knows is in its state, which is a value that
    can be written as JSON and read back; asking twice gives the same answer. Randomness comes from the seed and the
    step alone, and surrogates are refitted from the results in the state, so that a resumed search goes on exactly
    as it would have gone. Results may come one at a time and in any order.
    """

    name: ClassVar[str]
    state_type: ClassVar[type[Value]]

    def plan(self, problem: Problem) -> tuple[int, ...]:
        """Return the most proposals that each step to come may hold, first step first; for forecasts of duration."""
        raise NotImplementedError

    def start(self, problem: Problem, seed: int) -> State:
        """Return the state before the first question."""
        raise NotImplementedError

    def ask(self, problem: Problem, state: State, budget: Budget) -> tuple[Evaluate | Finished, State]:
        """Say what to measure next, and the state in which these measurements are awaited.

        While results are missing the answer is the proposals still awaited, and the state does not change.
        """
        raise NotImplementedError

    def tell(self, problem: Problem, state: State, results: Sequence[Measurement]) -> State:
        """Return the state that knows `results`; those already known, or never asked for, change nothing."""
        raise NotImplementedError


def strategies() -> dict[str, type[Strategy[Any]]]:
    """All strategies found, by name."""
    return named_classes("vilfredo.strategies", Strategy)


def find_strategy(name: str) -> type[Strategy[Any]]:
    """Return the strategy called `name`.

    Raises
    ------
    InputError
        When there is none of that name.
    """
    return find_class("vilfredo.strategies", Strategy, name)
