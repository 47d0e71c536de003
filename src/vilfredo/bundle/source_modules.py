"""From the modules of a built network to expressions that build them again in plain PyTorch."""

from collections.abc import Callable
from typing import Any

from torch import nn

from vilfredo.bundle.plain import cells, layers, parallel, perceptron, recurrent
from vilfredo.bundle.source_expressions import Expression, Item, Nested, call, keyed, listed, plain
from vilfredo.errors import VilfredoError
from vilfredo.networks.cell import BlockModule, CellModule
from vilfredo.networks.layers import BATCH_NORM_EPS, ConvNormSwish, SameAvgPool, SameConv, SameMaxPool
from vilfredo.networks.mlp import MlpNetwork
from vilfredo.networks.network import Network
from vilfredo.networks.operators.tconv import DoublingConv
from vilfredo.networks.parallel import ParallelCell, ParallelNetwork
from vilfredo.networks.recurrent import Recurrent

_ONE = (1, 1)
_NONE = (0, 0, 0, 0)

Used = set[type]
"""Classes of `bundle.plain` that the expressions need."""


def expression(module: nn.Module, used: Used) -> Expression:
    """Write a call that builds `module` with the same keys in its state; note in `used` what must be pasted.

    Raises
    ------
    VilfredoError
        When the module is of a class that has no plain counterpart.
    """
    writer = _WRITERS.get(type(module))
    if writer is None:
        name = f"{type(module).__module__}.{type(module).__qualname__}"
        raise VilfredoError(
            f"source: layers of the class {name} cannot be written in plain PyTorch: that is known of Vilfredo's own "
            "operators only. Search without the operator that brings it, or ship the bundle without source and exports."
        )
    return writer(module, used)


def _network(module: Network, used: Used) -> Expression:
    if module.secondary is not None:
        raise VilfredoError("source: the network still has its secondary exit. Expected it to be dropped before.")
    used |= {cells.Network, cells.Cell, cells.Block}
    built = [expression(cell, used) for cell in module.cells]
    return call("Network", listed(built), head=expression(module.head, used))


def _cell(module: CellModule, used: Used) -> Expression:
    blocks: list[Expression] = []
    for block, built in zip(module.cell.blocks, module.blocks, strict=True):
        assert isinstance(built, BlockModule)
        op1, op2 = expression(built.op1, used), expression(built.op2, used)
        blocks.append(call("Block", plain(block.in1), op1, plain(block.in2), op2))
    reshapes = [(key, expression(reshape, used)) for key, reshape in module.reshapes.items()]
    return call(
        "Cell",
        plain(module.index),
        listed(blocks),
        outputs=plain(list(module.cell.unused)),
        reshapes=keyed(reshapes) if reshapes else None,
        merge=None if module.merge is None else expression(module.merge, used),
        shortcut=None if module.shortcut is None else expression(module.shortcut, used),
    )


def _parallel_network(module: ParallelNetwork, used: Used) -> Expression:
    used |= {parallel.ParallelNetwork, parallel.ParallelCell}
    built = [expression(step, used) for step in module.steps]
    return call("ParallelNetwork", listed(built), head=expression(module.head, used))


def _parallel_cell(module: ParallelCell, used: Used) -> Expression:
    return call("ParallelCell", listed(expression(one, used) for one in module.operators))


def _perceptron(module: MlpNetwork, used: Used) -> Expression:
    used.add(perceptron.Perceptron)
    return call("Perceptron", expression(module.hidden, used), head=expression(module.head, used))


def _conv_norm_swish(module: ConvNormSwish, used: Used) -> Expression:
    *convolutions, norm, _ = module
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.eps == BATCH_NORM_EPS
    used.add(layers.ConvNormSwish)
    return call("ConvNormSwish", *(expression(one, used) for one in convolutions), channels=plain(norm.num_features))


def _conv(module: SameConv, used: Used) -> Expression:
    sizes = (plain(module.in_channels), plain(module.out_channels), plain(tuple(module.kernel_size)))
    padding: str | None
    if module.asymmetric is None:
        assert not isinstance(module.padding, str)
        name, both = "nn.Conv2d", tuple(module.padding)
        padding = plain(both) if any(both) else None
    else:
        name, padding = "PaddedConv", plain(module.asymmetric)
        used.add(layers.PaddedConv)
    return call(
        name,
        *sizes,
        padding=padding,
        stride=plain(tuple(module.stride)) if tuple(module.stride) != _ONE else None,
        dilation=plain(tuple(module.dilation)) if tuple(module.dilation) != _ONE else None,
        groups=plain(module.groups) if module.groups != 1 else None,
        bias="False" if module.bias is None else None,
    )


def _doubling(module: DoublingConv, used: Used) -> Expression:
    used.add(layers.DoublingConv)
    sizes = (plain(module.in_channels), plain(module.out_channels), plain(tuple(module.kernel_size)))
    return call("DoublingConv", *sizes, stride=plain(tuple(module.stride)))


def _pool(module: SameMaxPool | SameAvgPool, used: Used) -> Expression:
    largest = isinstance(module, SameMaxPool)
    kernel, stride = plain(module.kernel), plain(module.stride)
    left, right, top, bottom = module.padding
    # Torch's own pooling pads both sides alike, by half a kernel at most.
    if left == right and top == bottom and 2 * top <= module.kernel[0] and 2 * left <= module.kernel[1]:
        padding = plain((top, left)) if module.padding != _NONE else None
        counting = None if largest or padding is None else "False"
        name = "nn.MaxPool2d" if largest else "nn.AvgPool2d"
        return call(name, kernel, stride=stride, padding=padding, count_include_pad=counting)
    padded = layers.PaddedMaxPool if largest else layers.PaddedAvgPool
    used.add(padded)
    return call(padded.__name__, kernel, stride=stride, padding=plain(module.padding))


def _recurrent(module: Recurrent, used: Used) -> Expression:
    used.add(recurrent.Recurrent)
    return call("Recurrent", f'"{module.kind}"', plain(module.in_filters), plain(module.units))


def _batch_norm(module: nn.BatchNorm2d, used: Used) -> Expression:
    return call("nn.BatchNorm2d", plain(module.num_features), eps=plain(module.eps))


def _sequential(module: nn.Sequential, used: Used) -> Expression:
    if len(module) == 0:
        return call("nn.Identity")
    return Nested("nn.Sequential(", tuple(Item("", expression(one, used)) for one in module), ")")


def _linear(module: nn.Linear, used: Used) -> Expression:
    bias = "False" if module.bias is None else None
    return call("nn.Linear", plain(module.in_features), plain(module.out_features), bias=bias)


def _dropout(module: nn.Dropout, used: Used) -> Expression:
    return call("nn.Dropout", plain(module.p))


def _bare(module: nn.Module, used: Used) -> Expression:
    return call(f"nn.{type(module).__name__}")


_WRITERS: dict[type, Callable[[Any, Used], Expression]] = {
    Network: _network,
    CellModule: _cell,
    MlpNetwork: _perceptron,
    ParallelNetwork: _parallel_network,
    ParallelCell: _parallel_cell,
    ConvNormSwish: _conv_norm_swish,
    SameConv: _conv,
    DoublingConv: _doubling,
    SameMaxPool: _pool,
    SameAvgPool: _pool,
    Recurrent: _recurrent,
    nn.Sequential: _sequential,
    nn.BatchNorm2d: _batch_norm,
    nn.Linear: _linear,
    nn.Dropout: _dropout,
    **dict.fromkeys((nn.Identity, nn.SiLU, nn.Sigmoid, nn.Tanh, nn.ReLU, nn.ELU), _bare),
}
