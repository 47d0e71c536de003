"""What progressive strategies have in common: the bootstrap and the expansion (POPNASv3, algorithm 1)."""

from collections.abc import Mapping

from vilfredo.spaces.canonical import unique
from vilfredo.spaces.cell_space import Cells
from vilfredo.spaces.cells import Cell
from vilfredo.spaces.expansion import blocks_to_add, expand
from vilfredo.strategies.progress import Progress, awaited, proposed, trained
from vilfredo.strategies.protocol import Problem
from vilfredo.trials import Budget, Evaluate, Finished

BOOTSTRAP_STEPS = 2


def bootstrap(problem: Problem, state: Progress) -> Progress:
    """Propose the empty cell (step 0), then all cells of one block, without specular ones (step 1)."""
    if state.step < 0:
        return proposed(state, 0, [Cell()], ["bootstrap"])
    cells = problem.space.decode(blocks_to_add(problem.space, 0))
    return proposed(state, 1, cells, ["bootstrap"] * len(cells))


def open_question(problem: Problem, state: Progress) -> tuple[Evaluate | Finished, Progress] | None:
    """Answer where no surrogate is needed: results still awaited, the bootstrap, or the end; else None."""
    if waiting := awaited(state):
        return Evaluate(proposals=waiting), state
    if state.step == problem.space.blocks:
        return Finished(reason=f"cells of {problem.space.blocks} blocks are reached"), state
    if state.step + 1 < BOOTSTRAP_STEPS:
        state = bootstrap(problem, state)
        return Evaluate(proposals=awaited(state)), state
    if not trained(state, state.step):
        return Finished(reason=f"no cell of {state.step} blocks could be trained, so none can be expanded"), state
    return None


def expansions(problem: Problem, state: Progress) -> tuple[Cells, Mapping[str, int]]:
    """All cells of one block more than those trained in the last step, one per isomorphism class.

    Failed cells are not expanded: what does not fit or diverges will not do better with another block.

    Returns
    -------
    Canonical cells (n, b, 4), and how many were listed and how many isomorphs were spared.
    """
    parents = problem.space.encode([cell for cell, _ in trained(state, state.step)])
    listed = expand(parents, problem.space)
    candidates, _ = unique(listed)
    return candidates, {
        "parents": len(parents),
        "expanded": len(listed),
        "isomorphs_spared": len(listed) - len(candidates),
    }


def planned_steps(problem: Problem, beam_size: int) -> tuple[int, ...]:
    """Most proposals per step: the empty cell, the one-block cells, a full beam for each larger size."""
    space = problem.space
    return 1, space.added_blocks(0), *(beam_size for _ in range(1, space.blocks))


def fair_share(beam_size: int, problem: Problem, state: Progress, budget: Budget) -> int:
    """Narrow the beam where the budget would not reach the last step otherwise: an equal share for each step left."""
    if budget.trials is None:
        return beam_size
    return max(1, min(beam_size, budget.trials // (problem.space.blocks - state.step)))
