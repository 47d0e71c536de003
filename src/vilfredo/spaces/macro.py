"""The macro-architecture: how copies of one cell are stacked into a network (POPNASv3, section 3.1)."""

from dataclasses import dataclass

from pydantic import Field

from vilfredo.settings import Settings
from vilfredo.spaces.cells import Cell


class MacroArchitecture(Settings):
    """M motifs of N normal cells, all but the last motif followed by a reduction cell."""

    motifs: int = Field(default=3, ge=1, le=12)
    """M."""
    normal_cells: int = Field(default=2, ge=0, le=100)
    """N, normal cells per motif."""
    filters: int = Field(default=24, ge=1, le=100_000)
    """F, channels in the first motif; each reduction doubles them."""
    residual: bool = True
    """Add the nearest lookback in use to a cell's output."""
    lookback_reshape: bool = False
    """Adapt lookbacks of another resolution once, before the cell (as PNAS does), not in each operator."""

    @property
    def cells(self) -> int:
        """M·(N+1) - 1: positions for cells, whether or not a given cell fills them."""
        return self.motifs * (self.normal_cells + 1) - 1

    def cells_stacked(self, nearest_lookback: int) -> int:
        """How many cells are stacked when the nearest lookback in use is -`nearest_lookback`; 0 for none."""
        return len(range(self.cells)[::nearest_lookback]) if nearest_lookback else 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where a cell finds one of its lookbacks."""

    cell: int | None
    """Index of the cell whose output it is; None for the network's input."""
    filters: int | None
    """Its channels; None for the network's input."""
    reductions: int
    """How many times it has been halved."""


@dataclass(frozen=True, slots=True)
class CellPlan:
    """One cell to build."""

    index: int
    filters: int
    reductions: int
    """How many times its output has been halved."""
    reduces: bool
    lookbacks: dict[int, Source]
    """By lookback (-1, -2, …): those in use, and -1 for its shape."""


def plan_cells(cell: Cell, macro: MacroArchitecture, last: int | None = None) -> tuple[CellPlan, ...]:
    """Lay out the cells that reach the network's output, in order; none for the empty cell.

    Parameters
    ----------
    last
        Index of the cell whose output is the network's; by default the last position of the macro-architecture.
    """
    if not cell.blocks or macro.cells < 1:
        return ()
    reachable, frontier = set[int](), {macro.cells - 1 if last is None else last}
    while frontier:
        reachable |= frontier
        frontier = {index + lookback for index in frontier for lookback in cell.lookbacks} - reachable
        frontier = {index for index in frontier if index >= 0}
    return tuple(_plan(index, cell, macro) for index in sorted(reachable))


def _plan(index: int, cell: Cell, macro: MacroArchitecture) -> CellPlan:
    reductions = _reductions(index, macro)
    sources = {lookback: _source(index + lookback, macro) for lookback in {-1, *cell.lookbacks}}
    reduces = reductions > _reductions(index - 1, macro)
    return CellPlan(index, macro.filters << reductions, reductions, reduces, sources)


def _source(index: int, macro: MacroArchitecture) -> Source:
    if index < 0:
        return Source(None, None, 0)
    reductions = _reductions(index, macro)
    return Source(index, macro.filters << reductions, reductions)


def _reductions(index: int, macro: MacroArchitecture) -> int:
    """Halvings up to and including cell `index`: every (N+1)-th cell is a reduction."""
    return (index + 1) // (macro.normal_cells + 1)
