"""The networks that model selection tries (POPNASv3, section 3.4, algorithm 2)."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vilfredo.deploy.settings import Range, SelectionSettings
from vilfredo.errors import InputError
from vilfredo.networks.counting import Counts
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.trials import Measurement

Count = Callable[[str, MacroArchitecture], Counts]
"""Size and cost of an architecture in a macro-architecture, without building it."""
Fits = Callable[["Candidate"], bool]
"""Whether a network satisfies what else is demanded."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A network to try."""

    cell: Measurement
    """What the search measured of its architecture."""
    counts: Counts
    network: Mapping[str, int]
    """M, N and F where they are other than in the search; empty for the search's own network."""

    @property
    def architecture(self) -> str:
        """The text of its architecture."""
        return self.cell.architecture


@dataclass(frozen=True, slots=True)
class Grid:
    """All networks to try, and how many there are none of."""

    candidates: tuple[Candidate, ...]
    """First the search's own networks, best first; then, for each of them, those with other M, N and F."""
    discarded: int
    """Triplets of an architecture, M and N for which no F is in range and satisfies what else is demanded."""


def own_networks(cells: Sequence[Measurement], macro: MacroArchitecture | None, count: Count) -> list[Candidate]:
    """The networks of the search itself, which need no tuning."""
    return [Candidate(cell, count(cell.architecture, macro or MacroArchitecture()), {}) for cell in cells]


def grid(
    cells: Sequence[Measurement],
    macro: MacroArchitecture | None,
    settings: SelectionSettings,
    count: Count,
    halvings: int,
    fits: Fits = lambda candidate: True,
) -> Grid:
    """Lay out algorithm 2: each architecture as it was, and for each M and N with the largest F that fits.

    Parameters
    ----------
    cells
        The top K of the search, best first.
    macro
        The search's; None where architectures are not stacked: then there is nothing to tune.
    count
        Counts a network.
    halvings
        How often the samples' sides can be halved: more motifs than that have nothing to reduce.
    fits
        Asked of networks in range, of the largest F first.

    Raises
    ------
    InputError
        When no network is in the range of parameters. That the growth allows none is no error.
    """
    own = own_networks(cells, macro, count)
    if macro is None or (settings.parameters is None and settings.growth is None):
        return Grid(tuple(own), 0)
    tuned: list[Candidate] = []
    discarded, seen = 0, list[int]()
    for candidate in own:
        bounds = _bounds(settings, candidate)
        for sizes in _sizes(macro, settings, halvings):
            made = [
                Candidate(candidate.cell, count(candidate.architecture, one), _differences(macro, one)) for one in sizes
            ]
            seen += [one.counts.parameters for one in made]
            inside = [one for one in reversed(made) if _inside(one.counts.parameters, bounds)]
            widest = next((one for one in inside if not one.network or fits(one)), None)
            if widest is None:
                discarded += 1
            elif widest.network:
                tuned.append(widest)
    if settings.parameters is not None and not any(_inside(size, settings.parameters) for size in seen):
        raise InputError(_empty(settings.parameters, seen))
    return Grid((*own, *tuned), discarded)


def _bounds(settings: SelectionSettings, candidate: Candidate) -> Range:
    if settings.parameters is not None:
        return settings.parameters
    assert settings.growth is not None
    low, high = settings.growth
    return low * candidate.counts.parameters, high * candidate.counts.parameters


def _inside(size: int, bounds: Range) -> bool:
    return bounds[0] < size < bounds[1]


def _sizes(macro: MacroArchitecture, settings: SelectionSettings, halvings: int) -> Iterator[list[MacroArchitecture]]:
    """For each M and N, the macro-architectures of ascending F; none where samples cannot be halved so often."""
    for motifs in settings.motifs:
        for normal_cells in settings.normal_cells:
            fields = {"motifs": macro.motifs + motifs, "normal_cells": macro.normal_cells + normal_cells}
            if fields["motifs"] - 1 > halvings and motifs > 0:
                yield []
                continue
            # Rounded down: of 24 and .85 the paper makes 20.
            filters = sorted({max(1, math.floor(macro.filters * factor + 1e-9)) for factor in settings.filters})
            yield [MacroArchitecture.read({**macro.model_dump(), **fields, "filters": width}) for width in filters]


def _differences(macro: MacroArchitecture, other: MacroArchitecture) -> dict[str, Any]:
    before, after = macro.model_dump(), other.model_dump()
    return {name: value for name, value in after.items() if value != before[name]}


def _empty(bounds: Range, seen: Sequence[int]) -> str:
    return (
        f"parameters: no network of the grid is between {bounds[0]:g} and {bounds[1]:g}; they have "
        f"{min(seen, default=0):,} to {max(seen, default=0):,} parameters. Choose another range, or leave it out to "
        "train the networks as in the search."
    )
