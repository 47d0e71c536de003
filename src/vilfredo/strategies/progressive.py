"""What progressive strategies have in common: the bootstrap and the expansion (POPNASv3, algorithm 1)."""

from collections.abc import Mapping

from vilfredo.spaces.codes import Cells
from vilfredo.spaces.space import EMPTY
from vilfredo.strategies.progress import Progress, awaited, proposed, trained
from vilfredo.strategies.protocol import Problem
from vilfredo.trials import Budget, Evaluate, Finished

BOOTSTRAP_STEPS = 2


def bootstrap(problem: Problem, state: Progress) -> Progress:
    """Propose the empty architecture (step 0), then all of size one (step 1)."""
    if state.step < 0:
        return proposed(state, 0, [EMPTY], ["bootstrap"])
    architectures = problem.space.texts(problem.space.first())
    return proposed(state, 1, architectures, ["bootstrap"] * len(architectures))


def open_question(problem: Problem, state: Progress) -> tuple[Evaluate | Finished, Progress] | None:
    """Answer where no surrogate is needed: results still awaited, the bootstrap, or the end; else None."""
    if waiting := awaited(state):
        return Evaluate(proposals=waiting), state
    space = problem.space
    if state.step == space.largest:
        return Finished(reason=f"{space.noun}s of {space.largest} {space.unit} are reached"), state
    if state.step + 1 < BOOTSTRAP_STEPS:
        state = bootstrap(problem, state)
        return Evaluate(proposals=awaited(state)), state
    if not trained(state, state.step):
        reason = f"no {space.noun} of {state.step} {space.unit} could be trained, so none can be expanded"
        return Finished(reason=reason), state
    return None


def expansions(problem: Problem, state: Progress) -> tuple[Cells, Mapping[str, int]]:
    """All architectures larger by one than those trained in the last step, one per isomorphism class.

    Failed ones are not expanded: what does not fit or diverges will not do better with more of it.

    Returns
    -------
    Canonical forms (n, b, 4), and how many were listed and how many isomorphs were spared.
    """
    space = problem.space
    parents = space.codes([architecture for architecture, _ in trained(state, state.step)])
    listed = space.expand(parents)
    candidates = space.unique(listed)
    return candidates, {
        "parents": len(parents),
        "expanded": len(listed),
        "isomorphs_spared": len(listed) - len(candidates),
    }


def planned_steps(problem: Problem, beam_size: int) -> tuple[int, ...]:
    """Most proposals per step: the empty architecture, all of size one, a full beam for each larger size."""
    space = problem.space
    return 1, space.added(0), *(beam_size for _ in range(1, space.largest))


def fair_share(beam_size: int, problem: Problem, state: Progress, budget: Budget) -> int:
    """Narrow the beam where the budget would not reach the last step otherwise: an equal share for each step left."""
    if budget.trials is None:
        return beam_size
    return max(1, min(beam_size, budget.trials // (problem.space.largest - state.step)))
