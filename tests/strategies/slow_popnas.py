"""POPNASv3's choices once more, written for reading instead of speed: cell by cell, with plain numbers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product

from vilfredo.spaces.canonical import canonical_cell
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Block, Cell


@dataclass(frozen=True)
class Candidate:
    """A cell and what is predicted of it."""

    cell: Cell
    accuracy: float
    time: float
    place: int = 0
    """Tells it from its equals."""


def operators_of(cell: Cell) -> list[str]:
    """Both operators of each block."""
    return [name for block in cell.blocks for name in (block.op1, block.op2)]


def inputs_of(cell: Cell) -> list[int]:
    """Both inputs of each block."""
    return [source for block in cell.blocks for source in block.inputs]


def children(parents: Iterable[Cell], space: CellSpace) -> list[Cell]:
    """Canonical cells of one block more, each class once."""
    found: dict[str, Cell] = {}
    for parent in parents:
        inputs = [*range(-space.lookback, 0), *range(len(parent))]
        for one, other in combinations_with_replacement(product(inputs, sorted(space.operators)), 2):
            child = canonical_cell(Cell((*parent.blocks, Block(*one, *other))))
            found.setdefault(str(child), child)
    return list(found.values())


def front(candidates: Iterable[Candidate], limit: int) -> list[Candidate]:
    """The most accurate, then each that is faster than all before it."""
    chosen: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda candidate: (-candidate.accuracy, candidate.time)):
        if not chosen or candidate.time < chosen[-1].time:
            chosen.append(candidate)
    return chosen[:limit]


def rare_operators(cells: Sequence[Cell], space: CellSpace) -> list[str]:
    """Operators that make up less than a fifth of an equal share."""
    used = [name for cell in cells for name in operators_of(cell)]
    return [name for name in sorted(space.operators) if used.count(name) * 5 * len(space.operators) < len(used)]


def rare_inputs(cells: Sequence[Cell], space: CellSpace) -> list[int]:
    """Inputs, of those that the cells could read, that make up less than a fifth of an equal share."""
    used = [source for cell in cells for source in inputs_of(cell)]
    allowed = [*range(-space.lookback, 0), *range(len(cells[0]) - 1)]
    return [source for source in allowed if used.count(source) * 5 * len(allowed) < len(used)]


def explore(
    candidates: Sequence[Candidate],
    excluded: Collection[Candidate],
    operators: Collection[str],
    inputs: Collection[int],
    limit: int,
) -> list[Candidate]:
    """The exploration front, in one walk by falling accuracy."""
    needed = 8 if operators and inputs else 4
    chosen: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda candidate: (-candidate.accuracy, candidate.time)):
        dominated = bool(chosen) and candidate.time >= chosen[-1].time
        if candidate in excluded or dominated or len(chosen) >= limit:
            continue
        if score(candidate.cell, [other.cell for other in chosen], operators, inputs) >= needed:
            chosen.append(candidate)
    return chosen


def score(cell: Cell, chosen: Sequence[Cell], operators: Collection[str], inputs: Collection[int]) -> int:
    """How much of what the exploration sets hold a cell has, given what was chosen before."""
    used_operators = [name for other in chosen for name in operators_of(other) if name in operators]
    used_inputs = [source for other in chosen for source in inputs_of(other) if source in inputs]
    points = 0
    for name in operators_of(cell):
        if name in operators:
            points += 1
            points += 2 * (used_operators.count(name) <= len(used_operators) / len(operators))
            points += len(used_operators) <= len(used_inputs)
    for source in inputs_of(cell):
        if source in inputs:
            points += 1
            points += 2 * (used_inputs.count(source) <= len(used_inputs) / len(inputs))
            points += len(used_inputs) <= len(used_operators)
    return points
