"""The controller of PNAS and POPNAS v1: an LSTM that reads a cell word by word (Liu et al. 2018, section 4.2).

A block is four words: input, operator, input, operator. Inputs share one embedding and operators another. A word of its
own comes first, so that of the empty cell there is something to read. The last hidden state makes the answer.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from vilfredo.errors import InputError
from vilfredo.predictors.attention_network import tokens
from vilfredo.predictors.folds import fold_numbers, training_rows
from vilfredo.predictors.one_thread import one_thread
from vilfredo.predictors.protocol import Floats, Prediction, Predictor, Samples, check_targets

_AT_ONCE = 2048
_MOST_INPUTS = 61
"""Rows of the embedding that are not operators or lookbacks: padding, and blocks that can be read."""


@final
class Lstm(Predictor):
    """Ensemble of LSTMs, each trained on all folds but one; the defaults are PNAS's. Fits targets in [0, 1] only.

    POPNAS v1 has one of them (``members = 1``), with the learning rate 0.002 from the start.
    """

    name: ClassVar[str] = "lstm"

    members: int = Field(default=5, ge=1)
    """Folds, and so members; no more than there are samples. One is trained on everything."""
    embedding: int = Field(default=100, ge=1)
    units: int = Field(default=100, ge=1)
    learning_rate: float = Field(default=0.002, gt=0)
    """Of Adam."""
    first_learning_rate: float = Field(default=0.01, gt=0)
    """Of Adam while no sample has more than one block."""
    epochs: int = Field(default=30, ge=1)
    batch_size: int = Field(default=8, ge=1)
    bias: float = 1.8
    """Of the last unit before training: 0.85 behind the sigmoid, about what cells of one block reach."""

    def fit(self, samples: Samples, targets: Floats, seed: int) -> "FittedLstm":
        """Train the members on the absolute error; see `Predictor.fit`. Runs on one thread.

        Raises
        ------
        InputError
            Besides the common reasons, when a target lies outside [0, 1].
        """
        check_targets(samples, targets)
        if targets.min() < 0 or targets.max() > 1:
            raise InputError(
                f"targets: lstm predicts fractions in [0, 1], got {targets.min():g} to {targets.max():g}. "
                "Rescale them, or choose another predictor."
            )
        rng = np.random.default_rng(seed)
        folds = fold_numbers(len(samples), self.members, rng)
        with one_thread():
            data = (*tokens(samples), torch.from_numpy(targets.astype(np.float32)))
            members = [
                self._train(data, training_rows(folds, fold), samples, rng) for fold in range(int(folds.max()) + 1)
            ]
        return FittedLstm(tuple(members))

    def _train(
        self, data: tuple[Tensor, Tensor, Tensor], seen: NDArray[np.int64], samples: Samples, rng: np.random.Generator
    ) -> "Controller":
        words = samples.operators + samples.lookback + _MOST_INPUTS
        generator = torch.Generator().manual_seed(int(rng.integers(2**31)))
        member = Controller(words, self.embedding, self.units, self.bias, generator)
        rate = self.first_learning_rate if samples.sizes.max() <= 1 else self.learning_rate
        optimizer = torch.optim.Adam(member.parameters(), lr=rate)
        for _ in range(self.epochs):
            for batch in np.array_split(rng.permutation(seen), -(-len(seen) // self.batch_size)):
                rows, sizes, targets = (values[torch.from_numpy(batch)] for values in data)
                optimizer.zero_grad()
                loss = (member(rows, sizes) - targets).abs().mean()
                loss.backward()
                optimizer.step()
        return member


class Controller(nn.Module):
    """One LSTM; its weights come from `generator`."""

    def __init__(self, words: int, embedding: int, units: int, bias: float, generator: torch.Generator) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.empty(words, embedding))
        # Made without numbers: torch would draw them from its global generator.
        self.lstm = nn.LSTM(embedding, units, batch_first=True, device="meta").to_empty(device="cpu")
        self.head = nn.Linear(units, 1, device="meta").to_empty(device="cpu")
        with torch.no_grad():
            self.table.uniform_(-0.1, 0.1, generator=generator)
            for weight in (*self.lstm.parameters(), *self.head.parameters()):
                weight.uniform_(-(units**-0.5), units**-0.5, generator=generator)
            self.head.bias.fill_(bias)

    def forward(self, rows: Tensor, sizes: Tensor) -> Tensor:
        """Map words (n, B, 4) of cells of `sizes` (n,) blocks to fractions (n,)."""
        count = len(rows)
        if count == 0:
            return self.table.new_zeros(0)
        words = F.pad(rows.flatten(1), (1, 0))  # (n, 1 + 4B)
        states, _ = self.lstm(F.embedding(words, self.table))  # (n, 1 + 4B, u)
        hidden = states[torch.arange(count), 4 * sizes]  # (n, u)
        answers: Tensor = self.head(hidden).squeeze(1).sigmoid()
        return answers


@dataclass(frozen=True)
class FittedLstm:
    """The trained members."""

    members: tuple[Controller, ...]

    def predict(self, samples: Samples) -> Prediction:
        """Predict fractions in [0, 1]; `deviation` is between the members. Runs on one thread."""
        answers = np.zeros((len(self.members), len(samples)))
        with torch.inference_mode(), one_thread():
            rows, sizes = tokens(samples)
            for start in range(0, len(samples), _AT_ONCE):
                batch = slice(start, start + _AT_ONCE)
                longest = int(sizes[batch].max())
                for place, member in enumerate(self.members):
                    answers[place, batch] = member(rows[batch, :longest], sizes[batch]).double().numpy()
        return Prediction.of_members(answers)
