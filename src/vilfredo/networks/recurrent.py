"""LSTM and GRU layers over series (POPNASv3, section 3.1), in Keras' parametrisation."""

import math
from typing import Any, Literal

import torch
from torch import Tensor, nn

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
        """Numbers that one sample's forward pass leaves for the backward pass, besides the input of a GRU.

        Measured on the CPU. That of oneDNN's LSTM, a workspace that includes the input, is an upper bound.
        """
        if self.kind == "gru":
            return 7 * self.units * self.length
        return (16 * self.units + 7 * self.in_filters + 64) * self.length

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, in_filters, 1, length) to (n, units, 1, length)."""
        steps = x.squeeze(2).transpose(1, 2)  # (n, length, in_filters), in one piece where x is channels last
        start = x.new_zeros(1, len(x), self.units)
        weights = [self.kernel, self.recurrent, self.bias, self.second_bias]
        plain = (True, 1, 0.0, self.training, False, True)  # biases, layers, dropout, training, both ways, batch first
        if self.kind == "lstm":
            y = torch.lstm(steps, (start, start), weights, *plain)[0]  # (n, length, units)
        else:
            y = torch.gru(steps, start, weights, *plain)[0]
        return y.transpose(1, 2).unsqueeze(2)


class RecurrentStandIn(nn.Module):
    """Keeps for the backward pass as much as a `Recurrent`: on the meta device, torch would go through every step."""

    def __init__(self, layer: Recurrent) -> None:
        super().__init__()
        self._kept, self._units, self._keeps_input = layer.kept, layer.units, layer.kind == "gru"

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c, 1, length) to (n, units, 1, length), of no meaning."""
        y: Tensor = _Keep.apply(x, self._kept, self._units, self._keeps_input)  # type: ignore[no-untyped-call]
        return y


class _Keep(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, kept: int, units: int, keeps_input: bool) -> Tensor:
        ctx.save_for_backward(x.new_empty(len(x), kept), *([x] if keeps_input else []))
        return x.new_empty(len(x), units, *x.shape[2:])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        raise NotImplementedError


def recurrent_operator(kind: Literal["lstm", "gru"], shape: OperandShape) -> nn.Module:
    """Layer and batch norm, without activation; max pooling where the series must shrink."""
    layer = Recurrent(kind, shape.in_filters, shape.out_filters, shape.size[1])
    norm = nn.BatchNorm2d(shape.out_filters, eps=BATCH_NORM_EPS)
    return nn.Sequential(layer, norm, shrinking_pool(shape))
