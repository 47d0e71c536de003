"""LSTM and GRU as torch computes them."""

import torch
from torch import Tensor, nn


class Recurrent(nn.Module):
    """One LSTM or GRU over a series of height 1, answering at every step."""

    def __init__(self, kind: str, channels: int, units: int) -> None:
        super().__init__()
        self.kind, self.units = kind, units
        gates = (4 if kind == "lstm" else 3) * units
        self.kernel = nn.Parameter(torch.zeros(gates, channels))
        self.recurrent = nn.Parameter(torch.zeros(gates, units))
        self.bias = nn.Parameter(torch.zeros(gates))
        if kind == "gru":
            self.second_bias = nn.Parameter(torch.zeros(gates))
        else:  # torch adds two biases, of which this LSTM has one
            self.register_buffer("second_bias", torch.zeros(gates), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, channels, 1, length) to (n, units, 1, length)."""
        steps = x.squeeze(2).permute(2, 0, 1)  # (length, n, channels)
        start = steps.new_zeros(1, steps.shape[1], self.units)
        weights: list[Tensor] = [self.kernel, self.recurrent, self.bias, self.second_bias]
        rest = (True, 1, 0.0, self.training, False, False)  # biases, layers, dropout, training, both ways, batch first
        if self.kind == "lstm":
            y = torch.lstm(steps, (start, start), weights, *rest)[0]
        else:
            y = torch.gru(steps, start, weights, *rest)[0]
        return y.permute(1, 2, 0).unsqueeze(2)
