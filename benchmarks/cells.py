"""The eight networks whose training is timed: images of three sizes, and series as images of height 1."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vilfredo.networks.network import Network, build_network
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture

CLASSES = 10
BATCH = 128

Shape = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Case:
    """A network, and how much training of it takes a second or two."""

    cell: str
    macro: MacroArchitecture
    shape: Shape
    """Channels, height, width."""
    batches: int
    """Of training samples per epoch."""
    epochs: int
    """Per round."""

    def build(self, seed: int = 0) -> Network:
        """Build the network, always with the same weights."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return build_network(parse_cell(self.cell), self.macro, self.shape, CLASSES)


def random_samples(count: int, shape: Shape, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Standardised noise (n, c, h, w) with labels (n,): how long a step takes doesn't depend on what is learned."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, *shape, generator=generator), torch.arange(count) % CLASSES


_SMALL = MacroArchitecture(motifs=2, normal_cells=1, filters=8)
_PAPER = MacroArchitecture(motifs=3, normal_cells=2, filters=24)

CASES = {
    "digits 8x8, 1 block": Case("[(-1, '3x3 conv', -1, 'identity')]", _SMALL, (1, 8, 8), 12, 6),
    "digits 8x8, 3 blocks": Case(
        "[(-2, '3x3 conv', -1, '2x2 maxpool');(0, 'identity', -1, '3x3 dconv');(-1, '3x3 conv', 0, '3x3 conv')]",
        _SMALL,
        (1, 8, 8),
        12,
        3,
    ),
    "28x28, 2 blocks": Case(
        "[(-2, '3x3 conv', -1, '2x2 maxpool');(0, 'identity', -1, '3x3 dconv')]", _SMALL, (1, 28, 28), 10, 1
    ),
    "32x32x3, 1 block": Case("[(-1, '3x3 conv', -1, '2x2 maxpool')]", _PAPER, (3, 32, 32), 2, 1),
    "32x32x3, 3 blocks": Case(
        "[(-2, '5x5 dconv', -1, '2x2 maxpool');(0, 'identity', -1, '3x3 conv');"
        "(-1, '1x3-3x1 conv', -2, '2x2 avgpool')]",
        _PAPER,
        (3, 32, 32),
        1,
        1,
    ),
    "32x32x3, convolutions": Case(
        "[(-2, '5x5 conv', -1, '3x3 conv');(-1, '1x1 conv', 0, '3x3 conv')]", _PAPER, (3, 32, 32), 1, 1
    ),
    "series 96, 2 blocks": Case(
        "[(-2, '1x7 conv', -1, '1x13 dconv');(0, 'identity', -1, '1x7 conv')]", _PAPER, (1, 1, 96), 4, 1
    ),
    "series 144x6, 3 blocks": Case(
        "[(-2, '1x5 conv', -1, '1x2 maxpool');(0, '1x7:2dr conv', -1, '1x13 conv');(-1, '1x3 conv', 0, '1x7 dconv')]",
        _PAPER,
        (6, 1, 144),
        2,
        1,
    ),
}
