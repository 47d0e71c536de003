"""The exits of a network: where it answers, and what is left of it when it is to end there."""

from collections.abc import Mapping

from torch import Tensor, nn

from vilfredo.networks.network import Network, exit_place
from vilfredo.spaces.cells import Cell
from vilfredo.spaces.macro import MacroArchitecture, plan_cells

MAIN, SECONDARY = 0, 1
"""Numbers of the exits."""


def exit_logits(network: nn.Module, x: Tensor) -> tuple[Tensor, ...]:
    """Map samples (n, c, h, w) to logits (n, classes) of each exit, the main one first."""
    return network.exits(x) if isinstance(network, Network) else (network(x),)


def exit_cell(cell: Cell, macro: MacroArchitecture, exit_number: int) -> int | None:
    """Index of the cell at which a network ends that answers from an exit; None for the end of the whole one."""
    plans = plan_cells(cell, macro)
    place = exit_place(len(plans))
    return None if exit_number == MAIN or place is None else plans[place].index


def exit_weights(
    weights: Mapping[str, Tensor], cell: Cell, macro: MacroArchitecture, exit_number: int
) -> Mapping[str, Tensor]:
    """Choose, of the weights of a network with a secondary exit, those of the network that ends at an exit.

    Cells that only the other exit needs are left out; names are those of the smaller network.
    """
    if exit_number == MAIN:
        return {name: value for name, value in weights.items() if not name.startswith("secondary.")}
    places = {plan.index: place for place, plan in enumerate(plan_cells(cell, macro))}
    kept = plan_cells(cell, macro, exit_cell(cell, macro, exit_number))
    renamed = {f"cells.{places[plan.index]}.": f"cells.{place}." for place, plan in enumerate(kept)}
    renamed["secondary."] = "head."
    return {
        new + name.removeprefix(old): value
        for old, new in renamed.items()
        for name, value in weights.items()
        if name.startswith(old)
    }
