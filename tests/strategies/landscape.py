"""Toy landscapes: cells and perceptrons have a score and a time that cost nothing to compute."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Cell, parse_cell
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp import Mlp, parse_mlp
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.strategies.protocol import Problem
from vilfredo.trials import Budget, Evaluate, Finished, Measurement, Outcome, Proposal, from_fraction

PROBLEM = Problem(
    space=CellSpace(operators=("identity", "3x3 conv", "5x5 conv", "7x7 conv", "2x2 maxpool"), lookback=2, blocks=4),
    macro=MacroArchitecture(motifs=2, normal_cells=1, filters=4),
)
_GAIN = {"identity": 0.02, "3x3 conv": 0.25, "5x5 conv": 0.3, "7x7 conv": 0.1, "2x2 maxpool": 0.1}
_COST = {"identity": 0.1, "3x3 conv": 1.0, "5x5 conv": 2.5, "7x7 conv": 4.0, "2x2 maxpool": 0.2}

Oracle = Callable[[Proposal], Measurement]


def accuracy(cell: Cell) -> float:
    """Saturating in the operators' gains; depth helps a little."""
    gain = sum(_GAIN[block.op1] + _GAIN[block.op2] for block in cell.blocks)
    depth = sum(source >= 0 for block in cell.blocks for source in block.inputs)
    return float(0.1 + 0.9 * (1 - np.exp(-0.5 * gain - 0.02 * depth)))


def training_time(cell: Cell) -> float:
    """Additive in the operators' costs."""
    return 0.5 + sum(_COST[block.op1] + _COST[block.op2] for block in cell.blocks)


def measured(proposal: Proposal) -> Measurement:
    """Measure on the landscape."""
    cell = parse_cell(proposal.architecture)
    return Measurement(
        proposal=proposal.id,
        architecture=proposal.architecture,
        outcome="complete",
        objectives={"accuracy": accuracy(cell), "training_time": training_time(cell)},
    )


MLPS = Problem(space=MlpSpace(widths=(8, 64, 256), activations=("relu", "tanh", "sigmoid"), layers=4))
_WORTH = {"relu": 0.06, "tanh": 0.04, "sigmoid": 0.01}


def mlp_accuracy(mlp: Mlp) -> float:
    """Saturating in the layers' worth, which grows slowly with the width; dropout helps a little."""
    worth = sum(_WORTH[layer.activation] * math.log2(layer.width) for layer in mlp.dense)
    return 0.1 + 0.9 * (1 - math.exp(-worth - 0.05 * (len(mlp) - len(mlp.dense))))


def mlp_time(mlp: Mlp) -> float:
    """So much per layer and weight."""
    widths = [16, *(layer.width for layer in mlp.dense), 4]
    return 0.5 + 0.1 * len(mlp) + 1e-4 * sum(one * other for one, other in pairwise(widths))


@dataclass(frozen=True)
class Landscape:
    """A problem and its truth, the score as a fraction."""

    problem: Problem
    score: Callable[[str], float]
    time: Callable[[str], float]

    def measured(self, proposal: Proposal) -> Measurement:
        """Measure the score that the problem names; the accuracy beside it, where it is another, misleads."""
        fraction, name = self.score(proposal.architecture), self.problem.score
        time = self.time(proposal.architecture)
        return Measurement(
            proposal=proposal.id,
            architecture=proposal.architecture,
            outcome="complete",
            objectives={"accuracy": 1 - fraction, name: from_fraction(name, fraction), "training_time": time},
        )


def _of_cells(score: str) -> Landscape:
    problem = PROBLEM.model_copy(update={"score": score})
    return Landscape(problem, lambda text: accuracy(parse_cell(text)), lambda text: training_time(parse_cell(text)))


def _of_mlps(score: str) -> Landscape:
    problem = MLPS.model_copy(update={"score": score})
    return Landscape(problem, lambda text: mlp_accuracy(parse_mlp(text)), lambda text: mlp_time(parse_mlp(text)))


LANDSCAPES = {
    "cells": _of_cells("accuracy"),
    "cells-nll": _of_cells("nll"),
    "mlps": _of_mlps("accuracy"),
    "mlps-macro_f1": _of_mlps("macro_f1"),
    "mlps-nll": _of_mlps("nll"),
}


def failed(proposal: Proposal, outcome: Outcome = "failed") -> Measurement:
    """Report that a candidate could not be trained."""
    return Measurement(proposal=proposal.id, architecture=proposal.architecture, outcome=outcome, reason="no reason")


UNLIMITED = Budget()


def search(strategy, seed: int = 0, oracle: Oracle = measured, problem: Problem = PROBLEM):  # type: ignore[no-untyped-def]
    """Run a strategy to its end; returns the answers and the final state."""
    state = strategy.start(problem, seed)
    answers: list[Evaluate] = []
    for _ in range(100):
        answer, state = strategy.ask(problem, state, UNLIMITED)
        if isinstance(answer, Finished):
            return answers, state
        answers.append(answer)
        state = strategy.tell(problem, state, [oracle(proposal) for proposal in answer.proposals])
    raise AssertionError("the strategy does not finish")


def proposals_of(answers: Sequence[Evaluate]) -> list[Proposal]:
    """All proposals, in order."""
    return [proposal for answer in answers for proposal in answer.proposals]


def cheap_settings(name: str, width: int) -> dict[str, Any]:
    """Settings with which a strategy takes milliseconds per step; one that is not here runs with its defaults."""
    known: dict[str, dict[str, Any]] = {
        "popnas-v3": {
            "beam_size": width,
            "exploration_beam_size": max(1, width // 2),
            "accuracy_predictor": "ridge",
            "time_predictor": "ridge",
        },
        "popnas-v1": {"beam_size": width, "controller": "ridge", "regressor": "sliding-ridge"},
        "pnas": {"beam_size": width, "accuracy_predictor": "ridge"},
        "random": {"cells_per_size": width},
    }
    return known.get(name, {})
