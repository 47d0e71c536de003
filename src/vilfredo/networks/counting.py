"""Parameters and FLOPs of a network, counted on the meta device: exact, and without computing anything."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from vilfredo.errors import InputError
from vilfredo.networks.network import InputShape, build_on_meta
from vilfredo.spaces.cells import Cell
from vilfredo.spaces.macro import MacroArchitecture


@dataclass(frozen=True, slots=True)
class Counts:
    """Size and cost of one network."""

    parameters: int
    """Trainable."""
    parameters_with_buffers: int
    """With the batch norms' running means and variances, as Keras counts."""
    flops: int
    """Of one sample's forward pass; a multiply-add is two (torch's own counter)."""
    cells: int
    """Cells built."""


def count(cell: Cell, macro: MacroArchitecture, input_shape: InputShape, classes: int) -> Counts:
    """Count without allocating the network.

    Raises
    ------
    InputError
        See `build_network`; also when the network is too large to be described at all.
    """
    try:
        return _count(cell, macro, input_shape, classes)
    except RuntimeError as error:
        message = " ".join(str(error).split())[:200]
        raise InputError(f"network: {cell} is too large to be built: {message}.") from None


def _count(cell: Cell, macro: MacroArchitecture, input_shape: InputShape, classes: int) -> Counts:
    network = build_on_meta(cell, macro, input_shape, classes)
    trainable = sum(parameter.numel() for parameter in network.parameters())
    statistics = sum(2 * module.num_features for module in network.modules() if isinstance(module, nn.BatchNorm2d))
    _drop_batch_norms(network)
    return Counts(trainable, trainable + statistics, count_flops(network, input_shape), len(network.cells))


def count_flops(network: nn.Module, input_shape: InputShape) -> int:
    """FLOPs of one sample's forward pass of a network on the meta device."""
    training = network.training
    network.eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.empty(1, *input_shape, device="meta"))
    network.train(training)
    total: int = counter.get_total_flops()
    return total


def _drop_batch_norms(network: nn.Module) -> None:
    """They count no FLOPs, but take more than half of the time that counting takes."""
    for module in list(network.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d):
                setattr(module, name, nn.Identity())
