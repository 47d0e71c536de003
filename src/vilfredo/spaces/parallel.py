"""Flat cells: every block reads the previous cell, all answers are concatenated (POPNAS v1, section 3.1)."""

from typing import Annotated

from pydantic import Field

from vilfredo.errors import InputError
from vilfredo.settings import Settings
from vilfredo.spaces.cells import Cell, parse_cell

Groups = Annotated[int, Field(ge=1, le=12)]
CellsPerGroup = Annotated[int, Field(ge=1, le=100)]
Filters = Annotated[int, Field(ge=1, le=100_000)]


class Stack(Settings):
    """How flat cells are stacked: groups of N cells, a convolution of stride 2 between each two groups."""

    groups: Groups = 3
    normal_cells: CellsPerGroup = 2
    """N, cells per group."""
    filters: Filters = 32
    """F: channels that each operator of the first group answers; every group has twice as many as the one before."""


def parse_flat(text: str) -> Cell:
    """Read a flat cell, spelt like any cell: ``[(-1, '3x3 dconv', -1, '3x3 maxpool')]``.

    Raises
    ------
    InputError
        When the text is no cell, or a block reads anything but the previous cell.
    """
    cell = parse_cell(text)
    for index, block in enumerate(cell.blocks):
        for source in block.inputs:
            if source != -1:
                raise InputError(
                    f"cell: block {index} of {cell} reads input {source}, which is not in the space: blocks of flat "
                    "cells read the previous cell only. Write -1."
                )
    return cell
