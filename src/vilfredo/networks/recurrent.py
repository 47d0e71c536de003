"""LSTM and GRU layers over series (POPNASv3, section 3.1), in Keras' parametrisation."""

import math
from contextlib import nullcontext
from typing import Any, Literal

import torch
from torch import Tensor, nn

from vilfredo.networks.gru_steps import gru_steps
from vilfredo.networks.layers import BATCH_NORM_EPS, shrinking_pool
from vilfredo.networks.shapes import OperandShape

_GATES = {"lstm": 4, "gru": 3}


class Recurrent(nn.Module):
    """One LSTM or GRU that answers at every step.

    As in Keras, an LSTM has one bias, 4·(u·c + u² + u) weights in all, and its forget gate begins open; a GRU has two
    (``reset_after``), 3·(u·c + u² + 2u). Input kernels are Glorot-uniform, recurrent ones orthogonal.

    Parameters
    ----------
    kind
        ``lstm`` or ``gru``.
    in_filters, units
        Channels of input (c) and output (u).
    length
        Steps of the series, for `flops`.
    """

    second_bias: Tensor

    def __init__(self, kind: Literal["lstm", "gru"], in_filters: int, units: int, length: int) -> None:
        super().__init__()
        self.kind, self.in_filters, self.units, self.length = kind, in_filters, units, length
        gates = _GATES[kind] * units
        self.kernel = nn.Parameter(torch.empty(gates, in_filters))
        self.recurrent = nn.Parameter(torch.empty(gates, units))
        self.bias = nn.Parameter(torch.zeros(gates))
        if kind == "gru":
            self.second_bias = nn.Parameter(torch.zeros(gates))
        else:  # torch adds two: a second one would only be trained to the same
            self.register_buffer("second_bias", torch.zeros(gates), persistent=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights from torch's global generator."""
        bound = math.sqrt(6 / sum(self.kernel.shape))
        with torch.no_grad():
            self.kernel.uniform_(-bound, bound)
            if not self.recurrent.is_meta:  # there is nothing to draw, and no decomposition to draw it by
                nn.init.orthogonal_(self.recurrent)
            if self.kind == "lstm":
                self.bias[self.units : 2 * self.units] = 1.0

    @property
    def flops(self) -> int:
        """Of one sample's forward pass; a multiply-add is two, biases and activations are not counted."""
        return 2 * self.length * (self.kernel.numel() + self.recurrent.numel())

    @property
    def kept(self) -> int:
        """Numbers that one sample's forward pass on a CPU leaves for the backward pass, the layer's input included."""
        if self.kind == "gru":
            return self.length * (self.in_filters + 5 * self.units) + self.units
        # An upper bound: oneDNN pads gates and states to whole cache lines, and keeps more of both than it must.
        rows = _padded(4 * self.units) + 12 * _padded(max(self.in_filters, self.units))
        return (self.length + 1) * (self.in_filters + self.units + rows)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, in_filters, 1, length) to (n, units, 1, length), laid out as the input is."""
        steps = x.squeeze(2).permute(2, 0, 1)  # (length, n, in_filters)
        # In single precision always: from step to step, rounding errors add up.
        with torch.autocast(x.device.type, enabled=False) if x.device.type != "meta" else nullcontext():
            y = self._run(steps.to(self.kernel.dtype))  # (length, n, units)
        y = y.permute(1, 2, 0).unsqueeze(2)
        last = x.is_contiguous(memory_format=torch.channels_last)
        return y.contiguous(memory_format=torch.channels_last if last else torch.contiguous_format)

    def _run(self, steps: Tensor) -> Tensor:
        weights = [self.kernel, self.recurrent, self.bias, self.second_bias]
        if self.kind == "gru" and steps.device.type == "cpu":
            return gru_steps(steps, *weights)
        start = steps.new_zeros(1, steps.shape[1], self.units)
        plain = (True, 1, 0.0, self.training, False, False)  # biases, layers, dropout, training, both ways, batch first
        if self.kind == "lstm":
            return torch.lstm(steps, (start, start), weights, *plain)[0]
        return torch.gru(steps, start, weights, *plain)[0]


class RecurrentStandIn(nn.Module):
    """Keeps for the backward pass as much as a `Recurrent`: on the meta device, torch would go through every step."""

    def __init__(self, layer: Recurrent) -> None:
        super().__init__()
        self._kept, self._units = layer.kept, layer.units

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c, 1, length) to (n, units, 1, length), of no meaning."""
        y: Tensor = _Keep.apply(x, self._kept, self._units)  # type: ignore[no-untyped-call]
        return y


class _Keep(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, kept: int, units: int) -> Tensor:
        ctx.save_for_backward(x.new_empty(len(x), kept))
        return x.new_empty(len(x), units, *x.shape[2:])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        raise NotImplementedError


def recurrent_operator(kind: Literal["lstm", "gru"], shape: OperandShape) -> nn.Module:
    """Layer and batch norm, without activation; max pooling where the series must shrink."""
    layer = Recurrent(kind, shape.in_filters, shape.out_filters, shape.size[1])
    norm = nn.BatchNorm2d(shape.out_filters, eps=BATCH_NORM_EPS)
    return nn.Sequential(layer, norm, shrinking_pool(shape))


def _padded(row: int) -> int:
    return -(-row // 16) * 16
