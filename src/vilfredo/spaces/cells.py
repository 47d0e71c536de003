"""Blocks and cells: what one cell computes, as a frozen value with a text form that parses back."""

import re
from dataclasses import dataclass
from functools import cached_property

from vilfredo.errors import InputError

LIMIT = 60
"""Furthest lookback: what arrays of 8-bit integers hold with room to spare."""
MOST_BLOCKS = 16
"""In a cell: with twice as many, canonical forms of cells full of twins would take hours."""

_BLOCK = re.compile(r"\(([^()]*)\)")
_EXAMPLE = "[(-2, '3x3 conv', -1, '2x2 maxpool');(0, 'identity', -1, '5x5 dconv')]"


@dataclass(frozen=True, slots=True)
class Block:
    """Two operators applied to two inputs and added (POPNASv3, section 3.1 and figure 1a).

    An input below zero is a lookback (-1 is the output of the previous cell); an input k ≥ 0 is the output
    of block k of the same cell.
    """

    in1: int
    op1: str
    in2: int
    op2: str

    @property
    def inputs(self) -> tuple[int, int]:
        """Both inputs, in order."""
        return self.in1, self.in2

    def __str__(self) -> str:
        return f"({self.in1}, '{self.op1}', {self.in2}, '{self.op2}')"


@dataclass(frozen=True)
class Cell:
    """A directed acyclic graph of blocks. No blocks: the empty cell, which passes nothing on.

    Raises
    ------
    InputError
        When a block reads itself, a later block, or one that does not exist, and when the cell exceeds
        `LIMIT` or `MOST_BLOCKS`.
    """

    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        if len(self.blocks) > MOST_BLOCKS:
            raise InputError(f"cell: expected at most {MOST_BLOCKS} blocks, got {len(self.blocks)}.")
        for index, block in enumerate(self.blocks):
            for source in block.inputs:
                if source < -LIMIT:
                    raise InputError(f"cell: block {index} reads lookback {source}. Expected -1 … -{LIMIT}.")
                if source >= index:
                    raise InputError(
                        f"cell: block {index} reads input {source}, which is not there yet. Expected a lookback "
                        f"(-1, -2, …) or an earlier block (0 … {index - 1})."
                        if index
                        else f"cell: block 0 reads input {source}, but there is no block before it. "
                        "Expected a lookback (-1, -2, …)."
                    )

    @cached_property
    def lookbacks(self) -> tuple[int, ...]:
        """The lookbacks in use, nearest first: e.g. ``(-1, -2)``."""
        used = {source for block in self.blocks for source in block.inputs if source < 0}
        return tuple(sorted(used, reverse=True))

    @cached_property
    def unused(self) -> tuple[int, ...]:
        """Blocks that no other block reads: their outputs are the cell's."""
        read = {source for block in self.blocks for source in block.inputs}
        return tuple(index for index in range(len(self.blocks)) if index not in read)

    @cached_property
    def operators(self) -> frozenset[str]:
        """Names of the operators in use."""
        return frozenset(name for block in self.blocks for name in (block.op1, block.op2))

    def __str__(self) -> str:
        return f"[{';'.join(map(str, self.blocks))}]"

    def __len__(self) -> int:
        return len(self.blocks)


def parse_cell(text: str) -> Cell:
    """Read a cell as the papers print it; brackets, quotes and spaces may be left out.

    Parameters
    ----------
    text
        E.g. ``[(-2, '3x3 conv', -1, '2x2 maxpool');(0, 'identity', -1, '5x5 dconv')]``; ``[]`` is the empty
        cell.

    Raises
    ------
    InputError
        When the text is not a list of blocks, or a block reads what is not there. Whether the operators
        exist is not checked here: the floor that builds them knows.
    """
    body = text.strip()
    if body.startswith("[") and body.endswith("]"):
        body = body[1:-1]
    if not body.strip():
        if text.strip():
            return Cell()
        raise InputError(f"cell: the text is empty. Write '[]' for the empty cell, or e.g. {_EXAMPLE}.")
    rest = _BLOCK.sub("", body)
    if rest.strip(" ;,\t\n") or rest == body:
        raise InputError(f"cell: '{text}' is not a list of blocks ('{rest.strip()}' is left over). E.g. {_EXAMPLE}.")
    return Cell(tuple(_parse_block(match.group(1), text) for match in _BLOCK.finditer(body)))


def _parse_block(body: str, text: str) -> Block:
    parts = [" ".join(part.split()).strip(" '\"") for part in body.split(",")]
    if len(parts) != 4:
        raise InputError(
            f"cell: block '({body})' has {len(parts)} parts. Expected (input, operator, input, operator), "
            f"e.g. {_EXAMPLE}."
        )
    in1, op1, in2, op2 = parts
    return Block(_parse_input(in1, text), _parse_operator(op1), _parse_input(in2, text), _parse_operator(op2))


def _parse_input(part: str, text: str) -> int:
    try:
        return int(part)
    except ValueError:
        raise InputError(
            f"cell: '{part}' in '{text}' is not an input. Expected a lookback (-1, -2, …) or the number of an "
            "earlier block (0, 1, …)."
        ) from None


def _parse_operator(part: str) -> str:
    if not part:
        raise InputError(f"cell: an operator is missing. Expected e.g. {_EXAMPLE}.")
    return part
