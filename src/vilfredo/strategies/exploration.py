"""The exploration step (POPNASv3, section 3.3): a second front of cells with what the first one neglects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vilfredo.spaces.codes import Cells
from vilfredo.spaces.space import Space

_BOTH_SETS_THRESHOLD = 8
_ONE_SET_THRESHOLD = 4


@dataclass(frozen=True, slots=True)
class ExplorationSets:
    """Operators (indices into the vocabulary) and inputs that the front uses rarely or never."""

    operators: tuple[int, ...]
    inputs: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.operators or self.inputs)


def exploration_sets(front: Cells, space: Space) -> ExplorationSets:
    """Collect what makes up less than 1 / (5·|set|) of the operators (inputs) in the front (n, b, 4)."""
    inputs = [*range(-space.reach, 0), *range(front.shape[1] - 1)]
    return ExplorationSets(
        _rare(front[..., 1::2], range(len(space.vocabulary))),
        _rare(front[..., 0::2], inputs),
    )


def _rare(values: NDArray[np.int8], allowed: range | list[int]) -> tuple[int, ...]:
    threshold = values.size / (5 * len(allowed))
    return tuple(value for value in allowed if (values == value).sum() < threshold)


def exploration_front(
    candidates: Cells,
    accuracy: NDArray[np.float64],
    time: NDArray[np.float64],
    excluded: NDArray[np.int64],
    sets: ExplorationSets,
    limit: int,
) -> list[int]:
    """Pick up to `limit` candidates that use enough of the exploration sets and do not dominate each other.

    Candidates are walked by falling predicted accuracy, as for the first front. What is enough depends on what has
    been picked before, so that no element of the sets is explored over and over.

    Parameters
    ----------
    candidates
        Shape (n, b, 4).
    accuracy, time
        Predictions, shape (n,).
    excluded
        Indices of candidates already chosen for the first front.

    Returns
    -------
    Indices into `candidates`, by falling predicted accuracy.
    """
    # How often each candidate holds each element of the sets, shape (n, |set|).
    operators = _occurrences(candidates[..., 1::2], sets.operators)
    inputs = _occurrences(candidates[..., 0::2], sets.inputs)
    threshold = _BOTH_SETS_THRESHOLD if sets.operators and sets.inputs else _ONE_SET_THRESHOLD
    left = np.lexsort((np.arange(len(time)), time, -accuracy))
    left = left[~np.isin(left, excluded)]
    picked: list[int] = []
    while len(left) and len(picked) < limit:
        used_operators, used_inputs = operators[picked].sum(axis=0), inputs[picked].sum(axis=0)
        score = operators[left] @ _scores(used_operators, used_inputs)
        score = score + inputs[left] @ _scores(used_inputs, used_operators)
        eligible = np.flatnonzero(score >= threshold)
        if not len(eligible):
            break
        chosen = left[eligible[0]]
        picked.append(int(chosen))
        # Whatever comes later is less accurate: it must be faster to stay undominated.
        left = left[eligible[0] + 1 :]
        left = left[time[left] < time[chosen]]
    return picked


def _occurrences(values: NDArray[np.int8], elements: tuple[int, ...]) -> NDArray[np.int64]:
    counts = [(values == element).sum(axis=(1, 2)) for element in elements]
    return np.stack(counts, axis=1) if counts else np.zeros((len(values), 0), dtype=np.int64)


def _scores(used: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Score of each element of a set: 1, 2 more if used no more than average, 1 more in the lesser-used set."""
    average = used.sum() / max(1, len(used))
    scores: NDArray[np.int64] = 1 + 2 * (used <= average) + int(used.sum() <= others.sum())
    return scores
